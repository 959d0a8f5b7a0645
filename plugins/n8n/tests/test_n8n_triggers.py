"""What becomes of the trigger of a sub-workflow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from penstock_kernel.packages.loader import load_plugins
from penstock_kernel.workflow.document import parse
from penstock_kernel.workflow.validate import validate
from penstock_sdk.importing import Imported

Import = Callable[..., Imported]
TYPED = {"values": [{"name": "city"}, {"name": "n", "type": "number"}]}


@pytest.mark.parametrize(
    ("version", "parameters", "expected"),
    [
        pytest.param(1, {}, None, id="first-version"),
        pytest.param(1.1, {"inputSource": "passthrough"}, None, id="as-they-are-sent"),
        pytest.param(
            1.1,
            {"workflowInputs": TYPED},
            [{"name": "city", "type": "string"}, {"name": "n", "type": "number"}],
            id="typed",
        ),
        pytest.param(
            1.1,
            {"inputSource": "jsonExample", "jsonExample": '{"a": [1], "b": null, "c": true}'},
            [
                {"name": "a", "type": "array"},
                {"name": "b", "type": "any"},
                {"name": "c", "type": "boolean"},
            ],
            id="example",
        ),
    ],
)
def test_the_inputs_of_a_sub_workflow_are_carried_over(
    import_n8n: Import, version: float, parameters: dict[str, Any], expected: Any
) -> None:
    imported = import_n8n(
        {
            "name": "T",
            "type": "n8n-nodes-base.executeWorkflowTrigger",
            "typeVersion": version,
            "parameters": parameters,
        }
    )

    (node,) = imported.document["nodes"]
    assert node["type"] == "penstock/flow.called"
    assert node["config"].get("fields_in") == expected
    assert validate(parse(imported.document), load_plugins()) == []
    assert imported.remarks == []


def test_an_example_that_is_none_leaves_a_placeholder(import_n8n: Import) -> None:
    imported = import_n8n(
        {
            "name": "T",
            "type": "n8n-nodes-base.executeWorkflowTrigger",
            "typeVersion": 1.1,
            "parameters": {"inputSource": "jsonExample", "jsonExample": "{"},
        }
    )

    assert [(one.code, one.field) for one in imported.remarks] == [
        ("import.unmapped", "jsonExample")
    ]


def test_connections_into_a_trigger_are_told(import_n8n: Import) -> None:
    imported = import_n8n(
        {"name": "A"},
        {"name": "T", "type": "n8n-nodes-base.manualTrigger"},
        links=[("A", "T")],
    )

    assert [remark.code for remark in imported.remarks] == ["import.edge_dropped"]
