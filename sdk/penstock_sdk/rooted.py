"""Files in the folders that an operator allows, and nowhere else.

The rules:

* A path is `NAME/…` with the name of a root, or an absolute one that lies inside a root. `..` is
  refused before anything is opened.
* Folders are opened one by one from the root, each relative to the one before and never through a
  symbolic link, so that nobody can lead the way out between a check and its use.
* Only regular files are read and written. A new file appears as a whole or not at all.
* Hidden folders (where secrets are kept) are refused, whatever name leads there.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import stat
from collections.abc import AsyncIterator, Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar, cast

from penstock_sdk.errors import NodeFailed
from penstock_sdk.globs import expanded, fits, is_pattern

T = TypeVar("T")

_CHUNK = 1 << 20
_MAX_DEPTH = 64
_MAX_SEEN = 200_000  # entries looked at for one pattern
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
_SETTING = "Set PENSTOCK_FILE_ROOTS, for example PENSTOCK_FILE_ROOTS=in=/srv/in:ro,out=/srv/out"


@dataclass(frozen=True, kw_only=True)
class Root:
    """A folder that nodes may use."""

    name: str
    folder: Path
    writable: bool = True


@dataclass(frozen=True)
class Found:
    """A file in a root."""

    path: str
    size: int


def parse_roots(lines: Sequence[str]) -> list[Root]:
    """Roots from `NAME=FOLDER` and `NAME=FOLDER:ro`.

    Raises:
        ValueError: With a sentence for the operator.
    """
    roots: list[Root] = []
    for line in lines:
        name, equals, rest = line.partition("=")
        folder = rest.removesuffix(":ro").removesuffix(":rw")
        if not equals or not name.isidentifier() or not Path(folder).is_absolute():
            message = f"{line!r} is no root: write NAME=/absolute/folder, with :ro to only read"
            raise ValueError(message)
        if any(root.name == name for root in roots):
            message = f"The root {name!r} is named twice"
            raise ValueError(message)
        roots.append(Root(name=name, folder=Path(folder), writable=not rest.endswith(":ro")))
    return roots


class RootedFiles:
    """The files of some roots. Implements `penstock_sdk.context.Roots`."""

    def __init__(self, roots: Sequence[Root] = (), hidden: Sequence[Path] = ()) -> None:
        self._roots = list(roots)
        self._hidden = list(hidden)

    async def find(self, pattern: str, *, most: int = 10_000) -> list[Found]:
        """The files that a path or a pattern with `*`, `?`, `[…]`, `{…}` and `**` names, by name.

        Raises:
            NodeFailed: It leads out of the roots, or to too many files.
        """
        return await asyncio.to_thread(self._find, pattern, most)

    async def stream(self, path: str) -> AsyncIterator[bytes]:
        """The bytes of a file.

        Raises:
            NodeFailed: There is none that may be read.
        """
        handle = await _in_thread(self._open, path, opens=True)
        try:
            while chunk := await _in_thread(os.read, handle, _CHUNK):
                yield chunk
        finally:
            os.close(handle)

    async def write(self, path: str, data: AsyncIterator[bytes], *, append: bool = False) -> int:
        """Write a file, folders on its way included, and give the count of bytes.

        Raises:
            NodeFailed: It may not be written there.
        """
        root, parts = self._place(path)
        self._check_writable(root, path)
        with self._told(path):
            folder = await _in_thread(self._folder, root, parts[:-1], create=True, opens=True)
        try:
            with self._told(path):
                name = parts[-1]
                return await (_appended if append else _replaced)(folder, name, data)
        finally:
            os.close(folder)

    async def delete(self, path: str) -> None:
        """Delete a file.

        Raises:
            NodeFailed: There is none, or it may not be deleted.
        """
        root, parts = self._place(path)
        self._check_writable(root, path)
        with self._told(path):
            await asyncio.to_thread(self._delete, root, parts)

    def _delete(self, root: Root, parts: Sequence[str]) -> None:
        folder = self._folder(root, parts[:-1])
        try:
            os.unlink(parts[-1], dir_fd=folder)
        finally:
            os.close(folder)

    def _place(self, path: str) -> tuple[Root, list[str]]:
        """The root of a path, and the names that lead on from there."""
        if not self._roots:
            raise NodeFailed("No folder is open to workflows", hint=_SETTING)
        parts = [part for part in path.split("/") if part not in ("", ".")]
        if (
            not _is_utf8(path)
            or ".." in parts
            or "\0" in path
            or len(parts) > _MAX_DEPTH
            or not parts
        ):
            raise self._outside(path)
        root, rest = self._absolute(path) if path.startswith("/") else self._named(parts)
        if root is None or not rest:
            raise self._outside(path)
        return root, rest

    def _absolute(self, path: str) -> tuple[Root | None, list[str]]:
        wanted = Path(path)
        inside = [root for root in self._roots if wanted.is_relative_to(root.folder)]
        if not inside:
            return None, []
        root = max(inside, key=lambda one: len(one.folder.parts))
        return root, list(wanted.relative_to(root.folder).parts)

    def _named(self, parts: list[str]) -> tuple[Root | None, list[str]]:
        for root in self._roots:
            if root.name == parts[0]:
                return root, parts[1:]
        return None, []

    def _outside(self, path: str) -> NodeFailed:
        names = ", ".join(f"{root.name}/…" for root in self._roots)
        message = f"{path!r} does not lie in a folder that is open to workflows"
        return NodeFailed(message, hint=f"Use a path in one of: {names}")

    def _check_writable(self, root: Root, path: str) -> None:
        if not root.writable:
            message = f"{path!r} may be read, not changed"
            raise NodeFailed(message, hint=f"The root {root.name!r} is set with :ro.")

    def _folder(self, root: Root, parts: Sequence[str], *, create: bool = False) -> int:
        """A folder, opened step by step."""
        # The root itself is the operator's: it may be a link.
        handle = os.open(root.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            self._check_hidden(handle)
            for part in parts:
                if create:
                    with suppress(FileExistsError):
                        os.mkdir(part, dir_fd=handle)
                handle, before = os.open(part, _FOLDER, dir_fd=handle), handle
                os.close(before)
                self._check_hidden(handle)
        except BaseException:
            os.close(handle)
            raise
        return handle

    def _check_hidden(self, handle: int) -> None:
        if self._is_hidden(handle):
            raise NodeFailed(
                "This folder holds data of Penstock itself, which is not for workflows",
                hint="Use another folder.",
            )

    def _is_hidden(self, handle: int) -> bool:
        here = os.fstat(handle)
        for hidden in self._hidden:
            with suppress(OSError):
                if os.path.samestat(here, hidden.stat()):
                    return True
        return False

    def _open(self, path: str) -> int:
        root, parts = self._place(path)
        with self._told(path):
            folder = self._folder(root, parts[:-1])
            try:
                return _regular(parts[-1], os.O_RDONLY, folder, path)
            finally:
                os.close(folder)

    @contextmanager
    def _told(self, path: str) -> Generator[None]:
        try:
            yield
        except FileNotFoundError as error:
            message = f"The file {path!r} does not exist"
            raise NodeFailed(message, hint="Look at the path and its letters.") from error
        except OSError as error:
            message = f"The file {path!r} cannot be used: {error.strerror}"
            hint = "It has to be a regular file, reached without symbolic links, with rights for it"
            raise NodeFailed(message, hint=f"{hint}.") from error

    def _find(self, pattern: str, most: int) -> list[Found]:
        found: dict[str, Found] = {}
        for one in expanded(pattern):
            for file in self._matches(one, most):
                found[file.path] = file
        return [found[path] for path in sorted(found)]

    def _matches(self, pattern: str, most: int) -> list[Found]:
        root, parts = self._place(pattern)
        start = next((i for i, part in enumerate(parts) if is_pattern(part)), len(parts))
        fixed, rest = parts[:start], parts[start:]
        if not rest:
            handle = self._open(pattern)
            try:
                return [Found(pattern, os.fstat(handle).st_size)]
            finally:
                os.close(handle)
        prefix = str(root.folder) if pattern.startswith("/") else root.name
        search = _Search(rest, most)
        with suppress(FileNotFoundError, NotADirectoryError):
            handle = self._folder(root, fixed)
            try:
                self._walk(handle, "/".join([prefix.rstrip("/"), *fixed]), [], search)
            finally:
                os.close(handle)
        return search.found

    def _walk(self, handle: int, path: str, below: list[str], search: _Search) -> None:
        with os.scandir(handle) as listed:
            # One more than may be looked at: a folder may hold millions.
            some = islice(listed, _MAX_SEEN + 1)
            entries = sorted(some, key=lambda entry: entry.name)
        for entry in entries:
            search.look()
            names = [*below, entry.name]
            if entry.is_file(follow_symlinks=False) and search.fits(names):
                size = entry.stat(follow_symlinks=False).st_size
                search.add(Found(f"{path}/{entry.name}", size))
            elif entry.is_dir(follow_symlinks=False) and search.may_go(names):
                self._go(handle, entry.name, f"{path}/{entry.name}", names, search)

    def _go(self, handle: int, name: str, path: str, below: list[str], search: _Search) -> None:
        try:
            inner = os.open(name, _FOLDER, dir_fd=handle)
        except OSError:
            return  # gone meanwhile, or not ours to read
        try:
            if not self._is_hidden(inner):
                self._walk(inner, path, below, search)
        finally:
            os.close(inner)


class _Search:
    """What one pattern has found."""

    def __init__(self, pattern: Sequence[str], most: int) -> None:
        self.found: list[Found] = []
        self._pattern = pattern
        self._most = most
        self._seen = 0

    def look(self) -> None:
        self._seen += 1
        if self._seen > _MAX_SEEN:
            message = f"The pattern leads to more than {_MAX_SEEN:,} files and folders"
            raise NodeFailed(message, hint="Begin it with the folder that is meant.")

    def fits(self, names: Sequence[str]) -> bool:
        return fits(names, self._pattern)

    def may_go(self, names: Sequence[str]) -> bool:
        deeper = "**" in self._pattern or len(names) < len(self._pattern)
        return deeper and len(names) < _MAX_DEPTH

    def add(self, file: Found) -> None:
        self.found.append(file)
        if len(self.found) > self._most:
            message = f"The pattern fits more than {self._most:,} files"
            raise NodeFailed(message, hint="Make it narrower.")


def _is_utf8(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


async def _in_thread(call: Callable[..., T], *given: Any, opens: bool = False, **named: Any) -> T:
    """Do it in a thread, and never leave that behind.

    A thread goes on after its caller was canceled: until it has ended, nothing that it uses may be
    closed, or it would read what is opened next under the same number.
    """
    running = asyncio.ensure_future(asyncio.to_thread(call, *given, **named))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait([running])
        if opens and running.exception() is None:
            os.close(cast("int", running.result()))
        raise


def _regular(name: str, flags: int, folder: int, path: str) -> int:
    """A handle of a regular file; a pipe or a device would be opened by nothing but patience."""
    handle = os.open(name, flags | os.O_NOFOLLOW | os.O_NONBLOCK, 0o644, dir_fd=folder)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise NodeFailed(f"{path!r} is no regular file", hint="Name a file.")
    return handle


async def _appended(folder: int, name: str, data: AsyncIterator[bytes]) -> int:
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
    handle = await _in_thread(_regular, name, flags, folder, name, opens=True)
    return await _filled(handle, data)


async def _replaced(folder: int, name: str, data: AsyncIterator[bytes]) -> int:
    draft = f".{secrets.token_hex(8)}.draft"  # short: the name itself may be as long as can be
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    handle = await _in_thread(_regular, draft, flags, folder, name, opens=True)
    try:
        size = await _filled(handle, data)
        await _in_thread(os.replace, draft, name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        with suppress(OSError):
            os.unlink(draft, dir_fd=folder)
        raise
    return size


async def _filled(handle: int, data: AsyncIterator[bytes]) -> int:
    size = 0
    with os.fdopen(handle, "wb") as file:
        async for chunk in data:
            size += await _in_thread(file.write, chunk)
    return size
