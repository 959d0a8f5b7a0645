"""For each and while: order, failures, what goes round again, and many items."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from time import process_time
from typing import Any

import pytest

from penstock_kernel import Kernel, Settings
from penstock_kernel.execution.result import Execution
from penstock_node_flow.containers import ForEach, While
from penstock_sdk import Item, NodeFailed, Output
from penstock_sdk.testing import TestContext

MANY = 100_000


def context(node: Any, config: dict[str, Any], items: Sequence[Item], body: Any = None) -> Any:
    return TestContext(node, config, items, body=body)


def numbered(count: int) -> list[Item]:
    return [Item({"n": n}) for n in range(count)]


async def run(node: Any, ctx: Any) -> Any:
    return await node().run(ctx, ctx.items)


async def test_chunks_have_their_size_and_the_last_one_the_rest() -> None:
    seen: list[list[int]] = []

    def body(batch: Output) -> Output:
        seen.append([item.json["n"] for item in batch.items])
        return batch

    found = await run(ForEach, context(ForEach, {"size": 2}, numbered(5), body))
    assert seen == [[0, 1], [2, 3], [4]]
    assert [item.json["n"] for item in found["main"].items] == [0, 1, 2, 3, 4]
    assert list(found["main"].parents) == [0, 1, 2, 3, 4]


async def test_results_are_joined_in_the_order_of_the_items_whoever_is_first() -> None:
    class Slow(TestContext):
        async def run_body(self, batch: Output, *, number: int, pause_s: float = 0) -> Output:
            for _ in range(10 - number):
                await asyncio.sleep(0)
            return batch

    ctx: Any = Slow(ForEach, {"parallel": 5}, numbered(8))
    found = await run(ForEach, ctx)
    assert [item.json["n"] for item in found["main"].items] == list(range(8))


async def test_no_more_chunks_run_at_once_than_asked_for() -> None:
    running: list[int] = []
    most = 0

    class Counting(TestContext):
        async def run_body(self, batch: Output, *, number: int, pause_s: float = 0) -> Output:
            nonlocal most
            running.append(number)
            most = max(most, len(running))
            await asyncio.sleep(0)
            running.remove(number)
            return batch

    await run(ForEach, Counting(ForEach, {"parallel": 3}, numbered(20)))
    assert most == 3


def fails_at(wanted: int) -> Any:
    def body(batch: Output) -> Output:
        if any(item.json["n"] == wanted for item in batch.items):
            raise NodeFailed("No", data={"node": "Inner", "code": "node.failed"})
        return batch

    return body


async def test_a_failed_chunk_stops_the_node_and_names_its_first_item() -> None:
    with pytest.raises(NodeFailed) as caught:
        await run(ForEach, context(ForEach, {"size": 2}, numbered(6), fails_at(3)))
    assert caught.value.item == 2


async def test_the_items_of_a_failed_chunk_leave_at_error_and_the_others_go_on() -> None:
    config = {"size": 2, "parallel": 2, "on_failure": "continue"}
    found = await run(ForEach, context(ForEach, config, numbered(6), fails_at(3)))
    assert [item.json["n"] for item in found["main"].items] == [0, 1, 4, 5]
    assert [item.json["n"] for item in found["error"].items] == [2, 3]
    assert list(found["error"].parents) == [2, 3]
    assert found["error"].items[0].json["error"] == {
        "message": "No",
        "code": "node.failed",
        "node": "Inner",
    }


@pytest.mark.parametrize("node", [ForEach, While])
async def test_no_items_run_no_body(node: Any) -> None:
    def body(_batch: Output) -> Output:
        pytest.fail("the body ran")

    found = await run(node, context(node, {"condition": "true"}, [], body))
    main = found["main"] if isinstance(found, dict) else found
    assert list(main.items) == []


def adds_one(batch: Output) -> Output:
    return Output([Item({"n": item.json["n"] + 1}) for item in batch.items], batch.parents)


async def turn(config: dict[str, Any], items: Sequence[Item], body: Any = adds_one) -> Any:
    """While `n` is below 3."""
    ctx = TestContext(
        While, {"condition": "$json.n < 3", **config}, items, body=body, evaluate=_evaluate
    )
    return await run(While, ctx)


def _evaluate(source: str, row: Any) -> bool:
    assert source.strip() == "$json.n < 3"
    return bool(row["n"] < 3)


async def test_all_items_go_round_while_the_condition_holds_for_any() -> None:
    found = await turn({}, numbered(3))
    assert [item.json["n"] for item in found.items] == [3, 4, 5]
    assert list(found.parents) == [0, 1, 2]


async def test_each_item_goes_round_while_the_condition_holds_for_it() -> None:
    found = await turn({"repeat": "each"}, numbered(5))
    assert [
        (item.json["n"], parent) for item, parent in zip(found.items, found.parents, strict=True)
    ] == [
        (3, 2),
        (4, 3),
        (5, 4),
        (3, 1),
        (3, 0),
    ]


async def test_asked_first_an_item_may_never_enter() -> None:
    found = await turn({"repeat": "each", "check_first": True}, numbered(5))
    assert sorted(item.json["n"] for item in found.items) == [3, 3, 3, 3, 4]


async def test_what_would_not_end_fails_and_says_so() -> None:
    with pytest.raises(NodeFailed, match="still held after 4 rounds"):
        await turn({"max_iterations": 4}, numbered(1), body=lambda batch: batch)


async def test_a_body_that_gives_nothing_ends_it() -> None:
    found = await turn({}, numbered(2), body=lambda _batch: Output([], []))
    assert list(found.items) == []


async def execute(folder: Path, container: dict[str, Any], items: Sequence[Any]) -> Execution:
    """A container with one node in it."""
    fields = [{"name": "n", "value": "={{ $json.n + 1 }}"}]
    inner = {"type": "penstock/data.set", "config": {"assignments": fields}, "parent": "box"}
    workflow = {
        "format": "penstock/1",
        "name": "x",
        "nodes": [
            {"id": "start", "name": "Start", "type": "penstock/flow.manual"},
            {"id": "box", "name": "Box", **container},
            {"id": "inner", "name": "Inner", **inner},
        ],
        "edges": [{"from": ["start", "main"], "to": ["box", "main"]}],
    }
    async with Kernel.open(Settings(data_dir=folder, sandbox="inprocess")) as kernel:
        return await kernel.execute(workflow, items)


async def test_a_hundred_thousand_items_pass_in_chunks(tmp_path: Path) -> None:
    container = {"type": "penstock/flow.for_each", "config": {"size": 1000, "parallel": 4}}
    started = process_time()
    execution = await execute(tmp_path, container, [{"n": n} for n in range(MANY)])
    assert execution.status == "success", execution.error
    assert [item.json["n"] for item in execution.items] == list(range(1, MANY + 1))
    assert process_time() - started < 20


async def test_while_turns_its_body_in_the_sandbox(tmp_path: Path) -> None:
    container = {"type": "penstock/flow.while", "config": {"condition": "$json.n % 5"}}
    execution = await execute(tmp_path, container, [{"n": 1}])
    assert [item.json["n"] for item in execution.items] == [5]
    assert len(execution.outputs("inner")) == 4


async def test_a_condition_that_cannot_be_evaluated_fails_the_step(tmp_path: Path) -> None:
    container = {"type": "penstock/flow.while", "config": {"condition": "$json.x.y"}}
    execution = await execute(tmp_path, container, [{"n": 1}])
    assert execution.error is not None
    assert execution.error.code == "expression.failed"
