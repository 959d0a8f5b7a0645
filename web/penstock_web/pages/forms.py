"""`/form/<workspace>/<path>`: the first page of a form, which starts its workflow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from penstock_kernel.work.hooks import Call, Hosted
from penstock_sdk import PenstockError
from penstock_web.hooks.callers import Callers
from penstock_web.hooks.reading import Arrived, check_path
from penstock_web.hooks.refusals import CallerUnknown
from penstock_web.http.problem import TooLarge
from penstock_web.pages.fields import button, fields_of, form_html, read_fields
from penstock_web.pages.following import PATIENCE_S, follow
from penstock_web.pages.html import form_page, said
from penstock_web.pages.sending import read_form

if TYPE_CHECKING:
    from penstock_web.server import Server

#: What stands for a method where addresses of forms are kept.
METHOD = "FORM"
_LONG_S = 60.0


def form_routes(server: Server) -> list[Route]:
    """The route for a server."""
    return [Route("/form/{workspace}/{path:path}", Forms(server).answer, methods=["GET", "POST"])]


class Forms:
    """Made once for a server."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._callers = Callers(server.kernel.host.vault)

    async def answer(self, request: Request) -> Response:
        """Show a form, or take what was sent in it."""
        try:
            return await self._answered(request)
        except CallerUnknown as error:
            response = said("Sign in first", error.message, 401)
            response.headers["www-authenticate"] = error.scheme or 'Basic realm="form"'
            return response
        except PenstockError as error:
            status = 413 if isinstance(error, TooLarge) else 400
            return said("This cannot be done now", f"{error.message}\n{error.hint}", status)

    async def _answered(self, request: Request) -> Response:
        kernel, place = self._server.kernel, request.path_params
        check_path(place["path"])
        hooks = kernel.serving.hooks
        match = hooks.routes.find(place["workspace"], METHOD, place["path"])
        if match is None or match.webhook.method != METHOD:
            return said("Not found", "There is no form at this address, or not any more.", 404)
        hosted = await hooks.hosted(match.webhook)
        arrived = Arrived(request.scope, request.receive, kernel.settings.proxies)
        await self._callers.check(hosted, arrived, kernel.now_ms())
        if request.method != "POST":
            return _shown(hosted)
        return await self._taken(request, hosted, place["workspace"])

    async def _taken(self, request: Request, hosted: Hosted, workspace: str) -> Response:
        kernel = self._server.kernel
        fields = fields_of(hosted.config)
        form = await read_form(request, kernel.host.blobs, workspace, fields)
        values, wrong = read_fields(fields, form.texts, list(form.files))
        if wrong:
            return _shown(hosted, values, wrong, 422)
        told = {
            "method": METHOD,
            "path": request.url.path,
            "headers": {},
            "params": {},
            "query": dict(request.query_params),
            "body": values,
            "binary": dict(form.files),
        }
        call = Call(execution=kernel.new_id(), request=told)
        hooks, waits_for_end = kernel.serving.hooks, hosted.config.get("reply") == "last_node"
        with hooks.awaiting.waiter(call.execution, "answer") as waiter:
            accepted = await hooks.accept(hosted, call)
            if accepted is None or not (waits_for_end or _leads_on(hosted)):
                return said("Thank you", "Your answer was taken.")
            waits_s = _LONG_S if waits_for_end else PATIENCE_S
            return await follow(self._server, workspace, waiter, waits_s)


def _leads_on(hosted: Hosted) -> bool:
    """Has the workflow another page?"""
    kinds = ("penstock/flow.form_page", "penstock/flow.wait")
    return any(node.type in kinds for node in hosted.program.document.nodes)


def _shown(
    hosted: Hosted,
    given: Mapping[str, Any] | None = None,
    wrong: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    config = hosted.config
    title = str(config.get("title") or hosted.program.document.name)
    form = form_html(fields_of(config), button(str(config.get("button") or "Submit")), given, wrong)
    return form_page(title, str(config.get("description") or ""), form, status)
