"""What a path through something missing gives, by the setting of the workflow."""

from pathlib import Path
from typing import Any

import pytest

from penstock_kernel.execution.result import Execution
from penstock_kernel.kernel import Kernel
from penstock_kernel.settings import Settings


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
