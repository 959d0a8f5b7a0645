"""`/metrics` on any port of a process, and the counting of requests: a piece of bare ASGI.

The rules:

* With a token set, whoever asks has to send it. Without one, only a process that is bound to a
  loopback address tells, unless the operator opened it.
* The database is asked at most once in `FRESH_S`, however many ask here; where it does not answer,
  the rest is told.
"""

from __future__ import annotations

import hmac
import logging
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Protocol

from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from sqlalchemy import Connection

from penstock_kernel.store.sql import figures
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.figures import Line
from penstock_sdk import PenstockError
from penstock_web.operations.metrics import Metrics

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]
FRESH_S = 5.0
_PATH = "/metrics"
_FACES = {
    **dict.fromkeys(("hook", "hook-test", "form", "chat", "resume"), "hook"),
    "api": "api",
    "healthz": "health",
}
log = logging.getLogger(__name__)


class Places(Protocol):
    """How much a process runs, and how much more it could."""

    @property
    def running(self) -> int: ...
    @property
    def free(self) -> int: ...


class Exposition:
    """What `/metrics` answers."""

    def __init__(self, metrics: Metrics, *, token: str = "", is_open: bool = True) -> None:
        self.metrics = metrics
        self.db: Database | None = None
        self.places: Places | None = None
        self._token = f"Bearer {token}".encode() if token else b""
        self._is_open = is_open
        self._looked = float("-inf")

    def refusal(self, headers: list[tuple[bytes, bytes]]) -> str:
        """Why somebody is not told; empty where he is."""
        if self._token:
            given = next((value for name, value in headers if name == b"authorization"), b"")
            good = hmac.compare_digest(given, self._token)
            return "" if good else "Send the token of PENSTOCK_METRICS_TOKEN as a bearer token.\n"
        return "" if self._is_open else "Set PENSTOCK_METRICS_TOKEN, or PENSTOCK_METRICS=open.\n"

    async def text(self) -> bytes:
        """All metrics, as they stand."""
        if self.db is not None and time.monotonic() - self._looked > FRESH_S:
            self._looked = time.monotonic()
            await self._look(self.db)
        if self.places is not None:
            self.metrics.slots.labels("busy").set(self.places.running)
            self.metrics.slots.labels("free").set(max(0, self.places.free))
        return generate_latest(self.metrics.registry)

    async def _look(self, db: Database) -> None:
        def query(connection: Connection) -> tuple[list[Line], int]:
            return list(figures.system_queue(connection)), db.now_ms(connection)

        self.metrics.commits.set(db.commits)
        try:
            lines, now_ms = await db.read(query)
        except PenstockError as error:
            log.warning("queue_not_seen: %s: %s", error.code, error.message)
            return
        self.metrics.queued(lines, now_ms)


class Watched:
    """An app whose requests are counted, with `/metrics` beside it."""

    def __init__(self, app: App, exposition: Exposition) -> None:
        self._app = app
        self._exposition = exposition
        self._metrics = exposition.metrics

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer, or let the app answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path: str = scope["path"]
        if path == _PATH:
            await self._tell(scope, send)
            return
        begun, status = time.perf_counter(), 500

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            face = _FACES.get(path.split("/", 2)[1] if path else "", "page")
            self._metrics.answered(face, status, time.perf_counter() - begun)

    async def _tell(self, scope: Message, send: Send) -> None:
        refusal = self._exposition.refusal(scope["headers"])
        status = 403 if refusal else 200
        body = refusal.encode() or await self._exposition.text()
        kind = b"text/plain; charset=utf-8" if refusal else CONTENT_TYPE_PLAIN_0_0_4.encode()
        headers = [(b"content-type", kind), (b"cache-control", b"no-store")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})
