"""What becomes of connections, of several outputs, and of circles."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from penstock_kernel.workflow.document import parse
from penstock_kernel.workflow.graph import build
from penstock_node_n8n.cycles import mark_back_edges
from penstock_sdk import Ports
from penstock_sdk.importing import Imported

Import = Callable[..., Imported]
OTHER = "acme.magic"


def end(node: str, index: Any = 0, kind: str = "main") -> dict[str, Any]:
    return {"node": node, "type": kind, "index": index}


def edges(imported: Imported) -> list[tuple[str, str]]:
    parse(imported.document)
    return [
        (".".join(edge["from"]), ".".join(edge["to"]))
        for edge in imported.document.get("edges", ())
    ]


def test_the_order_of_connections_is_kept_and_each_is_there_once(import_n8n: Import) -> None:
    names = [{"id": name, "name": name} for name in "abc"]
    main = [[end("c"), end("b"), end("c")]]

    imported = import_n8n(*names, connections={"a": {"main": main}})

    assert edges(imported) == [("a.main", "c.main"), ("a.main", "b.main")]


def test_a_placeholder_has_as_many_ports_as_were_connected(import_n8n: Import) -> None:
    nodes = [{"id": "x", "name": "X", "type": OTHER}, {"id": "a", "name": "A"}]
    connections = {
        "A": {"main": [[end("X"), end("X", 2)]]},
        "X": {"main": [None, [end("A")], []]},
    }

    imported = import_n8n(*nodes, connections=connections)

    config = imported.document["nodes"][0]["config"]
    assert (config["inputs_count"], config["outputs_count"]) == (3, 2)
    assert edges(imported) == [
        ("a.main", "x.main"),
        ("a.main", "x.main3"),
        ("x.main2", "a.main"),
    ]


def test_the_output_after_the_last_one_is_that_of_errors(import_n8n: Import) -> None:
    nodes = [
        {"id": "x", "name": "X", "type": OTHER, "onError": "continueErrorOutput"},
        {"id": "a", "name": "A", "onError": "continueErrorOutput"},
        {"id": "b", "name": "B"},
    ]
    both = {"main": [[], [end("B")]]}

    imported = import_n8n(*nodes, connections={"A": both, "X": both})

    assert edges(imported) == [("a.error", "b.main"), ("x.error", "b.main")]


def test_connections_of_models_and_tools_keep_their_kind(import_n8n: Import) -> None:
    nodes = [
        {"id": "m", "name": "Model", "type": "acme.model"},
        {"id": "t", "name": "Tool", "type": "acme.tool"},
        {"id": "g", "name": "Agent", "type": "acme.agent"},
    ]
    connections = {
        "Model": {"ai_languageModel": [[end("Agent", 0, "ai_languageModel")]]},
        "Tool": {"ai_tool": [[end("Agent", 1, "ai_tool")]]},
    }

    imported = import_n8n(*nodes, connections=connections)

    document = parse(imported.document)
    assert [(edge.kind, edge.source, edge.target) for edge in document.edges] == [
        ("ai_languageModel", ("m", "ai_languageModel"), ("g", "ai_languageModel")),
        ("ai_tool", ("t", "ai_tool"), ("g", "ai_tool2")),
    ]
    model, _, agent = (node.config for node in document.nodes)
    assert (model["inputs_count"], model["outputs_count"]) == (0, 0)
    assert model["ai_outputs"] == ["ai_languageModel"]
    assert agent["ai_inputs"] == ["ai_languageModel", "ai_tool", "ai_tool2"]


@pytest.mark.parametrize(
    "connections",
    [
        pytest.param({"A": {"main": [[end("gone")]]}}, id="to-nowhere"),
        pytest.param({"gone": {"main": [[end("A")]]}}, id="from-nowhere"),
        pytest.param({"A": {"main": [[], [], [end("B")]]}}, id="output-that-is-not-there"),
        pytest.param({"A": {"main": [[end("B", 7)]]}}, id="input-that-is-not-there"),
        pytest.param({"A": {"ai_tool": [[end("B", 0, "ai_tool")]]}}, id="kind-it-does-not-take"),
        pytest.param({"A": {"dark matter": [[end("B")]]}}, id="kind-that-is-none"),
    ],
)
def test_a_connection_without_an_end_is_dropped_and_told(
    import_n8n: Import, connections: dict[str, Any]
) -> None:
    imported = import_n8n({"name": "A"}, {"name": "B"}, connections=connections)

    assert edges(imported) == []
    assert [remark.code for remark in imported.remarks] == ["import.edge_dropped"]


@pytest.mark.parametrize(
    "connections",
    [
        pytest.param({"A": None}, id="no-kinds"),
        pytest.param({"A": {"main": "B"}}, id="no-outputs"),
        pytest.param({"A": {"main": [7, [None, 5, "B"]]}}, id="no-ends"),
        pytest.param({"A": {"main": [[{"node": ["B"]}]]}}, id="no-name"),
        pytest.param({"A": {"main": [[end("B", "x")]]}}, id="no-number"),
        pytest.param({"A": {"main": [[end("B", -1)]]}}, id="less-than-nothing"),
        pytest.param({"A": {"main": [[end("B", 10**9)]]}}, id="far-too-much"),
    ],
)
def test_connections_of_the_wrong_shape_are_left_out(
    import_n8n: Import, connections: dict[str, Any]
) -> None:
    assert edges(import_n8n({"name": "A"}, {"name": "B"}, connections=connections)) == []


def edge(pair: str) -> dict[str, Any]:
    return {"from": [pair[0], "main"], "to": [pair[1], "main"]}


def marked(pairs: list[str], loops: str = "") -> list[str]:
    given = [edge(pair) for pair in pairs]
    order = sorted({name for pair in pairs for name in pair})
    mark_back_edges(given, order, set(loops))
    return [pair for pair, one in zip(pairs, given, strict=True) if one.get("back")]


@pytest.mark.parametrize(
    ("pairs", "loops", "expected"),
    [
        pytest.param(["ab", "bc", "ac"], "", [], id="no-circle"),
        pytest.param(["ab", "bc", "cb"], "", ["cb"], id="circle"),
        pytest.param(["ab", "bb"], "", ["bb"], id="itself"),
        pytest.param(["ab", "bc", "cb"], "b", [], id="loop-node"),
        pytest.param(["xl", "ly", "yx", "ax"], "l", ["yx"], id="loop-node-within-a-circle"),
        pytest.param(["ab", "bc", "ca"], "", ["ca"], id="nothing-leads-into-it"),
        pytest.param(["ab", "bc", "cb", "cd", "db"], "", ["cb", "db"], id="two-ways-back"),
        pytest.param(["ab", "bc", "cd", "dc", "db"], "", ["dc", "db"], id="circle-in-a-circle"),
    ],
)
def test_the_edge_that_closes_a_circle_is_marked(
    pairs: list[str], loops: str, expected: list[str]
) -> None:
    assert marked(pairs, loops) == expected


def test_a_model_within_a_circle_is_not_where_the_circle_begins() -> None:
    pairs = ["ab", "bc", "cb"]
    given = [edge(pair) for pair in pairs]
    given.append({"from": ["M", "ai_tool"], "to": ["c", "ai_tool"], "kind": "ai_tool"})

    mark_back_edges(given, ["M", "a", "b", "c"], set())

    assert [one.get("back", False) for one in given] == [False, False, True, False]


def test_a_node_that_nobody_starts_is_not_where_a_circle_begins(import_n8n: Import) -> None:
    nodes: list[dict[str, Any]] = [
        {"id": "t", "name": "t", "type": "n8n-nodes-base.manualTrigger", "position": [0, 500]},
        {"id": "x", "name": "x", "position": [0, 0]},
        {"id": "b", "name": "b", "position": [200, 500]},
        {"id": "c", "name": "c", "position": [400, 500]},
    ]

    imported = import_n8n(*nodes, links=[("t", "b"), ("b", "c"), ("c", "b"), ("x", "c")])

    assert [one["from"][0] for one in imported.document["edges"] if one.get("back")] == ["c"]


def test_a_circle_of_n8n_is_a_document_without_illegal_cycles(import_n8n: Import) -> None:
    nodes = [{"id": name, "name": name, "position": [0, 0]} for name in "abcd"]
    links = [("a", "b"), ("b", "c"), ("c", "b"), ("c", "d"), ("d", "a")]

    imported = import_n8n(*nodes, links=links)

    graph = build(parse(imported.document), lambda _: Ports())
    assert graph.cycles == ()
    assert graph.starts == ("a",)


def test_a_line_of_thousands_of_nodes_is_no_deep_recursion(import_n8n: Import) -> None:
    names = [f"n{index}" for index in range(4_000)]
    links = [*pairwise(names), (names[-1], names[0])]

    imported = import_n8n(*({"id": name, "name": name} for name in names), links=links)

    assert [edge["from"][0] for edge in imported.document["edges"] if edge.get("back")] == ["n3999"]
