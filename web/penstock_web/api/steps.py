"""The steps of executions: what went in, what came out, standing still and going on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from msgspec import Meta
from starlette.responses import Response

from penstock_kernel.store.records import StepKey
from penstock_kernel.store.sql.steps import MOST_LISTED, Outline, StepLog
from penstock_kernel.work.debugging import Debugging, Edit
from penstock_kernel.work.step_data import MOST_ITEMS, ItemPart, Side
from penstock_sdk import Item
from penstock_web.api.executions import OneExecution
from penstock_web.http.endpoint import Call, Given, Page, endpoint

Number = Annotated[int, Meta(ge=0, le=1 << 53)]
_MOST_LINES = 1_000


class OneStep(Given, frozen=True):
    """Which step of which execution."""

    execution: str
    node: str
    run: Number

    @property
    def key(self) -> StepKey:
        """How the journal names it."""
        return StepKey(self.node, self.run)


class OneItem(OneStep, frozen=True):
    """Which item of a step."""

    index: Number


class StepsWanted(Given, frozen=True):
    """Which part of the steps."""

    #: `next_cursor` of the page before.
    cursor: str = ""
    limit: Annotated[int, Meta(ge=1, le=MOST_LISTED)] = 50


class ItemsWanted(Given, frozen=True):
    """Which items."""

    #: What came out, or what went in.
    side: Side = "output"
    #: By default the first that has any.
    port: str = ""
    #: The first item, from 0, and how many; a megabyte at most is answered.
    start: Number = 0
    limit: Annotated[int, Meta(ge=1, le=MOST_ITEMS)] = 100


class PortWanted(Given, frozen=True):
    """Where an item is."""

    side: Side = "output"
    port: str = ""


class LinesWanted(Given, frozen=True):
    """Which lines."""

    cursor: str = ""
    limit: Annotated[int, Meta(ge=1, le=_MOST_LINES)] = 200


class GoingOn(Given, frozen=True):
    """How to go on."""

    #: Only the steps of this node; by default all that stand at a breakpoint.
    node: str = ""
    #: Nodes to stop before from now on; by default as before.
    breakpoints: Sequence[str] | None = None
    #: Stop before every node from now on: one step at a time.
    stepping: bool = False


class ItemsGiven(Given, frozen=True, kw_only=True):
    """Items to put in place of others."""

    #: `input`: of what the step takes, which is what the step before it has put out.
    side: Side = "output"
    port: str = ""
    items: Sequence[Item]
    #: Only this one, for which there is one in `items`; by default all.
    index: Number | None = None


@endpoint("GET", "/executions/{execution}/steps", needs="execution:read", tag="executions")
async def list_steps(call: Call, path: OneExecution, query: StepsWanted) -> Page[Outline]:
    """The steps of an execution in the order of their first commits, without their items.

    Raises:
        ExecutionNotFound: There is none with this id.
    """
    page = await call.kernel.history.steps.page(
        call.scope, path.execution, after=query.cursor, most=query.limit
    )
    return Page(page.steps, page.next)


@endpoint(
    "GET", "/executions/{execution}/steps/{node}/{run}", needs="execution:read", tag="executions"
)
async def show_step(call: Call, path: OneStep) -> Outline:
    """One step, without its items.

    Raises:
        ExecutionNotFound: There is no such execution.
        StepNotFound: It has no such step.
    """
    return await call.kernel.history.steps.show(call.scope, path.execution, path.key)


@endpoint(
    "GET",
    "/executions/{execution}/steps/{node}/{run}/items",
    needs="execution:read",
    tag="executions",
)
async def list_items(call: Call, path: OneStep, query: ItemsWanted) -> ItemPart:
    """The items of one port of a step, in parts.

    Raises:
        ExecutionNotFound: There is no such execution.
        StepNotFound: There is no such step, or no such port.
    """
    return await call.kernel.history.steps.items(
        call.scope,
        path.execution,
        path.key,
        side=query.side,
        port=query.port,
        start=query.start,
        most=query.limit,
    )


@endpoint(
    "GET",
    "/executions/{execution}/steps/{node}/{run}/items/{index}",
    needs="execution:read",
    tag="executions",
    produces="application/json",
)
async def show_item(call: Call, path: OneItem, query: PortWanted) -> Response:
    """One item, however large it is.

    Raises:
        ExecutionNotFound: There is no such execution.
        StepNotFound: There is no such step, port or item.
    """
    item = await call.kernel.history.steps.item(
        call.scope, path.execution, path.key, path.index, side=query.side, port=query.port
    )
    return Response(bytes(item), media_type="application/json")


@endpoint(
    "PUT",
    "/executions/{execution}/steps/{node}/{run}/items",
    needs="execution:write",
    tag="executions",
)
async def change_items(call: Call, path: OneStep, body: ItemsGiven) -> None:
    """Put items in place of others, while an execution stands at a breakpoint.

    A step that stands there and is given its output has ended with that, without having run.

    Raises:
        ExecutionNotFound: There is no such execution.
        StepNotFound: There is no such step, port or item.
        NotAtBreakpoint: The execution does not stand at one.
    """
    edit = Edit(side=body.side, port=body.port, items=body.items, index=body.index)
    now_ms = call.kernel.now_ms()
    await _debugging(call).edit(call.scope, path.execution, path.key, edit, now_ms)


@endpoint("POST", "/executions/{execution}/continue", needs="execution:run", tag="executions")
async def continue_execution(call: Call, path: OneExecution, body: GoingOn) -> None:
    """Let an execution go on that stands at a breakpoint, or take one step.

    Raises:
        ExecutionNotFound: There is no such execution.
        NotAtBreakpoint: The execution does not stand at one.
    """
    await _debugging(call).go_on(
        call.scope,
        path.execution,
        call.kernel.now_ms(),
        node=body.node,
        breakpoints=body.breakpoints,
        stepping=body.stepping,
    )


@endpoint("GET", "/executions/{execution}/logs", needs="execution:read", tag="executions")
async def list_logs(call: Call, path: OneExecution, query: LinesWanted) -> Page[StepLog]:
    """What the steps of an execution wrote, in the order of time.

    Raises:
        ExecutionNotFound: There is none with this id.
    """
    lines = await call.kernel.history.steps.logs(call.scope, path.execution)
    start = int(query.cursor) if query.cursor.isdecimal() and len(query.cursor) < 16 else 0
    end = start + query.limit
    return Page(lines[start:end], str(end) if end < len(lines) else None)


def _debugging(call: Call) -> Debugging:
    return Debugging(call.server.db, call.kernel.history.journal, call.kernel.history)


ENDPOINTS = [
    list_steps,
    show_step,
    list_items,
    show_item,
    change_items,
    continue_execution,
    list_logs,
]
