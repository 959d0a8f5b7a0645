"""Containers: a body is a part of its execution, with steps, lineage and an end of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from time import thread_time
from typing import Any

import pytest

from penstock_kernel import Kernel
from penstock_kernel.store.journal import Commit, ExecutionNotFound, OwnershipLost
from penstock_kernel.store.memory_journal import MemoryJournal
from penstock_kernel.workflow.findings import DocumentInvalid
from penstock_sdk import Item, NodeFailed

NUMBERS = [{"n": n} for n in range(5)]


def held(type_: str = "add", parent: str = "box", **more: Any) -> dict[str, Any]:
    """A node in a container."""
    return {"type": type_, "parent": parent, **more}


def does(name: str, type_: str = "call", **more: Any) -> dict[str, Any]:
    return held(type_, config={"does": name}, **more)


def adds(value: Any, **more: Any) -> dict[str, Any]:
    return held(config={"value": value}, **more)


def values(execution: Any) -> list[Any]:
    return [item.json["n"] for item in execution.items]


async def test_a_body_runs_for_each_chunk_and_results_keep_the_order(
    lab: Any, kernel: Kernel
) -> None:
    box = {"type": "box", "config": {"size": 2}}
    nodes = {"s": "start", "box": box, "a": held(), "b": held(), "z": "add"}
    execution = await kernel.execute(lab.workflow(nodes, "s>box a>b box>z"), NUMBERS)
    assert execution.status == "success", execution.error
    assert values(execution) == [3, 4, 5, 6, 7]
    assert [len(one["main"].items) for one in execution.outputs("b")] == [2, 2, 1]


async def test_steps_of_a_body_are_told_under_their_execution(lab: Any, kernel: Kernel) -> None:
    workflow = lab.workflow({"s": "start", "box": "box", "a": held()}, "s>box")
    events = [event async for event in kernel.stream(workflow, NUMBERS[:2])]
    told = [event for event in events if event.kind == "step.finished" and event.node_id == "a"]
    assert len({event.body for event in told}) == 2
    assert {event.execution for event in events} == {events[0].execution}
    assert [event.kind for event in events].count("execution.finished") == 1


async def test_a_body_can_name_nodes_outside_and_its_container(lab: Any, kernel: Kernel) -> None:
    nodes = {
        "s": "start",
        "o": "add",
        "r": "reverse",
        "box": {"type": "box", "config": {"size": 2}},
        "x": held("reverse"),
        "a": adds("={{ 100 * $('O').item.json.n + 10 * $('Box').item.json.n }}"),
    }
    execution = await kernel.execute(lab.workflow(nodes, "s>o o>r r>box x>a"), NUMBERS)
    assert execution.status == "success", execution.error
    assert values(execution) == [444, 555, 222, 333, 111]


async def test_items_after_a_container_descend_from_those_before_it(
    lab: Any, kernel: Kernel
) -> None:
    nodes = {
        "s": "start",
        "box": {"type": "box", "config": {"size": 3}},
        "x": held("reverse"),
        "z": {"type": "add", "config": {"value": "={{ 10 * $('S').item.json.n }}"}},
    }
    execution = await kernel.execute(lab.workflow(nodes, "s>box box>z"), NUMBERS)
    assert values(execution) == [22, 11, 0, 44, 33]


async def test_a_body_may_branch_and_what_all_its_ends_put_out_is_joined(
    lab: Any, kernel: Kernel
) -> None:
    nodes = {
        "s": "start",
        "box": {"type": "box", "config": {"size": 5}},
        "p": held("split"),
        "e": adds(10),
        "o": adds(20),
    }
    execution = await kernel.execute(lab.workflow(nodes, "s>box p.even>e p.odd>o"), NUMBERS)
    assert values(execution) == [10, 12, 14, 21, 23]


async def test_several_runs_of_the_last_node_of_a_body_are_all_there(
    lab: Any, kernel: Kernel
) -> None:
    nodes = {
        "s": "start",
        "box": {"type": "box", "config": {"size": 5}},
        "p": held("split"),
        "e": held(),
    }
    execution = await kernel.execute(lab.workflow(nodes, "s>box p.even>e p.odd>e"), NUMBERS)
    assert values(execution) == [1, 3, 5, 2, 4]


async def test_a_loop_in_a_body_is_left_where_it_is_done(lab: Any, kernel: Kernel) -> None:
    nodes = {
        "s": "start",
        "box": {"type": "box", "config": {"size": 2}},
        "l": held("loop"),
        "a": held(),
    }
    execution = await kernel.execute(lab.workflow(nodes, "s>box l.loop>a a>l"), NUMBERS)
    assert execution.status == "success", execution.error
    assert values(execution) == [1, 2, 3, 4, 5]


async def test_a_body_that_lets_nothing_through_ends(lab: Any, kernel: Kernel) -> None:
    lab.behave["drop"] = lambda _ctx, items: [item for item in items if item.json["n"] > 3]
    workflow = lab.workflow(
        {"s": "start", "box": "box", "d": does("drop"), "a": held()}, "s>box d>a"
    )
    execution = await kernel.execute(workflow, NUMBERS)
    assert values(execution) == [5]


async def test_an_empty_container_passes_items_on(lab: Any, kernel: Kernel) -> None:
    workflow = lab.workflow({"s": "start", "box": "box", "z": "add"}, "s>box box>z")
    assert values(await kernel.execute(workflow, NUMBERS)) == [1, 2, 3, 4, 5]
    assert [finding.code for finding in kernel.validate(workflow)] == ["container.empty"]


async def test_containers_hold_containers(lab: Any, kernel: Kernel) -> None:
    nodes = {
        "s": "start",
        "o": "add",
        "box": {"type": "box", "config": {"size": 3}},
        "inner": held("box"),
        "a": adds("={{ 10 * $('O').item.json.n + 100 * $('Inner').item.json.n }}", parent="inner"),
    }
    execution = await kernel.execute(lab.workflow(nodes, "s>o o>box"), NUMBERS)
    assert execution.status == "success", execution.error
    assert values(execution) == [111, 222, 333, 444, 555]
    assert len(execution.outputs("a")) == 5


async def test_a_failure_in_a_body_names_its_node(lab: Any, kernel: Kernel) -> None:
    def fail(_ctx: Any, items: Sequence[Item]) -> Any:
        if items[0].json["n"] == 2:
            raise NodeFailed("No twos", hint="Take threes")
        return items

    lab.behave["fail"] = fail
    workflow = lab.workflow({"s": "start", "box": "box", "f": does("fail")}, "s>box")
    execution = await kernel.execute(workflow, NUMBERS)
    assert execution.error is not None
    assert (execution.error.code, execution.error.node_id) == ("node.body_failed", "box")
    assert execution.error.message == "'F' failed: No twos"
    assert execution.error.data["node"] == "F"


async def test_nodes_of_a_body_can_be_pinned(lab: Any, kernel: Kernel) -> None:
    workflow = lab.workflow({"s": "start", "box": "box", "a": held(), "b": held()}, "s>box a>b")
    execution = await kernel.execute(workflow, NUMBERS[:2], mocks={"a": [Item({"n": 40})]})
    assert values(execution) == [41, 41]


async def test_running_up_to_a_node_of_a_body_stops_there_in_each_chunk(
    lab: Any, kernel: Kernel
) -> None:
    nodes = {"s": "start", "box": "box", "a": held(), "b": held(), "z": "add"}
    workflow = lab.workflow(nodes, "s>box a>b box>z")
    execution = await kernel.execute(workflow, NUMBERS[:2], to="a")
    assert values(execution) == [1, 2]
    assert execution.outputs("b") == []
    assert execution.outputs("z") == []


async def test_running_from_a_node_of_a_body_begins_at_its_container(
    lab: Any, kernel: Kernel
) -> None:
    nodes = {"s": "start", "o": "add", "box": "box", "a": held()}
    workflow = lab.workflow(nodes, "s>o o>box")
    first = await kernel.execute(workflow, NUMBERS[:2])
    again = await kernel.execute(workflow, NUMBERS[:2], start="a", earlier=first.steps)
    assert values(again) == [2, 3]
    assert [step.status for step in again.steps] == ["cached", "cached", "ok"]


async def test_a_disabled_container_passes_its_items(lab: Any, kernel: Kernel) -> None:
    box = {"type": "box", "settings": {"disabled": True}}
    workflow = lab.workflow({"s": "start", "box": box, "a": held()}, "s>box")
    execution = await kernel.execute(workflow, NUMBERS[:2])
    assert values(execution) == [0, 1]
    assert execution.outputs("a") == []


async def test_canceling_stops_the_bodies_that_run(lab: Any, kernel: Kernel) -> None:
    started, seen = asyncio.Event(), list[bool]()

    async def hang(ctx: Any, _items: Any) -> None:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            seen.append(ctx.canceled)

    lab.behave["hang"] = hang
    workflow = lab.workflow({"s": "start", "box": "box", "h": does("hang")}, "s>box")
    task = asyncio.create_task(kernel.execute(workflow, NUMBERS[:2], execution_id="e1"))
    await started.wait()
    await kernel.cancel("e1")
    assert (await task).status == "canceled"
    assert seen == [True, True]


class LosesTheContainer(MemoryJournal):
    """Refuses the commit that holds the outcome of the container, once."""

    lost = False

    async def commit(self, commit: Commit) -> None:
        outcome = any(step.key.node_id == "box" and step.status == "ok" for step in commit.steps)
        if outcome and commit.execution == "e1" and not self.lost:
            self.lost = True
            raise OwnershipLost("Somebody else owns it now.")
        await super().commit(commit)


async def test_bodies_that_had_ended_are_not_run_again_after_a_crash(lab: Any) -> None:
    runs: list[int] = []

    def note(_ctx: Any, items: Sequence[Item]) -> Sequence[Item]:
        runs.append(items[0].json["n"])
        return items

    lab.behave["note"] = note
    nodes = {"s": "start", "o": "add", "box": "box", "x": does("note", "send")}
    nodes["a"] = adds("={{ 10 * $('O').item.json.n }}")
    many = [{"n": n} for n in range(150)]
    async with lab.kernel(journal=LosesTheContainer()) as kernel:
        with pytest.raises(OwnershipLost):
            await kernel.execute(lab.workflow(nodes, "s>o o>box x>a"), many, execution_id="e1")
        execution = await kernel.continue_("e1")
    assert execution.status == "success", execution.error
    assert values(execution) == [11 * n for n in range(1, 151)]
    assert len(runs) == 150


async def test_waits_in_bodies_elapse_side_by_side(lab: Any, kernel: Kernel) -> None:
    workflow = lab.workflow(
        {"s": "start", "box": "box", "w": held("sleep"), "a": held()}, "s>box w>a"
    )
    before = lab.clock.ms
    execution = await kernel.execute(workflow, NUMBERS)
    assert values(execution) == [1, 2, 3, 4, 5]
    assert lab.clock.ms - before < 5 * 60_000 + 1


@pytest.mark.parametrize(
    ("nodes", "edges", "code"),
    [
        ({"box": "box", "a": held(), "z": "add"}, "s>box a>z", "edge.crosses_container"),
        ({"box": "box", "a": held()}, "s>box s>a", "edge.crosses_container"),
        ({"box": "box", "a": held()}, "s>box box>a", "edge.crosses_container"),
        ({"no": "add", "a": held(parent="no")}, "s>no", "container.none"),
        ({"box": "box", "a": held("start"), "b": held()}, "s>box", "container.start"),
        (
            {"box": "box", "a": held(settings={"breakpoint": True})},
            "s>box",
            "container.breakpoint",
        ),
    ],
)
async def test_findings(lab: Any, kernel: Kernel, nodes: Any, edges: str, code: str) -> None:
    findings = kernel.validate(lab.workflow({"s": "start", **nodes}, edges))
    assert [finding.code for finding in findings] == [code]


async def test_a_container_in_itself_is_refused(lab: Any, kernel: Kernel) -> None:
    workflow = lab.workflow({"s": "start", "box": held("box"), "a": held()}, "")
    with pytest.raises(DocumentInvalid, match="contains itself"):
        await kernel.execute(workflow, NUMBERS)


async def test_a_node_of_a_body_may_name_what_runs_before_its_container(
    lab: Any, kernel: Kernel
) -> None:
    nodes = {
        "s": "start",
        "box": "box",
        "a": adds("={{ $('S').item.json.n + $('Box').item.json.n }}"),
    }
    assert kernel.validate(lab.workflow(nodes, "s>box")) == []
    nodes["z"] = "start"
    nodes["a"] = adds("={{ $('Z').item.json.n }}")
    found = [finding.code for finding in kernel.validate(lab.workflow(nodes, "s>box"))]
    assert found == ["expression.not_upstream"]


async def test_runs_of_a_body_are_told_in_the_order_of_their_chunks(
    lab: Any, kernel: Kernel
) -> None:
    async def late(_ctx: Any, items: Sequence[Item]) -> Sequence[Item]:
        for _ in range(10 - items[0].json["n"]):
            await asyncio.sleep(0)
        return items

    lab.behave["late"] = late
    workflow = lab.workflow({"s": "start", "box": "box", "x": does("late")}, "s>box")
    execution = await kernel.execute(workflow, NUMBERS)
    runs = [outputs["main"].items[0].json["n"] for outputs in execution.outputs("x")]
    assert runs == [0, 1, 2, 3, 4]
    assert {body.container for body in execution.bodies} == {"box"}


async def test_what_is_not_kept_leaves_no_bodies_behind(lab: Any, kernel: Kernel) -> None:
    nodes = {"s": "start", "box": "box", "a": held()}
    workflow = lab.workflow(nodes, "s>box", settings={"save": "none"})
    execution = await kernel.execute(workflow, NUMBERS)
    assert len(execution.bodies) == 5
    for body in execution.bodies:
        with pytest.raises(ExecutionNotFound):
            await kernel.journal.execution(body.id)


async def test_a_body_that_is_tried_again_repeats_no_chunk_that_ended(
    lab: Any, kernel: Kernel
) -> None:
    runs: list[int] = []

    def fail_once(_ctx: Any, items: Sequence[Item]) -> Any:
        runs.append(items[0].json["n"])
        if runs.count(4) == 1 and runs[-1] == 4:
            raise NodeFailed("Not yet")
        return items

    lab.behave["once"] = fail_once
    retry = {"max_attempts": 2}
    box = {"type": "box", "settings": {"retry": retry}}
    workflow = lab.workflow({"s": "start", "box": box, "x": does("once", "send")}, "s>box")
    execution = await kernel.execute(workflow, NUMBERS)
    assert execution.status == "success", execution.error
    assert values(execution) == [0, 1, 2, 3, 4]
    assert runs == [0, 1, 2, 3, 4, 4]


async def test_containers_within_each_other_have_a_limit(lab: Any, kernel: Kernel) -> None:
    nodes: dict[str, Any] = {"s": "start", "b0": "box"}
    nodes |= {f"b{n}": held("box", parent=f"b{n - 1}") for n in range(1, 30)}
    execution = await kernel.execute(lab.workflow(nodes, "s>b0"), NUMBERS[:1])
    assert execution.error is not None
    assert "nested" in execution.error.message


async def test_many_containers_within_each_other_are_checked_in_time(
    lab: Any, kernel: Kernel
) -> None:
    nodes: dict[str, Any] = {"s": "start", "b0": "box"}
    nodes |= {
        f"b{n}": held("box", parent=f"b{n - 1}", config={"size": "={{ $('S').item.json.n }}"})
        for n in range(1, 3_000)
    }
    started = thread_time()
    findings = kernel.validate(lab.workflow(nodes, "s>b0"))
    assert thread_time() - started < 10
    assert {finding.code for finding in findings} <= {"container.empty", "expression.not_upstream"}
