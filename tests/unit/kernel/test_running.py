"""An execution that somebody watches: its events, its result, its end."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from penstock_kernel import DocumentInvalid, Kernel
from penstock_kernel.store.records import ExecutionId
from penstock_sdk import Item, NodeFailed


async def forever(_ctx: Any, _items: Sequence[Item]) -> Sequence[Item]:
    await asyncio.Event().wait()
    return []


async def test_who_watches_an_execution_also_gets_its_result(lab: Any, kernel: Kernel) -> None:
    document = lab.workflow({"s": "start", "a": "add"}, "s>a")

    running = await kernel.start(document, [{"n": 4}])
    events = [event async for event in running]
    execution = await running.result()

    assert events[0].kind == "execution.started"
    assert events[-1].kind == "execution.finished"
    assert {event.execution for event in events} == {running.id} == {execution.id}
    assert [item.json for item in execution.items] == [{"n": 5}]


async def test_the_result_is_there_without_reading_an_event(lab: Any, kernel: Kernel) -> None:
    running = await kernel.start(lab.workflow({"s": "start"}, ""))

    assert (await running.result()).status == "success"


async def test_the_events_of_an_execution_that_fails_end_too(lab: Any, kernel: Kernel) -> None:
    def fail(_ctx: Any, _items: Any) -> None:
        raise NodeFailed("no")

    lab.behave["fail"] = fail
    node = {"type": "call", "config": {"does": "fail"}}

    running = await kernel.start(lab.workflow({"s": "start", "x": node}, "s>x"))
    events = [event async for event in running]

    assert events[-1].status == "error"
    assert (await running.result()).status == "error"


async def test_what_cannot_run_is_refused_when_it_is_started(lab: Any, kernel: Kernel) -> None:
    with pytest.raises(DocumentInvalid):
        await kernel.start(lab.workflow({"s": "unheard"}, ""))


async def test_a_watcher_that_is_canceled_leaves_the_execution_running(
    lab: Any, kernel: Kernel
) -> None:
    gate = asyncio.Event()

    async def wait(_ctx: Any, items: Sequence[Item]) -> Sequence[Item]:
        await gate.wait()
        return items

    lab.behave["wait"] = wait
    node = {"type": "call", "config": {"does": "wait"}}
    running = await kernel.start(lab.workflow({"s": "start", "x": node}, "s>x"))
    watcher = asyncio.create_task(running.result())
    await asyncio.sleep(0)

    watcher.cancel()
    await asyncio.wait([watcher])
    gate.set()

    assert (await running.result()).status == "success"


async def test_canceling_what_runs_is_over_when_it_returns(lab: Any, kernel: Kernel) -> None:
    lab.behave["hang"] = forever
    node = {"type": "call", "config": {"does": "hang"}}
    running = await kernel.start(lab.workflow({"s": "start", "x": node}, "s>x"))
    async for event in running:
        if event.node_id == "x":
            break

    await running.cancel()

    assert (await kernel.journal.execution(ExecutionId(running.id))).status == "canceled"
    with pytest.raises(asyncio.CancelledError):
        await running.result()


async def test_closing_the_kernel_ends_what_was_started(lab: Any) -> None:
    lab.behave["hang"] = forever
    node = {"type": "call", "config": {"does": "hang"}}
    before = asyncio.all_tasks()

    async with lab.kernel() as kernel:
        journal = kernel.journal
        first = await kernel.start(lab.workflow({"s": "start", "x": node}, "s>x"))
        second = await kernel.start(lab.workflow({"s": "start", "x": node}, "s>x"))
        await anext(aiter(first))

    assert asyncio.all_tasks() == before
    assert (await journal.execution(ExecutionId(first.id))).status == "canceled"
    assert (await journal.execution(ExecutionId(second.id))).status == "canceled"
