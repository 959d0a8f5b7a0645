"""Nodes that fail for some of their items, and nodes that work on several items at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, ClassVar

import pytest

from penstock_kernel import Execution, Kernel
from penstock_kernel.execution.outcome import Inputs
from penstock_kernel.execution.partly import partial_outputs
from penstock_kernel.packages.catalog import NativeNode
from penstock_kernel.store.records import ErrorRecord, StepRecord
from penstock_sdk import (
    Context,
    Item,
    Node,
    NodeFailed,
    Output,
    PartlyFailed,
    PenstockError,
    Result,
    RetryLater,
)

FIVE = [{"n": n} for n in range(1, 6)]


def steps(execution: Execution) -> dict[str, StepRecord]:
    return {step.key.node_id: step for step in execution.steps}


def told(items: Sequence[Item]) -> list[Any]:
    """Numbers, and messages of the items that failed."""
    return [
        item.json["error"]["message"] if "error" in item.json else item.json["n"] for item in items
    ]


def even_ones_fail(_ctx: Any, items: Sequence[Item]) -> Sequence[Item]:
    failures = {
        i: NodeFailed(f"no {item.json['n']}", item=i)
        for i, item in enumerate(items)
        if item.json["n"] % 2 == 0
    }
    good = [Item({"n": item.json["n"] * 10}) for i, item in enumerate(items) if i not in failures]
    raise PartlyFailed(failures, good)


def flow(lab: Any, settings: dict[str, Any], kind: str = "call", whole: Any = None) -> Any:
    node = {"type": kind, "config": {"does": "even"}, "settings": settings}
    good = {"type": "add", "config": {"value": "={{ $('S').item.json.n }}"}}
    nodes = {"s": "start", "x": node, "good": good}
    if settings.get("on_error") != "error_port":
        return lab.workflow(nodes, "s>x x>good", settings=whole)
    nodes["bad"] = {"type": "add", "config": {"value": "={{ $('S').item.json.n }}"}}
    return lab.workflow(nodes, "s>x x>good x.error>bad", settings=whole)


async def test_under_stop_the_first_failed_item_fails_the_step(lab: Any, kernel: Kernel) -> None:
    lab.behave["even"] = even_ones_fail

    execution = await kernel.execute(flow(lab, {}), FIVE)

    assert execution.error is not None
    assert (execution.error.message, execution.error.item) == ("no 2", 1)
    assert steps(execution)["x"].outputs == {}


async def test_under_continue_failed_items_stand_at_their_places(lab: Any, kernel: Kernel) -> None:
    lab.behave["even"] = even_ones_fail

    execution = await kernel.execute(flow(lab, {"on_error": "continue"}), FIVE)
    found = steps(execution)

    assert execution.status == "success"
    assert told(found["x"].outputs["main"].items) == [10, "no 2", 30, "no 4", 50]
    # Adds what the item of the start has that each descends from.
    assert [item.json["n"] for item in found["good"].outputs["main"].items] == [11, 4, 33, 8, 55]
    assert found["x"].error is not None
    assert found["x"].error.item == 1


async def test_under_error_port_the_others_go_on_alone(lab: Any, kernel: Kernel) -> None:
    lab.behave["even"] = even_ones_fail

    execution = await kernel.execute(flow(lab, {"on_error": "error_port"}), FIVE)
    found = steps(execution)

    assert told(found["x"].outputs["error"].items) == ["no 2", "no 4"]
    assert [item.json["n"] for item in found["good"].outputs["main"].items] == [11, 33, 55]
    assert [item.json["n"] for item in found["bad"].outputs["main"].items] == [4, 8]


async def test_a_batch_is_tried_again_when_a_failure_may_pass(lab: Any, kernel: Kernel) -> None:
    seen: list[int] = []

    def busy_at_first(ctx: Any, items: Sequence[Item]) -> Sequence[Item]:
        seen.append(len(items))
        if ctx.attempt == 1:
            failures: dict[int, PenstockError] = {
                0: NodeFailed("no"),
                1: RetryLater("busy", delay_s=9),
            }
            raise PartlyFailed(failures, list(items[2:]))
        return items

    lab.behave["even"] = busy_at_first
    retry = {"max_attempts": 2, "first_delay_s": 1, "jitter": 0}

    execution = await kernel.execute(flow(lab, {"on_error": "continue", "retry": retry}), FIVE)

    assert seen == [5, 5]
    assert lab.clock.slept == [9]
    assert told(steps(execution)["x"].outputs["main"].items) == [1, 2, 3, 4, 5]


async def test_after_the_last_attempt_the_policy_decides(lab: Any, kernel: Kernel) -> None:
    def busy(_ctx: Any, items: Sequence[Item]) -> Sequence[Item]:
        raise PartlyFailed({0: RetryLater("busy", delay_s=1)}, list(items[1:]))

    lab.behave["even"] = busy
    retry = {"max_attempts": 2, "first_delay_s": 1, "jitter": 0}

    execution = await kernel.execute(flow(lab, {"on_error": "continue", "retry": retry}), FIVE)

    assert told(steps(execution)["x"].outputs["main"].items) == ["busy", 2, 3, 4, 5]


async def test_a_node_that_works_per_item_may_name_its_only_item(lab: Any, kernel: Kernel) -> None:
    def partly(_ctx: Any, items: Sequence[Item]) -> Sequence[Item]:
        if items[0].json["n"] == 3:
            raise PartlyFailed({0: NodeFailed("no 3")}, [])
        return items

    lab.behave["even"] = partly

    execution = await kernel.execute(flow(lab, {"on_error": "continue"}, "each"), FIVE)

    assert told(steps(execution)["x"].outputs["main"].items) == [1, 2, "no 3", 4, 5]


@pytest.mark.parametrize("index", [pytest.param(99, id="beyond"), pytest.param(-1, id="negative")])
async def test_a_node_that_names_an_item_it_was_not_given_is_at_fault(
    lab: Any, kernel: Kernel, index: int
) -> None:
    def wrong(_ctx: Any, items: Sequence[Item]) -> Sequence[Item]:
        raise PartlyFailed({index: NodeFailed("no")}, list(items))

    lab.behave["even"] = wrong

    execution = await kernel.execute(flow(lab, {"on_error": "continue"}), FIVE)

    error = steps(execution)["x"].error
    assert error is not None
    assert (error.code, error.name) == ("node.crashed", "IndexError")


def outputs_of(result: Any, failed: Sequence[int], count: int = 4) -> tuple[list[Any], Any]:
    items = [Item({"n": n}) for n in range(count)]
    records = {i: ErrorRecord(code="node.failed", message=f"no {i}") for i in failed}
    inputs = Inputs(count, lambda: items)
    found = partial_outputs(
        result, records, items, first_port="main", error_port="main", inputs=inputs
    )["main"]
    return told(found.items), found.parents


def test_results_that_were_reordered_keep_their_order_and_parents() -> None:
    result = Output([Item({"n": "c"}), Item({"n": "a"})], [3, 0])

    assert outputs_of(result, [1, 2]) == (["no 1", "no 2", "c", "a"], [1, 2, 3, 0])


def test_results_that_come_from_several_items_stand_where_the_first_of_them_does() -> None:
    result = {"main": Output([Item({"n": "ab"})], [(1, 3)])}

    assert outputs_of(result, [0, 2]) == (["no 0", "ab", "no 2"], [0, (1, 3), 2])


# Several items at once

Does = Callable[[Context, int], Awaitable[Any]]


class Wide(Node):
    """Does what the test says, for three items at once."""

    id = "test/lab.wide"
    per_item = True
    concurrency = 3
    behaviours: ClassVar[dict[str, Does]] = {}

    async def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        return [Item({"n": await self.behaviours["does"](ctx, items[0].json["n"])})]


@pytest.fixture
def wide(lab: Any) -> dict[str, Does]:
    kind = NativeNode(Wide, "test/lab")
    lab.plugins.nodes[kind.id, kind.version] = kind
    return Wide.behaviours


def wide_flow(lab: Any, **settings: Any) -> Any:
    node = {"type": "wide", "settings": settings}
    return lab.workflow({"s": "start", "x": node}, "s>x")


async def test_several_items_are_in_flight_and_outputs_keep_the_order(
    lab: Any, kernel: Kernel, wide: dict[str, Does]
) -> None:
    running = highest = 0
    ended: list[int] = []

    async def late_ones_are_fast(_ctx: Context, n: int) -> int:
        nonlocal running, highest
        running += 1
        highest = max(highest, running)
        for _ in range(10 - n):
            await asyncio.sleep(0)
        running -= 1
        ended.append(n)
        return n

    wide["does"] = late_ones_are_fast

    execution = await kernel.execute(wide_flow(lab), FIVE)

    assert highest == 3
    assert ended != [1, 2, 3, 4, 5]
    assert told(steps(execution)["x"].outputs["main"].items) == [1, 2, 3, 4, 5]
    assert steps(execution)["x"].outputs["main"].parents is None


async def test_under_stop_a_failure_cancels_the_items_in_flight(
    lab: Any, kernel: Kernel, wide: dict[str, Does]
) -> None:
    canceled: list[int] = []
    started: list[int] = []

    async def second_fails(_ctx: Context, n: int) -> int:
        started.append(n)
        try:
            if n != 2:
                await asyncio.Event().wait()
            await asyncio.sleep(0)
        except asyncio.CancelledError:
            canceled.append(n)
            raise
        raise NodeFailed("no 2")

    wide["does"] = second_fails

    execution = await asyncio.wait_for(kernel.execute(wide_flow(lab), FIVE), timeout=5)

    assert execution.error is not None
    assert (execution.error.message, execution.error.item) == ("no 2", 1)
    assert (started, sorted(canceled)) == ([1, 2, 3], [1, 3])


async def test_under_continue_a_failure_leaves_the_others_alone(
    lab: Any, kernel: Kernel, wide: dict[str, Does]
) -> None:
    async def even_fail(_ctx: Context, n: int) -> int:
        await asyncio.sleep(0)
        if n % 2 == 0:
            raise NodeFailed(f"no {n}")
        return n

    wide["does"] = even_fail

    execution = await kernel.execute(wide_flow(lab, on_error="continue"), FIVE)

    assert told(steps(execution)["x"].outputs["main"].items) == [1, "no 2", 3, "no 4", 5]


async def test_only_the_failed_of_several_items_are_tried_again(
    lab: Any, kernel: Kernel, wide: dict[str, Does]
) -> None:
    seen: list[tuple[int, int]] = []

    async def busy_for_some(ctx: Context, n: int) -> int:
        seen.append((ctx.attempt, n))
        await asyncio.sleep(0)
        if ctx.attempt == 1 and n in {2, 5}:
            raise RetryLater("busy", delay_s=n)
        return n

    wide["does"] = busy_for_some
    retry = {"max_attempts": 2, "first_delay_s": 1, "jitter": 0}

    execution = await kernel.execute(wide_flow(lab, retry=retry), FIVE)

    assert sorted(seen) == [(1, 1), (1, 2), (1, 3), (1, 4), (1, 5), (2, 2), (2, 5)]
    assert lab.clock.slept == [5]
    assert told(steps(execution)["x"].outputs["main"].items) == [1, 2, 3, 4, 5]


async def test_canceling_ends_every_item_in_flight(
    lab: Any, kernel: Kernel, wide: dict[str, Does]
) -> None:
    started = asyncio.Event()
    ended: list[int] = []

    async def forever(_ctx: Context, n: int) -> None:
        if n == 3:
            started.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(n)

    wide["does"] = forever
    task = asyncio.create_task(kernel.execute(wide_flow(lab), FIVE))
    await asyncio.wait_for(started.wait(), timeout=5)

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert sorted(ended) == [1, 2, 3]


@pytest.mark.parametrize(
    ("on_error", "port", "expected"),
    [
        ("continue", "main", [{"n": 10}, {"error": "no 2"}, {"n": 30}]),
        ("error_port", "error", [{"n": 2, "error": "no 2"}]),
    ],
)
async def test_a_message_stands_alone_among_others_and_beside_the_data_at_the_error_port(
    lab: Any, kernel: Kernel, on_error: str, port: str, expected: list[Any]
) -> None:
    lab.behave["even"] = even_ones_fail
    document = flow(lab, {"on_error": on_error, "failed_item": "message"})

    found = steps(await kernel.execute(document, FIVE[:3]))

    assert [item.json for item in found["x"].outputs[port].items] == expected


@pytest.mark.parametrize("kind", ["call", "each"])
async def test_in_an_imported_workflow_an_item_that_is_an_error_leaves_by_the_error_port(
    lab: Any, kernel: Kernel, kind: str
) -> None:
    answers: list[dict[str, Any]] = [
        {"n": 1},
        {"error": "lost"},
        {"error": "", "n": 3},
        {"error": {"code": 4}, "message": "four"},
        {"error": "kept", "n": 5},
    ]
    lab.behave["even"] = lambda _ctx, items: [Item(answers[item.json["n"] - 1]) for item in items]
    own = flow(lab, {"on_error": "error_port"}, kind)
    imported = flow(lab, {"on_error": "error_port"}, kind, {"expressions": "lenient"})

    strict = steps(await kernel.execute(own, FIVE))
    lenient = steps(await kernel.execute(imported, FIVE))

    assert [item.json for item in strict["x"].outputs["main"].items] == answers
    assert [item.json for item in lenient["x"].outputs["main"].items] == answers[::2]
    assert [item.json for item in lenient["x"].outputs["error"].items] == answers[1::2]
    # Each adds what the item of the start has that it descends from.
    assert [item.json["n"] for item in lenient["bad"].outputs["main"].items] == [2, 4]
