"""What a path through something missing gives, by the setting of the workflow."""

from pathlib import Path
from typing import Any

import pytest

from penstock_kernel.execution.result import Execution
from penstock_kernel.kernel import Kernel
from penstock_kernel.settings import Settings
from penstock_sdk import Item


async def run(tmp_path: Path, value: str, expressions: str) -> Execution:
    document: dict[str, Any] = {
        "format": "penstock/1",
        "name": "missing",
        "settings": {"expressions": expressions},
        "nodes": [
            {
                "id": "set",
                "name": "Set",
                "type": "penstock/data.set",
                "config": {"assignments": [{"name": "x", "value": value}]},
            }
        ],
    }
    async with Kernel.open(Settings(data_dir=tmp_path, sandbox="inprocess")) as kernel:
        return await kernel.execute(document)


MISSING = [
    pytest.param("={{ $json.no.such.field }}", id="plain-path"),
    pytest.param("={{ $json.no.such.field.toUpperCase() }}", id="javascript"),
]


@pytest.mark.parametrize("value", MISSING)
async def test_a_strict_workflow_fails_and_names_the_field(tmp_path: Path, value: str) -> None:
    execution = await run(tmp_path, value, "strict")

    assert execution.error is not None
    assert (execution.error.code, execution.error.field) == (
        "expression.failed",
        "assignments[0].value",
    )


@pytest.mark.parametrize("value", MISSING)
async def test_a_lenient_workflow_goes_on_with_nothing(tmp_path: Path, value: str) -> None:
    execution = await run(tmp_path, value, "lenient")

    assert execution.status == "success"
    assert execution.items[0].json.get("x") is None


@pytest.mark.parametrize("kind", ["expression", "code"])
async def test_a_node_that_runs_once_sees_all_items_that_came_by_the_older_name(
    tmp_path: Path, kind: str
) -> None:
    value = {
        "name": "n",
        "type": "number",
        "value": "={{ $items().length * 10 + $input.all().length }}",
    }
    count: dict[str, Any] = {"type": "penstock/data.set", "config": {"assignments": [value]}}
    if kind == "code":
        source = "return [{ json: { n: $items().length * 10 + $input.all().length } }];"
        count = {"type": "penstock/code.javascript", "config": {"source": source}}
    nodes = [
        {"id": "start", "name": "Start", "type": "penstock/flow.noop"},
        {"id": "x", "name": "X", "settings": {"execute_once": True}, **count},
    ]
    document: dict[str, Any] = {
        "format": "penstock/1",
        "name": "once",
        "settings": {"expressions": "lenient"},
        "nodes": nodes,
        "edges": [{"from": ["start", "main"], "to": ["x", "main"]}],
    }
    async with Kernel.open(Settings(data_dir=tmp_path, sandbox="inprocess")) as kernel:
        execution = await kernel.execute(document, [Item({}), Item({}), Item({})])

    assert [item.json["n"] for item in execution.items] == [31]
