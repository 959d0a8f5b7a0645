"""What happens in an execution, told to whoever listens: hints, made only where somebody does."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

import msgspec

from penstock_bus.contract import MAX_BYTES
from penstock_bus.subjects import word_of
from penstock_kernel.store.records import (
    ErrorRecord,
    ExecutionRecord,
    ExecutionStatus,
    StepRecord,
    StepStatus,
    WaitingFor,
)

Kind = Literal[
    "execution.started",
    "execution.waiting",
    "execution.finished",
    "step.started",
    "step.progress",
    "step.log",
    "step.finished",
]


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that happened. May run ahead of the journal."""

    kind: Kind
    #: Id of the workflow; empty where whoever tells does not say.
    workflow: str = ""
    execution: str
    at_ms: int
    node_id: str = ""
    node_name: str = ""
    run_index: int = 0
    #: Of a step in a container: the id of the run of its body.
    body: str = ""
    attempt: int = 1
    status: ExecutionStatus | StepStatus | None = None
    waiting_for: WaitingFor | None = None
    due_ms: int | None = None
    #: Items per output port.
    counts: Mapping[str, int] = {}
    #: Progress: a share from 0 to 1, and a word.
    done: float = 0.0
    message: str = ""
    #: Of a line of log, whose text is the message.
    level: str = ""
    error: ErrorRecord | None = None


decode_event = msgspec.json.Decoder(Event).decode
encode_event = msgspec.json.Encoder().encode


def message_of(event: Event) -> bytes:
    """An event as it travels: without its error where that is too large, or no text."""
    try:
        data = encode_event(event)
    except UnicodeEncodeError:
        data = b""
    if data and len(data) <= MAX_BYTES:
        return data
    return encode_event(msgspec.structs.replace(event, error=None, message=""))


def subject_of(execution: ExecutionRecord) -> str:
    """Where the events of an execution are published: by workspace, workflow and id."""
    workspace, workflow = _word(execution.workspace_id), _word(execution.workflow_id)
    return f"execution.{workspace}.{workflow}.{execution.id}"


def pattern_of(*, workspace: str = "", workflow: str = "", execution: str = "") -> str:
    """Where to listen to executions, of which this much is to fit."""
    words = (workspace and _word(workspace), workflow and _word(workflow), execution)
    return ".".join(("execution", *(word or "*" for word in words)))


#: There are few workflows and many executions.
_word = lru_cache(4_096)(word_of)


def step_event(execution: str, record: StepRecord, node_name: str, body: str = "") -> Event:
    """The end of a step, or of one attempt of it."""
    return Event(
        kind="step.finished",
        execution=execution,
        body=body,
        at_ms=record.finished_ms,
        node_id=record.key.node_id,
        node_name=node_name,
        run_index=record.key.run_index,
        attempt=record.attempt,
        status=record.status,
        waiting_for=record.waiting_for,
        due_ms=record.due_ms,
        counts={port: len(output.items) for port, output in record.outputs.items()},
        error=record.error,
    )
