"""Executions that stand at a breakpoint: let go on, and changed before they do.

The rules:

* Only an execution that waits there and that nobody runs is touched: it is looked at, changed and
  queued in one transaction.
* A step that may go on is due from that moment. Who drives the execution next takes it from there.
* What a person puts in place of items is written down with who did it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, select, update

from penstock_kernel.store.records import StepKey
from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql import audit, codec, queue
from penstock_kernel.store.sql.referring import refer
from penstock_kernel.store.sql.rows import Request, Row, all_rows, first_row, named_in
from penstock_kernel.store.sql.tables import execution_steps, workflow_executions
from penstock_sdk import Item

_E = workflow_executions.c
_S = execution_steps.c
_DONE = frozenset({"ok", "cached", "skipped"})


class NewOutputs(msgspec.Struct, frozen=True):
    """What a step is to have put out, as it is kept, and the blobs that it names."""

    packed: bytes
    blob: str | None
    named: Sequence[str]


def release(
    connection: Connection,
    scope: Scope,
    execution: str,
    now_ms: int,
    *,
    node: str = "",
    breakpoints: Sequence[str] | None = None,
) -> bool:
    """Let the steps that stand at a breakpoint go on; say whether there was anything to go on.

    Args:
        connection: The database.
        scope: For whom.
        execution: The execution.
        now_ms: The moment.
        node: Only the steps of this node.
        breakpoints: Nodes to stop before from now on; by default as before.
    """
    row = _parked(connection, scope, execution)
    if row is None:
        return False
    released = [
        step
        for step in _steps(connection, execution)
        if (not node or step["node_id"] == node) and _stands(step)
    ]
    for step in released:
        body = codec.unpack(step["body"], codec.StepBody)
        changed = msgspec.structs.replace(body, due_ms=now_ms)
        _change(connection, execution, _key(step), {"body": codec.pack(changed)})
    if node and not released:
        return False
    if breakpoints is not None:
        request = codec.unpack(row["request"], Request)
        packed = codec.pack(msgspec.structs.replace(request, breakpoints=list(breakpoints)))
        changed_row = update(workflow_executions).where(_E.id == execution)
        connection.execute(changed_row.values(request=packed))
    return queue.wake(connection, execution, now_ms)


def replace_outputs(
    connection: Connection,
    scope: Scope,
    execution: str,
    seen: Row,
    outputs: NewOutputs,
    now_ms: int,
    detail: Mapping[str, Any],
) -> bool:
    """Put other outputs in place of those of a step; say whether it still was as it was seen.

    A step that stands at a breakpoint has ended with that, without having run.
    """
    key = _key(seen)
    row = _parked(connection, scope, execution)
    step = next((one for one in _steps(connection, execution) if _key(one) == key), None)
    if row is None or step is None or not _same(step, seen):
        return False
    if not _stands(step) and step["status"] not in _DONE:
        return False
    values: dict[str, Any] = {"outputs": outputs.packed, "blob_id": outputs.blob}
    if _stands(step):
        body = codec.unpack(step["body"], codec.StepBody)
        ended = msgspec.structs.replace(body, waiting_for=None, due_ms=None)
        values |= {"status": "cached", "finished_ms": now_ms, "body": codec.pack(ended)}
    _change(connection, execution, key, values)
    refer(
        connection,
        row["workspace_id"],
        row["id"],
        [*outputs.named, *([outputs.blob] if outputs.blob else [])],
    )
    audit.record(connection, scope, "execution.items_changed", execution, detail, now_ms)
    return True


def replace_input(
    connection: Connection,
    scope: Scope,
    execution: str,
    items: Sequence[Item],
    now_ms: int,
    detail: Mapping[str, Any],
) -> bool:
    """Put other items in place of what an execution was given; say whether it stood still."""
    row = _parked(connection, scope, execution)
    if row is None:
        return False
    own = update(workflow_executions).where(_E.id == execution)
    connection.execute(own.values(input=codec.pack(list(items))))
    refer(connection, row["workspace_id"], row["id"], named_in(items))
    audit.record(connection, scope, "execution.items_changed", execution, detail, now_ms)
    return True


def _parked(connection: Connection, scope: Scope, execution: str) -> Row | None:
    own = (_E.id == execution) & (_E.workspace_id == scope.workspace)
    waits = own & (_E.status == "waiting") & (_E.waiting_for == "debug") & _E.worker_id.is_(None)
    found = select(_E.id, _E.workspace_id, _E.request).where(waits).with_for_update()
    return first_row(connection.execute(found))


def _steps(connection: Connection, execution: str) -> list[Row]:
    found = select(execution_steps).where(_S.execution_id == execution).order_by(_S.seq)
    return all_rows(connection.execute(found))


def _stands(step: Row) -> bool:
    if step["status"] != "waiting":
        return False
    return codec.unpack(step["body"], codec.StepBody).waiting_for == "debug"


def _same(step: Row, seen: Row) -> bool:
    return all(step[name] == seen[name] for name in ("status", "epoch", "outputs", "blob_id"))


def _key(step: Row) -> StepKey:
    return StepKey(step["node_id"], step["run_index"])


def _change(
    connection: Connection, execution: str, key: StepKey, values: Mapping[str, Any]
) -> None:
    own = (_S.node_id == key.node_id) & (_S.run_index == key.run_index)
    changed = update(execution_steps).where(_S.execution_id == execution, own)
    connection.execute(changed.values(dict(values)))
