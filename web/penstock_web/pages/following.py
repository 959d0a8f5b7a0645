"""Where somebody is led who has sent a form: to the next page, to its end, or to thanks."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

from starlette.responses import RedirectResponse, Response

from penstock_kernel.execution.answers import ENDED
from penstock_kernel.store.records import ExecutionId
from penstock_kernel.store.sql import hook_answers
from penstock_web.pages.html import said

if TYPE_CHECKING:
    from penstock_web.server import Server

#: How long he waits for the next page.
PATIENCE_S = 10.0
_LOOK_S = 0.1
#: By which the end of a form is known among what a workflow replies.
END = "form_end"


async def follow(
    server: Server, workspace: str, execution: str, patience_s: float = PATIENCE_S
) -> Response:
    """What an execution shows next, if it does so in time."""
    clock = asyncio.get_running_loop().time
    until = clock() + patience_s
    while True:
        found = await server.people.next(workspace, execution)
        if found is not None and found.kind == "form":
            return RedirectResponse(f"/resume/{server.people.word(workspace, found)}", 303)
        answer = await server.db.read(lambda one: hook_answers.system_answer(one, execution))
        shows = _ending(None if answer is None else answer.body)
        if shows is not None:
            return _end(shows)
        status = (await server.kernel.journal.execution(ExecutionId(execution))).status
        if status in ENDED or clock() > until:
            return _over(status)
        await asyncio.sleep(_LOOK_S)


def _ending(body: Any) -> dict[str, Any] | None:
    if not isinstance(body, dict):
        return None
    return cast("dict[str, Any]", body).get(END)


def _end(shows: dict[str, Any]) -> Response:
    location = str(shows.get("location") or "")
    if location.startswith(("https://", "http://")):
        return RedirectResponse(location, 303)
    title = str(shows.get("title") or "Thank you")
    return said(title, str(shows.get("message") or "Your answer was taken."))


def _over(status: str) -> Response:
    if status in ("error", "dead"):
        text = "Your answer was taken, but something went wrong with it. Please tell who asked you."
        return said("Something went wrong", text, 500)
    return said("Thank you", "Your answer was taken.")
