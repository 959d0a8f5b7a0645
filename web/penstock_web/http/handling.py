"""What happens to a call: who makes it, whether he may, what he sent, what comes of it.

The rules:

* First who, then whether, then what: nothing is read of a call that is not allowed.
* A call that creates something and carries an `Idempotency-Key` is done once, however often it is
  sent.
* Every answer has an id by which the log knows it, and says that nobody else may keep it.
"""

from __future__ import annotations

import logging
import random
from typing import TYPE_CHECKING, Any, cast

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from penstock_sdk import PenstockError
from penstock_web.http.endpoint import Call, Endpoint, Reply
from penstock_web.http.problem import BadRequest, ServerFailed, SignInNeeded, response_of
from penstock_web.http.reading import Reader
from penstock_web.operations.logs import about

if TYPE_CHECKING:
    from penstock_web.server import Server

log = logging.getLogger(__name__)
KEY_HEADER = "idempotency-key"


class Handler:
    """Answers the calls of one endpoint."""

    def __init__(self, endpoint: Endpoint, server: Server) -> None:
        self.endpoint = endpoint
        self._server = server
        self._reader = Reader(endpoint)

    async def __call__(self, request: Request) -> Response:
        """Answer a call."""
        request_id = f"{random.getrandbits(64):016x}"
        about.set({"request": request_id})
        try:
            response = await self._answered(request)
        except PenstockError as error:
            response = response_of(error, request_id)
        except Exception:
            log.exception("request_failed: %s %s", request_id, self.endpoint.name)
            hint = f"The log of the server has more, under {request_id}."
            response = response_of(ServerFailed("This went wrong here.", hint=hint), request_id)
        response.headers["x-request-id"] = request_id
        response.headers.setdefault("cache-control", "no-store")
        return response

    async def _answered(self, request: Request) -> Response:
        principal = await self._server.identity.principal(request)
        needs = self.endpoint.needs
        if needs is not None and principal.kind == "anonymous":
            hint = "Send a session cookie, or a token as `Authorization: Bearer …`."
            raise SignInNeeded("Nobody has signed in.", hint=hint)
        call = Call(self._server, request, principal)
        if needs is not None and not principal.may_somewhere(needs):
            call.scope.require(needs)
        given, body = await self._reader.read(request)
        key = request.headers.get(KEY_HEADER, "")
        if key and self.endpoint.secret:
            message = "This answers a secret, which is not kept: no Idempotency-Key is taken."
            raise BadRequest(message, hint="Leave the header out.")
        if key and self.endpoint.method == "POST" and principal.kind != "anonymous":
            return await self._server.once.run(
                call, self.endpoint.name, key, body, lambda: self._done(call, given)
            )
        return await self._done(call, given)

    async def _done(self, call: Call, given: dict[str, Any]) -> Response:
        return self._encoded(await self.endpoint.run(call, **given))

    def _encoded(self, result: Any) -> Response:
        if isinstance(result, Response):
            return result
        status, headers, etag = self.endpoint.status, {}, ""
        if isinstance(result, Reply):
            reply = cast("Reply[Any]", result)
            status, etag = reply.status or status, reply.etag
            headers, result = dict(reply.headers), reply.value
        if etag:
            headers["etag"] = f'"{etag}"'
        if result is None and self.endpoint.returns is None:
            return Response(status_code=status, headers=headers)
        encoded = msgspec.json.encode(result, enc_hook=_plain)
        return Response(encoded, status, headers, "application/json")


def _plain(value: Any) -> Any:
    """What msgspec does not know by itself."""
    if isinstance(value, (set, frozenset)):
        return sorted(value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    return str(value)
