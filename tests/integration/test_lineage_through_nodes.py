"""`$('Start').item` after every kind of node that ships, for items told apart by their id."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from penstock_kernel import Kernel, Settings

IDS = [3, 1, 2]
ODD = {
    "combinator": "and",
    "conditions": [
        {
            "left": "={{ $json.id }}",
            "operator": {"type": "number", "operation": "notEquals"},
            "right": 1,
        }
    ],
}
Step = tuple[str, dict[str, Any]]
SORT: Step = ("data.sort", {"fields_to_sort": [{"name": "id"}]})
FILTER: Step = ("flow.filter", {"conditions": ODD})
LIMIT: Step = ("flow.limit", {"max_items": 2, "keep": "last"})
SET: Step = ("data.set", {"assignments": [{"name": "x", "value": 1}]})
FORGET: Step = ("data.set", {"include": "none", "assignments": [{"name": "x", "value": 1}]})
CODE_ALL: Step = (
    "code.javascript",
    {"source": "return items.map(item => ({json: {y: item.json.id}}))"},
)
CODE_EACH: Step = (
    "code.javascript",
    {"mode": "each", "source": "return {json: {y: $json.id}}"},
)
PYTHON: Step = (
    "code.python",
    {"source": "return [{'json': {'y': item['json']['id']}} for item in items]"},
)
READ: Step = (
    "data.set",
    {
        "include": "none",
        "assignments": [{"name": "from", "value": "={{ $('Start').item.json.id }}"}],
    },
)


@pytest.fixture
async def kernel(tmp_path: Path) -> AsyncIterator[Kernel]:
    async with Kernel.open(Settings(data_dir=tmp_path, sandbox="inprocess")) as opened:
        yield opened


def node(name: str, step: Step, **settings: Any) -> dict[str, Any]:
    kind, config = step
    return {
        "id": name.lower(),
        "name": name,
        "type": f"penstock/{kind}",
        "config": config,
        "settings": settings,
    }


def workflow(nodes: list[dict[str, Any]], edges: str) -> dict[str, Any]:
    ends = [[end.split(".") for end in edge.split(">")] for edge in edges.split()]
    return {
        "format": "penstock/1",
        "name": "lineage",
        "nodes": [node("Start", ("flow.manual", {})), *nodes, node("Read", READ)],
        "edges": [{"from": source, "to": target} for source, target in ends],
    }


async def origins(kernel: Kernel, nodes: list[dict[str, Any]], edges: str) -> list[Any]:
    items = [{"id": one, "key": one % 2} for one in IDS]

    execution = await kernel.execute(workflow(nodes, edges), items)

    assert execution.status == "success", execution.error
    found = [run["main"].items for run in execution.outputs("read")]
    return [item.json["from"] for items in found for item in items]


@pytest.mark.parametrize(
    ("step", "port", "expected"),
    [
        pytest.param(SORT, "main", [1, 2, 3], id="sort"),
        pytest.param(FILTER, "kept", [3, 2], id="filter"),
        pytest.param(FILTER, "discarded", [1], id="discarded"),
        pytest.param(LIMIT, "main", [1, 2], id="limit"),
        pytest.param(SET, "main", IDS, id="set"),
        pytest.param(FORGET, "main", IDS, id="set-that-forgets"),
        pytest.param(CODE_ALL, "main", IDS, id="code-that-keeps-the-order"),
        pytest.param(CODE_EACH, "main", IDS, id="code-for-each"),
        pytest.param(PYTHON, "main", IDS, id="python-that-keeps-the-order"),
    ],
)
async def test_an_item_leads_back_to_its_start(
    kernel: Kernel, step: Step, port: str, expected: list[int]
) -> None:
    nodes = [node("Step", step), node("Again", SET)]

    found = await origins(
        kernel, nodes, f"start.main>step.main step.{port}>again.main again.main>read.main"
    )

    assert found == expected


MATCH = [{"left": "key"}]


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        pytest.param({"mode": "append"}, [3, 2, 1, 2, 3], id="append"),
        pytest.param({"mode": "position"}, [3, 2], id="position"),
        pytest.param({"mode": "fields", "fields_to_match": MATCH}, [3, 3, 2], id="fields"),
        pytest.param({"mode": "all"}, [3, 3, 3, 2, 2, 2], id="all-combinations"),
        pytest.param({"mode": "choose", "chosen": 2}, [1, 2, 3], id="choose"),
    ],
)
async def test_an_item_leads_back_through_a_merge(
    kernel: Kernel, config: dict[str, Any], expected: list[int]
) -> None:
    nodes = [node("Kept", FILTER), node("Sorted", SORT), node("Join", ("flow.merge", config))]
    edges = (
        "start.main>kept.main start.main>sorted.main kept.kept>join.input1 "
        "sorted.main>join.input2 join.main>read.main"
    )

    assert await origins(kernel, nodes, edges) == expected


async def test_an_item_leads_back_out_of_a_loop_and_through_its_rounds(kernel: Kernel) -> None:
    body = (
        "data.set",
        {"assignments": [{"name": "in", "value": "={{ $('Start').item.json.id }}"}]},
    )
    nodes = [
        node("Sorted", SORT),
        node("Loop", ("flow.loop", {"batch_size": 2})),
        node("Body", body),
    ]
    edges = (
        "start.main>sorted.main sorted.main>loop.main loop.loop>body.main body.main>loop.main "
        "loop.done>read.main"
    )
    document = workflow(nodes, edges)

    execution = await kernel.execute(document, [{"id": one} for one in IDS])

    rounds = [[item.json["in"] for item in run["main"].items] for run in execution.outputs("body")]
    assert rounds == [[1, 2], [3]]
    assert [item.json["from"] for item in execution.items] == [1, 2, 3]


async def test_an_item_leads_back_through_an_error_port(kernel: Kernel) -> None:
    fails = (
        "code.javascript",
        {"mode": "each", "source": "if ($json.id !== 1) throw new Error('x'); return {}"},
    )
    nodes = [node("Fails", fails, on_error="error_port")]

    found = await origins(kernel, nodes, "start.main>fails.main fails.error>read.main")

    assert found == [3, 2]
