"""Who runs what next: claims.

The rules:

* A claim takes what is queued for a pool, from each workspace in turn: those of which fewer run for
  their weight come first, and within one the lower priority number, then the older.
* Of what shares a concurrency key only as many run as its limit says. One more stays in line; or,
  when it is new and its workflow says so, it is dropped, or the oldest that runs is ended for it.
* What has a sticky key goes to the one worker of its pool that the key stands for, as long as that
  one is there and takes it up soon.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import Any, ClassVar, NamedTuple, cast

from sqlalchemy import Connection, func, or_, select, tuple_, update
from sqlalchemy import text as sql

from penstock_kernel.store.records import ErrorRecord
from penstock_kernel.store.sql import queue
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.rows import Row, all_rows
from penstock_kernel.store.sql.tables import workers, workflow_executions, workspaces
from penstock_sdk import PenstockError

_E = workflow_executions.c
#: So long somebody waits for the worker that his key stands for.
STICKY_MS = 10_000
#: Looks at a line of which some have to wait because of others that run.
_LOOKS = 8
_WANTED = (
    _E.id,
    _E.workflow_id,
    _E.epoch,
    _E.pool,
    _E.queued_ms,
    _E.concurrency_key,
    _E.concurrency_limit,
    _E.overflow,
    _E.sticky_key,
)
Key = tuple[str, str]


class ConcurrencyLimit(PenstockError):
    """As many run already as its workflow allows; it was not to wait."""

    code: ClassVar[str] = "concurrency.limit"


class ConcurrencyReplaced(PenstockError):
    """A newer execution of the same kind has taken its place."""

    code: ClassVar[str] = "concurrency.replaced"


class Wish(NamedTuple):
    """What a worker would take on."""

    worker: str
    pools: Sequence[str]
    limit: int


class Claimed(NamedTuple):
    """What a worker got."""

    rows: Sequence[Row]
    #: Executions that were ended for others, or because there is no room for them.
    ended: Sequence[str] = ()
    #: Workers that something waits for.
    elsewhere: Sequence[str] = ()


def claim(db: Database, connection: Connection, wish: Wish) -> Claimed:
    """Take on what is queued, fairly."""
    found = _Choice(db, connection, wish)
    ids = found.choose()
    for execution, error in found.ended.items():
        queue.cancel(connection, execution, db.now_ms(connection), error)
    if not ids:
        return Claimed([], list(found.ended), sorted(found.elsewhere))
    values = {
        "status": "running",
        "epoch": _E.epoch + 1,
        "worker_id": wish.worker,
        "dispatches": _E.dispatches + 1,
    }
    changed = update(workflow_executions).where(_E.id.in_(ids), _E.status == "queued")
    rows = all_rows(connection.execute(changed.values(values).returning(workflow_executions)))
    place = {one: number for number, one in enumerate(ids)}
    rows.sort(key=lambda row: place[row["id"]])
    return Claimed(rows, list(found.ended), sorted(found.elsewhere))


class _Choice:
    """Which of those in line one worker takes."""

    def __init__(self, db: Database, connection: Connection, wish: Wish) -> None:
        self._db = db
        self._connection = connection
        self._wish = wish
        #: How many more may run, by workflow and key.
        self._room: dict[Key, int] = {}
        self._workers: list[Row] | None = None
        self.ended: dict[str, ErrorRecord] = {}
        self.elsewhere: set[str] = set()

    def choose(self) -> list[str]:
        """Their ids, the first to run at the front."""
        shares = _shares(self._connection, self._wish)
        taken = [one for share in shares for one in self._of_workspace(*share)]
        # One of each in turn.
        return [one for _, one in sorted(taken, key=lambda pair: pair[0])][: self._wish.limit]

    def _of_workspace(self, pool: str, workspace: str) -> list[tuple[int, str]]:
        """What to take of one workspace, with its place in that workspace's line."""
        taken: list[str] = []
        passed: set[str] = set()
        for _ in range(_LOOKS):
            wanted = self._wish.limit - len(taken)
            line = self._line(pool, workspace, wanted, [*taken, *passed])
            for row in line:
                (taken.append if self._may_run(row) else passed.add)(row["id"])
            if len(line) < wanted or len(taken) == self._wish.limit:
                break
        return list(enumerate(taken))

    def _line(self, pool: str, workspace: str, limit: int, without: Sequence[str]) -> list[Row]:
        own = (_E.status == "queued") & (_E.pool == pool) & (_E.workspace_id == workspace)
        full = [key for key, room in self._room.items() if room <= 0]
        if full:
            pair = tuple_(_E.workflow_id, _E.concurrency_key)
            own &= or_(_E.concurrency_key.is_(None), pair.not_in(full))
        if without:
            own &= _E.id.not_in(without)
        line = select(*_WANTED).where(own).order_by(_E.priority, _E.queued_ms).limit(limit)
        return all_rows(self._connection.execute(line.with_for_update(skip_locked=True)))

    def _may_run(self, row: Row) -> bool:
        if row["sticky_key"] is not None and not self._is_ours(row):
            return False
        if row["concurrency_limit"] is None:
            return True
        key = (row["workflow_id"], row["concurrency_key"])
        if key not in self._room:
            running = _running(self._db, self._connection, key)
            self._room[key] = row["concurrency_limit"] - running
        if self._room[key] <= 0 and not self._makes_room(row, key):
            return False
        self._room[key] -= 1
        return True

    def _makes_room(self, row: Row, key: Key) -> bool:
        """What becomes of one that is too many; what has run before only waits."""
        if row["overflow"] == "queue" or row["epoch"] > 0:
            return False
        if row["overflow"] == "drop":
            limit = row["concurrency_limit"]
            message = f"{limit} of this kind ran already when it was its turn."
            hint = "Raise the limit of the workflow, or let it wait: `overflow: queue`."
            self.ended[row["id"]] = _error(ConcurrencyLimit(message, hint=hint))
            return False
        oldest = _oldest(self._connection, key, list(self.ended))
        if oldest is None:
            return False
        hint = "The workflow says that the oldest one ends: `overflow: cancel_oldest`."
        replaced = ConcurrencyReplaced(f"The execution {row['id']} took its place.", hint=hint)
        self.ended[oldest] = _error(replaced)
        self._room[key] += 1
        return True

    def _is_ours(self, row: Row) -> bool:
        """Does its key stand for this worker, or has it waited long enough for the other one?"""
        if self._workers is None:
            alive = select(workers.c.id, workers.c.pools).where(workers.c.state == "working")
            self._workers = all_rows(self._connection.execute(alive))
        there = [one["id"] for one in self._workers if row["pool"] in one["pools"].split(",")]
        owner = owner_of(row["sticky_key"], there) or self._wish.worker
        if owner == self._wish.worker:
            return True
        self.elsewhere.add(owner)
        waited_ms: int = self._db.now_ms(self._connection) - row["queued_ms"]
        return waited_ms > STICKY_MS


def owner_of(key: str, there: Sequence[str]) -> str | None:
    """The worker that a key stands for: when one goes, only its own keys move."""
    return max(there, key=lambda one: blake2b(f"{key}\n{one}".encode()).digest(), default=None)


def _running(db: Database, connection: Connection, key: Key) -> int:
    """How many of a kind run; nobody else begins one before the end of the transaction."""
    if db.kind == "postgresql":
        lock = sql("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))")
        connection.execute(lock, {"key": "\n".join(key)})
    return connection.execute(select(func.count()).where(_beside(key))).scalar_one()


def _oldest(connection: Connection, key: Key, without: Sequence[str]) -> str | None:
    own = _beside(key) & _E.id.not_in(without)
    found = select(_E.id).where(own).order_by(_E.created_ms, _E.id).limit(1)
    return connection.execute(found).scalar_one_or_none()


def _beside(key: Key) -> Any:
    workflow, name = key
    return (_E.workflow_id == workflow) & (_E.concurrency_key == name) & _E.worker_id.is_not(None)


def _error(problem: PenstockError) -> ErrorRecord:
    return ErrorRecord(code=problem.code, message=problem.message, hint=problem.hint)


def _shares(connection: Connection, wish: Wish) -> list[tuple[str, str]]:
    """Pools and workspaces that have something queued, the one to serve first at the front."""
    queued: list[tuple[str, str]] = []
    for pool in wish.pools:
        queued += [(pool, one) for one in _workspaces_of(connection, pool)]
    if len(queued) < 2:
        return queued
    counts = select(_E.workspace_id, func.count()).where(_E.worker_id.is_not(None))
    counted = connection.execute(counts.group_by(_E.workspace_id))
    running: dict[str, int] = {row[0]: row[1] for row in counted}
    ids = [one for _, one in queued]
    weighed = select(workspaces.c.id, workspaces.c.weight).where(workspaces.c.id.in_(ids))
    weights: dict[str, int] = {row[0]: row[1] for row in connection.execute(weighed)}
    return sorted(queued, key=lambda one: running.get(one[1], 0) / max(1, weights.get(one[1], 1)))


def _workspaces_of(connection: Connection, pool: str) -> list[str]:
    """Workspaces with something queued, by steps through the index: not by looking at each row."""
    found: list[str] = []
    while len(found) < queue.MOST_AT_ONCE:
        queued = (_E.status == "queued") & (_E.pool == pool)
        after = queued & (_E.workspace_id > found[-1]) if found else queued
        first = select(_E.workspace_id).where(after).order_by(_E.workspace_id).limit(1)
        one = connection.execute(first).scalar_one_or_none()
        if one is None:
            break
        found.append(cast("str", one))
    return found
