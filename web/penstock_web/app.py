"""The whole server as one ASGI app."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import lru_cache

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from penstock_web.api import ENDPOINTS
from penstock_web.events.routes import event_routes
from penstock_web.http.docs import page
from penstock_web.http.endpoint import Endpoint
from penstock_web.http.handling import Handler
from penstock_web.http.headers import Headers
from penstock_web.http.numbers import route_path
from penstock_web.http.openapi import PREFIX, openapi
from penstock_web.http.problem import BadRequest, UnknownRoute, WrongMethod, response_of
from penstock_web.pages.chats import chat_routes
from penstock_web.pages.editor import serve_editor
from penstock_web.pages.forms import form_routes
from penstock_web.pages.resume import resume_routes
from penstock_web.server import Server

Answering = Callable[[Request], Awaitable[Response]]


def create_app(server: Server) -> ASGIApp:
    """The app that answers for a server, but for its webhooks and its health."""
    settings = server.kernel.settings
    routes = [
        *_described(ENDPOINTS),
        *_routes(ENDPOINTS, server),
        *event_routes(server),
        *resume_routes(server),
        *form_routes(server),
        *chat_routes(server),
    ]
    starlette = Starlette(routes=routes, exception_handlers={HTTPException: refused})
    serve_editor(starlette)
    app: ASGIApp = starlette
    if settings.trusted_origins:
        app = CORSMiddleware(
            app,
            allow_origins=settings.trusted_origins,
            allow_methods=["*"],
            allow_headers=["*"],
            allow_credentials=True,
            expose_headers=["etag", "idempotent-replay", "retry-after", "x-request-id"],
        )
    return Headers(app, ancestors=" ".join(settings.frame_ancestors) or "'none'")


def _routes(endpoints: Sequence[Endpoint], server: Server) -> list[Route]:
    """One route for each path, in the order in which paths first appear."""
    by_path: dict[str, dict[str, Handler]] = {}
    for one in endpoints:
        by_path.setdefault(one.path, {})[one.method] = Handler(one, server)
    return [
        Route(PREFIX + route_path(path), _by_method(handlers), methods=list(handlers))
        for path, handlers in by_path.items()
    ]


def _by_method(handlers: Mapping[str, Handler]) -> Answering:
    async def answer(request: Request) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        return await handlers[method](request)

    return answer


def _described(endpoints: Sequence[Endpoint]) -> list[Route]:
    # Made when somebody asks for it: it takes a tenth of a second.
    document = lru_cache(1)(lambda: openapi(endpoints))
    encoded = lru_cache(1)(lambda: msgspec.json.encode(document()))
    shown = lru_cache(1)(lambda: page(document()))

    async def as_json(_: Request) -> Response:
        return Response(encoded(), media_type="application/json")

    async def as_page(_: Request) -> Response:
        return HTMLResponse(shown())

    return [Route(f"{PREFIX}/openapi.json", as_json), Route("/api/docs", as_page)]


async def refused(request: Request, error: Exception) -> Response:
    """What starlette refuses by itself, in our words."""
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for nothing else
    where = f"{request.method} {request.url.path}"
    if error.status_code == 405:
        response = response_of(WrongMethod(f"{where} does not exist; other methods of it do."))
        response.headers.update(error.headers or {})
        return response
    hint = "The API is described at /api/docs."
    if error.status_code != 404:
        return response_of(BadRequest(f"{where} cannot be read: {error.detail}.", hint=hint))
    return response_of(UnknownRoute(f"There is nothing at {where}.", hint=hint))
