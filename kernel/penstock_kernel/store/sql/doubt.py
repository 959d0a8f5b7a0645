"""Steps of which nobody knows whether they had their effect, and what a person decides.

The rules:

* Only an execution that waits for the decision takes it; it is queued in the same transaction.
* A step that is to run again is marked as one that may be repeated. When it starts, it is again
  what its node says, so a second crash puts it in doubt again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from sqlalchemy import Connection, select, update

from penstock_kernel.store.records import PortOutput
from penstock_kernel.store.sql import codec, queue
from penstock_kernel.store.sql.rows import Row, all_rows
from penstock_kernel.store.sql.tables import execution_steps, workflow_executions

_E = workflow_executions.c
_S = execution_steps.c


def again(connection: Connection, execution: str, now_ms: int) -> int:
    """Let what is in doubt run again; say how many steps that are."""
    return _decide(connection, execution, now_ms, lambda row: _changed(row, "started"))


def done(
    connection: Connection,
    execution: str,
    outputs: Callable[[str], Mapping[str, PortOutput]],
    now_ms: int,
) -> int:
    """Take what is in doubt as done, with these outputs by node; say how many steps that are."""

    def change(row: Row) -> dict[str, Any]:
        framed = codec.frame(
            codec.pack(chunk) for chunk in codec.chunks_of(outputs(row["node_id"]))
        )
        return {**_changed(row, "ok"), "outputs": framed, "blob_id": None, "finished_ms": now_ms}

    return _decide(connection, execution, now_ms, change)


def _decide(
    connection: Connection, execution: str, now_ms: int, change: Callable[[Row], dict[str, Any]]
) -> int:
    waits = (_E.id == execution) & (_E.status == "waiting") & (_E.waiting_for == "in_doubt")
    waits &= _E.worker_id.is_(None)
    if connection.execute(select(_E.id).where(waits).with_for_update()).first() is None:
        return 0
    own = (_S.execution_id == execution) & (_S.status == "in_doubt")
    steps = all_rows(connection.execute(select(execution_steps).where(own)))
    for row in steps:
        key = (_S.node_id == row["node_id"]) & (_S.run_index == row["run_index"])
        changed = update(execution_steps).where(own, key).values(change(row))
        connection.execute(changed)
    queue.wake(connection, execution, now_ms)
    return len(steps)


def _changed(row: Row, status: str) -> dict[str, Any]:
    body = codec.unpack(row["body"], codec.StepBody)
    kept = msgspec.structs.replace(body, waiting_for=None, error=None)
    return {"status": status, "effects": "keyed", "body": codec.pack(kept)}
