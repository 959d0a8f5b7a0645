"""Workflows that call each other, and workflows that are told of failures."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from penstock_kernel import Kernel, canonical
from penstock_kernel.store.journal import Commit, OwnershipLost
from penstock_kernel.store.memory_journal import MemoryJournal
from penstock_sdk import Item, NodeFailed


def calls(name: str, *, wait: bool = True) -> Any:
    async def run(ctx: Any, items: Sequence[Item]) -> Sequence[Item]:
        outputs = await ctx.execute_workflow(name, items, wait=wait)
        found: Sequence[Item] = outputs.get("main", items)
        return found

    return run


def save(lab: Any, name: str, nodes: dict[str, Any], edges: str, **more: Any) -> Any:
    path = lab.folder / f"{name}.json"
    path.write_text(canonical(lab.workflow(nodes, edges, **more)))
    return path


def node(does: str, kind: str = "call", **settings: Any) -> dict[str, Any]:
    return {"type": kind, "config": {"does": does}, "settings": settings}


async def test_a_sub_workflow_is_a_function_of_its_items(lab: Any, kernel: Kernel) -> None:
    lab.behave["sub"] = calls("sub.json")
    save(lab, "sub", {"s": "start", "a": "add"}, "s>a")
    main = save(lab, "main", {"s": "start", "c": node("sub"), "b": "add"}, "s>c c>b")

    execution = await kernel.execute(main, [{"n": 1}, {"n": 5}])

    assert [item.json["n"] for item in execution.items] == [3, 7]


async def test_the_failure_of_a_sub_workflow_is_that_of_its_step(lab: Any, kernel: Kernel) -> None:
    def fail(_ctx: Any, _items: Any) -> None:
        raise NodeFailed("broken inside", hint="mend it")

    lab.behave |= {"sub": calls("sub.json"), "fail": fail}
    save(lab, "sub", {"s": "start", "x": node("fail")}, "s>x")
    main = save(lab, "main", {"s": "start", "c": node("sub")}, "s>c")

    execution = await kernel.execute(main)

    assert execution.error is not None
    assert execution.error.code == "workflow.sub_failed"
    assert "broken inside" in execution.error.message
    assert execution.error.hint == "mend it"


async def test_a_workflow_that_calls_itself_ends_with_an_error(lab: Any, kernel: Kernel) -> None:
    lab.behave["self"] = calls("main.json")
    main = save(lab, "main", {"s": "start", "c": node("self")}, "s>c")

    execution = await kernel.execute(main)

    assert execution.status == "error"
    assert execution.error is not None
    assert "nested" in execution.error.message


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("missing.json", id="missing"),
        pytest.param("/etc/hostname", id="absolute"),
    ],
)
async def test_a_workflow_that_is_not_there_is_a_failure(
    lab: Any, kernel: Kernel, name: str
) -> None:
    lab.behave["sub"] = calls(name)
    main = save(lab, "main", {"s": "start", "c": node("sub")}, "s>c")

    execution = await kernel.execute(main)

    assert execution.error is not None
    assert execution.error.code == "workflow.not_found"


async def test_what_nobody_waits_for_runs_in_the_background(lab: Any, kernel: Kernel) -> None:
    seen: list[int] = []
    gate = asyncio.Event()

    async def late(_ctx: Any, items: Sequence[Item]) -> Sequence[Item]:
        await gate.wait()
        seen.append(items[0].json["n"])
        return items

    lab.behave |= {"sub": calls("sub.json", wait=False), "late": late}
    save(lab, "sub", {"s": "start", "x": node("late")}, "s>x")
    main = save(lab, "main", {"s": "start", "c": node("sub")}, "s>c")

    execution = await kernel.execute(main, [{"n": 1}])
    before = list(seen)
    gate.set()
    await kernel.idle()

    assert execution.status == "success"
    assert (before, seen) == ([], [1])


async def test_canceling_the_caller_stops_the_sub_workflow(lab: Any, kernel: Kernel) -> None:
    started, stopped = asyncio.Event(), asyncio.Event()

    async def hang(_ctx: Any, _items: Any) -> None:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()

    lab.behave |= {"sub": calls("sub.json"), "hang": hang}
    save(lab, "sub", {"s": "start", "x": node("hang")}, "s>x")
    main = save(lab, "main", {"s": "start", "c": node("sub")}, "s>c")
    task = asyncio.create_task(kernel.execute(main, execution_id="e1"))
    await started.wait()

    await kernel.cancel("e1")

    assert (await task).status == "canceled"
    assert stopped.is_set()


class LosesTheCaller(MemoryJournal):
    """Refuses the commit that holds the outcome of the calling step, once."""

    lost = False

    async def commit(self, commit: Commit) -> None:
        outcome = any(step.key.node_id == "c" and step.status == "ok" for step in commit.steps)
        if outcome and not self.lost:
            self.lost = True
            raise OwnershipLost("Somebody else owns it now.")
        await super().commit(commit)


async def test_a_sub_workflow_that_had_ended_is_not_run_again_after_a_crash(lab: Any) -> None:
    runs: list[int] = []

    def note(_ctx: Any, items: Sequence[Item]) -> Sequence[Item]:
        runs.append(1)
        return [Item({"n": len(runs)})]

    lab.behave |= {"sub": calls("sub.json"), "note": note}
    save(lab, "sub", {"s": "start", "x": node("note", "send")}, "s>x")
    main = save(lab, "main", {"s": "start", "c": node("sub", "keyed")}, "s>c")
    journal = LosesTheCaller()
    async with lab.kernel(journal=journal) as kernel:
        with pytest.raises(OwnershipLost):
            await kernel.execute(main, execution_id="e1")

        execution = await kernel.continue_("e1")

    assert execution.status == "success", execution.error
    assert [item.json["n"] for item in execution.items] == [1]
    assert runs == [1]


async def test_the_error_workflow_is_told_after_a_failure(lab: Any, kernel: Kernel) -> None:
    told: list[Any] = []

    def fail(_ctx: Any, _items: Any) -> None:
        raise NodeFailed("broken")

    def listen(ctx: Any, items: Sequence[Item]) -> Sequence[Item]:
        told.append((ctx.mode, items[0].json))
        return []

    lab.behave |= {"fail": fail, "told": listen}
    save(lab, "alarm", {"s": "start", "x": node("told")}, "s>x")
    settings = {"error_workflow": "alarm.json"}
    main = save(lab, "main", {"s": "start", "x": node("fail")}, "s>x", settings=settings)

    execution = await kernel.execute(main)
    ((mode, data),) = told

    assert mode == "error"
    assert data["execution"]["id"] == execution.id
    assert data["execution"]["error"]["message"] == "broken"
    assert data["execution"]["lastNodeExecuted"] == "X"


async def test_an_error_workflow_that_is_missing_does_not_hide_the_failure(
    lab: Any, kernel: Kernel, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_ctx: Any, _items: Any) -> None:
        raise NodeFailed("broken")

    lab.behave["fail"] = fail
    settings = {"error_workflow": "nowhere.json"}
    main = save(lab, "main", {"s": "start", "x": node("fail")}, "s>x", settings=settings)

    execution = await kernel.execute(main)

    assert execution.error is not None
    assert execution.error.message == "broken"
    assert "error_workflow_failed" in caplog.text
