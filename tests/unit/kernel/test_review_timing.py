"""Nothing that an execution gives depends on which of its parallel steps ends first."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from penstock_kernel.execution.plan import Activation, Plan
from penstock_kernel.store.records import PortOutput, StepKey, StepRecord
from penstock_kernel.workflow.document import parse
from penstock_kernel.workflow.graph import build
from penstock_kernel.workflow.topology import Topology, topology_of
from penstock_sdk import Item, Port, Ports

PORTS = Ports(
    inputs=tuple(Port(name=name) for name in ("left", "right")),
    outputs=tuple(Port(name=name) for name in ("true", "false")),
)
LOOP = Ports(
    inputs=(Port(name="left"),), outputs=tuple(Port(name=name) for name in ("loop", "done"))
)
Chosen = Mapping[str, frozenset[str]]


def topology(edges: Sequence[tuple[str, str, str, str]]) -> Topology:
    names = {name for a, _, b, _ in edges for name in (a, b)}
    nodes = [{"id": name, "name": name, "type": "test/x.y"} for name in sorted(names)]
    document = parse(
        {
            "format": "penstock/1",
            "name": "p",
            "nodes": nodes,
            "edges": [{"from": [a, port], "to": [b, into]} for a, port, b, into in edges],
        }
    )
    graph = build(document, lambda node: LOOP if node.id.startswith("l") else PORTS)
    assert not graph.cycles
    return topology_of(graph, lambda node: node.id.startswith("l"))


def outputs_of(activation: Activation, chosen: Chosen, rounds: int) -> dict[str, PortOutput]:
    if activation.loop is None:
        ports = chosen.get(activation.key.node_id, frozenset(("true",)))
    else:
        ports = frozenset(("loop",) if activation.loop.iteration < rounds else ("done",))
    return {port: PortOutput([Item({})]) for port in ports}


def run(shape: Topology, chosen: Chosen, seed: int, *, rounds: int = 2) -> Plan:
    """Run to the end with many steps at once, which end in random order."""
    chance = random.Random(seed)  # noqa: S311 - shuffles a test
    plan = Plan(shape)
    plan.begin(["a"])
    running: list[Activation] = []
    while True:
        while (activation := plan.next()) is not None:
            running.append(activation)
        if not running:
            return plan
        activation = running.pop(chance.randrange(len(running)))
        plan.finished(
            StepRecord(
                key=activation.key,
                status="ok",
                sources=activation.sources,
                outputs=outputs_of(activation, chosen, rounds),
            )
        )


def seen(plan: Plan) -> dict[StepKey, Any]:
    return {key: tuple(record.sources.items()) for key, record in plan.records.items()}


BOTH = frozenset(("true", "false"))
JOIN = [
    ("a", "true", "b", "left"),
    ("a", "true", "c", "left"),
    ("a", "true", "d", "left"),
    ("b", "true", "m", "left"),
    ("c", "true", "m", "left"),
    ("d", "true", "m", "right"),
]
TWICE = [
    ("a", "true", "b", "left"),
    ("a", "true", "c", "left"),
    ("b", "true", "d", "left"),
    ("c", "true", "d", "left"),
    ("b", "true", "e", "left"),
    ("c", "true", "e", "left"),
    ("d", "true", "m", "left"),
    ("e", "true", "m", "right"),
]
TWO_ENTRIES = [
    ("a", "true", "b", "left"),
    ("a", "true", "c", "left"),
    ("b", "true", "l", "left"),
    ("c", "true", "l", "left"),
    ("l", "loop", "d", "left"),
    ("d", "true", "l", "left"),
    ("l", "done", "z", "left"),
]
JOIN_IN_LOOP = [
    ("a", "true", "b", "left"),
    ("a", "true", "c", "left"),
    ("b", "true", "l", "left"),
    ("c", "true", "l", "left"),
    ("l", "loop", "d", "left"),
    ("l", "loop", "e", "left"),
    ("d", "true", "m", "left"),
    ("e", "true", "m", "right"),
    ("m", "true", "l", "left"),
    ("l", "done", "z", "left"),
]
NESTED = [
    ("a", "true", "l1", "left"),
    ("l1", "loop", "b", "left"),
    ("b", "true", "l2", "left"),
    ("l2", "loop", "c", "left"),
    ("l2", "loop", "d", "left"),
    ("c", "true", "m", "left"),
    ("d", "true", "m", "right"),
    ("m", "true", "l2", "left"),
    ("l2", "done", "e", "left"),
    ("e", "true", "l1", "left"),
    ("l1", "done", "z", "left"),
]
TWO_RETURNS = [
    ("a", "true", "l", "left"),
    ("l", "loop", "b", "left"),
    ("b", "true", "c", "left"),
    ("b", "false", "d", "left"),
    ("c", "true", "l", "left"),
    ("d", "true", "l", "left"),
    ("l", "done", "z", "left"),
]


@pytest.mark.parametrize(
    "edges",
    [
        pytest.param(JOIN, id="two-edges-into-one-side-of-a-join"),
        pytest.param(TWICE, id="both-sides-of-a-join-run-twice"),
        pytest.param(TWO_ENTRIES, id="a-loop-that-is-entered-twice"),
        pytest.param(JOIN_IN_LOOP, id="a-join-in-a-loop-that-is-entered-twice"),
        pytest.param(NESTED, id="a-join-in-a-loop-in-a-loop"),
        pytest.param(TWO_RETURNS, id="a-loop-with-two-ways-back-one-of-which-is-taken"),
    ],
)
def test_steps_do_not_depend_on_which_ends_first(edges: list[tuple[str, str, str, str]]) -> None:
    shape = topology(edges)

    found = [seen(run(shape, {}, seed)) for seed in range(40)]

    assert all(one == found[0] for one in found)


def test_a_join_in_a_loop_does_not_keep_the_next_entry_out() -> None:
    shape = topology([edge for edge in JOIN_IN_LOOP if edge != ("l", "loop", "e", "left")])

    plan = run(shape, {}, 1)

    assert len(plan.history["z"]) == 2
    assert len(plan.history["m"]) == 4


def test_each_entry_of_a_loop_comes_back_to_itself() -> None:
    plan = run(topology(JOIN_IN_LOOP), {}, 7)

    entries = {run.entry.step.node_id: run.iteration for run in plan.loops.values()}
    assert entries == {"b": 2, "c": 2}
    for record in plan.history["m"]:
        assert len({source.step.run_index for source in record.sources.values() if source}) == 1


SIDES = st.sampled_from(("left", "right"))
CHOICES = st.sampled_from(("true", "false"))
BODY = [("l", "loop", "u", "left"), ("l", "loop", "v", "left"), ("m", "true", "l", "left")]


@st.composite
def graphs(draw: st.DrawFn, *, loop: bool = False) -> tuple[Topology, Chosen]:
    """A graph without cycles, perhaps with a loop that has a join in it and is entered anyhow."""
    count = draw(st.integers(2, 8))
    names = "abdefghi"[:count]
    pairs = [(a, b) for i, a in enumerate(names) for b in names[i + 1 :]]
    picked = draw(st.lists(st.sampled_from(pairs), min_size=1, max_size=14, unique=True))
    edges = [
        (a, draw(CHOICES), b, draw(SIDES)) for a, b in dict.fromkeys([("a", names[1]), *picked])
    ]
    if loop:
        entries = draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True))
        edges += [(name, draw(CHOICES), "l", "left") for name in entries]
        edges += BODY
        edges += [(one, draw(CHOICES), "m", draw(SIDES)) for one in "uv"]
        edges += [("l", "done", "z", "left"), (draw(st.sampled_from("mu")), "false", "z", "right")]
    subsets = st.frozensets(CHOICES)
    return topology(edges), {
        name: BOTH if name == "a" else draw(subsets) for name in {*names, *"uvmz"}
    }


@pytest.mark.parametrize("loop", [False, True], ids=["no-loop", "a-loop"])
@given(data=st.data(), seed=st.integers(0, 1 << 30))
@settings(max_examples=300, deadline=None)
def test_any_graph_gives_the_same_steps_in_whatever_order_they_end(
    loop: bool,
    data: st.DataObject,
    seed: int,
) -> None:
    shape, chosen = data.draw(graphs(loop=loop))

    one, other = (run(shape, chosen, seed + i) for i in range(2))

    assert seen(one) == seen(other)
    assert one.ends == other.ends
    assert not one.live


def test_planning_costs_little_however_many_steps_are_under_way() -> None:
    edges = [("a", "true", name, "left") for i in range(600) for name in (f"x{i}", f"y{i}")]
    edges += [(f"x{i}", "true", f"m{i}", "left") for i in range(600)]
    edges += [(f"y{i}", "true", f"m{i}", "right") for i in range(600)]
    shape = topology(edges)

    started = time.thread_time()
    plan = run(shape, {}, 3)

    assert len(plan.records) == 1 + 3 * 600
    # A tenth of it on a quiet machine; half a minute where each step looks at each other one.
    assert time.thread_time() - started < 3
