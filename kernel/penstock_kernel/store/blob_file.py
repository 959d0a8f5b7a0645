"""A blob in its file: a head, the lengths of its chunks, and the chunks, packed and encrypted.

The rules:

* Each chunk is bound to its blob, its place and the size of the whole, so that none can be changed,
  left out or put in another place. A file that has another length than it should is not read.
* A chunk that gets smaller that way is packed before it is encrypted.
* Files of before have no head and chunks of one length; they are read as they are.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, ClassVar, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from penstock_kernel.store.state import private_folder
from penstock_sdk import BinaryRef, PenstockError

CHUNK = 1 << 20
_NONCE, _TAG = 12, 16
_STORED = _NONCE + CHUNK + _TAG
#: What a file begins with.
_MAGIC = b"pnst-b\x01\n"
_HEAD = len(_MAGIC) + 8
_RAW, _PACKED = b"\x00", b"\x01"
_PACK_FROM, _PACK_LEVEL = 512, 1


class BlobNotFound(PenstockError):
    """There are no bytes with this handle in this workspace."""

    code: ClassVar[str] = "blob.not_found"


class BlobDamaged(PenstockError):
    """The stored bytes are not what was written, or the key is another."""

    code: ClassVar[str] = "blob.damaged"


class _Layout(NamedTuple):
    """Where the chunks of a file are."""

    size: int
    #: Place and length of each chunk in the file.
    places: Sequence[tuple[int, int]]
    #: Was written before there was a head.
    is_old: bool

    @classmethod
    def of(cls, file: IO[bytes]) -> _Layout:
        """From the beginning of a file."""
        stored = file.seek(0, os.SEEK_END)
        file.seek(0)
        head = file.read(_HEAD)
        if not head.startswith(_MAGIC) or len(head) < _HEAD:
            count = max(1, -(-stored // _STORED))
            size = max(0, stored - count * (_NONCE + _TAG))
            return cls(size, [(number * _STORED, _STORED) for number in range(count)], is_old=True)
        size = int.from_bytes(head[len(_MAGIC) :], "big")
        # Not more than there is, whatever the head says.
        count = min(_count(size), stored // 4 + 1)
        table = file.read(4 * count)
        lengths = [int.from_bytes(table[n : n + 4], "big") for n in range(0, len(table), 4)]
        places: list[tuple[int, int]] = []
        place = _HEAD + 4 * count
        for length in lengths:
            places.append((place, length))
            place += length
        # Of a file that has another length than it should, nothing is read.
        return cls(size, places if place == stored else (), is_old=False)


class Stored:
    """A blob in its file, open."""

    def __init__(self, file: IO[bytes], key: bytes, ref: BinaryRef) -> None:
        self._file = file
        self._cipher = AESGCM(key)
        self._ref = ref
        self._layout = _Layout.of(file)
        #: Of the content: what the handle says came from outside.
        self.size = self._layout.size
        self.count = max(1, len(self._layout.places))

    @classmethod
    @contextmanager
    def open(cls, path: Path, key: bytes, ref: BinaryRef) -> Generator[Stored]:
        """The file, until the block ends."""
        try:
            file = path.open("rb")
        except FileNotFoundError as error:
            name = ref.file_name or ref.id[:12]
            message = f"The binary data {name!r} is not here any more."
            raise BlobNotFound(message, hint="Run the step that made it again.") from error
        with file:
            yield cls(file, key, ref)

    def chunk(self, number: int) -> bytes:
        """One chunk of the content."""
        try:
            place, length = self._layout.places[number]
            self._file.seek(place)
            sealed = self._file.read(length)
            bound = self._bound(number)
            part = self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], bound)
            return part if self._layout.is_old else self._whole(number, _unpacked(part))
        except (InvalidTag, ValueError, IndexError) as error:
            name = self._ref.file_name or self._ref.id[:12]
            message = f"The stored binary data {name!r} cannot be decrypted."
            hint = "Restore the data directory, secret.key included, from one backup."
            raise BlobDamaged(message, hint=hint) from error

    def _bound(self, number: int) -> bytes:
        if not self._layout.is_old:
            return _bound_to(self._ref.id, number, self.size)
        last = number == len(self._layout.places) - 1
        return f"{self._ref.id}:{number}:{'last' if last else 'more'}".encode()

    def _whole(self, number: int, part: bytes) -> bytes:
        if len(part) != min(CHUNK, self.size - number * CHUNK):
            raise ValueError(len(part))
        return part


class Draft:
    """Chunks that are kept for as long as a file is open, under a key of their own."""

    def __init__(self, file: IO[bytes], once: bytes) -> None:
        self.size = 0
        self._file = file
        self._cipher = AESGCM(once)

    def add(self, part: bytes) -> None:
        """One more."""
        nonce = os.urandom(_NONCE)
        self._file.write(nonce + self._cipher.encrypt(nonce, part, b""))
        self.size += len(part)

    def parts(self) -> Iterator[bytes]:
        """All of them, as they came."""
        self._file.seek(0)
        while sealed := self._file.read(_STORED):
            yield self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], b"")


def keep(path: Path, key: bytes, identity: str, size: int, parts: Iterable[bytes]) -> None:
    """Write chunks to their place, so that after a crash all of them are there or none."""
    is_new = not path.parent.exists()
    private_folder(path.parent)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    cipher, lengths = AESGCM(key), list[bytes]()
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(_MAGIC + size.to_bytes(8, "big") + bytes(4 * _count(size)))
            for number, part in enumerate(parts):
                nonce, bound = os.urandom(_NONCE), _bound_to(identity, number, size)
                sealed = nonce + cipher.encrypt(nonce, _packed(part), bound)
                file.write(sealed)
                lengths.append(len(sealed).to_bytes(4, "big"))
            file.seek(_HEAD)
            file.write(b"".join(lengths))
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    for folder in (path.parent, *path.parents[1:3]) if is_new else (path.parent,):
        _sync(folder)


def _sync(folder: Path) -> None:
    """Make sure of the names in a folder: a file that nobody finds is lost."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def names_of(path: Path) -> list[str]:
    """What a blob is called where it is referred to: by its handle, or with its size."""
    with path.open("rb") as file:
        return [path.name, f"{path.name}.{_Layout.of(file).size}"]


def _packed(part: bytes) -> bytes:
    if len(part) >= _PACK_FROM:
        small: bytes = _zstd().compress(part, _PACK_LEVEL)
        if len(small) < len(part) * 0.9:
            return _PACKED + small
    return _RAW + part


def _unpacked(part: bytes) -> bytes:
    if part[:1] != _PACKED:
        return part[1:]
    whole: bytes = _zstd().decompress(part[1:])
    return whole


def _zstd() -> Any:
    # Who has no binary data need not wait for it at start.
    if sys.version_info >= (3, 14):
        from compression import zstd  # noqa: PLC0415
    else:
        from backports import zstd  # noqa: PLC0415
    return zstd


def _count(length: int) -> int:
    """How many chunks there are for this much content: no bytes make one chunk too."""
    return max(1, -(-length // CHUNK))


def _bound_to(identity: str, number: int, size: int) -> bytes:
    return f"{identity}:{number}:{size}".encode()
