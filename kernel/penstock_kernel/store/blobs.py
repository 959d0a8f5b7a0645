"""Bytes by handle: the contract of the blob store, and its file-backed, encrypted twin.

The promises, for every implementation:

* What was written is read back byte for byte, or reading fails; never something else.
* The handle is derived from the content and the workspace: the same bytes are kept once per
  workspace, and a workspace can neither read nor probe for the bytes of another.
* On disk there is ciphertext only: AES-256-GCM in chunks, each bound to its blob, its place and
  whether it is the last one, under a key derived for the workspace from the root key of the data
  directory.
"""

from __future__ import annotations

import asyncio
import hmac
import os
import tempfile
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from typing import IO, ClassVar, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from penstock_kernel.store.state import private_folder, replace_file
from penstock_sdk import BinaryRef, PenstockError

CHUNK = 1 << 20
_NONCE, _TAG = 12, 16
_STORED = _NONCE + CHUNK + _TAG
KEY_BYTES = 32


class BlobNotFound(PenstockError):
    """There are no bytes with this handle in this workspace."""

    code: ClassVar[str] = "blob.not_found"


class BlobDamaged(PenstockError):
    """The stored bytes are not what was written, or the key is another."""

    code: ClassVar[str] = "blob.damaged"


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
    """One encrypted file per blob."""

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
        if not isinstance(data, bytes):
            return await self._streamed(workspace, data, media_type, file_name)
        content = data
        self._check_size(len(content))
        key = derived(self._key, f"blob:{workspace}")
        # Keyed, so that a handle does not tell whether somebody else holds the same bytes.
        identity = hmac.digest(key, content, "sha256").hex()
        path = self._path(workspace, identity)
        ref = BinaryRef(id=identity, media_type=media_type, file_name=file_name, size=len(content))
        if not self._is_whole(workspace, ref):
            replace_file(path, _sealed(key, identity, content))
        return ref

    def _is_whole(self, workspace: str, ref: BinaryRef) -> bool:
        """Are these bytes kept already, and undamaged?"""
        try:
            length = self._length(workspace, ref)
            parts = range(_chunks(length))
            return sum(len(self._chunk(workspace, ref, n)) for n in parts) == ref.size
        except (BlobNotFound, BlobDamaged):
            return False

    async def read(
        self, workspace: str, ref: BinaryRef, *, start: int = 0, size: int | None = None
    ) -> bytes:
        """The bytes, or a part of them.

        Raises:
            BlobNotFound: This workspace has none with that handle.
            BlobDamaged: They are not what was written.
        """
        length = self._length(workspace, ref)
        end = length if size is None else min(length, start + size)
        # At least one; the last one, where the end is reached, shows that none is missing.
        first = min(start // CHUNK, _chunks(length) - 1)
        stop = max(first + 1, -(-end // CHUNK))
        parts = [self._chunk(workspace, ref, n) for n in range(first, stop)]
        offset = start - first * CHUNK
        return b"".join(parts)[offset : offset + max(0, end - start)]

    async def stream(self, workspace: str, ref: BinaryRef) -> AsyncIterator[bytes]:
        """The bytes in chunks.

        Raises:
            BlobNotFound: This workspace has none with that handle.
            BlobDamaged: They are not what was written.
        """
        for number in range(_chunks(self._length(workspace, ref))):
            yield self._chunk(workspace, ref, number)

    async def delete(self, workspace: str, ref: BinaryRef) -> None:
        """Forget bytes."""
        self._path(workspace, ref.id).unlink(missing_ok=True)

    async def _streamed(
        self, workspace: str, data: AsyncIterator[bytes], media_type: str, file_name: str | None
    ) -> BinaryRef:
        """Keep bytes as they come, a chunk at a time in memory.

        The handle is known at the end only, and each chunk is bound to it: until then the bytes
        lie in a file under a key that is nowhere but in memory.
        """
        private_folder(self._folder)
        key = derived(self._key, f"blob:{workspace}")
        once, seen = os.urandom(KEY_BYTES), hmac.new(key, digestmod="sha256")
        with tempfile.TemporaryFile(dir=self._folder) as draft:
            size = 0
            async for part in _rechunked(data):
                size += len(part)
                self._check_size(size)
                seen.update(part)
                await asyncio.to_thread(draft.write, _sealed_part(once, part, b""))
            identity = seen.hexdigest()
            ref = BinaryRef(id=identity, media_type=media_type, file_name=file_name, size=size)
            if not await asyncio.to_thread(self._is_whole, workspace, ref):
                draft.seek(0)
                path = self._path(workspace, identity)
                await asyncio.to_thread(_bind, draft, once, path, key, identity)
        return ref

    def _check_size(self, size: int) -> None:
        if size > self._max_bytes:
            message = f"A blob may have {self._max_bytes:,} bytes, and this one has more."
            raise BlobTooLarge(message, hint="Split the data.")

    def _path(self, workspace: str, identity: str) -> Path:
        if len(identity) != 64 or not identity.isalnum():
            message = "This handle does not name binary data."
            raise BlobNotFound(message, hint="Use the handle as it came with the item.")
        space = sha256(workspace.encode()).hexdigest()[:16]
        return self._folder / space / identity[:2] / identity

    def _length(self, workspace: str, ref: BinaryRef) -> int:
        """Of the content: what the handle says came from outside."""
        try:
            stored = self._path(workspace, ref.id).stat().st_size
        except FileNotFoundError as error:
            raise _not_found(ref) from error
        return stored - -(-stored // _STORED) * (_NONCE + _TAG)

    def _chunk(self, workspace: str, ref: BinaryRef, number: int) -> bytes:
        key = derived(self._key, f"blob:{workspace}")
        try:
            with self._path(workspace, ref.id).open("rb") as file:
                file.seek(number * _STORED)
                sealed = file.read(_STORED)
                last = not file.read(1)
        except FileNotFoundError as error:
            raise _not_found(ref) from error
        try:
            place = _place(ref.id, number, last=last)
            return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], place)
        except (InvalidTag, ValueError) as error:
            message = (
                f"The stored binary data {ref.file_name or ref.id[:12]!r} cannot be decrypted."
            )
            hint = "Restore the data directory, secret.key included, from one backup."
            raise BlobDamaged(message, hint=hint) from error


def _not_found(ref: BinaryRef) -> BlobNotFound:
    message = f"The binary data {ref.file_name or ref.id[:12]!r} is not here any more."
    return BlobNotFound(message, hint="Run the step that made it again.")


def _sealed(key: bytes, identity: str, content: bytes) -> bytes:
    count = _chunks(len(content))
    return b"".join(
        _sealed_part(
            key,
            content[number * CHUNK : (number + 1) * CHUNK],
            _place(identity, number, last=number == count - 1),
        )
        for number in range(count)
    )


def _sealed_part(key: bytes, part: bytes, place: bytes) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, part, place)


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


def _bind(draft: IO[bytes], once: bytes, path: Path, key: bytes, identity: str) -> None:
    """Write the chunks of a draft to their place, each bound to it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    cipher = AESGCM(once)
    try:
        with os.fdopen(handle, "wb") as file:
            number, sealed = 0, draft.read(_STORED)
            while sealed:
                following = draft.read(_STORED)
                part = cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], b"")
                place = _place(identity, number, last=not following)
                file.write(_sealed_part(key, part, place))
                number, sealed = number + 1, following
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _chunks(length: int) -> int:
    """How many there are for this much content: no bytes make one chunk too."""
    return max(1, -(-length // CHUNK))


def _place(identity: str, number: int, *, last: bool) -> bytes:
    return f"{identity}:{number}:{'last' if last else 'more'}".encode()


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
