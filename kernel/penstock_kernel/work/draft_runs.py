"""Runs drafts: a whole one, up to a node, from a node on, one node alone.

The rules:

* What is run is accepted like everything else: it is durable, and runs where a worker is free.
* To run the draft of a workflow needs `workflow:run`; to run another text in its place, or one that
  belongs to no workflow, needs `workflow:write`, because it may do what the draft does not.
* A person runs it, so fixtures and breakpoints count.
* Up to a node, a draft runs although what does not lead there is not finished: that is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from penstock_kernel.execution import simulation
from penstock_kernel.execution.asked import Asked, record_of, session_of
from penstock_kernel.execution.program import NodeUnknown, Program
from penstock_kernel.execution.session import EVERY_NODE
from penstock_kernel.execution.shelf import Shelf
from penstock_kernel.store.journal import Journal
from penstock_kernel.store.records import ExecutionId, StepRecord
from penstock_kernel.store.scope import Scope
from penstock_kernel.work.calling import check_calls
from penstock_kernel.work.history import Doors, History
from penstock_kernel.work.workflows import Workflows
from penstock_kernel.workflow.containers import outermost
from penstock_kernel.workflow.document import Document, canonical, parse
from penstock_kernel.workflow.findings import DocumentInvalid
from penstock_sdk import Item

#: What a text is taken for that belongs to no workflow.
UNSAVED = "unsaved"


class DraftRun(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be run, and how much of it."""

    #: Whose draft; empty: the text belongs to no workflow.
    workflow: str = ""
    #: In place of the draft.
    document: Mapping[str, Any] | None = None
    #: What the first node receives; by default one empty item.
    items: Sequence[Item] = ()
    #: The node to begin at, and the node to run up to.
    start: str | None = None
    to: str | None = None
    #: The set of fixtures to use.
    fixtures: str = "default"
    #: Node to what it puts out instead of running.
    mocks: Mapping[str, Sequence[Item]] = {}
    #: An earlier execution, whose steps before `start` are taken over: without `start`, all that
    #: ended well.
    earlier: str = ""
    #: Nodes to stop before, besides those that the text marks.
    breakpoints: Sequence[str] = ()
    #: Stop before every node.
    stepping: bool = False
    #: Change nothing outside: list what would be sent instead of sending it.
    simulate: bool = False
    vars: Mapping[str, Any] = {}


class DraftRuns:
    """Made for one kernel that accepts."""

    def __init__(
        self, workflows: Workflows, history: History, journal: Journal, shelf: Shelf, doors: Doors
    ) -> None:
        self._workflows = workflows
        self._history = history
        self._journal = journal
        self._shelf = shelf
        self._doors = doors

    async def run(self, scope: Scope, wanted: DraftRun, execution: ExecutionId) -> ExecutionId:
        """Accept an execution of a draft, which is to have this id.

        Raises:
            AccessDenied: Who asks may not run it.
            WorkflowMissing: There is no such workflow.
            ExecutionNotFound: There is no such earlier execution.
            NodeUnknown: There is no such node.
            DocumentInvalid: It cannot run.
        """
        program = self._program(await self._text(scope, wanted), wanted.to)
        for node in (wanted.start, wanted.to, *wanted.mocks, *wanted.breakpoints):
            _check_node(program, node)
        asked: Asked = {
            "start": wanted.start,
            "to": wanted.to,
            "mode": simulation.MODE if wanted.simulate else "manual",
            "vars": await self._workflows.variables.beside(scope.workspace, wanted.vars),
            "fixtures": wanted.fixtures,
            "mocks": wanted.mocks,
            "earlier": await self._earlier(scope, wanted),
            "breakpoints": wanted.breakpoints,
        }
        record = record_of(execution, program, None, list(wanted.items) or None, asked)
        session = session_of(record, program, None, asked)
        record.workspace_id = scope.workspace
        record.workflow_id = wanted.workflow or UNSAVED
        record.fixtures = session.fixtures
        record.breakpoints = [*sorted(session.breakpoints), *[EVERY_NODE] * wanted.stepping]
        return await self._doors.accept_again(record, program, session.given)

    def _program(self, text: str, to: str | None) -> Program:
        try:
            return self._shelf.program(text)[0]
        except DocumentInvalid:
            draft, _ = self._shelf.draft(text)
            end = draft.nearest(to)
            if end is None:
                raise
            return self._shelf.program(canonical(leading_to(draft, end)))[0]

    async def _text(self, scope: Scope, wanted: DraftRun) -> str:
        own = wanted.document is None
        scope.require("workflow:run" if own else "workflow:write", wanted.workflow)
        if wanted.workflow:
            text = await self._workflows.text(scope, wanted.workflow)
            if wanted.document is None:
                return text
            check_calls(scope, parse(text), parse(wanted.document))
        return canonical(parse(wanted.document or {}))

    async def _earlier(self, scope: Scope, wanted: DraftRun) -> Sequence[StepRecord]:
        if not wanted.earlier:
            return ()
        found = await self._history.record(scope, wanted.earlier)
        return await self._journal.steps(found.id)


def _check_node(program: Program, node: str | None) -> None:
    if node is not None and node not in program.graph.nodes:
        message = f"The workflow has no node {node!r}."
        raise NodeUnknown(message, hint="Name one by its id.")


def leading_to(draft: Program, node: str) -> Document:
    """The part of a document that leads to a node."""
    document, graph = draft.document, draft.graph
    ahead = draft.topology.leads_to(node)
    nodes = [one for one in document.nodes if outermost(graph.nodes, one.id) in ahead]
    known = {one.id for one in nodes}
    return msgspec.structs.replace(
        document,
        nodes=nodes,
        edges=[one for one in document.edges if {one.source[0], one.target[0]} <= known],
        fixtures={one: sets for one, sets in document.fixtures.items() if one in known},
        tests=[],
        groups=[],
        comments=[],
        layout={one: place for one, place in document.layout.items() if one in known},
    )
