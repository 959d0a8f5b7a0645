"""What a person is shown while he fills in a node: its parameters on real data, and choices.

The rules:

* Data of an earlier execution is shown to whoever may read that; credentials are used for choices
  by whoever may change the workflow.
* A value is shown up to a size; a failure is told at the place of its expression.
* Nothing runs, and nothing is kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from penstock_kernel.execution.asking import choices_of
from penstock_kernel.execution.executions import Executions
from penstock_kernel.execution.peeking import peek, remember
from penstock_kernel.execution.program import NodeUnknown, Program
from penstock_kernel.execution.shelf import Shelf
from penstock_kernel.expressions.expressions import ExpressionFailed
from penstock_kernel.store.records import ErrorRecord, ExecutionRecord, StepRecord
from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql import codec
from penstock_kernel.work.draft_runs import UNSAVED
from penstock_kernel.work.history import History
from penstock_kernel.work.workflows import Workflows
from penstock_sdk import Choice, Item, PenstockError

#: Of one value, as JSON.
MOST_BYTES = 20_000


class Looking(msgspec.Struct, frozen=True, kw_only=True):
    """Which node of which text, and on which data."""

    workflow: str = ""
    #: In place of the draft.
    document: Mapping[str, Any] | None = None
    node: str
    #: The execution whose data is meant, and the run of the node in it: by default the latest.
    execution: str = ""
    run: int | None = None
    #: Which of the items.
    index: int = 0
    #: In place of what an execution was given.
    items: Sequence[Item] = ()


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """An expression with its value, or with why it has none."""

    #: Its place in the config: `assignments[0].value`.
    field: str
    #: None: there is none, or it is too large.
    value: msgspec.Raw | None = None
    #: Of a value that is too large to be shown: how many bytes of JSON it is.
    too_large: int | None = None
    error: ErrorRecord | None = None


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """The expressions of a node, resolved for one of its items."""

    expressions: Sequence[Shown]
    index: int
    #: How many items the node has.
    items: int
    #: None of them could be resolved, for this reason.
    error: ErrorRecord | None = None


class Previews:
    """Made for one kernel."""

    def __init__(
        self, executions: Executions, shelf: Shelf, workflows: Workflows, history: History
    ) -> None:
        self._executions = executions
        self._shelf = shelf
        self._workflows = workflows
        self._history = history

    async def preview(self, scope: Scope, looking: Looking) -> Preview:
        """The expressions of a node on the data of an execution.

        Raises:
            AccessDenied: Who asks may not read the workflow or the execution.
            WorkflowMissing: There is no such workflow.
            ExecutionNotFound: There is no such execution.
            NodeUnknown: There is no such node.
            DocumentInvalid: It does not have the shape of a document.
        """
        scope.require("workflow:read", looking.workflow)
        program = await self._program(scope, looking)
        record, steps = await self._data(scope, program, looking)
        fixtures = {node: sets["default"] for node, sets in _fixtures(program, looking).items()}
        async with self._executions.apart(program, None, record) as scene:
            remember(scene, steps, fixtures)
            try:
                peeked = await peek(
                    self._executions.host, scene, program.node(looking.node), looking.run
                )
            except PenstockError as error:
                return Preview(expressions=(), index=0, items=0, error=_told(error))
            index = max(0, min(looking.index, len(peeked.items) - 1))
            shown = [_shown(field, found) for field, found in peeked.resolved.each(index)]
            return Preview(expressions=shown, index=index, items=peeked.total)

    async def choices(self, scope: Scope, looking: Looking, field: str) -> Sequence[Choice]:
        """What may be chosen for a dynamic field of a node, with what is filled in so far.

        Raises:
            AccessDenied: Who asks may not change the workflow.
            WorkflowMissing: There is no such workflow.
            NodeUnknown: There is no such node.
            DocumentInvalid: It does not have the shape of a document.
            PenstockError: The node cannot tell.
        """
        scope.require("workflow:write", looking.workflow)
        program = await self._program(scope, looking)
        record = _record(scope, self._executions.new_id(), program, looking)
        async with self._executions.apart(program, None, record) as scene:
            return await choices_of(self._executions.host, scene, program.node(looking.node), field)

    async def _program(self, scope: Scope, looking: Looking) -> Program:
        given: Mapping[str, Any] | str = looking.document or {}
        if looking.workflow:
            text = await self._workflows.text(scope, looking.workflow)
            given = text if looking.document is None else looking.document
        program, _ = self._shelf.draft(given)
        if looking.node not in program.graph.nodes:
            message = f"The workflow has no node {looking.node!r}."
            raise NodeUnknown(message, hint="Name one by its id.")
        return program

    async def _data(
        self, scope: Scope, program: Program, looking: Looking
    ) -> tuple[ExecutionRecord, Sequence[StepRecord]]:
        record = _record(scope, self._executions.new_id(), program, looking)
        if not looking.execution:
            return record, ()
        found = await self._history.record(scope, looking.execution)
        steps = await self._executions.journal.steps(found.id)
        first = next((step.key.node_id for step in steps if not step.sources), None)
        record.input = looking.items or found.input
        record.vars, record.custom_data, record.mode = found.vars, found.custom_data, found.mode
        record.start_node = first if first in program.graph.nodes else None
        return record, steps


def _record(scope: Scope, new_id: Any, program: Program, looking: Looking) -> ExecutionRecord:
    return ExecutionRecord(
        id=new_id,
        workspace_id=scope.workspace,
        workflow_id=looking.workflow or UNSAVED,
        workflow_name=program.document.name,
        document=None,
        input=looking.items or [Item({})],
    )


def _fixtures(program: Program, looking: Looking) -> Mapping[str, Mapping[str, Sequence[Item]]]:
    """What stands in for nodes, where no execution says what they put out."""
    if looking.execution:
        return {}
    return {node: sets for node, sets in program.document.fixtures.items() if "default" in sets}


def _shown(field: str, found: Any) -> Shown:
    if isinstance(found, ExpressionFailed):
        return Shown(field=field, error=_told(found))
    text, _ = codec.text_of(found)
    if len(text) > MOST_BYTES:
        return Shown(field=field, too_large=len(text))
    return Shown(field=field, value=msgspec.Raw(text))


def _told(error: PenstockError) -> ErrorRecord:
    known = error if isinstance(error, ExpressionFailed) else None
    return ErrorRecord(
        code=error.code,
        message=error.message,
        hint=error.hint,
        field=None if known is None else known.field,
        item=None if known is None else known.item,
        name="" if known is None else known.name,
        line=None if known is None else known.line,
        column=None if known is None else known.column,
    )
