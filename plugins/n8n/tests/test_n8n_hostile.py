"""Files of the wrong shape, too large or too deep, and files that hold several workflows."""

from __future__ import annotations

import copy
import random
import time
from collections.abc import Callable
from typing import Any

import pytest

from penstock_kernel.workflow.document import parse
from penstock_node_n8n.convert import convert
from penstock_node_n8n.families import mappings
from penstock_node_n8n.importer import N8nImporter
from penstock_sdk import NodeFailed
from penstock_sdk.importing import Imported

Import = Callable[..., Imported]
WORKFLOW: dict[str, Any] = {
    "name": "One",
    "nodes": [{"name": "A", "type": "n8n-nodes-base.noOp"}],
    "connections": {},
}


@pytest.mark.parametrize(
    ("data", "count"),
    [
        pytest.param(WORKFLOW, 1, id="workflow"),
        pytest.param([WORKFLOW, WORKFLOW], 2, id="export-of-several"),
        pytest.param({"workflow": WORKFLOW}, 1, id="template"),
        pytest.param({"workflow": {"id": 1, "workflow": WORKFLOW}}, 1, id="template-in-a-page"),
        pytest.param({"data": [WORKFLOW]}, 1, id="answer-of-the-api"),
        pytest.param({"nodes": [], "connections": {}}, 1, id="empty"),
    ],
)
def test_workflows_are_found_where_n8n_puts_them(data: Any, count: int) -> None:
    assert N8nImporter().matches(data)
    assert len(N8nImporter().convert(data)) == count


@pytest.mark.parametrize(
    "data",
    [
        pytest.param("curl https://example.com", id="text"),
        pytest.param(None, id="nothing"),
        pytest.param([1, [2]], id="numbers"),
        pytest.param({"nodes": {}, "connections": {}}, id="nodes-that-are-no-list"),
        pytest.param({"nodes": [], "connections": []}, id="connections-that-are-no-object"),
        pytest.param({"format": "penstock/1", "nodes": []}, id="one-of-ours"),
        pytest.param({"data": {"data": {"data": {"data": {"data": WORKFLOW}}}}}, id="wrapped-deep"),
    ],
)
def test_what_is_no_workflow_is_refused(data: Any) -> None:
    assert not N8nImporter().matches(data)
    with pytest.raises(NodeFailed, match="no workflow of n8n"):
        N8nImporter().convert(data)


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("node", "message"),
    [
        pytest.param({"parameters": {"x": nested(20_000)}}, "deeper than", id="deep"),
        pytest.param({"parameters": {"x": "y" * 5_000_001}}, "longer than", id="long"),
        pytest.param({"parameters": {"x": [0] * 3_000_001}}, "values", id="many-values"),
    ],
)
def test_what_is_beyond_a_limit_is_refused(node: dict[str, Any], message: str) -> None:
    hostile = {"nodes": [{"name": "A", "type": "x", **node}], "connections": {}}

    with pytest.raises(NodeFailed, match=message):
        convert(hostile)


def test_more_nodes_than_a_document_may_have_are_refused() -> None:
    with pytest.raises(NodeFailed, match="5,001 nodes"):
        convert({"nodes": [{}] * 5_001, "connections": {}})


def test_parameters_as_deep_as_allowed_make_a_document_that_can_be_read(
    import_n8n: Import,
) -> None:
    imported = import_n8n({"name": "A", "type": "x", "parameters": {"x": nested(70)}})

    assert parse(imported.document).nodes


def test_a_workflow_that_cannot_be_read_leaves_the_others_of_its_file_alone() -> None:
    deep = {**WORKFLOW, "settings": nested(20_000)}

    broken, good = convert([deep, WORKFLOW])

    assert [remark.code for remark in broken.remarks] == ["import.unreadable"]
    assert not broken.ready
    assert good.ready


def test_a_quarter_million_connections_do_not_take_the_host_along(import_n8n: Import) -> None:
    names = [str(number) for number in range(500)]
    ends = [{"node": name, "type": "main", "index": 0} for name in names]
    started = time.process_time()

    imported = import_n8n(
        *({"id": name, "name": name} for name in names),
        connections={name: {"main": [ends]} for name in names},
    )

    assert len(parse(imported.document).edges) == 20_000
    assert not imported.ready
    assert time.process_time() - started < 10


def test_a_file_cannot_make_more_remarks_than_one_could_read(import_n8n: Import) -> None:
    entries = {f"A{number}": {"main": [[{"node": "gone", "index": 0}]]} for number in range(9_000)}

    imported = import_n8n({"name": "A"}, connections=entries, settings={"x" * 9_000: 1})

    assert len(imported.remarks) <= 2_001
    assert all(len(remark.message) <= 500 for remark in imported.remarks)


JUNK: tuple[Any, ...] = (None, True, -1, 1e308, "", "=", "={{", "x\x00y", [], {}, [[]], {"a": []})


def _spoiled(value: Any, chance: random.Random) -> Any:
    if chance.random() < 0.12:
        return copy.deepcopy(chance.choice(JUNK))
    if isinstance(value, dict):
        return {key: _spoiled(inner, chance) for key, inner in value.items()}
    if isinstance(value, list):
        return [_spoiled(inner, chance) for inner in value]
    return value


@pytest.mark.parametrize("kind", sorted(mappings()))
def test_parameters_of_the_wrong_shape_never_break_the_import(
    import_n8n: Import, kind: str
) -> None:
    chance = random.Random(kind)  # noqa: S311
    plausible = {
        key: {"values": [{"name": "a", "value": 1}], "conditions": [{"operation": "equal"}]}
        for key in ("options", "conditions", "rule", "values", "fields", "assignments", "rules")
    }
    modes = {
        key: chance.choice(["manual", "raw", "x"]) for key in ("mode", "operation", "resource")
    }

    for version in (1, 2, 3.4, None, "x"):
        node = {"name": "A", "type": kind, "typeVersion": version}
        imported = import_n8n(
            {**node, "parameters": _spoiled({**plausible, **modes}, chance)},
            {"name": "B", "type": "n8n-nodes-base.noOp"},
        )
        parse(imported.document)


def test_a_whole_workflow_of_the_wrong_shape_never_breaks_the_import(import_n8n: Import) -> None:
    chance = random.Random(7)  # noqa: S311
    nodes: list[dict[str, Any]] = [
        {
            "id": "a",
            "name": "A",
            "type": "n8n-nodes-base.noOp",
            "position": [1, 2],
            "notes": "x",
            "onError": "continueErrorOutput",
            "credentials": {"x": {"id": "1"}},
        },
        {"id": "s", "name": "S", "type": "n8n-nodes-base.stickyNote", "parameters": {"width": 3}},
    ]
    whole: dict[str, Any] = {
        "nodes": nodes,
        "name": "x",
        "settings": {"timezone": "UTC", "executionTimeout": 3, "errorWorkflow": "x"},
        "pinData": {"A": [{"json": {}}]},
        "connections": {"A": {"main": [[{"node": "A", "type": "main", "index": 0}]]}},
    }

    for _ in range(500):
        workflow = {key: _spoiled(value, chance) for key, value in whole.items()}
        if N8nImporter().matches(workflow):
            parse(convert(workflow)[0].document)
