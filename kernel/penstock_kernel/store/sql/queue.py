"""The workers there are, and what becomes of the work of those that died.

The rules:

* A worker that has not been heard of for `LEASE_MS` is dead. What it held is queued again with a
  new epoch, so that it cannot write any more should it still be there.
* Time that nobody could say anything in does not count: when the machine slept, or its clock was
  set, everybody has `LEASE_MS` to be heard of again.
* What was given to a worker `MOST_DISPATCHES` times without getting anywhere is dead: somebody has
  to look at it.
* An execution that waits for a moment is queued when that has come.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NamedTuple, cast

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from penstock_kernel.store.records import ErrorRecord
from penstock_kernel.store.sql import codec, destinations
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.outbox import ring_for
from penstock_kernel.store.sql.tables import (
    dead_letters,
    outbox,
    workers,
    workflow_executions,
    workspaces,
)
from penstock_sdk import PenstockError

LEASE_MS = 15_000
#: Queued for longer, it is rung for again: the doorbell may be lost.
UNHEARD_MS = 20_000
MOST_DISPATCHES = 5
MOST_AT_ONCE = 500
_E = workflow_executions.c
_LIVE = ("queued", "running", "waiting")

Row = Mapping[str, Any]


class ExecutionDead(PenstockError):
    """The process that ran an execution died again and again."""

    code: ClassVar[str] = "execution.dead"


class Beat(NamedTuple):
    """What a worker says of itself."""

    id: str
    host: str
    pid: int
    version: str
    role: str
    pools: str
    concurrency: int
    running: int
    state: str


class Watched(NamedTuple):
    """Since when somebody has looked who is there, without a gap."""

    since_ms: int
    last_ms: int


class Swept(NamedTuple):
    """What was put in order."""

    requeued: int
    dead: Sequence[str]
    due: int
    rung: int
    #: For the next sweep of the same process.
    watched: Watched | None = None


def beat(db: Database, connection: Connection, said: Beat) -> None:
    """Say that a worker is there."""
    now_ms = db.now_ms(connection)
    dialect = sqlite if db.kind == "sqlite" else postgresql
    row = {**said._asdict(), "started_ms": now_ms, "heartbeat_ms": now_ms}
    changed = {name: value for name, value in row.items() if name not in ("id", "started_ms")}
    new = dialect.insert(workers).values(row)
    connection.execute(new.on_conflict_do_update(index_elements=[workers.c.id], set_=changed))


class Queued(NamedTuple):
    """How many executions of a workspace are queued, counted up to how many may be."""

    executions: int
    most: int


def queued(connection: Connection, workspace: str, most: int) -> Queued:
    """How full the queue of a workspace is; it may have a limit of its own, below that of all."""
    limit = select(workspaces.c.max_queued).where(workspaces.c.id == workspace)
    most = min(most, connection.execute(limit).scalar_one_or_none() or most)
    own = (_E.status == "queued") & (_E.workspace_id == workspace)
    some = select(_E.id).where(own).limit(most).subquery()
    return Queued(connection.execute(select(func.count()).select_from(some)).scalar_one(), most)


def leave(connection: Connection, worker: str) -> int:
    """A worker goes: what it still holds is queued for others."""
    left = 0
    while rows := _queue_again(connection, _E.worker_id == worker, due=False):
        left += len(rows)
    connection.execute(delete(workers).where(workers.c.id == worker))
    return left


def held(connection: Connection, worker: str) -> set[str]:
    """What a worker holds, by what the database knows."""
    return set(connection.execute(select(_E.id).where(_E.worker_id == worker)).scalars())


def put_back(connection: Connection, worker: str, executions: Sequence[str]) -> int:
    """A worker gives back what it holds, because it ends: that counts as no attempt."""
    held_ones = (_E.worker_id == worker) & _E.id.in_(executions)
    own = update(workflow_executions).where(held_ones, _E.dispatches > 0)
    connection.execute(own.values(dispatches=_E.dispatches - 1))
    return len(_queue_again(connection, held_ones, due=False))


def give_up(db: Database, connection: Connection, worker: str, executions: Sequence[str]) -> int:
    """Something went wrong with what a worker holds: somebody else tries, but not for ever."""
    lost = (_E.worker_id == worker) & _E.id.in_(executions)
    _bury(connection, lost, db.now_ms(connection))
    return len(_queue_again(connection, lost, due=False))


def sweep(db: Database, connection: Connection, watched: Watched | None = None) -> Swept:
    """Put in order what others have left, and wake what is due.

    It goes on from what the sweep before of the same process gave; its first one has nothing.
    """
    now_ms = db.now_ms(connection)
    watched = _watched(watched, now_ms)
    if now_ms - watched.since_ms >= LEASE_MS:
        late = workers.c.heartbeat_ms < now_ms - LEASE_MS
        connection.execute(delete(workers).where(late))
    left = _E.worker_id.is_not(None) & _E.worker_id.not_in(select(workers.c.id))
    dead = _bury(connection, left, now_ms)
    requeued = _queue_again(connection, left, due=False, now_ms=now_ms)
    due = (_E.status == "waiting") & _E.worker_id.is_(None) & (_E.due_ms <= now_ms)
    due &= _E.root_id.is_(None)  # what waits in line goes on with what it is a part of
    woken = _queue_again(connection, due, due=True, now_ms=now_ms)
    rung = _ring_again(connection, now_ms)
    return Swept(len(requeued), dead, len(woken), rung, watched)


def _watched(before: Watched | None, now_ms: int) -> Watched:
    """Since when somebody has looked, who looks now."""
    if before is None:
        # Who begins takes over from those that died before.
        return Watched(now_ms - LEASE_MS, now_ms)
    goes_on = 0 <= now_ms - before.last_ms <= LEASE_MS // 2
    return Watched(before.since_ms if goes_on else now_ms, now_ms)


def next_due_ms(connection: Connection) -> int | None:
    """When the next execution that waits for a moment is due."""
    waiting = (_E.status == "waiting") & _E.worker_id.is_(None) & _E.root_id.is_(None)
    return connection.execute(select(func.min(_E.due_ms)).where(waiting)).scalar_one_or_none()


def cancel(
    connection: Connection, execution: str, now_ms: int, error: ErrorRecord | None = None
) -> bool:
    """End an execution whatever it does; say whether there was anything to end."""
    values = {
        "error": None if error is None else codec.pack(error),
        "error_code": None if error is None else error.code,
        "status": "canceled",
        "epoch": _E.epoch + 1,
        "worker_id": None,
        "waiting_for": None,
        "due_ms": None,
        "finished_ms": now_ms,
    }
    own = (_E.id == execution) & _E.status.in_(_LIVE)
    changed = update(workflow_executions).where(own).values(values)
    rows = _rows(connection.execute(changed.returning(workflow_executions)))
    if not rows:
        return False
    end = destinations.end_of(rows[0], execution, "canceled", now_ms, error)
    destinations.tell(connection, [end])
    in_line = (_E.root_id == execution) & _E.status.in_(_LIVE)
    connection.execute(update(workflow_executions).where(in_line).values(status="canceled"))
    return True


def wake(connection: Connection, execution: str, now_ms: int) -> bool:
    """Queue an execution that waits; say whether it did."""
    waits = (_E.id == execution) & (_E.status == "waiting") & _E.worker_id.is_(None)
    return bool(_queue_again(connection, waits, due=True, now_ms=now_ms))


def redrive(connection: Connection, execution: str, now_ms: int) -> bool:
    """Queue a dead execution again; say whether it was dead."""
    again: dict[str, Any] = {
        "status": "queued",
        "dispatches": 0,
        "queued_ms": now_ms,
        "finished_ms": 0,
        "error": None,
        "error_code": None,
    }
    changed = update(workflow_executions).where(_E.id == execution, _E.status == "dead")
    rows = _rows(connection.execute(changed.values(again).returning(workflow_executions)))
    connection.execute(delete(dead_letters).where(dead_letters.c.execution_id == execution))
    ring_for(connection, rows)
    return bool(rows)


def _queue_again(
    connection: Connection, which: Any, *, due: bool, now_ms: int | None = None
) -> list[Row]:
    """Queue executions, and ring for them. What is due begins to count its dispatches anew."""
    some = select(_E.id).where(which).limit(MOST_AT_ONCE).with_for_update(skip_locked=True)
    ids = list(connection.execute(some).scalars())
    if not ids:
        return []
    values: dict[str, Any] = {
        "status": "queued",
        "epoch": _E.epoch + 1,
        "worker_id": None,
        "waiting_for": None,
        "due_ms": None,
    }
    if now_ms is not None:
        values["queued_ms"] = now_ms
    if due:
        values["dispatches"] = 0
    changed = update(workflow_executions).where(_E.id.in_(ids)).values(values)
    rows = _rows(connection.execute(changed.returning(workflow_executions)))
    ring_for(connection, rows)
    return rows


def _bury(connection: Connection, which: Any, now_ms: int) -> list[str]:
    """End what was tried too often."""
    poison = which & (_E.dispatches >= MOST_DISPATCHES)
    error = ErrorRecord(
        code=ExecutionDead.code,
        message=f"Running this execution broke its process {MOST_DISPATCHES} times.",
        hint="Look at what its nodes do, and at the log of the workers, before it is run again.",
    )
    values = {
        "status": "dead",
        "epoch": _E.epoch + 1,
        "worker_id": None,
        "error": codec.pack(error),
        "error_code": error.code,
        "finished_ms": now_ms,
    }
    changed = update(workflow_executions).where(poison).values(values)
    rows = _rows(connection.execute(changed.returning(workflow_executions)))
    ids = [row["id"] for row in rows]
    in_line = _E.root_id.in_(ids) & _E.status.in_(_LIVE)
    connection.execute(update(workflow_executions).where(in_line).values(status="canceled"))
    letters = [
        {
            "execution_id": row["id"],
            "workspace_id": row["workspace_id"],
            "reason": "crashed",
            "epoch": row["epoch"],
            "last_error": row["error"],
            "created_ms": now_ms,
        }
        for row in rows
    ]
    if letters:
        connection.execute(insert(dead_letters), letters)
    ends = [destinations.end_of(row, row["id"], "dead", now_ms, error) for row in rows]
    destinations.tell(connection, ends)
    return ids


def _ring_again(connection: Connection, now_ms: int) -> int:
    """Ring once for each pool where something has been waiting for long."""
    unheard = (_E.status == "queued") & (_E.queued_ms < now_ms - UNHEARD_MS)
    unheard &= _E.pool.not_in(select(outbox.c.subject))  # else it is about to be rung for
    oldest = select(_E.pool, func.min(_E.id).label("id")).where(unheard).group_by(_E.pool)
    rows = [
        {"pool": row.pool, "id": row.id, "epoch": f"again-{now_ms}", "queued_ms": now_ms}
        for row in connection.execute(oldest)
    ]
    ring_for(connection, rows)
    return len(rows)


def _rows(result: Any) -> list[Row]:
    return [cast("Row", row) for row in result.mappings()]
