"""Small values that outlive an execution: the contract, and its file-backed twin.

The promises, for every implementation:

* A space (`workspace/workflow/node`) sees its own keys and no others.
* `update` changes a value only if the stored one equals the expected one; None stands for no value.
* A value past its lifetime is gone.
* After a crash a key holds its old or its new value, never a mixture.
"""

from __future__ import annotations

import asyncio
import math
import os
import tempfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar, Protocol

import msgspec

from penstock_sdk import PenstockError

MAX_BYTES = 1 << 20
MAX_KEYS = 10_000
MAX_KEY = 500  # characters
MAX_SPACE = 16 << 20  # bytes of all values of one space: each change writes them anew


class StateRefused(PenstockError):
    """A value cannot be kept: too large, too many, or not JSON."""

    code: ClassVar[str] = "state.refused"


class StateStore(Protocol):
    """Where nodes keep small values."""

    async def get(self, space: str, key: str) -> Any: ...
    async def set(
        self, space: str, key: str, value: Any, *, ttl_s: float | None = None
    ) -> None: ...
    async def delete(self, space: str, key: str) -> None: ...
    async def update(self, space: str, key: str, expected: Any, value: Any) -> bool: ...


class _Entry(msgspec.Struct, omit_defaults=True):
    value: msgspec.Raw
    until_ms: int | None = None


_entries = msgspec.json.Decoder(dict[str, _Entry])


class FileState:
    """One JSON file per space, replaced as a whole."""

    def __init__(self, folder: Path, now_ms: Callable[[], int]) -> None:
        self._folder = folder
        self._now_ms = now_ms
        self._turns: dict[str, asyncio.Lock] = {}

    async def get(self, space: str, key: str) -> Any:
        """The value, or None."""
        entry = self._load(space).get(key)
        return None if entry is None else msgspec.json.decode(entry.value)

    async def set(self, space: str, key: str, value: Any, *, ttl_s: float | None = None) -> None:
        """Keep a value, for ever or for a time.

        Raises:
            StateRefused: It is too large, there are too many, or it is not JSON.
        """
        entry = self._entry(key, value, ttl_s)
        async with self._turn(space):
            entries = self._load(space)
            entries[key] = entry
            self._save(space, entries)

    async def delete(self, space: str, key: str) -> None:
        """Forget a value."""
        async with self._turn(space):
            entries = self._load(space)
            if entries.pop(key, None) is not None:
                self._save(space, entries)

    async def update(self, space: str, key: str, expected: Any, value: Any) -> bool:
        """Set a value if the stored one equals `expected`; say whether it did.

        Raises:
            StateRefused: It is too large, there are too many, or it is not JSON.
        """
        entry = self._entry(key, value, None)
        async with self._turn(space):
            entries = self._load(space)
            stored = entries.get(key)
            current = None if stored is None else msgspec.json.decode(stored.value)
            if current != expected:
                return False
            entries[key] = entry
            self._save(space, entries)
            return True

    def _turn(self, space: str) -> asyncio.Lock:
        return self._turns.setdefault(space, asyncio.Lock())

    def _path(self, space: str) -> Path:
        return self._folder / f"{sha256(space.encode()).hexdigest()[:32]}.json"

    def _entry(self, key: str, value: Any, ttl_s: float | None) -> _Entry:
        raw = checked(key, value, ttl_s)
        until = None if ttl_s is None else self._now_ms() + round(ttl_s * 1000)
        return _Entry(msgspec.Raw(raw), until)

    def _load(self, space: str) -> dict[str, _Entry]:
        try:
            entries = _entries.decode(self._path(space).read_bytes())
        except FileNotFoundError:
            return {}
        now = self._now_ms()
        return {
            key: entry
            for key, entry in entries.items()
            if entry.until_ms is None or entry.until_ms > now
        }

    def _save(self, space: str, entries: dict[str, _Entry]) -> None:
        data = msgspec.json.encode(entries)
        check_space(space, len(entries), len(data))
        replace_file(self._path(space), data)


def checked(key: str, value: Any, ttl_s: float | None) -> bytes:
    """A value as it is kept.

    Raises:
        StateRefused: It is too large or not JSON, or its key or lifetime cannot be.
    """
    if len(key) > MAX_KEY:
        message = f"The key {key[:40]!r} and so on has {len(key):,} characters."
        raise StateRefused(message, hint=f"A key may have {MAX_KEY}; hash what is longer.")
    try:
        raw = msgspec.json.encode(value)
    except (TypeError, RecursionError, UnicodeEncodeError) as error:
        message = f"The value for the key {key!r} is not JSON: {error}."
        raise StateRefused(message, hint="Keep texts, numbers, lists and objects.") from error
    if len(raw) > MAX_BYTES:
        message = f"The value for the key {key!r} has {len(raw):,} bytes."
        hint = f"A value may have {MAX_BYTES:,} bytes; keep large data as binary."
        raise StateRefused(message, hint=hint)
    if ttl_s is not None and not math.isfinite(ttl_s):
        message = f"The lifetime of the key {key!r} is no number of seconds: {ttl_s}."
        raise StateRefused(message, hint="Leave it out to keep the value for ever.")
    return raw


def check_space(space: str, keys: int, size: int) -> None:
    """Refuse a space that would hold too much.

    Raises:
        StateRefused: There would be too many keys, or too many bytes.
    """
    if keys > MAX_KEYS:
        message = f"The state of {space!r} would hold more than {MAX_KEYS:,} keys."
        raise StateRefused(message, hint="Delete keys, or give them a lifetime.")
    if size > MAX_SPACE:
        message = f"The state of {space!r} would hold more than {MAX_SPACE:,} bytes."
        raise StateRefused(message, hint="Keep less, or keep it as binary data.")


def replace_file(path: Path, data: bytes) -> None:
    """Write a private file so that after a crash it holds the old or the new content."""
    private_folder(path.parent)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def private_folder(path: Path) -> None:
    """Make a folder, and those above it that are missing, for its owner only.

    Raises:
        OSError: It cannot be made, or something else has its name.
    """
    missing = [one for one in (path, *path.parents) if not one.exists()]
    for one in reversed(missing):  # the mode that `mkdir` takes counts for the last one only
        one.mkdir(mode=0o700, exist_ok=True)
