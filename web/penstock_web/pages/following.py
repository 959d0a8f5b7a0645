"""Where somebody is led who has sent a form: to the next page, to its end, or to thanks.

What has ended may not be kept: its end is heard by a waiter that was there before it began.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

from starlette.responses import RedirectResponse, Response

from penstock_kernel.execution.answers import Told, Waiter
from penstock_kernel.execution.result import Execution
from penstock_kernel.store.journal import ExecutionNotFound
from penstock_kernel.store.records import ENDED, Answer, ExecutionId
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
    server: Server, workspace: str, waiter: Waiter, patience_s: float = PATIENCE_S
) -> Response:
    """What the execution of a waiter shows next, if it does so in time."""
    clock = asyncio.get_running_loop().time
    until = clock() + patience_s
    told: Told | None = None
    while True:
        found = await server.people.next(workspace, waiter.execution)
        if found is not None and found.kind == "form":
            return RedirectResponse(f"/resume/{server.people.word(workspace, found)}", 303)
        shown = _of(told) or await _kept(server, waiter)
        if shown is not None:
            return shown
        if clock() > until:
            return _over("running")
        if isinstance(told, Answer):
            await asyncio.sleep(_LOOK_S)  # it hears of nothing more
        else:
            told = await waiter.wait(_LOOK_S)


def _of(told: Told | None) -> Response | None:
    """What was heard, as it is shown; none: it says nothing of the end."""
    if isinstance(told, Execution):
        return _over(told.status)
    shows = _ending(told.body) if isinstance(told, Answer) else None
    return None if shows is None else _end(shows)


async def _kept(server: Server, waiter: Waiter) -> Response | None:
    """What the journal says of the end; none: there is none yet."""
    execution = waiter.execution
    answer = await server.db.read(lambda one: hook_answers.system_answer(one, execution))
    shown = _of(answer)
    if shown is not None:
        return shown
    try:
        status = (await server.kernel.journal.execution(ExecutionId(execution))).status
    except ExecutionNotFound:
        # It has ended, and nothing of it was kept but what was heard here.
        return _of(await waiter.wait(0)) or _over("success")
    return _over(status) if status in ENDED else None


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
