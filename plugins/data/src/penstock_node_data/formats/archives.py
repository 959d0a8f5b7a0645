"""Pack and unpack ZIP and gzip, within limits that stop bombs.

The rules:

* What comes out may be so many times larger than what went in, so large, and so many files.
* The name of a file in an archive is a name for people: never a path, never a place to write to.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import AsyncIterator, Iterator, Sequence

MAX_BYTES = 500_000_000  # of all that comes out of an archive
MAX_ARCHIVE = 100_000_000  # bytes of a ZIP, which has to be in memory
_MAX_FILES = 1_000
_MAX_RATIO = 200
_FREE = 10_000_000  # bytes that may come out whatever the ratio
_CHUNK = 256 * 1024
_MAX_NAME = 200
_GZIP = 31  # what zlib calls the format of gzip
_MOMENT = (1980, 1, 1, 0, 0, 0)  # the same archive from the same files


class BadArchive(Exception):
    """An archive that is refused. Stays inside: it becomes a `NodeFailed`."""


class _Allowance:
    """Counts what comes out."""

    def __init__(self, size: int) -> None:
        self._limit = min(MAX_BYTES, max(_FREE, size * _MAX_RATIO))
        self._seen = 0

    def take(self, data: bytes) -> bytes:
        self._seen += len(data)
        if self._seen > self._limit:
            raise BadArchive("more comes out of it than is allowed for an archive of its size")
        return data


def file_name(name: str) -> str:
    """The last part of a path, without anything that a system could take for a place."""
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    shown = "".join(sign for sign in last if sign.isprintable() and sign not in ':*?"<>|')
    return shown.strip(". ")[:_MAX_NAME] or "file"


async def gzipped(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The bytes, packed by gzip."""
    packer = zlib.compressobj(wbits=_GZIP)
    async for chunk in chunks:
        packed = packer.compress(chunk)
        if packed:
            yield packed
    yield packer.flush()


async def gunzipped(chunks: AsyncIterator[bytes], size: int) -> AsyncIterator[bytes]:
    """The bytes that were packed by gzip.

    Raises:
        BadArchive: They were not, or too much comes out.
    """
    allowance, unpacker = _Allowance(size), zlib.decompressobj(wbits=_GZIP)
    try:
        async for chunk in chunks:
            data = chunk
            while data:
                yield allowance.take(unpacker.decompress(data, _CHUNK))
                data = unpacker.unconsumed_tail
                if unpacker.eof:
                    data = unpacker.unused_data
                    unpacker = zlib.decompressobj(wbits=_GZIP) if data else unpacker
        yield allowance.take(unpacker.flush())
    except zlib.error as error:
        raise BadArchive("it is not a gzip file, or it is damaged") from error
    if not unpacker.eof:
        raise BadArchive("it ends too early")


def zipped(files: Sequence[tuple[str, bytes]]) -> bytes:
    """A ZIP with these files; names that come twice get a number."""
    buffer, used = io.BytesIO(), set[str]()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            info = zipfile.ZipInfo(_unused(file_name(name), used), _MOMENT)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return buffer.getvalue()


def _unused(name: str, used: set[str]) -> str:
    stem, dot, ending = name.rpartition(".")
    shown, number = name, 2
    while shown in used:
        shown = f"{stem} {number}{dot}{ending}" if dot else f"{name} {number}"
        number += 1
    used.add(shown)
    return shown


def unzipped(data: bytes) -> Iterator[tuple[str, Iterator[bytes]]]:
    """The files of a ZIP: a name, and the bytes piece by piece.

    Raises:
        BadArchive: It is no ZIP, or holds more than is allowed.
    """
    allowance = _Allowance(len(data))
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise BadArchive("it is not a ZIP file, or it is damaged") from error
    if len(entries) > _MAX_FILES:
        raise BadArchive(f"it holds more than {_MAX_FILES:,} files")
    for entry in entries:
        if entry.flag_bits & 1:
            raise BadArchive("it is protected by a password")
        yield file_name(entry.filename), _pieces(archive, entry, allowance)


def _pieces(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, allowance: _Allowance
) -> Iterator[bytes]:
    try:
        with archive.open(entry) as opened:
            while chunk := opened.read(_CHUNK):
                yield allowance.take(chunk)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise BadArchive("a file in it is damaged or packed in a way that is not known") from error
