"""Manual, no-op, stop, limit, loop and the two ends of a sub-workflow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from penstock_node_flow.ends import Manual, NoOp, Stop
from penstock_node_flow.limit import Limit
from penstock_node_flow.loop import Loop
from penstock_node_flow.nodes import NODES
from penstock_node_flow.subworkflow import ExecuteWorkflow, WorkflowCalled
from penstock_sdk import Item, Node, NodeFailed
from penstock_sdk.testing import TestContext, items_of, outputs_of, run_node
from penstock_sdk.testing.context import FakeLoop

NUMBERS = [{"n": number} for number in range(5)]


def numbers(items: Sequence[Item]) -> list[int]:
    return [item.json["n"] for item in items]


@pytest.mark.parametrize("node", [pytest.param(node, id=node.id) for node in NODES])
def test_every_node_tells_people_what_it_is(node: type[Node]) -> None:
    assert node.id.startswith("penstock/flow.")
    assert all([node.title, node.description, node.icon, node.docs, node.aliases])
    assert all(field.title for field in node.fields().values())


def test_the_manual_trigger_gives_one_empty_item_where_it_was_given_none() -> None:
    assert run_node(Manual, {}, [])["main"] == [Item({})]
    assert numbers(run_node(Manual, {}, NUMBERS)["main"]) == [0, 1, 2, 3, 4]


def test_no_operation_passes_its_items_on() -> None:
    assert numbers(run_node(NoOp, {}, NUMBERS)["main"]) == [0, 1, 2, 3, 4]


def test_stop_fails_with_the_message() -> None:
    with pytest.raises(NodeFailed, match="No lines in 7"):
        run_node(Stop, {"message": "=No lines in {{ $json.n }}"}, [{"n": 7}])


@pytest.mark.parametrize(
    "data",
    [
        pytest.param({"message": "Bad", "order": 7}, id="object"),
        pytest.param('{"message": "Bad", "order": 7}', id="text-of-json"),
    ],
)
def test_stop_fails_with_data(data: Any) -> None:
    with pytest.raises(NodeFailed, match="Bad") as caught:
        run_node(Stop, {"error_type": "object", "data": data})

    assert caught.value.data == {"message": "Bad", "order": 7}


def test_stop_does_nothing_without_items() -> None:
    assert run_node(Stop, {"message": "x"}, []) == {}


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        pytest.param({"max_items": 2}, [0, 1], id="first"),
        pytest.param({"max_items": 2, "keep": "last"}, [3, 4], id="last"),
        pytest.param({"max_items": 9, "keep": "last"}, [0, 1, 2, 3, 4], id="more-than-there-are"),
        pytest.param({}, [0], id="one-by-default"),
    ],
)
def test_limit_keeps(config: dict[str, Any], expected: list[int]) -> None:
    assert numbers(run_node(Limit, config, NUMBERS)["main"]) == expected


def test_a_limit_of_nothing_keeps_nothing() -> None:
    assert run_node(Limit, {"max_items": 0}, NUMBERS) == {}
    assert run_node(Limit, {"max_items": 3}, []) == {}


async def test_the_last_items_descend_from_the_last_items() -> None:
    ctx = TestContext(Limit, {"max_items": 2, "keep": "last"}, items_of(NUMBERS))

    found = await outputs_of(Limit, ctx)

    assert list(found["main"].parents or ()) == [3, 4]


async def looped(
    iteration: int, returned: Sequence[Sequence[Item]], **config: Any
) -> dict[str, tuple[list[int], list[Any]]]:
    latest = returned[-1] if returned else items_of(NUMBERS)
    loop = FakeLoop(items_of(NUMBERS), iteration, returned)
    ctx = TestContext(Loop, {"batch_size": 2, **config}, latest, loop=loop)
    found = await outputs_of(Loop, ctx)
    return {
        port: (numbers(output.items), list(output.parents or ())) for port, output in found.items()
    }


async def test_each_time_round_gets_the_next_batch() -> None:
    back = [items_of([{"n": 10}])]

    assert await looped(0, []) == {"loop": ([0, 1], [0, 1])}
    assert await looped(1, back) == {"loop": ([2, 3], [2, 3])}
    assert await looped(2, back * 2) == {"loop": ([4], [4])}


async def test_after_the_last_batch_all_that_came_back_is_done() -> None:
    back = [items_of([{"n": 10}, {"n": 11}]), items_of([{"n": 12}]), items_of([{"n": 13}])]

    assert await looped(3, back) == {"done": ([10, 11, 12, 13], [5, 6, 7, 8])}


async def test_with_reset_what_came_back_goes_round_again() -> None:
    back = [items_of([{"n": 10}]), items_of([{"n": 11}, {"n": 12}, {"n": 13}])]

    assert await looped(2, back, reset=True) == {"loop": ([11, 12, 13], [6, 7, 8])}


def test_a_loop_over_nothing_is_done_at_once() -> None:
    ctx = TestContext(Loop, {}, [], loop=FakeLoop())

    assert run_node(Loop, context=ctx) == {}


def doubled(items: Sequence[Item]) -> Sequence[Item]:
    return [Item({"n": item.json["n"] * 2}) for item in items]


async def executed(config: dict[str, Any], child: Any) -> tuple[list[int], Any]:
    workflows = {"child.json": child}
    ctx = TestContext(
        ExecuteWorkflow,
        {"workflow": "child.json", **config},
        items_of(NUMBERS),
        workflows=workflows,
    )
    output = (await outputs_of(ExecuteWorkflow, ctx))["main"]
    return numbers(output.items), output.parents


async def test_a_workflow_is_run_once_with_all_items() -> None:
    calls: list[int] = []

    def child(items: Sequence[Item]) -> Sequence[Item]:
        calls.append(len(items))
        return doubled(items)

    assert await executed({}, child) == ([0, 2, 4, 6, 8], None)
    assert calls == [5]


async def test_where_the_counts_differ_every_item_is_a_parent() -> None:
    found = await executed({}, lambda items: doubled(items)[:1])

    assert found == ([0], [(0, 1, 2, 3, 4)])


async def test_a_workflow_is_run_once_for_each_item() -> None:
    def child(items: Sequence[Item]) -> Sequence[Item]:
        return [*items, *items] if items[0].json["n"] == 1 else items

    found = await executed({"mode": "each"}, child)

    assert found == ([0, 1, 1, 2, 3, 4], [0, 1, 1, 2, 3, 4])


async def test_what_is_not_waited_for_gives_back_what_was_sent() -> None:
    everything = [0, 1, 2, 3, 4]

    assert await executed({"wait": False}, doubled) == (everything, None)
    assert await executed({"wait": False, "mode": "each"}, doubled) == (everything, everything)


async def test_the_inputs_are_what_the_workflow_receives() -> None:
    config = {"values": [{"name": "n", "value": "={{ $json.n }}"}, {"name": "who", "value": "me"}]}
    received: list[Item] = []

    def child(items: Sequence[Item]) -> Sequence[Item]:
        received.extend(items)
        return items

    await executed(config, child)

    assert received[4].json == {"n": 4, "who": "me"}


CALLED = {
    "fields_in": [
        {"name": "n", "type": "number", "required": True},
        {"name": "tags", "type": "array"},
    ]
}


def test_a_called_workflow_converts_its_inputs_and_drops_the_rest() -> None:
    found = run_node(WorkflowCalled, CALLED, [{"n": "7", "tags": "[1]", "other": 1}, {"n": 8}])

    assert [item.json for item in found["main"]] == [
        {"n": 7, "tags": [1]},
        {"n": 8, "tags": None},
    ]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        pytest.param({"n": "seven"}, "'n' has the wrong type", id="wrong-type"),
        pytest.param({"tags": []}, "'n' is missing", id="missing"),
    ],
)
def test_a_called_workflow_refuses(given: dict[str, Any], message: str) -> None:
    with pytest.raises(NodeFailed, match=message) as caught:
        run_node(WorkflowCalled, CALLED, [{"n": 1}, given])

    assert caught.value.item == 1


def test_a_called_workflow_without_inputs_takes_what_it_is_sent() -> None:
    assert run_node(WorkflowCalled, {}, [{"a": 1}])["main"] == [Item({"a": 1})]


def test_the_port_of_a_called_workflow_knows_the_types_of_its_inputs() -> None:
    (port,) = WorkflowCalled().ports(CALLED).outputs

    assert port.schema is not None
    assert port.schema["properties"]["n"] == {"type": ["number", "null"]}
    assert port.sample == {"n": 1, "tags": []}
