"""Waiting: in loops, several at once, in what an execution runs, canceled, and put down."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from penstock_kernel import Kernel, canonical
from penstock_sdk import Item, Wait

NUMBERS = [{"n": n} for n in range(3)]
MINUTE_MS = 60_000


def held(type_: str, **more: Any) -> dict[str, Any]:
    return {"type": type_, "parent": "box", **more}


def values(execution: Any) -> list[Any]:
    return [item.json["n"] for item in execution.items]


async def test_each_round_of_a_loop_waits(lab: Any, kernel: Kernel) -> None:
    workflow = lab.workflow({"s": "start", "l": "loop", "w": "sleep"}, "s>l l.loop>w w>l")
    before = lab.clock.ms

    execution = await kernel.execute(workflow, NUMBERS)

    assert values(execution) == [0, 1, 2]
    assert lab.clock.ms - before == 3 * MINUTE_MS


async def test_several_waits_elapse_side_by_side(lab: Any, kernel: Kernel) -> None:
    nodes = {"s": "start", "a": "sleep", "b": "sleep", "c": "sleep", "j": "append"}
    workflow = lab.workflow(nodes, "s>a s>b b>c a>j.left c>j.right")
    before = lab.clock.ms

    execution = await kernel.execute(workflow, NUMBERS)

    assert values(execution) == [0, 1, 2, 0, 1, 2]
    assert lab.clock.ms - before == 2 * MINUTE_MS


class Endless:
    """Time that stands still until somebody pushes it."""

    def __init__(self) -> None:
        self.ms = 1_000_000
        self.asleep = asyncio.Event()

    def now_ms(self) -> int:
        return self.ms

    async def sleep(self, delay_s: float) -> None:
        self.asleep.set()
        await asyncio.Event().wait()


async def test_a_wait_is_canceled_at_once(lab: Any) -> None:
    clock = Endless()
    async with lab.kernel(clock=clock) as kernel:
        workflow = lab.workflow({"s": "start", "w": "sleep", "a": "add"}, "s>w w>a")
        task = asyncio.create_task(kernel.execute(workflow, NUMBERS, execution_id="e1"))
        await clock.asleep.wait()

        assert await kernel.cancel("e1")

        execution = await task
    assert execution.status == "canceled"
    assert execution.outputs("a") == []


async def test_an_execution_is_put_down_where_it_would_wait_for_too_long(lab: Any) -> None:
    clock = Endless()
    async with lab.kernel(clock=clock) as kernel:
        workflow = lab.workflow({"s": "start", "w": "sleep", "a": "add"}, "s>w w>a")
        execution = await kernel.execute(workflow, NUMBERS, longest_wait_s=59)

        assert (execution.status, execution.waiting_for) == ("waiting", "timer")
        assert execution.due_ms == clock.ms + MINUTE_MS

        clock.ms += MINUTE_MS
        execution = await kernel.continue_(execution.id)
    assert execution.status == "success"
    assert values(execution) == [1, 2, 3]


async def test_a_wait_as_long_as_allowed_is_waited_out(lab: Any, kernel: Kernel) -> None:
    workflow = lab.workflow({"s": "start", "w": "sleep", "a": "add"}, "s>w w>a")

    execution = await kernel.execute(workflow, NUMBERS, longest_wait_s=60)

    assert execution.status == "success"


async def test_what_runs_beside_a_wait_is_finished_before_the_execution_is_put_down(
    lab: Any,
) -> None:
    clock, gate, seen = Endless(), asyncio.Event(), list[int]()

    async def slow(_ctx: Any, items: Sequence[Item]) -> Sequence[Item]:
        await gate.wait()
        seen.append(len(items))
        return items

    lab.behave["slow"] = slow
    nodes = {"s": "start", "w": "sleep", "x": {"type": "call", "config": {"does": "slow"}}}
    async with lab.kernel(clock=clock) as kernel:
        task = asyncio.create_task(
            kernel.execute(lab.workflow(nodes, "s>w s>x"), NUMBERS, longest_wait_s=1)
        )
        await clock.asleep.wait()
        gate.set()
        execution = await task
    assert execution.status == "waiting"
    assert seen == [3]


async def test_who_is_waited_for_can_answer_while_another_branch_still_works(lab: Any) -> None:
    gate = asyncio.Event()
    working = asyncio.Event()

    async def slow(_ctx: Any, items: Sequence[Item]) -> Sequence[Item]:
        working.set()
        await gate.wait()
        return items

    def ask(ctx: Any, _items: Sequence[Item]) -> Wait:
        return Wait(until_ms=ctx.now_ms() + MINUTE_MS, kind="webhook")

    lab.behave |= {"slow": slow, "ask": ask}
    nodes = {
        "s": "start",
        "w": {"type": "call", "config": {"does": "ask"}},
        "x": {"type": "call", "config": {"does": "slow"}},
    }
    async with lab.kernel() as kernel:
        workflow = lab.workflow(nodes, "s>x s>w")
        task = asyncio.create_task(kernel.execute(workflow, NUMBERS, execution_id="e1"))
        await working.wait()
        for _ in range(20):
            await asyncio.sleep(0)
        committed = {step.key.node_id: step for step in await kernel.journal.steps("e1")}
        gate.set()
        execution = await task

    assert committed["w"].status == "waiting"
    assert committed["w"].asks is not None
    assert execution.status == "success"


async def test_bodies_that_wait_are_put_down_and_go_on_where_they_were(lab: Any) -> None:
    clock, runs = Endless(), list[int]()

    def note(_ctx: Any, items: Sequence[Item]) -> Sequence[Item]:
        runs.append(items[0].json["n"])
        return items

    lab.behave["note"] = note
    nodes = {
        "s": "start",
        "box": "box",
        "x": held("send", config={"does": "note"}),
        "w": held("sleep"),
        "a": held("add"),
    }
    async with lab.kernel(clock=clock) as kernel:
        workflow = lab.workflow(nodes, "s>box x>w w>a")
        execution = await kernel.execute(workflow, NUMBERS, longest_wait_s=1)
        assert (execution.status, execution.due_ms) == ("waiting", clock.ms + MINUTE_MS)

        clock.ms += MINUTE_MS
        execution = await kernel.continue_(execution.id)
    assert execution.status == "success", execution.error
    assert values(execution) == [1, 2, 3]
    assert sorted(runs) == [0, 1, 2]


async def test_sub_workflows_that_wait_are_put_down_and_go_on_where_they_were(lab: Any) -> None:
    clock = Endless()
    sub = lab.workflow({"s": "start", "w": "sleep", "a": "add"}, "s>w w>a")
    (lab.folder / "sub.json").write_text(canonical(sub))

    async def call(ctx: Any, items: Sequence[Item]) -> Any:
        return await ctx.execute_workflow("sub.json", items)

    lab.behave["call"] = call
    main = lab.workflow({"s": "start", "c": {"type": "keyed", "config": {"does": "call"}}}, "s>c")
    (lab.folder / "main.json").write_text(canonical(main))
    async with lab.kernel(clock=clock) as kernel:
        execution = await kernel.execute(lab.folder / "main.json", NUMBERS, longest_wait_s=1)
        assert (execution.status, execution.due_ms) == ("waiting", clock.ms + MINUTE_MS)

        clock.ms += MINUTE_MS
        execution = await kernel.continue_(execution.id)
    assert execution.status == "success", execution.error
    assert values(execution) == [1, 2, 3]


class Slow:
    """Time that passes a hundred times as fast."""

    def now_ms(self) -> int:
        return round(asyncio.get_running_loop().time() * 100_000)

    async def sleep(self, delay_s: float) -> None:
        await asyncio.sleep(delay_s / 100)


async def test_waits_in_a_body_count_for_no_time_limit(lab: Any) -> None:
    def nap(ctx: Any, items: Sequence[Item]) -> Wait:
        return Wait(until_ms=ctx.now_ms() + 30_000)

    lab.behave["nap"] = nap
    nodes = {
        "s": "start",
        "box": {"type": "box", "settings": {"timeout_s": 0.2}},
        "w": held("call", config={"does": "nap"}),
    }
    workflow = lab.workflow(nodes, "s>box", settings={"timeout_s": 0.2})
    async with lab.kernel(clock=Slow()) as kernel:
        execution = await kernel.execute(workflow, NUMBERS)
    assert execution.status == "success", execution.error


async def test_work_in_a_body_counts_for_the_time_limits(lab: Any, kernel: Kernel) -> None:
    async def hang(_ctx: Any, _items: Any) -> None:
        await asyncio.Event().wait()

    lab.behave["hang"] = hang
    nodes = {
        "s": "start",
        "box": {"type": "box", "settings": {"timeout_s": 0.05}},
        "w": held("call", config={"does": "hang"}),
    }
    execution = await kernel.execute(lab.workflow(nodes, "s>box"), NUMBERS)
    assert execution.error is not None
    assert execution.error.code == "node.timed_out"
