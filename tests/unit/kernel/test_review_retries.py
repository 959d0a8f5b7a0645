"""When a retry comes, and what it may not hold or shorten."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock_kernel import Kernel
from penstock_kernel.execution.policy import delay_s
from penstock_kernel.store.memory_journal import MemoryJournal
from penstock_kernel.workflow.document import RetrySettings
from penstock_sdk import Item, NodeFailed, RetryLater

POLICY = RetrySettings(max_attempts=9, first_delay_s=2, factor=3, jitter=0.5, max_delay_s=60)


@given(st.integers(1, 9), st.floats(0, 1))
def test_jitter_spreads_a_delay_around_what_grows_up_to_the_limit(
    attempt: int, chance: float
) -> None:
    delay = delay_s(NodeFailed("no"), attempt, POLICY, chance)

    grown = min(2 * 3 ** (attempt - 1), 60)
    assert grown * 0.5 <= delay <= grown * 1.5


@given(st.integers(1, 9), st.floats(0, 1), st.floats(0, 10_000))
def test_no_jitter_shortens_what_the_target_asked_for(
    attempt: int, chance: float, asked: float
) -> None:
    assert delay_s(RetryLater("busy", delay_s=asked), attempt, POLICY, chance) >= asked


def flaky(times: int, error: Exception) -> Any:
    left = times

    def run(_ctx: Any, items: Sequence[Item]) -> Sequence[Item]:
        nonlocal left
        left -= 1
        if left >= 0:
            raise error
        return items

    return run


RETRY = {"max_attempts": 5, "first_delay_s": 10, "factor": 1, "jitter": 0}


async def test_a_retry_outlives_the_process(lab: Any) -> None:
    journal = MemoryJournal()
    lab.behave["flaky"] = flaky(1, NodeFailed("no"))
    node = {"type": "send", "config": {"does": "flaky"}, "settings": {"retry": RETRY}}
    document = lab.workflow({"s": "start", "x": node}, "s>x")

    async def stuck(_delay_s: float) -> None:
        await asyncio.Event().wait()

    sleep, lab.clock.sleep = lab.clock.sleep, stuck
    async with lab.kernel(journal=journal) as first:
        running = await first.start(document)
        async for event in running:
            if event.kind == "execution.waiting":
                break
        await journal.claim(running.id, "other")
    lab.clock.sleep = sleep
    async with lab.kernel(journal=journal) as second:
        execution = await second.continue_(running.id)

    (step,) = [step for step in execution.steps if step.key.node_id == "x"]
    assert execution.status == "success"
    assert step.attempt == 2
    assert lab.clock.slept == [10]


async def test_waiting_for_a_retry_does_not_count_as_working(lab: Any, kernel: Kernel) -> None:
    lab.behave["flaky"] = flaky(3, RetryLater("busy", delay_s=3600))
    node = {"type": "call", "config": {"does": "flaky"}, "settings": {"retry": RETRY}}
    document = lab.workflow({"s": "start", "x": node}, "s>x", settings={"timeout_s": 30})

    execution = await kernel.execute(document)

    assert execution.status == "success"
    assert lab.clock.slept == [3600, 3600, 3600]


@pytest.mark.parametrize("order", ["sequential", "legacy"])
async def test_one_after_the_other_a_retry_holds_the_line(
    lab: Any, kernel: Kernel, order: str
) -> None:
    lab.behave["flaky"] = flaky(1, NodeFailed("no"))
    first = {"type": "call", "config": {"does": "flaky"}, "settings": {"retry": RETRY}}
    layout = {"s": [0, 0], "x": [100, 0], "y": [100, 100]}
    document = lab.workflow(
        {"s": "start", "x": first, "y": "add"},
        "s>x s>y",
        settings={"order": order},
        layout=layout,
    )

    execution = await kernel.execute(document)

    assert [step.key.node_id for step in execution.steps] == ["s", "x", "y"]


async def test_after_a_failure_nobody_waits_for_the_retry_of_another(
    lab: Any, kernel: Kernel
) -> None:
    def fail(_ctx: Any, _items: Any) -> None:
        raise NodeFailed("for good")

    lab.behave |= {"flaky": flaky(9, NodeFailed("no")), "fail": fail}
    nodes = {
        "s": "start",
        "x": {"type": "call", "config": {"does": "flaky"}, "settings": {"retry": RETRY}},
        "y": {"type": "call", "config": {"does": "fail"}},
    }

    execution = await kernel.execute(lab.workflow(nodes, "s>x s>y"))

    assert execution.error is not None
    assert execution.error.message == "for good"
    assert lab.clock.slept == []
