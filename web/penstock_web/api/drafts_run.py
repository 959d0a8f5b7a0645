"""Drafts that are run: whole, in part, or one step alone.

They are accepted like every execution: kept first, and run where a worker is free.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from penstock_kernel.store.records import ExecutionId
from penstock_kernel.work.draft_runs import DraftRun, DraftRuns
from penstock_sdk import Item
from penstock_web.api.waiting import Started, Waiting, started
from penstock_web.api.workflows import DocumentGiven, OneWorkflow
from penstock_web.http.endpoint import Call, Given, Reply, endpoint


class Trying(Given, frozen=True):
    """How much of a draft is to run, and with what."""

    #: What the first node receives; by default one empty item.
    items: Sequence[Item] = ()
    #: The node to begin at, and the node to run up to.
    start: str | None = None
    to: str | None = None
    #: The set of fixtures to use; empty: none.
    fixtures: str = "default"
    #: Node to what it puts out instead of running.
    mocks: Mapping[str, Sequence[Item]] = {}
    #: An earlier execution whose data is taken over: of the steps before `start`, or, without
    #: `start`, of all that ended well.
    earlier: str = ""
    #: Nodes to stop before, besides those that the draft marks.
    breakpoints: Sequence[str] = ()
    #: Stop before every node.
    stepping: bool = False
    #: Change nothing outside: list what would be sent instead of sending it.
    simulate: bool = False
    vars: Mapping[str, Any] = {}


class TryingDraft(Trying, frozen=True):
    """Of a stored workflow."""

    #: In place of the draft as it is stored.
    document: DocumentGiven | None = None


class TryingText(Trying, frozen=True, kw_only=True):
    """Of a text that belongs to no workflow."""

    document: DocumentGiven


class OneNode(Given, frozen=True):
    """Which node of which draft."""

    workflow: str
    node: str


class TryingNode(Given, frozen=True):
    """What one node is to run with."""

    #: What it receives at its first input; by default what it received in `earlier`.
    items: Sequence[Item] = ()
    earlier: str = ""
    document: DocumentGiven | None = None
    vars: Mapping[str, Any] = {}


@endpoint(
    "POST",
    "/workflows/{workflow}/draft/executions",
    needs="workflow:run",
    tag="drafts",
    status=202,
    also=[200],
)
async def run_draft(
    call: Call, path: OneWorkflow, query: Waiting, body: TryingDraft
) -> Reply[Started]:
    """Run the draft of a workflow, or another text in its place, whole or in part.

    Fixtures and breakpoints count. Another text in its place needs `workflow:write`.

    Raises:
        WorkflowMissing: There is no such workflow.
        ExecutionNotFound: There is no such earlier execution.
        NodeUnknown: There is no such node.
        DocumentInvalid: It cannot run.
    """
    return await _run(call, query, _wanted(body, path.workflow, body.document))


@endpoint("POST", "/drafts/executions", needs="workflow:write", status=202, also=[200])
async def run_text(call: Call, query: Waiting, body: TryingText) -> Reply[Started]:
    """Run a text that belongs to no workflow, whole or in part.

    Raises:
        ExecutionNotFound: There is no such earlier execution.
        NodeUnknown: There is no such node.
        DocumentInvalid: It cannot run.
    """
    return await _run(call, query, _wanted(body, "", body.document))


@endpoint(
    "POST",
    "/workflows/{workflow}/draft/nodes/{node}/executions",
    needs="workflow:run",
    tag="drafts",
    status=202,
    also=[200],
)
async def run_node(call: Call, path: OneNode, query: Waiting, body: TryingNode) -> Reply[Started]:
    """Run one node of a draft alone, on given items or on what an earlier execution gave it.

    What leads to the node and was not done in the earlier execution runs too.

    Raises:
        WorkflowMissing: There is no such workflow.
        ExecutionNotFound: There is no such earlier execution.
        NodeUnknown: There is no such node.
        DocumentInvalid: It cannot run.
    """
    wanted = DraftRun(
        workflow=path.workflow,
        document=body.document,
        items=body.items,
        start=path.node,
        to=path.node,
        fixtures="",
        earlier="" if body.items else body.earlier,
        vars=body.vars,
    )
    return await _run(call, query, wanted)


async def _run(call: Call, query: Waiting, wanted: DraftRun) -> Reply[Started]:
    kernel = call.kernel
    drafts = DraftRuns(
        kernel.workflows, kernel.history, kernel.journal, kernel.executions.shelf, kernel
    )

    async def accept(execution: ExecutionId) -> str:
        return await drafts.run(call.scope, wanted, execution)

    return await started(call, query, accept)


def _wanted(body: Trying, workflow: str, document: DocumentGiven | None) -> DraftRun:
    return DraftRun(
        workflow=workflow,
        document=document,
        items=body.items,
        start=body.start,
        to=body.to,
        fixtures=body.fixtures,
        mocks=body.mocks,
        earlier=body.earlier,
        breakpoints=body.breakpoints,
        stepping=body.stepping,
        simulate=body.simulate,
        vars=body.vars,
    )


ENDPOINTS = [run_draft, run_text, run_node]
