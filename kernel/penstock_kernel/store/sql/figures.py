"""Figures of the moment: what is queued, and who is there to run it.

The rule: the queries are asked every few seconds, so each goes by an index.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, func, select
from sqlalchemy import text as sql

from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql.rows import Row, all_rows
from penstock_kernel.store.sql.tables import credentials, workers, workflow_executions

_E, _C = workflow_executions.c, credentials.c
#: In the words of the index that has them.
_QUEUED = sql("workflow_executions.status = 'queued'")


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """What is queued in a pool."""

    pool: str
    queued: int
    oldest_ms: int


class WorkerShown(msgspec.Struct, frozen=True, kw_only=True):
    """A process that serves."""

    id: str
    host: str
    version: str
    role: str
    pools: Sequence[str]
    concurrency: int
    running: int
    state: str
    started_ms: int
    heartbeat_ms: int


def system_queue(connection: Connection) -> Sequence[Line]:
    """What is queued, by pool."""
    amounts = (func.count().label("queued"), func.min(_E.queued_ms).label("oldest_ms"))
    found = select(_E.pool, *amounts).where(_QUEUED).group_by(_E.pool)
    return [Line(**row) for row in all_rows(connection.execute(found))]


def system_oldest_ms(connection: Connection, workspace: str, workflow: str = "") -> int | None:
    """Since when the oldest execution that is queued in a workspace has been."""
    own = select(func.min(_E.queued_ms)).where(_QUEUED, _E.workspace_id == workspace)
    own = own.where(_E.workflow_id == workflow) if workflow else own
    return connection.execute(own).scalar_one_or_none()


def system_credentials_due(connection: Connection, workspace: str, now_ms: int) -> int:
    """How many credentials of a workspace were to be changed by now."""
    due = (_C.workspace_id == workspace) & (_C.due_ms <= now_ms)
    found = select(func.count()).select_from(credentials).where(due)
    return connection.execute(found).scalar_one()


def workers_of(connection: Connection, scope: Scope) -> Sequence[WorkerShown]:
    """The processes there are; they work for every workspace."""
    scope.require("worker:read")
    return system_workers(connection)


def system_workers(connection: Connection) -> Sequence[WorkerShown]:
    """The processes there are, the oldest first."""
    columns = [workers.c[name] for name in WorkerShown.__struct_fields__]
    rows = all_rows(connection.execute(select(*columns).order_by(workers.c.started_ms)))
    return [_worker(row) for row in rows]


def _worker(row: Row) -> WorkerShown:
    values: dict[str, Any] = {**row, "pools": [part for part in row["pools"].split(",") if part]}
    return WorkerShown(**values)
