"""What is asked often is found through an index, on both databases, and not by looking at each row."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, insert, text
from tests.support.databases import opened

from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql import changes, claiming, outbox, overview, queue
from penstock_kernel.store.sql.claiming import Wish
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.overview import Filter
from penstock_kernel.store.sql.tables import workflow_executions

ROWS = 4_000
SCOPE = Scope("w1")


def fill(connection: Connection) -> None:
    """Many executions that have ended, a few that have not."""
    statuses = {0: "queued", 1: "running", 2: "waiting"}
    rows = [
        {
            "id": f"e{number:06}",
            "workspace_id": f"w{number % 5}",
            "workflow_id": f"f{number % 20}",
            "workflow_name": "F",
            "document_id": "d",
            "mode": "webhook",
            "status": statuses.get(number % 1_000, "success"),
            "worker_id": "me" if number % 1_000 == 1 else None,
            "due_ms": number if number % 1_000 == 2 else None,
            "idem_key": f"k{number}",
            "created_ms": number,
            "queued_ms": number,
        }
        for number in range(ROWS)
    ]
    connection.execute(insert(workflow_executions), rows)
    connection.execute(text("ANALYZE"))


def plans(connection: Connection, work: Callable[[Connection], object]) -> list[str]:
    """How the database finds the rows of each statement of some work."""
    seen: list[tuple[str, Any]] = []

    def note(_conn: Any, _cursor: Any, statement: str, given: Any, *_rest: Any) -> None:
        seen.append((statement, given))

    event.listen(connection, "before_cursor_execute", note)
    work(connection)
    event.remove(connection, "before_cursor_execute", note)
    head = "EXPLAIN QUERY PLAN " if connection.dialect.name == "sqlite" else "EXPLAIN "
    found: list[str] = []
    for statement, given in seen:
        if (
            statement.startswith(("SELECT", "UPDATE", "DELETE"))
            and "clock_timestamp" not in statement
        ):
            rows = connection.exec_driver_sql(head + statement, given).all()
            found += [" | ".join(str(row[-1]) for row in rows)]
    return found


def scans(plan: str) -> bool:
    """Does it look at each execution?"""
    parts = [part.strip() for part in plan.split(" | ")]
    whole = ("SCAN workflow_executions", "Seq Scan on workflow_executions")
    return any(
        part.removeprefix("->").strip().startswith(whole) and "INDEX" not in part for part in parts
    )


WORK: dict[str, Callable[[Database], Callable[[Connection], object]]] = {
    "claim": lambda db: lambda one: claiming.claim(db, one, Wish("me", ("default",), 4)),
    "sweep": lambda db: lambda one: queue.sweep(db, one),
    "next-due": lambda _db: queue.next_due_ms,
    "held": lambda _db: lambda one: queue.held(one, "me"),
    "length-of-the-queue": lambda _db: lambda one: queue.queued(one, "w1", 100),
    "cancel": lambda _db: lambda one: queue.cancel(one, "e000000", 1),
    "forget": lambda _db: lambda one: changes.forget(one, ["e000000"]),
    "list": lambda _db: lambda one: overview.find(one, SCOPE, Filter()),
    "list-of-a-workflow": lambda _db: lambda one: overview.find(one, SCOPE, Filter(workflow="f1")),
    "list-by-status": lambda _db: lambda one: overview.find(one, SCOPE, Filter(status=["error"])),
    "list-by-key": lambda _db: lambda one: overview.find(one, SCOPE, Filter(keys={"a": "b"})),
    "live-of-a-key": lambda _db: lambda one: overview.is_live(one, "f1", "k", but="x"),
    "outbox": lambda _db: outbox.pending,
}


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize("name", WORK)
async def test_no_query_looks_at_each_execution(kind: str, name: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as db:
        await db.transact(fill)
        found = await db.transact(lambda connection: plans(connection, WORK[name](db)))

    assert found
    assert [plan for plan in found if scans(plan)] == []


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_a_query_without_an_index_would_be_found(kind: str, tmp_path: Path) -> None:
    slow = text("SELECT id FROM workflow_executions WHERE workflow_name = 'F'")
    async with opened(kind, tmp_path) as db:
        await db.transact(fill)
        found = await db.transact(
            lambda connection: plans(connection, lambda one: one.execute(slow).all())
        )

    assert [scans(plan) for plan in found] == [True]
