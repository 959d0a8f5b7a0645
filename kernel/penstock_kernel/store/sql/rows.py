"""Executions and steps as rows of the database, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, cast

import msgspec

from penstock_kernel.store.records import ErrorRecord, ExecutionId, ExecutionRecord, StepRecord
from penstock_kernel.store.sql import codec
from penstock_sdk import Item

Row = Mapping[str, Any]


class Request(msgspec.Struct, omit_defaults=True):
    """What an execution was asked for, as far as nobody searches for it."""

    vars: Mapping[str, Any] = {}
    start_node: str | None = None
    target_node: str | None = None
    depth: int = 0
    folder: str = ""
    fixtures: Mapping[str, Sequence[Item]] = {}
    breakpoints: Sequence[str] = ()


def all_rows(result: Any) -> list[Row]:
    """All rows of a result."""
    return [cast("Row", row) for row in result.mappings()]


def first_row(result: Any) -> Row | None:
    """The first row of a result."""
    return next(iter(all_rows(result)), None)


def document_id(workspace: str, text: str) -> str:
    """What a text is called: the same one is kept once per workspace."""
    return sha256(f"{workspace}\n{text}".encode("utf-8", "surrogatepass")).hexdigest()


def record_of(row: Mapping[str, Any], text: str) -> ExecutionRecord:
    """An execution from its row."""
    request = codec.unpack(row["request"], Request)
    return ExecutionRecord(
        id=ExecutionId(row["id"]),
        workspace_id=row["workspace_id"],
        workflow_id=row["workflow_id"],
        workflow_name=row["workflow_name"],
        document=text,
        mode=row["mode"],
        status=row["status"],
        waiting_for=row["waiting_for"],
        due_ms=row["due_ms"],
        epoch=row["epoch"],
        parent=row["parent_id"],
        input=codec.unpack(row["input"], list[Item]),
        error=None if row["error"] is None else codec.unpack(row["error"], ErrorRecord),
        created_ms=row["created_ms"],
        started_ms=row["started_ms"],
        finished_ms=row["finished_ms"],
        custom_data={} if row["custom"] is None else codec.unpack(row["custom"], dict[str, str]),
        version=row["version"],
        root=row["root_id"],
        retry_of=row["retry_of"],
        pool=row["pool"],
        priority=row["priority"],
        concurrency_key=row["concurrency_key"],
        concurrency_limit=row["concurrency_limit"],
        overflow=row["overflow"],
        sticky_key=row["sticky_key"],
        idem_key=row["idem_key"],
        dispatches=row["dispatches"],
        **{name: getattr(request, name) for name in Request.__struct_fields__},
    )


def row_of(execution: ExecutionRecord, *, epoch: int) -> dict[str, Any]:
    """An execution as a new row."""
    shared: dict[str, Any] = {name: getattr(execution, name) for name in Request.__struct_fields__}
    request = Request(**shared)
    return {
        "id": execution.id,
        "workspace_id": execution.workspace_id,
        "workflow_id": execution.workflow_id,
        "version": execution.version,
        "workflow_name": execution.workflow_name,
        "document_id": document_id(execution.workspace_id, str(execution.document)),
        "mode": execution.mode,
        "status": "queued",
        "due_ms": execution.due_ms,
        "epoch": epoch,
        "worker_id": None,
        "root_id": None,
        "parent_id": execution.parent,
        "retry_of": execution.retry_of,
        "dispatches": 0,
        "pool": execution.pool,
        "priority": execution.priority,
        "concurrency_key": execution.concurrency_key,
        "concurrency_limit": execution.concurrency_limit,
        "overflow": execution.overflow,
        "sticky_key": execution.sticky_key,
        "idem_key": execution.idem_key,
        "steps": 0,
        "created_ms": execution.created_ms,
        "queued_ms": execution.created_ms,
        "started_ms": 0,
        "request": codec.pack(request),
        "input": codec.pack(execution.input),
    }


def step_row(
    execution: str, epoch: int, number: int, step: StepRecord, outputs: bytes, blob: str | None
) -> dict[str, Any]:
    """A step as a row."""
    return {
        "execution_id": execution,
        "node_id": step.key.node_id,
        "run_index": step.key.run_index,
        "seq": number,
        "status": step.status,
        "effects": step.effects,
        "attempt": step.attempt,
        "epoch": epoch,
        "started_ms": step.started_ms,
        "finished_ms": step.finished_ms,
        "body": codec.pack(codec.body_of(step)),
        "outputs": outputs,
        "blob_id": blob,
    }


def named_in(items: Sequence[Item]) -> list[str]:
    """The blobs that items name."""
    return [ref.id for item in items if item.binary for ref in item.binary.values()]
