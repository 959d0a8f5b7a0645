"""What a form sends: texts by name, and files that go to the blob store as they come.

The rules:

* No more is read than is taken, whatever the header says of its length.
* Files that no field asks for are not kept.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing

import msgspec
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from penstock_kernel.store.blobs import BlobStore
from penstock_sdk import BinaryRef
from penstock_web.http.problem import BadRequest, TooLarge
from penstock_web.pages.fields import Field

MOST_FILES = 20
MOST_FIELDS = 500
MOST_BYTES = 100 * 1024 * 1024
#: Of a form without files: it is kept in memory.
MOST_TEXT_BYTES = 16 * 1024 * 1024
HINT = "Send it as a browser does."
_CHUNK = 256 * 1024


class Sent(msgspec.Struct, frozen=True):
    """What came."""

    texts: Mapping[str, Sequence[str]]
    files: Mapping[str, BinaryRef]


async def read_form(
    request: Request, blobs: BlobStore, workspace: str, fields: Sequence[Field]
) -> Sent:
    """Read a form.

    Raises:
        BadRequest: It is no form.
        TooLarge: It is more than is taken.
    """
    wanted = {field.key for field in fields if field.type == "file"}
    texts: dict[str, list[str]] = {}
    files: dict[str, BinaryRef] = {}
    form = await _parsed(request)
    try:
        for name, value in form.multi_items():
            if isinstance(value, str):
                texts.setdefault(name, []).append(value)
            elif value.filename and name in wanted:
                files[name] = await _keep(value, blobs, workspace)
    finally:
        await form.close()
    return Sent(texts, files)


async def _parsed(request: Request) -> FormData:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in ("multipart/form-data", "application/x-www-form-urlencoded"):
        return FormData()
    try:
        if kind == "multipart/form-data":
            async with aclosing(_bounded(request, MOST_BYTES)) as parts:
                return await MultiPartParser(
                    request.headers, parts, max_files=MOST_FILES, max_fields=MOST_FIELDS
                ).parse()
        async with aclosing(_bounded(request, MOST_TEXT_BYTES)) as parts:
            return await FormParser(request.headers, parts, max_fields=MOST_FIELDS).parse()
    except ClientDisconnect as error:
        raise BadRequest("The form ended early.") from error
    except (MultiPartException, ValueError) as error:
        message = getattr(error, "message", "") or "It is not what its type says."
        raise BadRequest(f"The form cannot be read: {message}", hint=HINT) from error


async def _bounded(request: Request, most: int) -> AsyncGenerator[bytes]:
    """The body as it comes, up to a limit."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > most:
        raise _too_large(most)
    seen = 0
    async with aclosing(request.stream()) as stream:
        async for part in stream:
            seen += len(part)
            if seen > most:
                raise _too_large(most)
            yield part


def _too_large(most: int) -> TooLarge:
    return TooLarge(f"The form is larger than {most >> 20} MB.", hint="Send smaller files.")


async def _keep(file: UploadFile, blobs: BlobStore, workspace: str) -> BinaryRef:
    media_type = file.content_type or "application/octet-stream"
    return await blobs.write(
        workspace, _chunks(file), media_type=media_type, file_name=file.filename
    )


async def _chunks(file: UploadFile) -> AsyncIterator[bytes]:
    while chunk := await file.read(_CHUNK):
        yield chunk
