"""The inbox: what waits for a decision."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from penstock_kernel.store.sql.asks import Asked
from penstock_kernel.work.people import Answered
from penstock_web.http.endpoint import Call, Given, Page, endpoint


class OneAsked(Given, frozen=True):
    """Which step of which execution."""

    execution: str
    node: str
    run_index: int


class Decision(Given, frozen=True):
    """What is decided."""

    decision: Literal["approve", "decline"]
    comment: Annotated[str, Meta(max_length=10_000)] = ""


@endpoint("GET", "/approvals", needs="execution:read")
async def list_approvals(call: Call) -> Page[Asked]:
    """What waits for a decision in the workspace, the oldest first."""
    return Page(await call.server.people.inbox(call.scope))


@endpoint(
    "POST", "/approvals/{execution}/{node}/{run_index:int}", needs="execution:run", status=204
)
async def decide_approval(call: Call, path: OneAsked, body: Decision) -> None:
    """Approve or decline; the workflow goes on with it."""
    people = call.server.people
    asked = await people.find(call.scope, path.execution, path.node, path.run_index)
    by = call.principal.name or call.principal.id
    said = Answered(choice=body.decision, json={"comment": body.comment, "by": by})
    await people.answer(call.scope.workspace, asked, said)


ENDPOINTS = [list_approvals, decide_approval]
