"""Whether a process lives, is ready and has started: a small ASGI app of its own.

The rules:

* `/healthz/live` answers as long as the loop turns; an orchestrator restarts what does not.
* `/healthz/ready` is 503 while the database cannot be reached or the process is about to end, so
  that nothing is sent to it.
* `/healthz/startup` is 503 until everything stands.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import msgspec
from sqlalchemy import Connection, text

from penstock_kernel.store.sql.database import Database
from penstock_sdk import PenstockError

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
PATIENCE_S = 2.0


class Health:
    """The state of one process, and the ASGI app that tells it."""

    def __init__(self, role: str) -> None:
        self.role = role
        self.db: Database | None = None
        self.has_started = False
        self.is_ending = False

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live_on(receive, send)
            return
        if scope["type"] != "http":
            return
        status, told = await self.look(scope["path"])
        body = msgspec.json.encode({"role": self.role, **told})
        headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def look(self, path: str) -> tuple[int, dict[str, str]]:
        """The status and the answer for a path."""
        if path == "/healthz/live":
            return 200, {"status": "live"}
        if path == "/healthz/startup":
            return (200, {"status": "started"}) if self.has_started else _no("starting")
        if path == "/healthz/ready":
            return await self._ready()
        if path == "/":
            return 200, {
                "status": "serving",
                "detail": "There is no page here yet; see `penstock`.",
            }
        return 404, {"status": "unknown", "detail": "There are /healthz/live, ready and startup."}

    async def _ready(self) -> tuple[int, dict[str, str]]:
        if not self.has_started or self.db is None:
            return _no("starting")
        if self.is_ending:
            return _no("ending")
        try:
            await asyncio.wait_for(self.db.read(_ask), PATIENCE_S)
        except (PenstockError, TimeoutError) as error:
            detail = error.message if isinstance(error, PenstockError) else "It does not answer."
            return 503, {"status": "no database", "detail": detail}
        return 200, {"status": "ready"}


def _ask(connection: Connection) -> int:
    return int(connection.execute(text("SELECT 1")).scalar_one())


def _no(status: str) -> tuple[int, dict[str, str]]:
    return 503, {"status": status}


async def _live_on(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
