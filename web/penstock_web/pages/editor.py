"""The editor: files that were built from `web/editor`, and its page at every other address.

The rules:

* A file below `/assets` has a hash in its name: whoever has it never asks again.
* What was compressed when it was built is sent so to whoever takes it.
* Every address that nothing else answers is a screen of the editor, which knows what is there.
"""

from __future__ import annotations

from mimetypes import guess_type
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route, request_response
from starlette.types import ASGIApp, Receive, Scope, Send

from penstock_web.pages.html import page

FOLDER = Path(__file__).parent.parent / "static"
_FOREVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"
_NOT_BUILT = (
    "<p>The editor was not built. In a checkout, <code>python3 dev.py setup</code> builds it.</p>"
    "<p>The API is described at <a href='/api/docs'>/api/docs</a>.</p>"
)


def serve_editor(app: Starlette, folder: Path = FOLDER) -> None:
    """Answer with the files of the editor, and with its page where nothing else answers."""
    editor = Editor(folder)
    app.router.routes += [
        Route("/assets/{name:path}", editor.asset),
        Route("/icon.svg", editor.icon),
    ]
    app.router.redirect_slashes = False
    app.router.default = _elsewhere(request_response(editor.screen), app.router.default)


def _elsewhere(screen: ASGIApp, nothing: ASGIApp) -> ASGIApp:
    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        read = scope["type"] == "http" and scope["method"] in ("GET", "HEAD")
        await (screen if read else nothing)(scope, receive, send)

    return answer


class Editor:
    """Answers with the files of one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # What is there when the server starts, and nothing that a path could lead to besides.
        self._files = {
            path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
        }

    async def asset(self, request: Request) -> Response:
        """A file of the build."""
        return self._file(request, f"assets/{request.path_params['name']}", _FOREVER)

    async def icon(self, request: Request) -> Response:
        """The icon of the page."""
        return self._file(request, "icon.svg", _ASK_AGAIN)

    async def screen(self, request: Request) -> Response:
        """The page, which shows the screen of the address."""
        wants_page = "text/html" in request.headers.get("accept", "")
        if request.url.path.startswith("/api/") or not wants_page:
            raise HTTPException(404)
        if "index.html" not in self._files:
            return page("Penstock", _NOT_BUILT)
        return self._file(request, "index.html", _ASK_AGAIN)

    def _file(self, request: Request, name: str, keep: str) -> Response:
        if name not in self._files:
            raise HTTPException(404)
        headers = {"cache-control": keep, "vary": "accept-encoding"}
        path = self._folder / name
        media_type = guess_type(name)[0] or "application/octet-stream"
        if f"{name}.gz" in self._files and "gzip" in request.headers.get("accept-encoding", ""):
            headers["content-encoding"] = "gzip"
            path = self._folder / f"{name}.gz"
        return FileResponse(path, media_type=media_type, headers=headers)
