"""Throttle and batch: turns that are waited for, and items that are kept over executions."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from penstock_kernel import Kernel, Settings
from penstock_node_flow.batch import MAX_BYTES, Batch
from penstock_node_flow.throttle import Throttle
from penstock_sdk import BinaryRef, Item, NodeFailed, Output, RetryLater
from penstock_sdk.testing import FakeClock, TestContext


def numbered(count: int, start: int = 0) -> list[Item]:
    return [Item({"n": n}) for n in range(start, start + count)]


def numbers(items: Sequence[Item]) -> list[int]:
    return [item.json["n"] for item in items]


class Clock:
    """Time that passes when somebody sleeps."""

    ms = 1_000_000

    def now_ms(self) -> int:
        return self.ms

    async def sleep(self, delay_s: float) -> None:
        await asyncio.sleep(0)
        self.ms += round(delay_s * 1000)


def throttled(**config: Any) -> dict[str, Any]:
    fields = [{"name": "at", "value": "={{ $now.toMillis() }}"}]
    return {
        "format": "penstock/1",
        "name": "x",
        "nodes": [
            {"id": "start", "name": "Start", "type": "penstock/flow.manual"},
            {"id": "box", "name": "Box", "type": "penstock/flow.throttle", "config": config},
            {
                "id": "at",
                "name": "At",
                "type": "penstock/data.set",
                "parent": "box",
                "config": {"assignments": fields},
            },
        ],
        "edges": [{"from": ["start", "main"], "to": ["box", "main"]}],
    }


async def test_groups_enter_one_interval_after_the_other(tmp_path: Path) -> None:
    clock = Clock()
    workflow = throttled(max_items=2, interval=5, unit="minutes")
    settings = Settings(data_dir=tmp_path, sandbox="inprocess")
    async with Kernel.open(settings, clock=clock) as kernel:
        execution = await kernel.execute(workflow, [{"n": n} for n in range(5)])
    assert execution.status == "success", execution.error
    assert numbers(execution.items) == [0, 1, 2, 3, 4]
    times = [(item.json["at"] - 1_000_000) // 60_000 for item in execution.items]
    assert times == [0, 0, 5, 5, 10]


async def test_a_throttled_execution_can_be_put_down_and_goes_on_with_the_next_group(
    tmp_path: Path,
) -> None:
    clock = Clock()
    workflow = throttled(max_items=2, interval=1, unit="hours")
    settings = Settings(data_dir=tmp_path, sandbox="inprocess")
    async with Kernel.open(settings, clock=clock) as kernel:
        execution = await kernel.execute(workflow, [{"n": n} for n in range(5)], longest_wait_s=60)
        begun = clock.ms
        rounds = 0
        while execution.status == "waiting":
            assert execution.due_ms is not None
            rounds += 1
            clock.ms = execution.due_ms
            execution = await kernel.continue_(execution.id)
    assert execution.status == "success", execution.error
    assert rounds == 2
    assert clock.ms == begun + 2 * 3_600_000
    times = [(item.json["at"] - 1_000_000) // 3_600_000 for item in execution.items]
    assert times == [0, 0, 1, 1, 2]


@pytest.mark.parametrize(("interval", "unit"), [(-1, "seconds"), (1e9, "hours"), ("nan", "hours")])
async def test_an_interval_that_makes_no_sense_is_refused(interval: Any, unit: str) -> None:
    ctx: Any = TestContext(Throttle, {"interval": float(interval), "unit": unit}, numbered(3))
    with pytest.raises(NodeFailed) as caught:
        await Throttle().run(ctx, ctx.items)
    assert caught.value.field == "interval"


async def test_a_throttle_of_nothing_runs_nothing() -> None:
    def body(_batch: Output) -> Output:
        pytest.fail("the body ran")

    ctx: Any = TestContext(Throttle, {}, [], body=body)
    assert list((await Throttle().run(ctx, [])).items) == []


class Steps:
    """Steps of one batch node, in executions that follow each other."""

    def __init__(self, **config: Any) -> None:
        self.config = config
        self.clock = FakeClock()
        self.first = TestContext(Batch, config, clock=self.clock)
        self.count = 0

    async def step(self, items: Sequence[Item], key: str = "", **config: Any) -> Any:
        ctx: Any = TestContext(Batch, {**self.config, **config}, items, clock=self.clock)
        ctx.state = self.first.state
        self.count += 1
        ctx.execution_id = key or f"execution-{self.count}"
        found = await Batch().run(ctx, items)
        return numbers(found["main"].items), numbers(found["kept"].items)


async def test_items_are_kept_until_there_are_enough() -> None:
    batch = Steps(max_items=5)
    assert await batch.step(numbered(2)) == ([], [0, 1])
    assert await batch.step(numbered(2, 2)) == ([], [2, 3])
    assert await batch.step(numbered(3, 4)) == ([0, 1, 2, 3, 4, 5, 6], [])
    assert await batch.step(numbered(1)) == ([], [0])


async def test_a_batch_whose_oldest_item_waited_long_enough_leaves_with_the_next_one() -> None:
    batch = Steps(max_items=100, max_wait_s=60)
    await batch.step(numbered(1))
    batch.clock.advance(59)
    assert await batch.step(numbered(1, 1)) == ([], [1])
    batch.clock.advance(1)
    assert await batch.step(numbered(1, 2)) == ([0, 1, 2], [])


async def test_a_batch_leaves_when_it_is_told_to() -> None:
    batch = Steps(max_items=100)
    await batch.step(numbered(1))
    assert await batch.step(numbered(1, 1), release_now=True) == ([0, 1], [])


async def test_a_step_that_is_repeated_keeps_nothing_twice_and_gives_what_it_gave() -> None:
    batch = Steps(max_items=3)
    assert await batch.step(numbered(2), key="a") == await batch.step(numbered(2), key="a")
    first = await batch.step(numbered(2, 2), key="b")
    assert first == ([0, 1, 2, 3], [])
    assert await batch.step(numbered(2, 2), key="b") == first
    assert await batch.step(numbered(1)) == ([], [0])


async def test_what_would_be_too_large_to_keep_leaves_at_once() -> None:
    batch = Steps(max_items=100)
    await batch.step(numbered(1))
    large = [Item({"n": 1, "text": "x" * MAX_BYTES})]
    assert await batch.step(large) == ([0, 1], [])


async def test_files_are_kept_by_their_handles() -> None:
    ctx: Any = TestContext(Batch, {"max_items": 2}, numbered(1))
    ref = BinaryRef(id="abc", media_type="text/plain", file_name="a.txt", size=3)
    await Batch().run(ctx, [Item({}, {"data": ref})])
    ctx.execution_id = "next"
    found = await Batch().run(ctx, numbered(1))
    assert found["main"].items[0].binary == {"data": ref}
    assert list(found["main"].parents or ()) == [-1, 0]


async def test_a_hundred_thousand_items_leave_at_once() -> None:
    released, kept = await Steps(max_items=10).step(numbered(100_000))
    assert (len(released), kept) == (100_000, [])


async def test_nothing_changes_what_is_kept_where_nothing_arrives() -> None:
    batch = Steps(max_items=1)
    assert await batch.step([]) == ([], [])
    assert await batch.first.state.get("penstock.batch") is None


async def test_who_is_never_first_tries_again_later() -> None:
    class Busy:
        async def get(self, key: str) -> None:
            return None

        async def update(self, key: str, expected: Any, value: Any) -> bool:
            return False

    ctx: Any = TestContext(Batch, {}, numbered(1))
    ctx.state = Busy()
    with pytest.raises(RetryLater):
        await Batch().run(ctx, ctx.items)


async def test_executions_side_by_side_lose_no_item(tmp_path: Path) -> None:
    workflow = {
        "format": "penstock/1",
        "name": "x",
        "nodes": [
            {"id": "start", "name": "Start", "type": "penstock/flow.manual"},
            {
                "id": "b",
                "name": "B",
                "type": "penstock/flow.batch",
                "config": {"max_items": 10},
            },
        ],
        "edges": [{"from": ["start", "main"], "to": ["b", "main"]}],
    }
    async with Kernel.open(Settings(data_dir=tmp_path, sandbox="inprocess")) as kernel:
        several = await asyncio.gather(*(kernel.execute(workflow, [{"n": n}]) for n in range(20)))
    released = [one.outputs("b")[0]["main"].items for one in several]
    assert sorted(n for items in released for n in numbers(items)) == list(range(20))
    assert sorted(map(len, released)) == [0] * 18 + [10, 10]
