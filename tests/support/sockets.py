"""A server on a real port, and a client of WebSockets that speaks to it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, cast

import httpx2
import hypercorn.asyncio
import msgspec
from hypercorn.config import Config
from wsproto import ConnectionType, WSConnection
from wsproto.events import (
    AcceptConnection,
    CloseConnection,
    RejectConnection,
    Request,
    TextMessage,
)

from penstock_web.app import create_app
from penstock_web.server import Server
from tests.support.server import Client

PATIENCE_S = 20


class Refused(Exception):
    """The server did not take the WebSocket."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Socket:
    """One WebSocket; messages are objects, in lists."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._wire = WSConnection(ConnectionType.CLIENT)
        self._text = ""
        self._messages: list[dict[str, Any]] = []
        self.closed: int | None = None
        self.accepted = False

    async def open(self, host: str, path: str, headers: Mapping[str, str]) -> None:
        """Shake hands."""
        offered = headers.get("sec-websocket-protocol", "")
        named = {name: one for name, one in headers.items() if name != "sec-websocket-protocol"}
        extra = [(name.encode(), value.encode()) for name, value in named.items()]
        protocols = [one.strip() for one in offered.split(",") if one]
        asked = Request(host, path, subprotocols=protocols, extra_headers=extra)
        self._writer.write(self._wire.send(asked))
        await self._read_until(lambda: self.accepted)

    async def send(self, **message: Any) -> None:
        """Send an object."""
        await self.send_text(msgspec.json.encode(message).decode())

    async def send_text(self, text: str) -> None:
        """Send a text."""
        self._writer.write(self._wire.send(TextMessage(text)))
        await self._writer.drain()

    async def next(self) -> dict[str, Any]:
        """The next message."""
        await self._read_until(lambda: bool(self._messages) or self.closed is not None)
        if not self._messages:
            raise ConnectionError(f"closed: {self.closed}")
        return self._messages.pop(0)

    async def until(self, kind: str) -> list[dict[str, Any]]:
        """All messages to the next one of a kind."""
        found = [await self.next()]
        while found[-1]["kind"] != kind:
            found.append(await self.next())
        return found

    async def end(self) -> int | None:
        """The code with which the server ends it."""
        await self._read_until(lambda: self.closed is not None)
        return self.closed

    def drop(self) -> None:
        """Go without a word."""
        self._writer.transport.abort()

    async def _read_until(self, is_there: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not is_there():
                data = await self._reader.read(1 << 16)
                if not data:
                    self.closed = self.closed or 1006
                    return
                self._wire.receive_data(data)
                for event in self._wire.events():
                    self._take(event)

    def _take(self, event: Any) -> None:
        if isinstance(event, RejectConnection):
            raise Refused(event.status_code)
        if isinstance(event, AcceptConnection):
            self.accepted = True
        elif isinstance(event, CloseConnection):
            self.closed = event.code
        elif isinstance(event, TextMessage):
            self._text += event.data
            if event.message_finished:
                self._messages += msgspec.json.decode(self._text)
                self._text = ""


class Listening(Client):
    """Calls the API of a server on a port, and opens WebSockets."""

    def __init__(self, server: Server, http: httpx2.AsyncClient, port: int) -> None:
        super().__init__(server, http)
        self.port = port

    @asynccontextmanager
    async def socket(self, query: str = "", **headers: str) -> AsyncGenerator[Socket]:
        """A WebSocket to the events."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        opened = Socket(reader, writer)
        try:
            await opened.open(f"127.0.0.1:{self.port}", f"/api/v1/events{query}", named)
            yield opened
        finally:
            opened.drop()


@asynccontextmanager
async def listening(server: Server) -> AsyncGenerator[Listening]:
    """A server that answers on a port of this machine."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(256)
    port = listener.getsockname()[1]
    config, stop = Config(), asyncio.Event()
    config.bind, config.graceful_timeout = [f"fd://{listener.detach()}"], 0.2
    config.accesslog = config.errorlog = None
    app, trigger = cast("Any", create_app(server)), stop.wait
    serving: Any = cast("Any", hypercorn.asyncio).serve(app, config, shutdown_trigger=trigger)
    task = asyncio.create_task(serving)
    try:
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
            yield Listening(server, http, port)
    finally:
        stop.set()
        await task
        await server.events.close()
