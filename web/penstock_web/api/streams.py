"""Bodies that are too large to be in memory as a whole, and parts of what is answered."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

from starlette.requests import ClientDisconnect, Request

from penstock_kernel.store.blobs import CHUNK, BlobStore
from penstock_sdk import BinaryRef
from penstock_web.http.problem import BadRequest, TooLarge

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


async def parts_of(request: Request, most_bytes: int) -> AsyncIterator[bytes]:
    """A body as it comes.

    Raises:
        TooLarge: It is more than is taken.
        BadRequest: The client went away.
    """
    declared = request.headers.get("content-length", "")
    size = int(declared) if declared.isdigit() else 0
    seen = 0
    try:
        # What is declared is refused before a byte of it was read.
        if size <= most_bytes:
            async for part in request.stream():
                seen += len(part)
                if seen > most_bytes:
                    break
                yield part
    except ClientDisconnect as error:
        raise BadRequest("The body ended early.") from error
    if max(size, seen) > most_bytes:
        message = f"The body is larger than {most_bytes:,} bytes."
        raise TooLarge(message, hint="Send less, or in several parts.")


def range_of(header: str, size: int) -> tuple[int, int] | None:
    """Where a part begins and ends that is asked for; none: everything is.

    Several parts at once are answered with everything, as they may be.

    Raises:
        ValueError: There is no such part.
    """
    found = _RANGE.fullmatch(header.strip())
    if found is None or found.group(0) == "bytes=-":
        return None
    first, last = found.groups()
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start = int(first)
        end = min(size, int(last) + 1) if last else size
    if start >= size or start >= end:
        raise ValueError(header)
    return start, end


async def part_of(
    blobs: BlobStore, workspace: str, ref: BinaryRef, start: int, end: int
) -> AsyncIterator[bytes]:
    """Some of the bytes of a blob, a chunk at a time."""
    while start < end:
        part = await blobs.read(workspace, ref, start=start, size=min(CHUNK, end - start))
        if not part:
            return
        yield part
        start += len(part)
