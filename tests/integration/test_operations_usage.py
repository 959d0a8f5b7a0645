"""What executions came to is counted as they end, and can be asked for by hour, day and workflow."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select
from tests.support.databases import KINDS, opened, url_of

from penstock_kernel.kernel import Kernel
from penstock_kernel.settings import Settings
from penstock_kernel.store.blobs import FileBlobs
from penstock_kernel.store.journal import Commit, OwnershipLost
from penstock_kernel.store.records import ExecutionId, ExecutionRecord
from penstock_kernel.store.scope import AccessDenied, Scope
from penstock_kernel.store.sql import usage
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.journal import SqlJournal
from penstock_kernel.store.sql.tables import usage as usage_table
from penstock_kernel.store.sql.usage import DAY_MS, HOUR_MS, MINUTE_MS, Figures

NOW_MS = 1_800_000_000_000 - 1_800_000_000_000 % DAY_MS


def row(from_ms: int, **given: Any) -> dict[str, Any]:
    return {"workspace_id": "w1", "from_ms": from_ms, "workflow_id": "f1", "shard": 1, **given}


async def fill(db: Database, *rows: dict[str, Any]) -> None:
    def work(connection: Connection) -> None:
        for one in rows:
            connection.execute(insert(usage_table), one)

    await db.transact(work)


async def series(db: Database, scope: Scope, **asked: Any) -> list[Figures]:
    asked = {"from_ms": 0, "until_ms": NOW_MS + DAY_MS, "step": "all", **asked}
    return list(await db.read(lambda one: usage.series(one, scope, **asked)))


@pytest.mark.parametrize("kind", KINDS)
async def test_figures_are_summed_by_step_of_time_and_by_workflow(
    kind: str, tmp_path: Path
) -> None:
    async with opened(kind, tmp_path) as db:
        await fill(
            db,
            row(NOW_MS, executions=2, failed=1, within_10=1, within_50=1, fuel=3 * 10**11),
            row(NOW_MS + MINUTE_MS, executions=1, within_10=1),
            row(NOW_MS + MINUTE_MS, executions=4, shard=2),
            row(NOW_MS + HOUR_MS, executions=8, workflow_id="f2"),
            row(NOW_MS, executions=16, workspace_id="w2"),
        )
        scope = Scope("w1")
        (everything,) = await series(db, scope)
        hours = await series(db, scope, step="hour")
        workflows = await series(db, scope, by_workflow=True)
        (one,) = await series(db, scope, workflow="f2")

    assert (everything.executions, everything.failed, everything.fuel) == (15, 1, 3 * 10**11)
    assert [(one.from_ms, one.executions) for one in hours] == [
        (NOW_MS, 7),
        (NOW_MS + HOUR_MS, 8),
    ]
    assert {one.workflow_id: one.executions for one in workflows} == {"f1": 7, "f2": 8}
    assert one.executions == 8


@pytest.mark.parametrize("kind", KINDS)
async def test_old_minutes_become_hours_and_old_hours_days_without_losing_anything(
    kind: str, tmp_path: Path
) -> None:
    day = NOW_MS - 40 * DAY_MS
    async with opened(kind, tmp_path) as db:
        await fill(
            db,
            *[row(day + minute * MINUTE_MS, executions=1) for minute in range(0, 1_440, 45)],
            *[row(NOW_MS - 3 * DAY_MS + minute * MINUTE_MS, executions=1) for minute in (1, 2, 70)],
            row(NOW_MS - 5 * MINUTE_MS, executions=1),
            row(NOW_MS - 500 * DAY_MS, executions=1),
        )
        while await db.transact(lambda one: usage.system_fold(one, NOW_MS)):
            pass
        rows = await db.read(
            lambda one: [tuple(found) for found in one.execute(select(usage_table.c.from_ms))]
        )
        (found,) = await series(db, Scope("w1"))

    moments = sorted(moment for (moment,) in rows)
    assert moments == [
        day,
        NOW_MS - 3 * DAY_MS,
        NOW_MS - 3 * DAY_MS + HOUR_MS,
        NOW_MS - 5 * MINUTE_MS,
    ]
    assert found.executions == 32 + 3 + 1


@pytest.mark.parametrize("url", ["sqlite", "postgresql"])
async def test_what_an_execution_came_to_is_counted_in_the_commit_of_its_end(
    url: str, tmp_path: Path
) -> None:
    database = url_of(url, tmp_path)
    settings = Settings(data_dir=tmp_path, database=database, sandbox="inprocess")
    good = chain("good", "return items;", save="none")
    bad = chain("bad", "throw new Error('no')")
    async with Kernel.open(settings) as kernel:
        for _ in range(3):
            await kernel.execute(good, [{"a": 1}])
        await kernel.execute(bad, [{"a": 1}])
        assert kernel.db is not None
        found = await series(kernel.db, Scope(), by_workflow=True, until_ms=2**53)

    by_name = {one.workflow_id: one for one in found}
    assert (by_name["good"].executions, by_name["good"].failed) == (3, 0)
    assert (by_name["bad"].executions, by_name["bad"].failed) == (1, 1)
    assert by_name["good"].steps == 6
    assert by_name["good"].fuel > 0
    assert sum(by_name["good"].within) == 3


def chain(name: str, source: str, **settings: Any) -> Any:
    """A node that lets items through, and one with code."""
    code = {"type": "penstock/code.javascript", "config": {"source": source}}
    return {
        "format": "penstock/1",
        "name": name,
        "settings": settings,
        "nodes": [
            {"id": "a", "name": "A", "type": "penstock/flow.noop", "config": {}},
            {"id": "b", "name": "B", **code},
        ],
        "edges": [{"from": ["a", "main"], "to": ["b", "main"]}],
    }


@pytest.mark.parametrize("url", ["sqlite", "postgresql"])
async def test_nothing_is_missed_or_counted_twice_where_several_processes_end_executions(
    url: str, tmp_path: Path
) -> None:
    database = url_of(url, tmp_path)
    settings = Settings(data_dir=tmp_path, database=database, sandbox="inprocess")
    document = {**chain("many", ""), "edges": []}
    document["nodes"] = document["nodes"][:1]
    async with Kernel.open(settings) as one, Kernel.open(settings) as other:
        await asyncio.gather(*(kernel.execute(document) for kernel in [one, other] * 60))
        assert one.db is not None
        (found,) = await series(one.db, Scope(), until_ms=2**53)

    assert (found.executions, found.steps, found.failed) == (120, 120, 0)


async def test_a_commit_that_is_refused_counts_nothing(tmp_path: Path) -> None:
    async with opened("memory", tmp_path) as db:
        journal = SqlJournal(db, FileBlobs(tmp_path / "blobs", bytes(32)))
        record = ExecutionRecord(
            id=ExecutionId("e1"),
            workspace_id="w1",
            workflow_id="f1",
            workflow_name="F",
            document="{}",
        )
        begun = await journal.begin(record, "first")
        await journal.claim(begun.id, "second")
        stale = Commit(execution=begun.id, epoch=begun.epoch, status="success", finished_ms=9)
        with pytest.raises(OwnershipLost):
            await journal.commit(stale)
        assert await series(db, Scope("w1")) == []


async def test_who_may_not_read_usage_is_refused(tmp_path: Path) -> None:
    async with opened("memory", tmp_path) as db:
        with pytest.raises(AccessDenied):
            await series(db, Scope("w1", grants=frozenset({"workflow:read"})))


def test_a_percentile_lies_between_the_limits_that_its_executions_lie_between() -> None:
    within = [0, 50, 0, 0, 50, *[0] * 10]

    assert usage.percentile(within, 100, 0.5) == 10
    assert usage.percentile(within, 100, 0.95) == pytest.approx(95)
    assert usage.percentile(within, 0, 0.5) is None
