"""Bytes by handle: the contract of the blob store, and its file-backed, encrypted twin.

The promises, for every implementation:

* What was written is read back byte for byte, or reading fails; never something else.
* The handle is derived from the content and the workspace: the same bytes are kept once per
  workspace, and a workspace can neither read nor probe for the bytes of another.
* What was written stays for a while, though nobody refers to it yet: a write makes old bytes new.
* On disk there is ciphertext only: AES-256-GCM in chunks, each bound to its blob, its place and
  the size of the whole, under a key derived for the workspace from the root key of the data
  directory. A chunk that gets smaller that way is packed before.
"""

from __future__ import annotations

import asyncio
import fcntl
import hmac
import os
import tempfile
from collections.abc import AsyncIterator, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import ClassVar, Protocol, runtime_checkable

from penstock_kernel.store.blob_file import (
    CHUNK,
    BlobDamaged,
    BlobNotFound,
    Draft,
    Stored,
    keep,
    names_of,
)
from penstock_kernel.store.state import private_folder
from penstock_sdk import BinaryRef, PenstockError

__all__ = [
    "CHUNK",
    "BlobDamaged",
    "BlobNotFound",
    "BlobStore",
    "BlobTooLarge",
    "FileBlobs",
    "SweptBlobs",
    "derived",
    "root_key",
]

KEY_BYTES = 32
#: Blobs that are asked about together.
_AT_ONCE = 1_000


class BlobTooLarge(PenstockError):
    """More bytes than one blob may have."""

    code: ClassVar[str] = "blob.too_large"


class BlobStore(Protocol):
    """Where binary data is kept."""

    async def write(
        self,
        workspace: str,
        data: bytes | AsyncIterator[bytes],
        *,
        media_type: str = "application/octet-stream",
        file_name: str | None = None,
    ) -> BinaryRef: ...
    async def read(
        self, workspace: str, ref: BinaryRef, *, start: int = 0, size: int | None = None
    ) -> bytes: ...
    def stream(self, workspace: str, ref: BinaryRef) -> AsyncIterator[bytes]: ...
    async def delete(self, workspace: str, ref: BinaryRef) -> None: ...


@runtime_checkable
class SweptBlobs(Protocol):
    """A blob store from which what nobody needs can be removed."""

    def older(self, before_ms: int) -> AsyncIterator[Mapping[str, Sequence[str]]]:
        """Blobs that nobody has written since, some at a time, each with what it is called."""
        ...

    async def remove_older(self, blobs: Iterable[str], before_ms: int) -> tuple[int, int]:
        """Remove those of some blobs that nobody has written since; how many, and their bytes."""
        ...


def root_key(data_dir: Path) -> bytes:
    """The key of a data directory, made at first use and readable by its owner only."""
    path = data_dir / "secret.key"
    try:
        key = path.read_bytes()
    except FileNotFoundError:
        private_folder(data_dir)
        _create_private(path, os.urandom(KEY_BYTES))
        key = path.read_bytes()
    if len(key) != KEY_BYTES:
        message = f"The file {path} does not hold a key of {KEY_BYTES} bytes."
        raise BlobDamaged(
            message, hint="Restore it from a backup: nothing can be decrypted without it."
        )
    return key


def derived(key: bytes, purpose: str) -> bytes:
    """A key for one purpose, from which the root key cannot be found."""
    return hmac.digest(key, purpose.encode(), "sha256")


class FileBlobs:
    """One encrypted file per blob; what takes long is done on a thread."""

    def __init__(self, folder: Path, key: bytes, *, max_bytes: int = 1 << 30) -> None:
        self._folder = folder
        self._key = key
        self._max_bytes = max_bytes

    async def write(
        self,
        workspace: str,
        data: bytes | AsyncIterator[bytes],
        *,
        media_type: str = "application/octet-stream",
        file_name: str | None = None,
    ) -> BinaryRef:
        """Keep bytes.

        Raises:
            BlobTooLarge: There are more than one blob may have.
        """
        if isinstance(data, bytes):
            self._check_size(len(data))
            identity, size = await asyncio.to_thread(self._write, workspace, data), len(data)
        else:
            identity, size = await self._streamed(workspace, data)
        return BinaryRef(id=identity, media_type=media_type, file_name=file_name, size=size)

    async def read(
        self, workspace: str, ref: BinaryRef, *, start: int = 0, size: int | None = None
    ) -> bytes:
        """The bytes, or a part of them.

        Raises:
            BlobNotFound: This workspace has none with that handle.
            BlobDamaged: They are not what was written.
        """
        return await asyncio.to_thread(self._read, workspace, ref, start, size)

    async def stream(self, workspace: str, ref: BinaryRef) -> AsyncIterator[bytes]:
        """The bytes in chunks.

        Raises:
            BlobNotFound: This workspace has none with that handle.
            BlobDamaged: They are not what was written.
        """
        number, count = 0, 1
        while number < count:
            count, part = await asyncio.to_thread(self._chunk, workspace, ref, number)
            yield part
            number += 1

    async def delete(self, workspace: str, ref: BinaryRef) -> None:
        """Forget bytes."""
        path = self.path(workspace, ref.id)
        await asyncio.to_thread(path.unlink, missing_ok=True)

    async def older(self, before_ms: int) -> AsyncIterator[Mapping[str, Sequence[str]]]:
        """Blobs that nobody has written since; see the contract."""
        for folder in await asyncio.to_thread(lambda: sorted(self._folder.glob("*/*"))):
            found = [*(await asyncio.to_thread(self._older_in, folder, before_ms)).items()]
            for start in range(0, len(found), _AT_ONCE):
                yield dict(found[start : start + _AT_ONCE])

    async def remove_older(self, blobs: Iterable[str], before_ms: int) -> tuple[int, int]:
        """Remove those that nobody has written since; see the contract."""
        return await asyncio.to_thread(self._remove_older, list(blobs), before_ms)

    # --- on a thread -------------------------------------------------------------------------

    def _write(self, workspace: str, content: bytes) -> str:
        key, places = self._key_of(workspace), range(0, max(1, len(content)), CHUNK)
        # Keyed, so that a handle does not tell whether somebody else holds the same bytes.
        seen = hmac.new(key, digestmod="sha256")
        for place in places:  # in pieces, during which others can go on
            seen.update(content[place : place + CHUNK])
        identity = seen.hexdigest()
        if not self._is_kept(workspace, identity, len(content)):
            parts = (content[place : place + CHUNK] for place in places)
            keep(self.path(workspace, identity), key, identity, len(content), parts)
        return identity

    def _is_kept(self, workspace: str, identity: str, size: int) -> bool:
        """Are these bytes kept already, and undamaged? Then they are as if written now."""
        path, ref = self.path(workspace, identity), BinaryRef(id=identity)
        try:
            with _locked(path.parent, fcntl.LOCK_SH):
                os.utime(path)
            return sum(map(len, self._chunks_of(workspace, ref))) == size
        except (FileNotFoundError, BlobNotFound, BlobDamaged):
            return False

    def _chunks_of(self, workspace: str, ref: BinaryRef) -> Iterator[bytes]:
        with Stored.open(self.path(workspace, ref.id), self._key_of(workspace), ref) as stored:
            for number in range(stored.count):
                yield stored.chunk(number)

    def _read(self, workspace: str, ref: BinaryRef, start: int, size: int | None) -> bytes:
        with Stored.open(self.path(workspace, ref.id), self._key_of(workspace), ref) as stored:
            end = stored.size if size is None else min(stored.size, start + size)
            # At least one, so that bytes that are not there in full are never read as fewer.
            first = min(start // CHUNK, stored.count - 1)
            stop = max(first + 1, -(-end // CHUNK))
            parts = [stored.chunk(number) for number in range(first, stop)]
        offset = start - first * CHUNK
        return b"".join(parts)[offset : offset + max(0, end - start)]

    def _chunk(self, workspace: str, ref: BinaryRef, number: int) -> tuple[int, bytes]:
        with Stored.open(self.path(workspace, ref.id), self._key_of(workspace), ref) as stored:
            return stored.count, stored.chunk(number)

    def _older_in(self, folder: Path, before_ms: int) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for path in folder.iterdir():
            with suppress(FileNotFoundError):  # somebody else removes them too
                if _written_ms(path) < before_ms:
                    # What was left behind while it was being written is called nothing.
                    names = [] if path.name.startswith(".") else names_of(path)
                    found[str(path.relative_to(self._folder))] = names
        return found

    def _remove_older(self, blobs: Sequence[str], before_ms: int) -> tuple[int, int]:
        count, size = 0, 0
        for place in blobs:
            path = self._folder / place
            with suppress(FileNotFoundError), _locked(path.parent, fcntl.LOCK_EX):
                if _written_ms(path) < before_ms:
                    length = path.stat().st_size
                    path.unlink()
                    count, size = count + 1, size + length
        return count, size

    async def _streamed(self, workspace: str, data: AsyncIterator[bytes]) -> tuple[str, int]:
        """Keep bytes as they come, a chunk at a time in memory; their handle and size.

        The handle is known at the end only, and each chunk is bound to it: until then the bytes
        lie in a file under a key that is nowhere but in memory.
        """
        private_folder(self._folder)
        key = self._key_of(workspace)
        seen = hmac.new(key, digestmod="sha256")
        with tempfile.TemporaryFile(dir=self._folder) as file:
            draft = Draft(file, os.urandom(KEY_BYTES))
            async for part in _rechunked(data):
                self._check_size(draft.size + len(part))
                await asyncio.to_thread(seen.update, part)
                await asyncio.to_thread(draft.add, part)
            identity = seen.hexdigest()
            if not await asyncio.to_thread(self._is_kept, workspace, identity, draft.size):
                path = self.path(workspace, identity)
                await asyncio.to_thread(keep, path, key, identity, draft.size, draft.parts())
        return identity, draft.size

    def _check_size(self, size: int) -> None:
        if size > self._max_bytes:
            message = f"A blob may have {self._max_bytes:,} bytes, and this one has more."
            raise BlobTooLarge(message, hint="Split the data.")

    def _key_of(self, workspace: str) -> bytes:
        return derived(self._key, f"blob:{workspace}")

    def path(self, workspace: str, identity: str) -> Path:
        """Where the file of a blob is."""
        if len(identity) != 64 or not identity.isalnum():
            message = "This handle does not name binary data."
            raise BlobNotFound(message, hint="Use the handle as it came with the item.")
        space = sha256(workspace.encode()).hexdigest()[:16]
        return self._folder / space / identity[:2] / identity


@contextmanager
def _locked(folder: Path, how: int) -> Generator[None]:
    """Keep whoever renews and whoever removes apart, processes included."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, how)
        yield
    finally:
        os.close(handle)


def _written_ms(path: Path) -> int:
    return path.stat().st_mtime_ns // 1_000_000


async def _rechunked(data: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The same bytes in chunks of one size, the last one smaller; no bytes are one chunk too."""
    held = bytearray()
    count = 0
    async for part in data:
        held += part
        while len(held) > CHUNK:
            yield bytes(held[:CHUNK])
            del held[:CHUNK]
            count += 1
    if held or not count:
        yield bytes(held)


def _create_private(path: Path, data: bytes) -> None:
    """Make a file whole, unless it is there: two processes may start at once."""
    # Not named after the process: in two containers two processes may have the same number.
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    new = Path(name)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(new, path)
    except FileExistsError:
        return
    finally:
        new.unlink()
