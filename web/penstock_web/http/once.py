"""`Idempotency-Key`: a call that creates something is done once, however often it is sent."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from starlette.responses import Response

from penstock_kernel.store.sql import once
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.once import Answer, Asked
from penstock_web.http.problem import BadRequest

if TYPE_CHECKING:
    from penstock_web.http.endpoint import Call

_LONGEST = 200
_KEPT_HEADERS = ("content-type", "etag", "location")


class Once:
    """The keys of one database."""

    def __init__(self, db: Database, now_ms: Callable[[], int]) -> None:
        self._db = db
        self._now_ms = now_ms

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
        digest = hashlib.sha256(f"{call.request.url.path}\n".encode() + body).hexdigest()
        asked, now_ms = Asked(endpoint, key, digest), self._now_ms()
        known = await self._db.transact(lambda one: once.begin(one, call.scope, asked, now_ms))
        if known is not None:
            headers = {**known.headers, "idempotent-replay": "true"}
            return Response(known.body, known.status, headers)
        try:
            response = await do()
        except BaseException:
            await self._db.transact(lambda one: once.forget(one, call.scope, asked))
            raise
        kept = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
        answer = Answer(response.status_code, kept, bytes(response.body))
        await self._db.transact(lambda one: once.end(one, call.scope, asked, answer))
        return response
