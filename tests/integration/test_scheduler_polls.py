"""Triggers that poll: what is new is handed over once, and who hangs keeps nobody waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection
from tests.support.databases import KINDS, opened
from tests.support.scheduling import (
    BEGIN_MS,
    SCOPE,
    SECOND,
    Hand,
    Workflow,
    every,
    hangs,
    look,
    plan,
    scheduler,
    see,
)

from penstock_kernel.schedules.rule import Rule
from penstock_kernel.store.records import ExecutionRecord
from penstock_kernel.store.sql import schedules, workflows
from penstock_kernel.store.sql.database import Database, StoreUnavailable
from penstock_kernel.store.sql.schedules import Planned
from penstock_kernel.store.sql.workflows import Draft
from penstock_kernel.work import polling
from penstock_kernel.work.scheduler import MOST_POLLS
from penstock_sdk import Event, Item, PenstockError


class Feed:
    """Somewhere that new things appear."""

    def __init__(self) -> None:
        self.items: list[str] = []
        self.asked: list[Any] = []
        self.fails = False

    async def poll(
        self, record: ExecutionRecord, node: str, cursor: Any
    ) -> tuple[Sequence[Event], Any]:
        self.asked.append(cursor)
        if self.fails:
            raise PenstockError("The feed is away.")
        # Like many interfaces it gives the last one again.
        new = self.items[max(0, (cursor or 0) - 1) :]
        events = [Event(items=[Item({"name": name})], id=name) for name in new]
        return events, len(self.items)


async def polled(db: Database, polls: int = 1) -> None:
    """An active workflow whose trigger polls every minute."""

    def work(connection: Connection) -> None:
        workflows.add(connection, SCOPE, "wf", Draft("w", "{}"), BEGIN_MS)
        workflows.publish(connection, SCOPE, "wf", "", BEGIN_MS, {})
        workflows.set_active(connection, SCOPE, "wf", 1, BEGIN_MS)
        rule = Rule(every_s=60, anchor_ms=BEGIN_MS)
        plans = [Planned("n", number, "poll", rule) for number in range(polls)]
        schedules.replace(connection, SCOPE, "wf", plans, BEGIN_MS)

    await db.transact(work)


def names(workflow: Workflow) -> list[list[Any]]:
    return [[item.json["name"] for item in one.items] for one in workflow.accepted.values()]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_poll_hands_over_what_is_new_once(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as db:
        await polled(db)
        workflow, clock, feed = Workflow(db), Hand(), Feed()
        one = scheduler(db, workflow, clock, feed.poll)
        for new in (["a", "b"], [], ["c"], ["d", "d"]):
            feed.items += new
            await look(one)
            clock.ms += 61 * SECOND

    assert names(workflow) == [["a", "b"], ["c"], ["d"]]
    assert feed.asked == [None, 2, 2, 3]


@pytest.mark.parametrize("kind", KINDS)
async def test_what_a_poll_found_is_accepted_after_a_crash_without_asking_again(
    kind: str, tmp_path: Path
) -> None:
    async with opened(kind, tmp_path) as db:
        await polled(db)
        workflow, clock, feed = Workflow(db), Hand(), Feed()
        feed.items += ["a"]
        workflow.refuses = lambda call: StoreUnavailable("away") if call == 1 else None
        await look(scheduler(db, workflow, clock, feed.poll))
        feed.items += ["b"]
        clock.ms += SECOND
        await look(scheduler(db, workflow, clock, feed.poll))
        clock.ms += 61 * SECOND
        await look(scheduler(db, workflow, clock, feed.poll))

    assert names(workflow) == [["a"], ["b"]]
    assert feed.asked == [None, 1]


@pytest.mark.parametrize("kind", KINDS)
async def test_two_schedulers_that_poll_at_the_same_time_hand_it_over_once(
    kind: str, tmp_path: Path
) -> None:
    async with opened(kind, tmp_path) as db:
        await polled(db)
        workflow, clock, feed = Workflow(db), Hand(), Feed()
        feed.items += ["a", "b"]
        crowd = [scheduler(db, workflow, clock, feed.poll) for _ in range(3)]
        await look(*crowd)
        clock.ms += SECOND
        await look(*crowd)

    assert names(workflow) == [["a", "b"]]


async def test_a_poll_that_fails_is_tried_later_and_later(tmp_path: Path) -> None:
    async with opened("memory", tmp_path) as db:
        await polled(db)
        workflow, clock, feed = Workflow(db), Hand(), Feed()
        feed.fails = True
        one = scheduler(db, workflow, clock, feed.poll)
        pauses: list[int] = []
        after = await see(db)
        for _ in range(9):
            await look(one)
            after = await see(db)
            assert after.next_ms is not None
            pauses.append((after.next_ms - clock.ms) // SECOND)
            clock.ms = after.next_ms
        feed.fails, feed.items = False, ["a"]
        await look(one)
        mended = await see(db)

    assert pauses == [30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600]
    assert (after.failures, after.last_error) == (9, f"{PenstockError.code}: The feed is away.")
    assert (mended.failures, names(workflow)) == (0, [["a"]])


@pytest.mark.parametrize("count", [1, MOST_POLLS + 1])
async def test_a_trigger_that_hangs_keeps_no_schedule_waiting(count: int, tmp_path: Path) -> None:
    async with opened("memory", tmp_path) as db:
        await polled(db, count)
        await plan(db, every(1), workflow="timed")
        workflow, clock = Workflow(db), Hand()
        one = scheduler(db, workflow, clock, hangs)
        async with asyncio.timeout(10):
            for _ in range(5):
                clock.ms += SECOND
                await one.look()
            await one.close()

    assert workflow.moments == [BEGIN_MS + n * SECOND for n in range(1, 6)]


async def test_a_trigger_that_is_being_asked_is_not_asked_again(tmp_path: Path) -> None:
    asked: list[str] = []
    may_answer = asyncio.Event()

    async def slow(record: ExecutionRecord, node: str, cursor: Any) -> tuple[Sequence[Event], Any]:
        asked.append(record.workflow_id)
        await may_answer.wait()
        return [], cursor

    async with opened("memory", tmp_path) as db:
        await polled(db)
        workflow, clock = Workflow(db), Hand()
        one = scheduler(db, workflow, clock, slow)
        for _ in range(3):
            await one.look()
            await asyncio.sleep(0.01)
        may_answer.set()
        await one.polled()
        clock.ms += 61 * SECOND
        await look(one)

    assert asked == ["wf", "wf"]


async def test_triggers_that_are_being_asked_are_ended_with_the_loop(tmp_path: Path) -> None:
    ended = asyncio.Event()

    async def slow(record: ExecutionRecord, node: str, cursor: Any) -> tuple[Sequence[Event], Any]:
        begun.set()
        try:
            return await hangs(record, node, cursor)
        finally:
            await asyncio.sleep(0)
            ended.set()

    async with opened("memory", tmp_path) as db:
        await polled(db)
        begun = asyncio.Event()
        running = asyncio.create_task(scheduler(db, Workflow(db), Hand(), slow).run())
        async with asyncio.timeout(10):
            await begun.wait()
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    assert ended.is_set()


async def test_a_trigger_that_never_answers_has_failed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(polling, "LONGEST_S", 0.01)
    async with opened("memory", tmp_path) as db:
        await polled(db)
        clock = Hand()
        await look(scheduler(db, Workflow(db), clock, hangs))
        after = await see(db)

    assert after.last_error == "node.failed: It did not answer within 0.01 seconds."
    assert after.next_ms == clock.ms + 30 * SECOND


class Shelf:
    """Something that gives all that it has, again and again."""

    def __init__(self, keys: Sequence[int]) -> None:
        self.keys = keys

    async def poll(
        self, record: ExecutionRecord, node: str, cursor: Any
    ) -> tuple[Sequence[Event], Any]:
        return [Event(items=[Item({"name": key})], id=str(key)) for key in self.keys], None


async def started(db: Database, *looks: Sequence[int]) -> list[int]:
    """How many items each look starts something with."""
    await polled(db)
    workflow, clock, shelf = Workflow(db), Hand(), Shelf([])
    one = scheduler(db, workflow, clock, shelf.poll)
    counts: list[int] = []
    for keys in looks:
        before = sum(map(len, names(workflow)))
        shelf.keys = keys
        await look(one)
        counts.append(sum(map(len, names(workflow))) - before)
        clock.ms += 61 * SECOND
    return counts


@pytest.mark.parametrize("kind", KINDS)
async def test_more_than_is_remembered_is_started_once(
    kind: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(schedules, "MOST_SEEN", 10)
    async with opened(kind, tmp_path) as db:
        counts = await started(db, range(15), range(15), range(16), range(16))

    assert counts == [15, 0, 1, 0]


async def test_what_was_given_last_is_remembered_the_longest(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(schedules, "MOST_SEEN", 10)
    async with opened("memory", tmp_path) as db:
        # 0 to 4 are given again, so that 5 to 7 are those that are forgotten for 10 to 12.
        counts = await started(db, range(10), range(5), range(10, 13), range(5), range(5, 13))

    assert counts[:4] == [10, 0, 3, 0]
    assert counts[4] == 3


@pytest.mark.parametrize("kind", KINDS)
async def test_a_trigger_may_give_more_keys_than_drivers_take(kind: str, tmp_path: Path) -> None:
    keys = [str(number) for number in range(40_000)]
    async with opened(kind, tmp_path) as db:
        found = await db.read(lambda one: schedules.seen(one, "wf:n:0", keys))

    assert found == set()
