"""The addresses of events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket

from penstock_web.events.sockets import serve_socket
from penstock_web.events.stream import serve_stream

if TYPE_CHECKING:
    from penstock_web.server import Server


def event_routes(server: Server) -> Sequence[BaseRoute]:
    """What answers at `/api/v1/events`, to be given to `create_app`."""

    async def socket(websocket: WebSocket) -> None:
        await serve_socket(server, websocket)

    async def stream(request: Request) -> Response:
        return await serve_stream(server, request)

    return [
        WebSocketRoute("/api/v1/events", socket),
        Route("/api/v1/events/stream", stream),
    ]
