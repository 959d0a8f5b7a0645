"""What a person or an event asks for when an execution begins."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, TypedDict

from penstock_kernel.execution.partial import kept
from penstock_kernel.execution.program import Program
from penstock_kernel.execution.session import Session
from penstock_kernel.store.records import ExecutionId, ExecutionRecord, StepRecord
from penstock_kernel.store.scope import WORKSPACE
from penstock_sdk import Item

#: Executions that a person starts use fixtures and breakpoints; those that events start do not.
_BY_HAND = frozenset({"manual", "cli", "test", "simulation"})
GivenItems = Sequence[Item | Mapping[str, Any]] | None


class Asked(TypedDict, total=False):
    """How to execute; see `Kernel.execute`."""

    start: str | None
    to: str | None
    mode: str
    vars: Mapping[str, Any] | None
    fixtures: str
    mocks: Mapping[str, Sequence[Item]] | None
    earlier: Sequence[StepRecord]
    breakpoints: Collection[str]
    longest_wait_s: float | None
    execution_id: str | None


def record_of(
    execution_id: str, program: Program, file: Path | None, items: GivenItems, asked: Asked
) -> ExecutionRecord:
    """The execution that was asked for, as the journal keeps it."""
    document = program.document
    return ExecutionRecord(
        id=ExecutionId(execution_id),
        workspace_id=WORKSPACE,
        workflow_id=document.name if file is None else str(file),
        workflow_name=document.name,
        document=program.text,
        mode=asked.get("mode", "manual"),
        input=_start_items(items),
        start_node=asked.get("start"),
        target_node=asked.get("to"),
        vars=asked.get("vars") or {},
        folder="" if file is None else str(file.parent),
    )


def session_of(
    record: ExecutionRecord, program: Program, file: Path | None, asked: Asked
) -> Session:
    """What this process knows of it beyond the journal."""
    start = program.nearest(record.start_node)
    by_hand = record.mode in _BY_HAND
    name = asked.get("fixtures", "default")
    pinned = program.document.fixtures.items() if by_hand else ()
    fixtures = {node: sets[name] for node, sets in pinned if name in sets}
    return Session(
        program,
        file,
        target=program.nearest(record.target_node),
        within=record.target_node,
        fixtures={**fixtures, **(asked.get("mocks") or {})},
        breakpoints={*asked.get("breakpoints", ()), *(program.breakpoints if by_hand else ())},
        longest_wait_s=asked.get("longest_wait_s"),
        given=kept(asked.get("earlier", ()), program.topology, start=start),
    )


def _start_items(items: GivenItems) -> Sequence[Item]:
    if items is None:
        return [Item({})]
    return [item if isinstance(item, Item) else Item(dict(item)) for item in items]
