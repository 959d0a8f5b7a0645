"""The one way in for everything that starts a stored workflow: webhooks, schedules, people.

The rules:

* An event starts the version that is active; a workflow that is not active refuses it.
* How many run at once, where and in what order, is what the version says; whoever brings the event
  may ask for less.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Protocol

import msgspec

from penstock_kernel.execution.library import StoredText
from penstock_kernel.execution.program import NodeUnknown, Program
from penstock_kernel.execution.shelf import Shelf
from penstock_kernel.expressions.keys import key_of
from penstock_kernel.store.records import (
    Delivery,
    ExecutionId,
    ExecutionRecord,
    Overflow,
    StepRecord,
)
from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql.columns import without_nul
from penstock_kernel.work.accepting import Accepted
from penstock_kernel.work.placing import Pools
from penstock_kernel.work.workflows import Workflows
from penstock_sdk import Item, PenstockError


class WorkflowInactive(PenstockError):
    """No event starts this workflow: none of its versions is active."""

    code: ClassVar[str] = "workflow.inactive"


class Beside(msgspec.Struct, frozen=True):
    """So many with the same key run at once, and what becomes of one more."""

    key: str
    limit: int
    overflow: Overflow


class Incoming(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is to start a workflow."""

    workflow: str
    scope: Scope = Scope()
    items: Sequence[Item] = ()
    #: Who brings it: `webhook`, `schedule`, `poll`, `manual`, …
    mode: str
    #: The trigger that it came in by; none: the start of the workflow.
    node: str | None = None
    #: A version to run instead of the one that is active.
    version: int | None = None
    #: The event: the same one is accepted once.
    key: str | None = None
    vars: Mapping[str, Any] = {}
    priority: int | None = None
    #: In place of what the workflow says.
    beside: Beside | None = None
    #: The id that it is to have, for a caller that listened for it beforehand.
    execution: ExecutionId | None = None
    #: What came in from outside, to be kept beside it.
    delivery: Delivery | None = None
    #: What is to run, where that is known already.
    text: StoredText | None = None


class Accepts(Protocol):
    """Keeps an execution that is to be run."""

    async def __call__(
        self, record: ExecutionRecord, *, steps: Sequence[StepRecord] = ()
    ) -> Accepted: ...


class Entrance:
    """Made for one process that accepts."""

    def __init__(
        self,
        workflows: Workflows,
        shelf: Shelf,
        pools: Pools,
        accepts: Accepts,
        new_id: Callable[[], ExecutionId],
    ) -> None:
        self._workflows = workflows
        self._shelf = shelf
        self._pools = pools
        self._accepts = accepts
        self._new_id = new_id

    async def accept(self, incoming: Incoming) -> Accepted:
        """Keep an event's execution; see `Kernel.accept`."""
        found = await self._text(incoming)
        program, _ = self._shelf.program(found.text)
        _check_start(program, incoming.node)
        record = ExecutionRecord(
            id=incoming.execution or self._new_id(),
            workspace_id=incoming.scope.workspace,
            workflow_id=found.workflow,
            workflow_name=program.document.name,
            version=found.version or None,
            document=program.text,
            mode=incoming.mode,
            input=list(incoming.items) or [Item({})],
            start_node=incoming.node,
            vars=await self._workflows.variables.beside(incoming.scope.workspace, incoming.vars),
            idem_key=incoming.key,
            delivery=incoming.delivery,
        )
        self.place(record, program, incoming)
        return await self._accepts(record)

    def place(
        self, record: ExecutionRecord, program: Program, incoming: Incoming | None = None
    ) -> None:
        """Say where an execution runs, beside how many others, and how soon.

        Raises:
            PoolMissing: No pool carries the tags of its workflow.
            KeyInvalid: A key of its workflow cannot be found.
        """
        settings = program.document.settings
        record.pool = self._pools.place(program)
        record.priority = settings.priority
        if settings.sticky_key is not None:
            record.sticky_key = f"{record.workflow_id}:{_key(settings.sticky_key, record.input)}"
        if settings.concurrency is not None:
            one = settings.concurrency
            record.concurrency_key = _key(one.key, record.input)
            record.concurrency_limit, record.overflow = one.limit, one.overflow
        if incoming is None:
            return
        if incoming.priority is not None:
            record.priority = incoming.priority
        if incoming.beside is not None:
            record.concurrency_key = without_nul(incoming.beside.key)
            record.concurrency_limit = incoming.beside.limit
            record.overflow = incoming.beside.overflow

    async def _text(self, incoming: Incoming) -> StoredText:
        if incoming.text is not None:
            return incoming.text
        if incoming.version is not None:
            number = str(incoming.version)
            return await self._workflows.named(incoming.scope, incoming.workflow, number)
        found = await self._workflows.active(incoming.scope, incoming.workflow)
        if found is None:
            raise WorkflowInactive(
                f"The workflow {incoming.workflow} is not active.",
                hint="Activate it: `penstock workflow activate`.",
            )
        chosen = found.chosen(incoming.key)
        node = incoming.node
        if node is None or node in self._shelf.program(chosen.text)[0].graph.nodes:
            return chosen
        return found.text


def _key(template: str | None, items: Sequence[Item]) -> str:
    return without_nul(key_of(template, items))


def _check_start(program: Program, node: str | None) -> None:
    """Go on only where a version has the node that it is to begin at.

    Raises:
        NodeUnknown: It has not.
    """
    if node is not None and node not in program.graph.nodes:
        message = f"The workflow has no node {node!r} to begin at."
        raise NodeUnknown(message, hint="Name one by its id.")
