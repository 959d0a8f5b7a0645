"""Reads the body of a response, and stops where it is too large."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx2

from penstock_sandbox.errors import EgressFailed

_KNOWN = frozenset({"gzip", "deflate", "identity"})


async def bounded(response: httpx2.Response, max_bytes: int) -> AsyncIterator[bytes]:
    """The decoded body, as long as it fits: what is counted is what was unpacked."""
    codings = [
        one for one in response.headers.get("content-encoding", "").split(",") if one.strip()
    ]
    if len(codings) > 1:
        # Each one multiplies: a few hundred bytes could fill the memory before they are counted.
        message = "The response is packed more than once, which is refused."
        raise EgressFailed(message, retryable=False)
    if codings and codings[0].strip().lower() not in _KNOWN:
        message = f"The response is packed as {codings[0].strip()[:40]!r}, which was not offered."
        raise EgressFailed(message, retryable=False)
    seen = 0
    async for part in response.aiter_bytes():
        seen += len(part)
        if seen > max_bytes:
            message = f"The response is larger than {max_bytes:,} bytes."
            hint = "Ask for less at a time, or raise the limit of the node."
            raise EgressFailed(message, retryable=False, hint=hint)
        yield part
