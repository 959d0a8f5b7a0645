"""`Idempotency-Key`: a call that creates something is done once, however often it is sent.

The rules:

* Calls are the same where their address, their query and their bodies are. Of a body that is not
  kept in memory only the length counts.
* While a call is being answered, it is said again and again that it is.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql import once
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.once import Answer, Asked, Taken
from penstock_sdk import PenstockError
from penstock_web.http.problem import BadRequest

if TYPE_CHECKING:
    from penstock_web.http.endpoint import Call

#: A third of the time after which an attempt is given up.
EACH_S = 20.0
_LONGEST = 200
_KEPT_HEADERS = ("content-type", "etag", "location")
log = logging.getLogger(__name__)


class Once:
    """The keys of one database."""

    def __init__(self, db: Database, now_ms: Callable[[], int], *, each_s: float = EACH_S) -> None:
        self._db = db
        self._now_ms = now_ms
        self._each_s = each_s

    async def run(
        self,
        call: Call,
        endpoint: str,
        key: str,
        body: bytes,
        do: Callable[[], Awaitable[Response]],
    ) -> Response:
        """Do it, or answer what came of it before.

        Raises:
            BadRequest: The key is too long.
            KeyReused: The key was used for something else.
            InProgress: It is being answered.
        """
        if len(key) > _LONGEST:
            raise BadRequest(f"The Idempotency-Key has more than {_LONGEST} characters.")
        asked, now_ms = Asked(endpoint, key, _digest(call.request, body)), self._now_ms()
        known = await self._db.transact(lambda one: once.begin(one, call.scope, asked, now_ms))
        if isinstance(known, Answer):
            headers = {**known.headers, "idempotent-replay": "true"}
            return Response(known.body, known.status, headers)
        held = _Held(self._db, call.scope, known, self._now_ms, self._each_s)
        try:
            async with held:
                response = await do()
        except BaseException:
            await self._db.transact(lambda one: once.forget(one, call.scope, held.taken))
            raise
        kept = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
        answer = Answer(response.status_code, kept, bytes(response.body))
        await self._db.transact(lambda one: once.end(one, call.scope, held.taken, answer))
        return response


class _Held:
    """Keeps what was taken on from being given up, until it is done."""

    def __init__(
        self,
        db: Database,
        scope: Scope,
        taken: Taken,
        now_ms: Callable[[], int],
        each_s: float,
    ) -> None:
        self.taken = taken
        self._db = db
        self._scope = scope
        self._now_ms = now_ms
        self._each_s = each_s
        self._over = asyncio.Event()

    async def __aenter__(self) -> None:
        self._task = asyncio.create_task(self._keeps())

    async def __aexit__(self, *_: object) -> None:
        # Not canceled: what it is writing decides which moment is ours.
        self._over.set()
        await self._task

    async def _keeps(self) -> None:
        while True:
            try:
                async with asyncio.timeout(self._each_s):
                    await self._over.wait()
                return
            except TimeoutError:
                await self._keep()

    async def _keep(self) -> None:
        taken, now_ms = self.taken, self._now_ms()
        try:
            self.taken = await self._db.transact(
                lambda one: once.keep(one, self._scope, taken, now_ms)
            )
        except PenstockError as error:
            log.warning("call_not_kept: %s: %s", error.code, error.message)


def _digest(request: Request, body: bytes) -> str:
    """What tells a call from others with the same key."""
    length = "" if body else request.headers.get("content-length", "")
    said = (request.url.path, request.scope["query_string"].decode("latin-1"), length)
    return hashlib.sha256("\n".join((*said, "")).encode() + body).hexdigest()
