"""In legacy order a join runs what it waits for in vain, with an empty item."""

from __future__ import annotations

from typing import Any

import pytest

from penstock_kernel import Kernel

LEGACY = {"order": "legacy"}


def ran(execution: Any) -> list[str]:
    return [step.key.node_id for step in execution.steps]


def values(execution: Any) -> list[Any]:
    return [item.json.get("n") for item in execution.items]


@pytest.mark.parametrize(
    ("order", "steps"), [("legacy", "s a other j"), ("sequential", "s a j"), ("parallel", "s a j")]
)
async def test_a_branch_that_nothing_leads_to_runs_for_the_join_that_lacks_it(
    lab: Any, kernel: Kernel, order: str, steps: str
) -> None:
    nodes = {"s": "start", "a": "add", "other": "add", "j": "append"}
    edges = "s>a a>j.left other>j.right"
    workflow = lab.workflow(nodes, edges, settings={"order": order})
    execution = await kernel.execute(workflow, [{"n": 5}], start="s")
    assert ran(execution) == steps.split()
    assert values(execution) == ([6, 1] if order == "legacy" else [6])


async def test_the_last_node_above_that_has_not_run_is_the_one_that_begins(
    lab: Any, kernel: Kernel
) -> None:
    nodes = {"s": "start", "one": "add", "two": "add", "three": "add", "j": "append"}
    workflow = lab.workflow(nodes, "s>j.left one>two two>three three>j.right", settings=LEGACY)
    execution = await kernel.execute(workflow, [{"n": 5}], start="s")
    assert ran(execution) == ["s", "one", "two", "three", "j"]
    assert values(execution) == [5, 3]


async def test_a_branch_that_was_left_empty_runs_for_the_join(lab: Any, kernel: Kernel) -> None:
    nodes = {"s": "start", "p": "split", "e": "add", "o": "add", "j": "append"}
    workflow = lab.workflow(nodes, "s>p p.even>e p.odd>o e>j.left o>j.right", settings=LEGACY)
    execution = await kernel.execute(workflow, [{"n": 2}])
    assert ran(execution) == ["s", "p", "e", "o", "j"]
    assert values(execution) == [3, 1]


async def test_what_has_run_and_gave_nothing_is_not_run_again(lab: Any, kernel: Kernel) -> None:
    lab.behave["drop"] = lambda _ctx, _items: []
    nodes = {"s": "start", "d": {"type": "call", "config": {"does": "drop"}}, "j": "append"}
    workflow = lab.workflow(nodes, "s>d s>j.left d>j.right", settings=LEGACY)
    execution = await kernel.execute(workflow, [{"n": 2}])
    assert ran(execution) == ["s", "d", "j"]
    assert values(execution) == [2]


async def test_a_join_in_a_loop_is_not_forced_by_itself(lab: Any, kernel: Kernel) -> None:
    nodes = {"s": "start", "j": "append", "l": "loop", "a": "add"}
    edges = "s>j.left j>l l.loop>a a>l l.done>j.right"
    settings = {**LEGACY, "max_iterations": 5}
    workflow = lab.workflow(nodes, edges, settings=settings)
    execution = await kernel.execute(workflow, [{"n": 2}])
    assert ran(execution)[:3] == ["s", "j", "l"]


async def test_only_what_leads_to_the_target_is_run(lab: Any, kernel: Kernel) -> None:
    nodes = {"s": "start", "other": "add", "j": "append", "k": "append"}
    edges = "s>j.left j>k.left other>k.right"
    workflow = lab.workflow(nodes, edges, settings=LEGACY)
    execution = await kernel.execute(workflow, [{"n": 2}], start="s", to="j")
    assert ran(execution) == ["s", "j"]
