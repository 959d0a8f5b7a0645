"""`/api/v1/events/stream`: events as a stream, for whoever has no WebSocket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import TYPE_CHECKING

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response, StreamingResponse

from penstock_sdk import PenstockError
from penstock_web.events.clients import Client
from penstock_web.events.connecting import CHECK_S, connection_of, principal_of
from penstock_web.events.messages import Wish
from penstock_web.events.sockets import PAUSE_S
from penstock_web.http.principal import Principal
from penstock_web.http.problem import BadRequest, response_of

if TYPE_CHECKING:
    from penstock_web.server import Server

_HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}
_AGAIN_MS = 2_000


async def serve_stream(server: Server, request: Request) -> Response:
    """Answer with a stream."""
    connection = connection_of(request)
    try:
        principal = await principal_of(server, connection)
        wishes = _wishes(request)
        client = await server.events.join()
    except PenstockError as error:
        return response_of(error)
    stream = _Stream(server, connection, client, principal)
    return StreamingResponse(stream.parts(wishes), headers=_HEADERS, media_type="text/event-stream")


class _Stream:
    def __init__(
        self, server: Server, connection: HTTPConnection, client: Client, principal: Principal
    ) -> None:
        self._server = server
        self._connection = connection
        self._client = client
        self._principal = principal

    async def parts(self, wishes: Sequence[Wish]) -> AsyncGenerator[bytes]:
        """What is sent, until either side ends it."""
        events, client = self._server.events, self._client
        try:
            yield b"retry: %d\n\n" % _AGAIN_MS
            for wish in wishes:
                await events.handle(client, self._principal, wish)
            loop = asyncio.get_running_loop()
            checked = loop.time()
            while not client.has_ended:
                yield await self._part()
                await asyncio.sleep(PAUSE_S)
                if loop.time() - checked > CHECK_S:
                    checked = loop.time()
                    if not await self._may_still():
                        return
        finally:
            await events.part(client)

    async def _part(self) -> bytes:
        try:
            async with asyncio.timeout(CHECK_S):
                return b"".join(map(_written, await self._client.batch()))
        except TimeoutError:
            return b": nothing new\n\n"

    async def _may_still(self) -> bool:
        try:
            principal = await principal_of(self._server, self._connection)
        except PenstockError:
            return False
        if principal != self._principal:
            self._principal = principal
            await self._server.events.allowed_still(self._client, principal)
        return True


def _written(data: bytes) -> bytes:
    """A message as the stream has it. It begins with its id: `{"id":"…",`."""
    return b"id: %s\ndata: %s\n\n" % (data[7 : data.index(b'"', 7)], data)


def _wishes(request: Request) -> Sequence[Wish]:
    """What is to be watched.

    Raises:
        BadRequest: It does not say.
    """
    query = request.query_params
    after = request.headers.get("last-event-id", "") or query.get("after", "")
    wishes = [Wish(do="subscribe", workflow=one, after=after) for one in query.getlist("workflow")]
    wishes += [
        Wish(do="subscribe", execution=one, after=after) for one in query.getlist("execution")
    ]
    if query.get("all") == "true":
        wishes.append(Wish(do="subscribe", workspace=True, after=after))
    if not wishes:
        hint = "Name workflow=… or execution=…, as often as needed, or all=true."
        raise BadRequest("Watch what?", hint=hint)
    return wishes
