"""Blobs in an object store such as S3, which several machines share; files here are a cache of it.

The rules:

* What is sent there is the sealed file as it lies here: the object store sees ciphertext only, and
  all machines need the same root key.
* A write has ended when the object store has the bytes. A read takes them from the files here, or
  fetches them once.
* Nothing is removed from the object store by itself: what is not referred to is found by its age
  in the files here, and deleted there with the same handle.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, ClassVar

import obstore
from obstore.exceptions import BaseError
from obstore.store import ObjectStore, from_url

from penstock_kernel.store.blobs import BlobNotFound, FileBlobs
from penstock_kernel.store.state import private_folder
from penstock_sdk import BinaryRef, PenstockError


class BlobsUnavailable(PenstockError):
    """The object store cannot be reached, or refuses."""

    code: ClassVar[str] = "blob.unavailable"


class ObjectBlobs:
    """An object store behind files."""

    def __init__(self, files: FileBlobs, folder: Path, store: ObjectStore) -> None:
        self._files = files
        self._folder = folder
        self._store = store

    async def write(
        self,
        workspace: str,
        data: bytes | AsyncIterator[bytes],
        *,
        media_type: str = "application/octet-stream",
        file_name: str | None = None,
    ) -> BinaryRef:
        """Keep bytes; see `FileBlobs.write`.

        Raises:
            BlobTooLarge: There are more than one blob may have.
            BlobsUnavailable: The object store did not take them.
        """
        ref = await self._files.write(workspace, data, media_type=media_type, file_name=file_name)
        path = self._files.path(workspace, ref.id)
        try:
            await obstore.put_async(self._store, self._name(path), path)
        except (BaseError, OSError) as error:
            raise _unavailable(error) from error
        return ref

    async def read(
        self, workspace: str, ref: BinaryRef, *, start: int = 0, size: int | None = None
    ) -> bytes:
        """The bytes, or a part of them; see `FileBlobs.read`."""
        await self._fetch(workspace, ref)
        return await self._files.read(workspace, ref, start=start, size=size)

    async def stream(self, workspace: str, ref: BinaryRef) -> AsyncIterator[bytes]:
        """The bytes in chunks; see `FileBlobs.stream`."""
        await self._fetch(workspace, ref)
        async for chunk in self._files.stream(workspace, ref):
            yield chunk

    async def delete(self, workspace: str, ref: BinaryRef) -> None:
        """Forget bytes, here and there."""
        path = self._files.path(workspace, ref.id)
        try:
            await obstore.delete_async(self._store, self._name(path))
        except FileNotFoundError:
            pass
        except (BaseError, OSError) as error:
            raise _unavailable(error) from error
        await self._files.delete(workspace, ref)

    async def _fetch(self, workspace: str, ref: BinaryRef) -> None:
        """Have the file here, if it is anywhere."""
        path = self._files.path(workspace, ref.id)
        if await asyncio.to_thread(path.exists):
            return
        try:
            found = await obstore.get_async(self._store, self._name(path))
            await self._keep(path, found)
        except FileNotFoundError as error:
            message = "There is no binary data with this handle in this workspace."
            raise BlobNotFound(message, hint="It may have been removed; run it again.") from error
        except (BaseError, OSError) as error:
            raise _unavailable(error) from error

    async def _keep(self, path: Path, found: Any) -> None:
        await asyncio.to_thread(private_folder, path.parent)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                async for chunk in found.stream():
                    await asyncio.to_thread(file.write, bytes(chunk))
            os.replace(name, path)  # noqa: PTH105 - as quick as it is
        except BaseException:
            os.unlink(name)  # noqa: PTH108
            raise

    def _name(self, path: Path) -> str:
        return path.relative_to(self._folder).as_posix()


def open_blobs(folder: Path, key: bytes, url: str) -> FileBlobs | ObjectBlobs:
    """Blobs in the files of a folder, and, where an address is given, in its object store.

    Raises:
        BlobsUnavailable: The address names no object store.
    """
    files = FileBlobs(folder, key)
    if not url:
        return files
    try:
        store: Any = from_url(url)
    except (BaseError, ValueError, OSError) as error:
        raise _unavailable(error) from error
    return ObjectBlobs(files, folder, store)


def _unavailable(error: Exception) -> BlobsUnavailable:
    why = str(error).splitlines()[0] if str(error) else type(error).__name__
    message = f"The object store cannot be used: {why[:300]}"
    return BlobsUnavailable(message, hint="Look at `blob_store` and at the credentials for it.")
