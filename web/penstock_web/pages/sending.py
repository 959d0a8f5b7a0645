"""What a form sends: texts by name, and files that go to the blob store as they come."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence

import msgspec
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import Request

from penstock_kernel.store.blobs import BlobStore
from penstock_sdk import BinaryRef
from penstock_web.http.problem import BadRequest, TooLarge
from penstock_web.pages.fields import Field

MOST_FILES = 20
MOST_FIELDS = 500
MOST_BYTES = 100 * 1024 * 1024
_CHUNK = 256 * 1024


class Sent(msgspec.Struct, frozen=True):
    """What came."""

    texts: Mapping[str, Sequence[str]]
    files: Mapping[str, BinaryRef]


async def read_form(
    request: Request, blobs: BlobStore, workspace: str, fields: Sequence[Field]
) -> Sent:
    """Read a form. Files that no field asks for are not kept.

    Raises:
        BadRequest: It is no form.
        TooLarge: It is more than is taken.
    """
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > MOST_BYTES:
        hint = "Send smaller files."
        raise TooLarge(f"The form is larger than {MOST_BYTES >> 20} MB.", hint=hint)
    wanted = {field.key for field in fields if field.type == "file"}
    texts: dict[str, list[str]] = {}
    files: dict[str, BinaryRef] = {}
    try:
        async with request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS) as form:
            for name, value in form.multi_items():
                if isinstance(value, str):
                    texts.setdefault(name, []).append(value)
                elif value.filename and name in wanted:
                    files[name] = await _keep(value, blobs, workspace)
    except MultiPartException as error:
        raise BadRequest(f"The form cannot be read: {error.message}") from error
    return Sent(texts, files)


async def _keep(file: UploadFile, blobs: BlobStore, workspace: str) -> BinaryRef:
    media_type = file.content_type or "application/octet-stream"
    return await blobs.write(
        workspace, _chunks(file), media_type=media_type, file_name=file.filename
    )


async def _chunks(file: UploadFile) -> AsyncIterator[bytes]:
    while chunk := await file.read(_CHUNK):
        yield chunk
