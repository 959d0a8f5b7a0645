"""`/api/v1/events`: events over a WebSocket, and what clients ask for."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.requests import HTTPConnection
from starlette.websockets import WebSocket, WebSocketDisconnect

from penstock_sdk import PenstockError
from penstock_web.events.clients import Client
from penstock_web.events.connecting import CHECK_S, PROTOCOL, connection_of, principal_of
from penstock_web.events.messages import Told, decode_wish
from penstock_web.http.principal import Principal
from penstock_web.http.problem import BadRequest, response_of

if TYPE_CHECKING:
    from penstock_web.server import Server

#: Between two messages, so that what comes close together is sent together.
PAUSE_S = 0.05
MOST_WISH_BYTES = 4_096
SIGN_IN, RESTARTS = 4401, 1012
log = logging.getLogger(__name__)


async def serve_socket(server: Server, websocket: WebSocket) -> None:
    """Talk with a client until it goes."""
    connection = connection_of(websocket)
    try:
        principal = await principal_of(server, connection)
        client = await server.events.join()
    except PenstockError as error:
        await websocket.send_denial_response(response_of(error))
        return
    offered: list[str] = websocket.scope.get("subprotocols", [])
    try:
        await websocket.accept(PROTOCOL if PROTOCOL in offered else None)
        await _Talk(server, websocket, connection, client, principal).go_on()
    finally:
        await server.events.part(client)


class _Talk:
    """One connection, until it ends."""

    def __init__(
        self,
        server: Server,
        websocket: WebSocket,
        connection: HTTPConnection,
        client: Client,
        principal: Principal,
    ) -> None:
        self._server = server
        self._websocket = websocket
        self._connection = connection
        self._client = client
        self._principal = principal

    async def go_on(self) -> None:
        """Until either side ends it."""
        works: list[Coroutine[Any, Any, None]] = [self._hear(), self._send(), self._check()]
        tasks = [asyncio.create_task(work) for work in works]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            for result in await asyncio.gather(*tasks, return_exceptions=True):
                if isinstance(result, Exception) and not _is_end(result):
                    log.error("events_failed", exc_info=result)

    async def _hear(self) -> None:
        while True:
            text = await self._websocket.receive_text()
            try:
                wish = decode_wish(_checked(text))
            except (msgspec.MsgspecError, PenstockError) as error:
                self._client.tell(_unreadable(error))
                continue
            await self._server.events.handle(self._client, self._principal, wish)

    async def _send(self) -> None:
        while True:
            batch = await self._client.batch()
            if not batch:
                await self._websocket.close(RESTARTS)
                return
            await self._websocket.send_text((b"[" + b",".join(batch) + b"]").decode())
            await asyncio.sleep(PAUSE_S)

    async def _check(self) -> None:
        while True:
            await asyncio.sleep(CHECK_S)
            try:
                principal = await principal_of(self._server, self._connection)
            except PenstockError as error:
                await self._websocket.close(SIGN_IN, error.code)
                return
            if principal != self._principal:
                self._principal = principal
                await self._server.events.allowed_still(self._client, principal)


def _checked(text: str) -> str:
    if len(text) > MOST_WISH_BYTES:
        raise BadRequest(f"A message has more than {MOST_WISH_BYTES:,} characters.")
    return text


def _unreadable(error: Exception) -> Told:
    hint = "Messages to this address are described in docs/events.md."
    return Told(kind="refused", code=BadRequest.code, detail=str(error), hint=hint)


def _is_end(error: Exception) -> bool:
    """Is it the other side that has gone?"""
    # What is sent to whoever has gone already is refused as a RuntimeError.
    return isinstance(error, WebSocketDisconnect | RuntimeError | OSError)
