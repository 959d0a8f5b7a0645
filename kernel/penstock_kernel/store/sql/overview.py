"""Looking at executions: lists, counts, and what is known of one without its data.

The rules:

* A list shows what people started: what ran in line is shown with what it was a part of.
* Pages go by the moment of creation and the id, newest first, so that what is new moves nothing.
* Every query has the workspace in it. Who may read only what was shared with him sees the
  executions of those workflows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, func, select, tuple_
from sqlalchemy import text as sql

from penstock_kernel.store.records import ErrorRecord
from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql import codec
from penstock_kernel.store.sql.newest import cursor_of, place_of
from penstock_kernel.store.sql.rows import Row, all_rows, first_row
from penstock_kernel.store.sql.tables import (
    dead_letters,
    execution_keys,
    workers,
    workflow_executions,
)

_E = workflow_executions.c
_LIVE = ("queued", "running", "waiting")
#: What `ix_workflow_executions_of_status` has, in the words that it has it by.
_RARE = frozenset(("waiting", "error", "canceled", "dead"))
_IN_RARE = sql("workflow_executions.status IN ('waiting', 'error', 'canceled', 'dead')")
MOST_LISTED = 500


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """Which executions."""

    workflow: str = ""
    #: Any of these; none: all.
    status: Sequence[str] = ()
    #: Who started them: `webhook`, `schedule`, `manual`, …
    mode: str = ""
    from_ms: int | None = None
    until_ms: int | None = None
    #: Custom data that they have, by name.
    keys: Mapping[str, str] = {}
    retry_of: str = ""


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """An execution, without what went in and what came out."""

    id: str
    workspace_id: str
    workflow_id: str
    workflow_name: str
    version: int | None
    mode: str
    status: str
    waiting_for: str | None
    due_ms: int | None
    worker_id: str | None
    retry_of: str | None
    parent_id: str | None
    pool: str
    priority: int
    dispatches: int
    steps: int
    created_ms: int
    started_ms: int
    finished_ms: int
    error: ErrorRecord | None = None


class Page(msgspec.Struct, frozen=True):
    """Some of the executions that a filter finds, and where the next ones begin."""

    executions: Sequence[Listed]
    next: str | None = None


class QueueLine(msgspec.Struct, frozen=True, kw_only=True):
    """What is queued in a pool for a workspace."""

    pool: str
    workspace_id: str
    queued: int
    oldest_ms: int


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """An execution that nobody tries any more."""

    execution_id: str
    workflow_id: str
    workflow_name: str
    reason: str
    message: str
    created_ms: int


_COLUMNS = [_E[name] for name in Listed.__struct_fields__]


def find(
    connection: Connection, scope: Scope, wanted: Filter, *, after: str = "", most: int = 50
) -> Page:
    """The executions of a workspace that a filter finds, newest first."""
    most = max(1, min(most, MOST_LISTED))
    found = select(*_COLUMNS).where(_found(scope, wanted))
    if after:
        found = found.where(tuple_(_E.created_ms, _E.id) < tuple_(*place_of(after)))
    found = found.order_by(_E.created_ms.desc(), _E.id.desc()).limit(most + 1)
    rows = all_rows(connection.execute(found))
    page = [_listed(row) for row in rows[:most]]
    last = page[-1] if len(rows) > most else None
    return Page(page, None if last is None else cursor_of(last.created_ms, last.id))


def counts(connection: Connection, scope: Scope, wanted: Filter) -> dict[str, int]:
    """How many there are of each status."""
    found = select(_E.status, func.count()).where(_found(scope, wanted)).group_by(_E.status)
    return {row[0]: row[1] for row in connection.execute(found)}


def ids(connection: Connection, scope: Scope, wanted: Filter, most: int) -> Sequence[str]:
    """The ids of those that a filter finds, oldest first."""
    found = select(_E.id).where(_found(scope, wanted)).order_by(_E.created_ms, _E.id)
    return list(connection.execute(found.limit(most)).scalars())


def get(connection: Connection, scope: Scope, execution: str) -> Listed | None:
    """One execution, whether it ran in line or not."""
    own = (_E.id == execution) & (_E.workspace_id == scope.workspace)
    row = first_row(connection.execute(select(*_COLUMNS).where(own)))
    return None if row is None else _listed(row)


def parts(connection: Connection, scope: Scope, execution: str) -> Sequence[Listed]:
    """What an execution called: workflows and bodies, in line or on their own."""
    own = (_E.parent_id == execution) & (_E.workspace_id == scope.workspace)
    found = select(*_COLUMNS).where(own).order_by(_E.created_ms, _E.id).limit(MOST_LISTED)
    return [_listed(row) for row in all_rows(connection.execute(found))]


def is_live(connection: Connection, workflow: str, key: str, *, but: str) -> bool:
    """Has an execution with this concurrency key not ended, other than that of one event?"""
    own = (_E.workflow_id == workflow) & (_E.concurrency_key == key) & _E.status.in_(_LIVE)
    found = select(_E.id).where(own, _E.idem_key != but).limit(1)
    return connection.execute(found).first() is not None


def lines(connection: Connection, scope: Scope) -> Sequence[QueueLine]:
    """What is queued, by pool."""
    scope.require("execution:read")
    own = (_E.status == "queued") & (_E.workspace_id == scope.workspace)
    amounts = (func.count().label("queued"), func.min(_E.queued_ms).label("oldest_ms"))
    found = select(_E.pool, _E.workspace_id, *amounts).where(own)
    rows = all_rows(connection.execute(found.group_by(_E.pool, _E.workspace_id)))
    return [QueueLine(**row) for row in rows]


def system_workers(connection: Connection) -> Sequence[Row]:
    """The processes there are."""
    return all_rows(connection.execute(select(workers).order_by(workers.c.started_ms)))


def letters(connection: Connection, scope: Scope, most: int = 100) -> Sequence[DeadLetter]:
    """What nobody tries any more, the newest first."""
    scope.require("execution:read")
    table = dead_letters
    joined = table.join(workflow_executions, _E.id == table.c.execution_id)
    wanted = (table, _E.workflow_id, _E.workflow_name)
    own = select(*wanted).select_from(joined).where(table.c.workspace_id == scope.workspace)
    rows = all_rows(connection.execute(own.order_by(table.c.created_ms.desc()).limit(most)))
    return [_letter(row) for row in rows]


def system_input(connection: Connection, execution: str) -> bytes:
    """What an execution was given, as it is kept."""
    found = select(_E.input).where(_E.id == execution)
    packed: bytes = connection.execute(found).scalar_one()
    return packed


def _found(scope: Scope, wanted: Filter) -> Any:
    found = _readable(scope) & _E.root_id.is_(None)
    if wanted.workflow:
        found &= _E.workflow_id == wanted.workflow
    if wanted.status:
        found &= _E.status.in_(wanted.status)
        if _RARE.issuperset(wanted.status):
            found &= _IN_RARE
    if wanted.mode:
        found &= _E.mode == wanted.mode
    if wanted.from_ms is not None:
        found &= _E.created_ms >= wanted.from_ms
    if wanted.until_ms is not None:
        found &= _E.created_ms <= wanted.until_ms
    if wanted.retry_of:
        found &= _E.retry_of == wanted.retry_of
    for name, value in wanted.keys.items():
        keys = execution_keys.c
        own = (keys.workspace_id == scope.workspace) & (keys.name == name) & (keys.value == value)
        found &= _E.id.in_(select(keys.execution_id).where(own))
    return found


def _readable(scope: Scope) -> Any:
    own = _E.workspace_id == scope.workspace
    if scope.may("execution:read"):
        return own
    shared = [one for one, grants in scope.shared.items() if "execution:read" in grants]
    if not shared:
        scope.require("execution:read")
    return own & _E.workflow_id.in_(shared)


def _listed(row: Row) -> Listed:
    packed = row["error"]
    error = None if packed is None else codec.unpack(packed, ErrorRecord)
    columns: dict[str, Any] = {**row, "error": error}
    return Listed(**columns)


def _letter(row: Row) -> DeadLetter:
    packed = row["last_error"]
    error = None if packed is None else codec.unpack(packed, ErrorRecord)
    return DeadLetter(
        execution_id=row["execution_id"],
        workflow_id=row["workflow_id"],
        workflow_name=row["workflow_name"],
        reason=row["reason"],
        message="" if error is None else error.message,
        created_ms=row["created_ms"],
    )
