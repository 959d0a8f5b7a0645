"""Files that people upload, binary data of executions, and links to both."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from typing import Annotated
from urllib.parse import quote

import msgspec
from msgspec import Meta
from starlette.responses import Response, StreamingResponse

from penstock_kernel.store.blobs import BlobNotFound
from penstock_kernel.store.links import LONGEST_S
from penstock_kernel.store.sql import files
from penstock_kernel.store.sql.files import File
from penstock_sdk import BinaryRef
from penstock_web.api.streams import part_of, parts_of, range_of
from penstock_web.http.endpoint import Call, Given, Page, Paged, endpoint

MOST_FILE_BYTES = 256 * 1024 * 1024
MOST_DELETED = 100
_MEDIA_TYPE = re.compile(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,80}")
#: What a browser shows and cannot run.
_SHOWN = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"})
FileName = Annotated[str, Meta(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f/\\]*$")]
TtlS = Annotated[int, Meta(ge=1, le=LONGEST_S)]


class OneFile(Given, frozen=True):
    """Which file."""

    file: str


class OneBlob(Given, frozen=True):
    """Which binary data, by the handle that an item has."""

    blob: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]


class OneLink(Given, frozen=True):
    """What a link says."""

    word: str


class FilesWanted(Paged, frozen=True):
    """Which files."""

    #: Part of the name.
    search: str = ""


class Uploading(Given, frozen=True):
    """What the file is to be called."""

    name: FileName


class BlobWanted(Given, frozen=True):
    """What else the item says of its binary data."""

    size: Annotated[int, Meta(ge=0, le=1 << 40)]
    media_type: str = "application/octet-stream"
    file_name: str = ""
    #: Let a browser show it, where that is safe.
    inline: bool = False


class Showing(Given, frozen=True):
    """How a file is to be answered."""

    #: Let a browser show it, where that is safe.
    inline: bool = False


class FilesRemoved(Given, frozen=True):
    """Files to be deleted."""

    ids: Annotated[Sequence[str], Meta(min_length=1, max_length=MOST_DELETED)]


class FilesGone(msgspec.Struct, frozen=True):
    """Those that there were."""

    removed: Sequence[str]


class LinkGiven(Given, frozen=True):
    """How long a link is to be valid."""

    valid_s: TtlS = 3_600


class LinkMade(msgspec.Struct, frozen=True):
    """A link that whoever has it may follow."""

    url: str
    path: str
    expires_ms: int


@endpoint("GET", "/files", needs="file:read")
async def list_files(call: Call, query: FilesWanted) -> Page[File]:
    """The files of the workspace, the newest first."""
    most = max(1, min(query.limit, 500))
    found = await call.server.db.read(
        lambda one: files.listed(
            one, call.scope, part=query.search, after=query.cursor, most=most + 1
        )
    )
    return Page(found[:most], files.cursor(found[most - 1]) if len(found) > most else None)


@endpoint("POST", "/files", needs="file:write", status=201, consumes="*/*")
async def upload_file(call: Call, query: Uploading) -> File:
    """Upload a file: its bytes are the body, and its media type the `Content-Type`."""
    call.scope.require("file:write")
    media_type = _media_type(call.request.headers.get("content-type", ""))
    blob = await call.kernel.host.blobs.write(
        call.scope.workspace,
        parts_of(call.request, MOST_FILE_BYTES),
        media_type=media_type,
        file_name=query.name,
    )
    now_ms = call.kernel.now_ms()
    return await call.server.db.transact(
        lambda one: files.add(one, call.scope, query.name, blob, now_ms)
    )


@endpoint("GET", "/files/{file}", needs="file:read")
async def show_file(call: Call, path: OneFile) -> File:
    """What is known of a file."""
    return await _file(call, path.file)


@endpoint("GET", "/files/{file}/content", needs="file:read", produces="*/*")
async def download_file(call: Call, path: OneFile, query: Showing) -> Response:
    """The bytes of a file, or the `Range` of them that is asked for."""
    found = await _file(call, path.file)
    return await _content(call, call.scope.workspace, found.ref, inline=query.inline)


@endpoint("DELETE", "/files/{file}", needs="file:delete")
async def remove_file(call: Call, path: OneFile) -> None:
    """Delete a file."""
    await _file(call, path.file)
    now_ms = call.kernel.now_ms()
    await call.server.db.transact(lambda one: files.remove(one, call.scope, [path.file], now_ms))


@endpoint("POST", "/files/delete", needs="file:delete")
async def remove_files(call: Call, body: FilesRemoved) -> FilesGone:
    """Delete up to 100 files; those that are not there are passed over."""
    now_ms = call.kernel.now_ms()
    gone = await call.server.db.transact(
        lambda one: files.remove(one, call.scope, body.ids, now_ms)
    )
    return FilesGone(gone)


@endpoint("POST", "/files/{file}/links", needs="file:read", status=201, secret=True)
async def link_file(call: Call, path: OneFile, body: LinkGiven) -> LinkMade:
    """A link to a file that whoever has it may follow, for seven days at most.

    It ends with the file, too.
    """
    found = await _file(call, path.file)
    return _link(call, found.ref, body.valid_s)


@endpoint(
    "GET",
    "/blobs/{blob}",
    needs="execution:read",
    tag="files",
    produces="*/*",
)
async def download_blob(call: Call, path: OneBlob, query: BlobWanted) -> Response:
    """Binary data that an item of an execution names, or the `Range` that is asked for."""
    call.scope.require("execution:read")
    ref = await _blob(call, path.blob, query)
    return await _content(call, call.scope.workspace, ref, inline=query.inline)


@endpoint(
    "POST", "/blobs/{blob}/links", needs="execution:read", tag="files", status=201, secret=True
)
async def link_blob(call: Call, path: OneBlob, query: BlobWanted, body: LinkGiven) -> LinkMade:
    """A link to binary data that whoever has it may follow, as long as an execution names it."""
    call.scope.require("execution:read")
    return _link(call, await _blob(call, path.blob, query), body.valid_s)


@endpoint("GET", "/links/{word}", public=True, tag="files", produces="*/*")
async def follow_link(call: Call, path: OneLink, query: Showing) -> Response:
    """The bytes that a link stands for, until it expires or they are deleted."""
    link = call.kernel.host.links.read(path.word)
    named = await call.server.db.read(
        lambda one: files.system_is_named(one, link.workspace, link.blob.id)
    )
    if not named:
        raise BlobNotFound("What the link stands for was deleted.", hint="Ask for a new one.")
    return await _content(call, link.workspace, link.blob, inline=query.inline)


async def _file(call: Call, file: str) -> File:
    return await call.server.db.read(lambda one: files.get(one, call.scope, file))


def _link(call: Call, ref: BinaryRef, valid_s: int) -> LinkMade:
    word = call.kernel.host.links.make(call.scope.workspace, ref, ttl_s=valid_s)
    path = f"/api/v1/links/{word}"
    base = call.kernel.settings.public_url or str(call.request.base_url)
    expires_ms = call.kernel.host.links.read(word).expires_ms
    return LinkMade(f"{base.rstrip('/')}{path}", path, expires_ms)


async def _blob(call: Call, blob: str, query: BlobWanted) -> BinaryRef:
    """The handle of binary data, where there is any and it is as large as the item says."""
    ref = BinaryRef(
        id=blob,
        media_type=_media_type(query.media_type),
        file_name=query.file_name or None,
        size=query.size,
    )
    start = max(0, ref.size - 1)
    last = await call.kernel.host.blobs.read(call.scope.workspace, ref, start=start, size=2)
    if len(last) != ref.size - start:
        message = f"This binary data does not have {ref.size:,} bytes."
        raise BlobNotFound(message, hint="Send the size that stands in the item.")
    return ref


async def _content(call: Call, workspace: str, ref: BinaryRef, *, inline: bool) -> Response:
    headers = _headers(ref, inline=inline)
    blobs = call.kernel.host.blobs
    try:
        wanted = range_of(call.request.headers.get("range", ""), ref.size)
    except ValueError:
        headers["content-range"] = f"bytes */{ref.size}"
        return Response(status_code=416, headers=headers)
    start, end = wanted or (0, ref.size)
    parts = part_of(blobs, workspace, ref, start, end)
    # What cannot be read is told before anything was answered.
    first = await anext(parts, b"")
    if not first:
        await blobs.read(workspace, ref, size=0)
    headers["content-length"] = str(end - start)
    if wanted is not None:
        headers["content-range"] = f"bytes {start}-{end - 1}/{ref.size}"
    body = _after(first, parts)
    status = 200 if wanted is None else 206
    return StreamingResponse(body, status, headers, media_type=ref.media_type)


async def _after(first: bytes, parts: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for part in parts:
        yield part


def _headers(ref: BinaryRef, *, inline: bool) -> dict[str, str]:
    how = "inline" if inline and ref.media_type in _SHOWN else "attachment"
    name = quote(ref.file_name or "file", safe="")
    return {
        "content-disposition": f"{how}; filename*=UTF-8''{name}",
        "accept-ranges": "bytes",
        "etag": f'"{ref.id[:32]}"',
    }


def _media_type(given: str) -> str:
    chosen = given.partition(";")[0].strip().lower()
    return chosen if _MEDIA_TYPE.fullmatch(chosen) else "application/octet-stream"


ENDPOINTS = [
    list_files,
    upload_file,
    remove_files,
    show_file,
    download_file,
    remove_file,
    link_file,
    download_blob,
    link_blob,
    follow_link,
]
