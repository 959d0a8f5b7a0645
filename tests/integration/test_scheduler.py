"""Schedules: each moment once, whatever dies and however many schedulers there are."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, insert, select
from tests.support.databases import KINDS, opened
from tests.support.scheduling import (
    BEGIN_MS,
    SCOPE,
    SECOND,
    Hand,
    Workflow,
    every,
    no_poll,
    plan,
    scheduler,
    see,
)

from penstock_kernel.schedules.rule import Rule
from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql import schedules
from penstock_kernel.store.sql.database import StoreUnavailable
from penstock_kernel.store.sql.schedules import Planned
from penstock_kernel.store.sql.tables import schedule_fires, workflow_executions
from penstock_kernel.work.accepting import Accepted, QueueFull
from penstock_kernel.work.entering import Incoming
from penstock_kernel.work.scheduler import GRACE_MS, Scheduler
from penstock_kernel.work.timetable import BackfillTooLong, Timetable
from penstock_sdk import PenstockError


@pytest.mark.parametrize("kind", KINDS)
async def test_three_schedulers_start_each_moment_once(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as db:
        for number in range(50):
            await plan(db, every(1), workflow=f"wf{number}")
        workflow, clock = Workflow(db), Hand()
        crowd = [scheduler(db, workflow, clock) for _ in range(3)]
        for _ in range(6):
            clock.ms += SECOND
            await asyncio.gather(*(one.look() for one in crowd))
        told = await db.read(lambda one: schedules.fires(one, "wf7:n:0"))

    assert len(workflow.accepted) == 50 * 6
    assert [fired.outcome for fired in told] == ["started"] * 6


@pytest.mark.parametrize("kind", KINDS)
async def test_a_moment_is_kept_until_it_can_be_accepted(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as db:
        await plan(db, every(60))
        workflow, clock = Workflow(db), Hand(BEGIN_MS + 60 * SECOND)
        problems: list[Exception | None] = [QueueFull(1), StoreUnavailable("away"), None]
        workflow.refuses = lambda call: problems[call - 1]
        one = scheduler(db, workflow, clock)
        got: list[int] = []
        for _ in range(4):
            got.append(await one.look())
            clock.ms += 2_500

    # A queue that is full is asked again after five seconds.
    assert got == [0, 0, 0, 1]
    assert workflow.moments == [BEGIN_MS + 60 * SECOND]


async def test_a_workspace_that_is_full_keeps_no_other_one_waiting(tmp_path: Path) -> None:
    rule = Rule(every_s=1, anchor_ms=BEGIN_MS)
    crowd = [Planned("n", number, "schedule", rule) for number in range(schedules.MOST_DUE)]
    async with opened("memory", tmp_path) as db:
        await db.transact(
            lambda one: schedules.replace(one, Scope("loud"), "loud", crowd, BEGIN_MS - SECOND)
        )
        await plan(db, every(1), workflow="quiet")
        workflow, clock = Workflow(db), Hand(BEGIN_MS + SECOND)

        async def accept(incoming: Incoming) -> Accepted:
            if incoming.scope.workspace == "loud":
                raise QueueFull(1)
            return await workflow.accept(incoming)

        one = Scheduler(db, accept, no_poll, clock)
        await one.look()
        await one.look()
        refused = await db.read(lambda reading: schedules.listed(reading, Scope("loud")))

    assert workflow.moments == [BEGIN_MS + SECOND]
    assert {(one.last_ms, one.next_ms, one.failures) for one in refused} == {
        (BEGIN_MS - SECOND, BEGIN_MS + 6 * SECOND, 0)
    }


async def test_what_cannot_run_is_told_and_the_next_moment_comes(tmp_path: Path) -> None:
    async with opened("memory", tmp_path) as db:
        await plan(db, every(60))
        workflow, clock = Workflow(db), Hand(BEGIN_MS + 60 * SECOND)
        workflow.refuses = lambda call: PenstockError("gone") if call == 1 else None
        one = scheduler(db, workflow, clock)
        await one.look()
        failed = await see(db)
        clock.ms += 60 * SECOND
        await one.look()
        mended = await see(db)

    assert (failed.failures, failed.last_error) == (1, f"{PenstockError.code}: gone")
    assert (mended.failures, mended.last_error) == (0, None)
    assert workflow.moments == [BEGIN_MS + 120 * SECOND]


@pytest.mark.parametrize(
    ("catch_up", "window_s", "away_s", "wanted"),
    [
        (1, 3_600, 590, [540]),
        (1, 3_600, 600, [540, 600]),  # a moment that is a minute late is on time
        (3, 3_600, 600, [480, 540, 600]),
        (0, 3_600, 630, [600]),  # less than a minute ago: it is not late
        (0, 3_600, 700, [660]),
        (100, 200, 1_200, [1_020, 1_080, 1_140, 1_200]),
    ],
)
async def test_what_was_missed_is_made_up_for_as_the_rule_says(
    catch_up: int, window_s: int, away_s: int, wanted: list[int], tmp_path: Path
) -> None:
    async with opened("memory", tmp_path) as db:
        await plan(db, every(60, catch_up=catch_up, catch_up_s=window_s))
        workflow, clock = Workflow(db), Hand(BEGIN_MS + away_s * SECOND)
        await scheduler(db, workflow, clock).look()

    found = [(moment - BEGIN_MS) // SECOND for moment in workflow.moments]
    assert found == wanted


async def test_weeks_of_seconds_are_passed_over_at_once(tmp_path: Path) -> None:
    async with opened("memory", tmp_path) as db:
        await plan(db, every(1, catch_up=2))
        workflow, clock = Workflow(db), Hand(BEGIN_MS + 30 * 86_400 * SECOND)
        async with asyncio.timeout(5):
            await scheduler(db, workflow, clock).look()
        after = await see(db)

    assert after.last_ms == clock.ms
    assert len(workflow.moments) <= GRACE_MS // SECOND + 3


async def test_jitter_moves_a_moment_and_loses_none(tmp_path: Path) -> None:
    async with opened("memory", tmp_path) as db:
        await plan(db, every(10, jitter_s=8))
        workflow, clock = Workflow(db), Hand()
        one = scheduler(db, workflow, clock)
        starts: dict[int, int] = {}
        for _ in range(130):
            clock.ms += SECOND
            await one.look()
            for moment in workflow.moments:
                starts.setdefault(moment, clock.ms)

    delays = [start - moment for moment, start in starts.items()]
    assert workflow.moments == [BEGIN_MS + n * 10 * SECOND for n in range(1, len(starts) + 1)]
    assert len(starts) >= 12
    assert all(0 <= delay <= 9 * SECOND for delay in delays)
    assert len(set(delays)) > 3


async def test_moments_are_spread_over_more_than_is_made_up_for_and_none_is_lost(
    tmp_path: Path,
) -> None:
    day = 86_400
    async with opened("memory", tmp_path) as db:
        await plan(db, every(day, jitter_s=7_200, catch_up_s=3_600))
        workflow, clock = Workflow(db), Hand()
        one = scheduler(db, workflow, clock)
        for _ in range(31 * day // 900):
            clock.ms += 900 * SECOND
            await one.look()

    assert workflow.moments == [BEGIN_MS + n * day * SECOND for n in range(1, 31)]


async def test_who_was_away_for_days_tells_what_was_missed_and_waits_for_what_comes(
    tmp_path: Path,
) -> None:
    day = 86_400 * SECOND
    async with opened("memory", tmp_path) as db:
        await plan(db, every(86_400, catch_up_s=3_600))
        workflow, clock = Workflow(db), Hand(BEGIN_MS + 7 * day + day // 2)
        one = scheduler(db, workflow, clock)
        first, second = await one.look(), await one.look()
        after = await see(db)
        told = await db.read(lambda reading: schedules.fires(reading, "wf:n:0"))

    assert (first, second) == (1, 0)
    assert after.next_ms == BEGIN_MS + 8 * day
    assert {fired.outcome for fired in told} == {"missed"}
    assert workflow.moments == []


@pytest.mark.parametrize("overlap", ["skip", "queue", "cancel_previous", "allow"])
async def test_what_overlaps_is_dealt_with_as_the_rule_says(overlap: Any, tmp_path: Path) -> None:
    async with opened("memory", tmp_path) as db:
        await plan(db, every(60, overlap=overlap))
        await db.transact(lambda one: live(one, "schedule:wf:n:0"))
        workflow, clock = Workflow(db), Hand(BEGIN_MS + 60 * SECOND)
        await scheduler(db, workflow, clock).look()
        told = await db.read(lambda one: schedules.fires(one, "wf:n:0"))

    beside = [incoming.beside for incoming in workflow.accepted.values()]
    ways = [None if one is None else (one.limit, one.overflow) for one in beside]
    assert [one.outcome for one in told] == (["skipped"] if overlap == "skip" else ["started"])
    assert (
        ways
        == {
            "skip": [],
            "queue": [(1, "queue")],
            "cancel_previous": [(1, "cancel_oldest")],
            "allow": [None],
        }[overlap]
    )


def live(connection: Connection, key: str) -> None:
    """An execution of an earlier moment that goes on."""
    row = {
        "id": "before",
        "workspace_id": SCOPE.workspace,
        "workflow_id": "wf",
        "workflow_name": "w",
        "document_id": "d",
        "mode": "schedule",
        "status": "running",
        "concurrency_key": key,
        "idem_key": "another moment",
    }
    connection.execute(insert(workflow_executions).values(row))


@pytest.mark.parametrize("kind", KINDS)
async def test_a_paused_schedule_stands_still_and_goes_on_from_then(
    kind: str, tmp_path: Path
) -> None:
    async with opened(kind, tmp_path) as db:
        await plan(db, every(60))
        workflow, clock = Workflow(db), Hand()
        one, table = scheduler(db, workflow, clock), Timetable(db, workflow.accept, clock)
        await table.pause(SCOPE, "wf:n:0")
        clock.ms += 600 * SECOND
        await one.look()
        during = list(workflow.moments)
        await table.pause(SCOPE, "wf:n:0", paused=False)
        clock.ms += 60 * SECOND
        await one.look()

    assert during == []
    assert workflow.moments == [BEGIN_MS + 660 * SECOND]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_new_version_with_the_same_rule_goes_on_and_another_begins_anew(
    kind: str, tmp_path: Path
) -> None:
    async with opened(kind, tmp_path) as db:
        await plan(db, every(60))
        workflow, clock = Workflow(db), Hand(BEGIN_MS + 60 * SECOND)
        await scheduler(db, workflow, clock).look()
        same = Planned("n", 0, "schedule", Rule(every_s=60, anchor_ms=clock.ms + 7))
        await plan(db, same, now_ms=clock.ms + 7)
        kept = await see(db)
        await plan(db, every(90), now_ms=clock.ms)
        changed = await see(db)

    assert (kept.revision, kept.next_ms) == (1, BEGIN_MS + 120 * SECOND)
    assert (changed.revision, changed.next_ms) == (2, BEGIN_MS + 90 * SECOND)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_backfill_starts_what_was_left_out_and_nothing_twice(
    kind: str, tmp_path: Path
) -> None:
    async with opened(kind, tmp_path) as db:
        await plan(db, every(60, catch_up=0))
        workflow, clock = Workflow(db), Hand(BEGIN_MS + 600 * SECOND)
        await scheduler(db, workflow, clock).look()
        before = len(workflow.accepted)
        table = Timetable(db, workflow.accept, clock)
        span = {"from_ms": BEGIN_MS + 1, "until_ms": clock.ms}
        first = await table.backfill(SCOPE, "wf:n:0", **span)
        again = await table.backfill(SCOPE, "wf:n:0", **span)
        shown = await table.show(SCOPE, "wf:n:0")
        with pytest.raises(BackfillTooLong):
            await table.backfill(SCOPE, "wf:n:0", from_ms=0, until_ms=clock.ms)

    assert before == 2  # those that are on time
    assert workflow.moments == [BEGIN_MS + n * 60 * SECOND for n in range(1, 11)]
    assert [one.execution for one in first] == [one.execution for one in again]
    assert {one.outcome for one in shown.fires} == {"started"}


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    rules=st.lists(st.integers(1, 40), min_size=1, max_size=4),
    steps=st.lists(st.integers(1, 30), min_size=3, max_size=12),
    crashes=st.sets(st.integers(1, 60), max_size=20),
    after=st.booleans(),
)
async def test_no_moment_is_lost_or_doubled_whenever_a_scheduler_dies(
    rules: list[int], steps: list[int], crashes: set[int], after: bool, tmp_path: Path
) -> None:
    """A scheduler dies before or after an acceptance, and another one goes on."""
    async with opened("memory", tmp_path) as db:
        for number, seconds in enumerate(rules):
            await plan(db, every(seconds), workflow=f"wf{number}")
        workflow, clock = Workflow(db), Hand()

        async def accept(incoming: Incoming) -> Accepted:
            found = await workflow.accept(incoming) if after else None
            if workflow.calls in crashes:
                workflow.calls += 1
                raise StoreUnavailable("It died here.")
            return found or await workflow.accept(incoming)

        for step in steps:
            clock.ms += step * SECOND
            await asyncio.gather(*(Scheduler(db, accept, no_poll, clock).look() for _ in range(2)))
        crashes.clear()
        await Scheduler(db, accept, no_poll, clock).look()

    passed = (clock.ms - BEGIN_MS) // SECOND
    wanted = {
        f"schedule:wf{number}:n:0:{BEGIN_MS + moment * SECOND}"
        for number, seconds in enumerate(rules)
        for moment in range(seconds, passed + 1, seconds)
        if moment > passed - GRACE_MS // SECOND
    }
    assert wanted <= workflow.accepted.keys()


async def test_the_loop_looks_at_once_when_something_is_due(tmp_path: Path) -> None:
    async with opened("memory", tmp_path) as db:
        await plan(db, every(5))
        workflow, clock = Workflow(db), Hand()
        running = asyncio.create_task(scheduler(db, workflow, clock).run())
        async with asyncio.timeout(10):
            await workflow.has(20)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        rows = await db.read(lambda one: one.execute(select(schedule_fires)).all())

    assert workflow.moments[:20] == [BEGIN_MS + n * 5 * SECOND for n in range(1, 21)]
    assert len(rows) >= 20
