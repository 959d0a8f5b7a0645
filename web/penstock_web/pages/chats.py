"""`/chat/<workspace>/<path>`: a message starts its workflow, and what comes of it is the reply.

The rules:

* A chat that is not for anybody needs somebody who may run the workflow, in its workspace.
* A client that takes events hears of progress while the workflow runs, and of the reply at the end.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from penstock_kernel.execution.result import Execution
from penstock_kernel.store.journal import ExecutionNotFound
from penstock_kernel.store.records import Answer, ExecutionId
from penstock_kernel.work.answers import Gone
from penstock_kernel.work.hooks import Call, Hosted
from penstock_sdk import PenstockError
from penstock_web.events.connecting import in_workspace
from penstock_web.http.problem import BadRequest, ServerFailed, UnknownRoute, response_of
from penstock_web.http.reading import read_body

if TYPE_CHECKING:
    from penstock_web.server import Server

METHOD = "CHAT"
_MOST_BYTES = 1024 * 1024
_PATIENCE_S = 300.0
_EVENTS = "text/event-stream"
_UNKEPT = "It has ended, and nothing of it was kept."


class Said(msgspec.Struct, frozen=True):
    """A message."""

    chatInput: Annotated[str, Meta(min_length=1, max_length=100_000)]  # noqa: N815 - as peers call it
    sessionId: Annotated[str, Meta(max_length=200)] = ""  # noqa: N815
    metadata: dict[str, Any] = {}


def chat_routes(server: Server) -> list[Route]:
    """The route for a server."""
    return [Route("/chat/{workspace}/{path:path}", Chats(server).answer, methods=["POST"])]


class Chats:
    """Made once for a server."""

    def __init__(self, server: Server) -> None:
        self._server = server

    async def answer(self, request: Request) -> Response:
        """Take a message."""
        try:
            return await self._answered(request)
        except PenstockError as error:
            return response_of(error)

    async def _answered(self, request: Request) -> Response:
        kernel, place = self._server.kernel, request.path_params
        if "\0" in place["path"]:
            raise BadRequest("There is a character NUL in the address.", hint="Leave it out.")
        match = kernel.serving.hooks.routes.find(place["workspace"], METHOD, place["path"])
        if match is None or match.webhook.method != METHOD:
            raise UnknownRoute("There is no chat at this address, or not any more.")
        hosted = await kernel.serving.hooks.hosted(match.webhook)
        if not hosted.config.get("public"):
            there = in_workspace(request, match.webhook.workspace_id)
            principal = await self._server.identity.principal(there)
            principal.scope().require("workflow:run", match.webhook.workflow_id)
        call = await self._call(request)
        streams = _EVENTS in request.headers.get("accept", "")
        if streams or hosted.config.get("reply") == "stream":
            return StreamingResponse(self._events(hosted, call), media_type=_EVENTS)
        return _json({"output": await self._replied(hosted, call), "execution": call.execution})

    async def _call(self, request: Request) -> Call:
        try:
            said = msgspec.json.decode(await read_body(request, _MOST_BYTES), type=Said)
        except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
            raise BadRequest(f"This is no message: {error}.") from error
        except RecursionError as error:
            raise BadRequest("This is no message: it is nested too deep.") from error
        told = {
            "method": METHOD,
            "path": request.url.path,
            "headers": {},
            "params": {},
            "query": {},
            "body": {"action": "sendMessage", **msgspec.to_builtins(said)},
        }
        return Call(execution=self._server.kernel.new_id(), request=told)

    async def _replied(self, hosted: Hosted, call: Call) -> Any:
        hooks = self._server.kernel.serving.hooks
        with hooks.awaiting.waiter(call.execution, "answer") as waiter:
            await hooks.accept(hosted, call)
            came = await hooks.awaiting.came(waiter, _PATIENCE_S, looks_first=False)
        return reply_of(came)

    async def _events(self, hosted: Hosted, call: Call) -> AsyncGenerator[bytes]:
        hooks = self._server.kernel.serving.hooks
        try:
            # What ends may not be kept: its reply is heard by who was there before it began.
            with hooks.awaiting.waiter(call.execution, "answer") as waiter:
                await hooks.accept(hosted, call)
                async for event in self._progress(call.execution):
                    yield event
                came = await hooks.awaiting.came(waiter, _PATIENCE_S, looks_first=False)
            yield _event("message", {"output": reply_of(came), "execution": call.execution})
        except PenstockError as error:
            yield _event("error", {"code": error.code, "detail": error.message})

    async def _progress(self, execution: ExecutionId) -> AsyncGenerator[bytes]:
        """What is told of an execution until it has ended."""
        try:
            async for event in self._server.kernel.watch(execution):
                if event.kind == "step.progress" and event.message:
                    yield _event("progress", {"text": event.message, "node": event.node_name})
        except ExecutionNotFound:
            return  # it has ended, and nothing of it was kept


def reply_of(came: object) -> Any:
    """What a workflow says in a chat: what it replied, or the text of its last item.

    Raises:
        ServerFailed: It failed, or takes too long.
    """
    if isinstance(came, Answer):
        return came.body
    if isinstance(came, Gone):
        return _UNKEPT
    if not isinstance(came, Execution) or came.status != "success":
        raise ServerFailed("The workflow gave no reply.", hint="Look at its execution.")
    last = came.items[-1].json if came.items else {}
    return next((last[name] for name in ("output", "text", "message") if name in last), last)


def _event(kind: str, data: Any) -> bytes:
    return b"event: %s\ndata: %s\n\n" % (kind.encode(), msgspec.json.encode(data))


def _json(value: Any) -> Response:
    return Response(msgspec.json.encode(value), media_type="application/json")
