"""What is known about an execution: the rows of the journal, as values.

A step is one activation of one node, identified by `(node_id, run_index)`; `run_index` is derived
from the graph (the step and edge it came from), never from the order of arrival, so that it is the
same after a crash.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NewType

import msgspec

from penstock_sdk import BinaryRef, Effects, Item, Parent

ExecutionId = NewType("ExecutionId", str)

ExecutionStatus = Literal["queued", "running", "waiting", "success", "error", "canceled", "dead"]
#: Those of an execution that nobody goes on with.
ENDED = frozenset({"success", "error", "canceled", "dead"})
Overflow = Literal["queue", "drop", "cancel_oldest"]
WaitingFor = Literal[
    "timer", "retry", "webhook", "form", "approval", "debug", "in_doubt", "upgrade"
]
StepStatus = Literal["started", "ok", "error", "skipped", "cached", "waiting", "in_doubt"]


class StepKey(msgspec.Struct, frozen=True, order=True):
    """Names a step within its execution."""

    node_id: str
    run_index: int


class Source(msgspec.Struct, frozen=True):
    """Where one input of a step came from: an output port of an earlier step."""

    step: StepKey
    port: str
    #: Index of the edge in the graph, so that two edges between the same ports differ.
    edge: int = 0


class PortOutput(msgspec.Struct, gc=False):
    """What a step put out on one port. `parents` None: item i comes from item i."""

    items: Sequence[Item]
    parents: Sequence[Parent] | None = None


class ErrorRecord(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An error as data: through an allow list, never a repr of an exception."""

    code: str
    message: str
    hint: str = ""
    node_id: str = ""
    node_name: str = ""
    field: str | None = None
    item: int | None = None
    name: str = ""  # class of a guest's error
    line: int | None = None
    column: int | None = None
    stack: str = ""
    data: Mapping[str, Any] = {}


class LogLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line a node or a guest logged."""

    at_ms: int
    level: str
    message: str
    data: Mapping[str, Any] = {}


class Answer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What somebody is told who started an execution and waits."""

    status: int = 200
    headers: Sequence[tuple[str, str]] = ()
    #: A text, a file, or anything else as JSON; none: nothing.
    body: Any = None
    file: BinaryRef | None = None


class Asks(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a step that waits for somebody may be answered."""

    #: Answers, and the ports that they lead to.
    ports: Mapping[str, str]
    #: What who answers is shown.
    shows: Mapping[str, Any] = {}


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """What came in from outside, kept together with the execution that it starts."""

    #: The webhook that it came to.
    endpoint: str
    #: What the sender calls it; empty: nothing.
    id: str = ""
    method: str = ""
    path: str = ""


class StepRecord(msgspec.Struct, kw_only=True):
    """One row of the journal; the latest attempt of a step."""

    key: StepKey
    status: StepStatus
    effects: Effects = "none"
    attempt: int = 1
    #: Per input port, in the order of the ports; None where the port can no longer receive.
    sources: Mapping[str, Source | None] = {}
    outputs: Mapping[str, PortOutput] = {}
    error: ErrorRecord | None = None
    waiting_for: WaitingFor | None = None
    due_ms: int | None = None
    started_ms: int = 0
    finished_ms: int = 0
    logs: list[LogLine] = []
    #: What guests spent, summed over the step's calls.
    spent: Mapping[str, float] = {}
    #: `$now`, frozen.
    now_ms: int = 0
    #: Was undone after the execution had failed.
    undone: bool = False
    #: Waiting, of a node that works per item: what is done already; `outputs` has what it gave.
    done: Sequence[int] = ()
    #: What whoever started the execution is told, as soon as this is committed.
    answer: Answer | None = None
    #: Waiting, for somebody.
    asks: Asks | None = None


class ExecutionRecord(msgspec.Struct, kw_only=True):
    """One run of one version of a workflow."""

    id: ExecutionId
    workspace_id: str
    workflow_id: str
    workflow_name: str
    #: The document as it was, canonical: an execution never sees a later edit.
    document: Any
    mode: str = "manual"
    status: ExecutionStatus = "queued"
    waiting_for: WaitingFor | None = None
    due_ms: int | None = None
    epoch: int = 0
    parent: str | None = None
    #: Items given to the start node.
    input: Sequence[Item] = ()
    start_node: str | None = None
    target_node: str | None = None
    error: ErrorRecord | None = None
    created_ms: int = 0
    started_ms: int = 0
    finished_ms: int = 0
    vars: Mapping[str, Any] = {}
    custom_data: dict[str, str] = {}
    #: Of a stored workflow: the version that runs.
    version: int | None = None
    #: In line: the execution whose owner drives this one too, and whose epoch it has.
    root: ExecutionId | None = None
    retry_of: ExecutionId | None = None
    #: How many executions wait for this one.
    depth: int = 0
    #: Files that it names lie in this folder; none: it may name no file.
    folder: str = ""
    #: Items that stand in for nodes, and nodes to stop before.
    fixtures: Mapping[str, Sequence[Item]] = {}
    breakpoints: Sequence[str] = ()
    #: Which workers may run it, and how soon: 0 is first, 9 is last.
    pool: str = "default"
    priority: int = 5
    #: So many with the same key run at once; one more waits, is dropped, or ends the oldest.
    concurrency_key: str | None = None
    concurrency_limit: int | None = None
    overflow: Overflow | None = None
    #: Executions with the same one run on the same worker, as long as it is there.
    sticky_key: str | None = None
    #: The event that it was accepted for: the same one is accepted once.
    idem_key: str | None = None
    dispatches: int = 0
    #: Of one that is new: what it is accepted for. It is kept beside it.
    delivery: Delivery | None = None
