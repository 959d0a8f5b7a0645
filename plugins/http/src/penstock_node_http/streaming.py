"""Responses that are never held in memory: files, and events as they come."""

from __future__ import annotations

import asyncio
import codecs
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

from penstock_node_http.pagination import Page
from penstock_node_http.response import envelope, file_name, media_type
from penstock_node_http.sending import ERROR_STATUS, arguments, refused, unreached
from penstock_sdk import Context, Item, NodeFailed, RetryLater
from penstock_sdk.context import OpenResponse

STREAMED = frozenset({"file", "events"})
_MAX_EVENT_BYTES = 1_000_000


async def stream_items(ctx: Context, params: Mapping[str, Any], page: Page) -> list[Item]:
    """The one item of a file, or an item per event.

    Raises:
        NodeFailed: A status from 400 on; `RetryLater` where the request may be repeated.
    """
    events = params["response"] == "events"
    given = arguments(ctx, params, page)
    if events:
        given["timeout_s"] += float(params["listen_s"])
    try:
        async with ctx.http.open(str(params["method"]).upper(), page.url, **given) as response:
            if response.status >= ERROR_STATUS and not params["never_fail"]:
                raise refused(params, await response.read())
            if events:
                return await _events(params, response)
            return [await _file(ctx, params, response)]
    except RetryLater as error:
        if error.data:  # made from a status, which decided already
            raise
        raise unreached(error, params) from error


async def _file(ctx: Context, params: Mapping[str, Any], response: OpenResponse) -> Item:
    ref = await ctx.binary.write(
        response.chunks(),
        media_type=media_type(response) or "application/octet-stream",
        file_name=file_name(response),
    )
    found = envelope(params, response) if params["full_response"] else {}
    return Item(found, {params["output_field"] or "data": ref})


async def _events(params: Mapping[str, Any], response: OpenResponse) -> list[Item]:
    found: list[Item] = []
    try:
        async with asyncio.timeout(float(params["listen_s"])):
            async for event in read_events(response.chunks()):
                found.append(Item(event))
                if len(found) >= int(params["max_events"]):
                    break
    except TimeoutError:
        pass  # the person said how long to listen
    return found


async def read_events(chunks: AsyncIterator[bytes]) -> AsyncIterator[dict[str, Any]]:
    """The events of a stream; data that is JSON becomes its value.

    Raises:
        NodeFailed: One event is larger than a million bytes.
    """
    fields: dict[str, Any] = {}
    data: list[str] = []
    async for line in _lines(chunks):
        if not line:
            if data:
                yield {**fields, "data": _value("\n".join(data))}
            fields, data = {key: fields[key] for key in ("id",) if key in fields}, []
            continue
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            data.append(value)
        elif name in ("event", "id"):
            fields[name] = value
        if sum(map(len, data)) > _MAX_EVENT_BYTES:
            raise _too_long()


async def _lines(chunks: AsyncIterator[bytes]) -> AsyncIterator[str]:
    """Lines, however they end; the last one only if it is complete."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
    rest = ""
    async for chunk in chunks:
        rest += decoder.decode(chunk)
        # A CR at the end may be half of a CRLF.
        kept = "\r" if rest.endswith("\r") else ""
        *lines, rest = rest.removesuffix(kept).replace("\r\n", "\n").replace("\r", "\n").split("\n")
        rest += kept
        if len(rest) > _MAX_EVENT_BYTES:
            raise _too_long()
        for line in lines:
            yield line


def _too_long() -> NodeFailed:
    message = f"An event is larger than {_MAX_EVENT_BYTES:,} bytes."
    return NodeFailed(message, hint="Is this a stream of events?", field="response")


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
