"""The graph of a document."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock_kernel.workflow.components import components
from penstock_kernel.workflow.cycles import MAX_NESTING
from penstock_kernel.workflow.document import NodeSpec, canonical, parse
from penstock_kernel.workflow.graph import Graph, build
from penstock_sdk import Port, Ports

VECTORS = Path(__file__).parents[2] / "vectors"
CASES: list[dict[str, Any]] = json.loads((VECTORS / "graph.json").read_text())


def ports_of(node: NodeSpec) -> Ports:
    if node.type.endswith(".start"):
        return Ports(inputs=())
    if node.type.endswith(".model"):
        return Ports(inputs=(), outputs=(Port(name="model", kind="ai_model"),))
    if node.type.endswith(".loop"):
        return Ports(outputs=(Port(name="loop"), Port(name="done")))
    return Ports()


def graph(*edges: str, layout: Any = None, types: dict[str, str] | None = None) -> Graph:
    """A graph from edges like `a.main > b.main`; a node is a loop where its id begins with `l`."""
    ends = [[end.strip().split(".") for end in edge.split(">")] for edge in edges]
    ids = sorted({end[0] for pair in ends for end in pair})
    kinds = {id_: "loop" if id_.startswith("l") else "step" for id_ in ids} | (types or {})
    document = {
        "format": "penstock/1",
        "name": "x",
        "nodes": [{"id": i, "name": i.upper(), "type": f"acme/kit.{k}"} for i, k in kinds.items()],
        "edges": [{"from": source, "to": target} for source, target in ends],
        "layout": layout or {},
    }
    return build(parse(document), ports_of)


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES])
def test_back_edges_cycles_and_starts(case: dict[str, Any]) -> None:
    found = build(parse(case["document"]), ports_of, lambda node: node.type in case["loops"])

    back = [f"{e.source}.{e.port} -> {e.target}.{e.input}" for e in found.edges if e.back]
    assert sorted(back) == case["back"]
    assert [list(cycle) for cycle in found.cycles] == case["cycles"]
    assert list(found.starts) == case["starts"]
    assert found.loops == {end.split(" -> ")[1].split(".")[0] for end in case["back"]}


def test_edges_know_their_places_among_their_neighbours() -> None:
    found = graph("b.main > c.main", "a.main > c.main", "a.main > b.main", "a.main > d.main")

    places = [(e.index, e.source, e.target, e.ordinal, e.position) for e in found.edges]
    assert places == [
        (0, "a", "c", 0, 0),
        (1, "a", "b", 0, 1),
        (2, "a", "d", 0, 2),
        (3, "b", "c", 1, 0),
    ]
    assert [edge.source for edge in found.into["c"]["main"]] == ["a", "b"]
    assert [edge.target for edge in found.out["a"]["main"]] == ["c", "b", "d"]


def test_a_graph_is_the_same_after_saving_and_loading() -> None:
    first = graph("b.main > c.main", "a.main > c.main", "l.loop > a.main", "c.main > l.main")

    again = build(parse(canonical(first.document)), ports_of)

    assert again.edges == first.edges
    assert list(again.nodes) == list(first.nodes)
    assert again.rank == first.rank


def test_ancestors_within_an_iteration_do_not_pass_the_back_edge() -> None:
    found = graph("s.main > l.main", "l.loop > b.main", "b.main > l.main", "l.done > z.main")

    assert found.ancestors("z", "main") == {"l", "s"}
    assert found.ancestors("z", "main", back=True) == {"l", "s", "b"}
    assert found.ancestors("l", "main") == {"s"}
    assert found.ancestors("s", "main") == frozenset()


def test_ancestors_are_told_per_input_port() -> None:
    found = graph("a.main > m.input1", "b.main > m.input2")

    assert found.ancestors("m", "input1") == {"a"}
    assert found.ancestors("m", "input2") == {"b"}


def test_descendants_pass_back_edges() -> None:
    found = graph("s.main > l.main", "l.loop > b.main", "b.main > l.main")

    assert found.descendants("b") == {"l", "b"}
    assert found.descendants("s") == {"l", "b"}


def test_triggers_come_before_other_starts() -> None:
    types = {"t": "start"}

    found = graph("a.main > b.main", "t.main > b.main", types=types, layout={"t": [0, 900]})

    assert found.starts == ("t", "a")


def test_what_serves_another_node_is_no_start() -> None:
    found = graph("a.main > g.main", "m.model > g.model", types={"m": "model"})

    assert found.starts == ("a",)


def test_nodes_are_found_by_name() -> None:
    found = graph("a.main > b.main")

    assert found.node("B") is found.nodes["b"]
    assert found.node("nobody") is None


def test_edges_of_nodes_that_do_not_exist_are_left_out() -> None:
    document = {
        "format": "penstock/1",
        "name": "x",
        "nodes": [{"id": "a", "name": "A", "type": "acme/kit.step"}],
        "edges": [{"from": ["a", "main"], "to": ["b", "main"]}],
    }

    assert build(parse(document), ports_of).edges == ()


pairs = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=20)


@given(pairs)
def test_components_are_the_sets_that_reach_each_other(given_pairs: list[tuple[int, int]]) -> None:
    following: dict[str, list[str]] = {str(n): [] for n in range(8)}
    for source, target in given_pairs:
        following[str(source)].append(str(target))

    found = components(following)

    assert sorted(node for part in found for node in part) == sorted(following)
    for part in found:
        for node in part:
            both = {
                o
                for o in following
                if _reaches(following, node, o) and _reaches(following, o, node)
            }
            assert part == both | {node}


def _reaches(following: dict[str, list[str]], start: str, goal: str) -> bool:
    seen, waiting = {start}, [start]
    while waiting:
        for node in following[waiting.pop()]:
            if node not in seen:
                seen.add(node)
                waiting.append(node)
    return goal in seen


@given(pairs, st.sets(st.integers(0, 7)))
def test_a_graph_without_illegal_cycles_has_none_left_once_its_back_edges_are_gone(
    given_pairs: list[tuple[int, int]], loops: set[int]
) -> None:
    names = {n: f"l{n}" if n in loops else f"n{n}" for n in range(8)}
    unique = sorted(set(given_pairs))
    found = graph(*(f"{names[a]}.main > {names[b]}.main" for a, b in unique))

    following: dict[str, list[str]] = {node: [] for node in found.nodes}
    for edge in found.edges:
        if not edge.back:
            following[edge.source].append(edge.target)
    left = {
        frozenset(part)
        for part in components(following)
        if len(part) > 1 or following[next(iter(part))].count(next(iter(part)))
    }
    assert left == {frozenset(cycle) for cycle in found.cycles}
    assert all(edge.target.startswith("l") for edge in found.edges if edge.back)


def test_loops_may_be_nested_to_a_limit() -> None:
    count = MAX_NESTING + 2
    inward = [f"l{n}.loop > l{n + 1}.main" for n in range(count)]
    outward = [f"l{n + 1}.done > l{n}.main" for n in range(count)]

    found = graph(*inward, *outward)

    assert len(found.cycles) == 1
    assert graph(*inward[:MAX_NESTING], *outward[:MAX_NESTING]).cycles == ()
