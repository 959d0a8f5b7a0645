"""`/resume/<word>`: where somebody answers an execution that waits for him.

The rules:

* The word is the right to answer, once. It is looked at and never acted on by a GET, because mail
  programs follow links; only a wait for a request takes any request.
* Who sends a form whose workflow has another page is led there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from penstock_kernel.store.links import LinkInvalid
from penstock_kernel.store.sql.asks import AnsweredAlready, Asked, NothingAsked
from penstock_kernel.work.people import Answered
from penstock_sdk import PenstockError
from penstock_web.hooks.reading import named
from penstock_web.http.problem import BadRequest, response_of
from penstock_web.http.reading import read_body
from penstock_web.pages.fields import button, fields_of, form_html, read_fields
from penstock_web.pages.following import follow
from penstock_web.pages.html import form_page, said
from penstock_web.pages.sending import read_form

if TYPE_CHECKING:
    from penstock_web.server import Server

_MOST_BYTES = 10 * 1024 * 1024
_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def resume_routes(server: Server) -> list[Route]:
    """The route for a server."""
    pages = Resuming(server)
    return [Route("/resume/{word}", pages.answer, methods=_METHODS)]


class Resuming:
    """Made once for a server."""

    def __init__(self, server: Server) -> None:
        self._server = server

    async def answer(self, request: Request) -> Response:
        """Show what is asked, or take what is answered."""
        word = request.path_params["word"]
        try:
            workspace, asked = await self._server.people.asked(word)
            if asked.kind == "webhook":
                return await self._take_request(request, workspace, asked)
            if request.method != "POST":
                return _shown(asked)
            return await self._take_form(request, workspace, asked)
        except AnsweredAlready:
            return said("Thank you", "This was answered already. There is nothing left to do.")
        except (LinkInvalid, NothingAsked) as error:
            return said("Nothing to do here", f"{error.message}\n{error.hint}", 404)
        except PenstockError as error:
            return response_of(error)

    async def _take_request(self, request: Request, workspace: str, asked: Asked) -> Response:
        if request.method == "HEAD":
            return Response()
        body = await read_body(request, _MOST_BYTES)
        told = {
            "headers": named(request.headers.items()),
            "params": {},
            "query": dict(request.query_params),
            "body": _body(request.headers.get("content-type", ""), body),
        }
        await self._server.people.answer(workspace, asked, Answered(json=told))
        return JSONResponse({"execution": asked.execution_id, "status": "resumed"})

    async def _take_form(self, request: Request, workspace: str, asked: Asked) -> Response:
        fields = fields_of(asked.asks.shows)
        form = await read_form(request, self._server.kernel.host.blobs, workspace, fields)
        values, wrong = read_fields(fields, form.texts, list(form.files))
        if wrong:
            return _shown(asked, values, wrong, 422)
        choice = (form.texts.get("choice") or [""])[0] if asked.kind == "approval" else ""
        if asked.kind == "approval":
            values = {"comment": (form.texts.get("comment") or [""])[0][:10_000]}
        said_so = Answered(choice=choice, json=values, files=form.files)
        awaiting = self._server.kernel.serving.hooks.awaiting
        with awaiting.waiter(asked.execution_id, "answer") as waiter:
            await self._server.people.answer(workspace, asked, said_so)
            if asked.kind == "form":
                return await follow(self._server, workspace, waiter)
        return said("Thank you", "Your answer was taken.")


def _shown(
    asked: Asked,
    given: Mapping[str, Any] | None = None,
    wrong: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    shows = asked.asks.shows
    title, message = str(shows.get("title") or asked.workflow_name), str(shows.get("message") or "")
    fields = fields_of(shows)
    if asked.kind == "approval":
        words: Mapping[str, str] = shows.get("words", {})
        comment = {"label": "Comment", "name": "comment", "type": "textarea"}
        fields = fields_of({"fields": [comment]}) if shows.get("comment") else []
        buttons = button(words.get("approve", "Approve"), value="approve")
        buttons += button(words.get("decline", "Decline"), value="decline", quiet=True)
    else:
        buttons = button(str(shows.get("button") or "Submit"))
    return form_page(title, message, form_html(fields, buttons, given, wrong), status)


def _body(media_type: str, body: bytes) -> Any:
    if not body:
        return {}
    if "json" in media_type:
        try:
            return msgspec.json.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise BadRequest("The body is not JSON.") from error
        except RecursionError as error:
            raise BadRequest("The body is nested too deep.", hint="Flatten it.") from error
    return body.decode("utf-8", errors="replace")
