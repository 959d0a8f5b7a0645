"""What holds of the planner for any graph: a resumed plan does what the whole one did."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

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
Chosen = Mapping[str, frozenset[str]]
Case = tuple[Topology, Chosen]


@st.composite
def cases(draw: st.DrawFn, *, joins: bool) -> Case:
    """A graph without cycles, and for each node the ports on which it puts out items."""
    count = draw(st.integers(2, 9))
    pairs = [(a, b) for a in range(count) for b in range(a + 1, count)]
    picked = draw(st.lists(st.sampled_from(pairs), min_size=1, max_size=16))
    edges: list[dict[str, Any]] = []
    for a, b in picked:
        source = draw(st.sampled_from(("true", "false")))
        target = draw(st.sampled_from(("left", "right"))) if joins else "left"
        edges.append({"from": [f"n{a}", source], "to": [f"n{b}", target]})
    nodes = [{"id": f"n{i}", "name": f"n{i}", "type": "test/x.y"} for i in range(count)]
    document = parse({"format": "penstock/1", "name": "p", "nodes": nodes, "edges": edges})
    graph = build(document, lambda _: PORTS, is_loop=lambda _: False)
    subsets = st.frozensets(st.sampled_from(("true", "false")))
    chosen = {f"n{i}": draw(subsets) for i in range(count)}
    return topology_of(graph, lambda _: False), {**chosen, "n0": frozenset(("true", "false"))}


def run(
    case: Case,
    *,
    given_steps: Sequence[StepRecord] = (),
    order: Any = "parallel",
    pick: Callable[[int], int] = lambda _: 0,
    at_once: int = 1,
) -> Plan:
    """Run to the end with some steps at once; `pick` says which of them ends next."""
    topology, chosen = case
    plan = Plan(topology, order=order, given=given_steps)
    plan.begin(["n0"])
    running: list[Activation] = []
    while True:
        while len(running) < at_once and (activation := plan.next()) is not None:
            running.append(activation)
        if not running:
            return plan
        activation = running.pop(pick(len(running)))
        outputs = {port: PortOutput([Item({})]) for port in chosen[activation.key.node_id]}
        plan.finished(
            StepRecord(key=activation.key, status="ok", sources=activation.sources, outputs=outputs)
        )


def shape(plan: Plan) -> dict[StepKey, Any]:
    return {key: tuple(record.sources.items()) for key, record in plan.records.items()}


@given(cases(joins=False), st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_without_joins_neither_order_nor_crash_changes_the_steps(
    case: Case, chance: random.Random
) -> None:
    whole = run(case)

    shuffled = run(case, pick=chance.randrange, at_once=4)
    survivors = [record for record in shuffled.records.values() if chance.random() < 0.6]
    resumed = run(case, given_steps=survivors, pick=chance.randrange, at_once=4)

    assert shape(shuffled) == shape(whole)
    assert shape(resumed) == shape(whole)


@given(cases(joins=True), st.integers(0, 30), st.sampled_from(("parallel", "sequential", "legacy")))
@settings(max_examples=200, deadline=None)
def test_a_plan_that_resumes_after_any_step_ends_as_the_whole_one(
    case: Case, survivors: int, order: str
) -> None:
    whole = run(case, order=order)

    resumed = run(case, order=order, given_steps=list(whole.records.values())[:survivors])

    assert shape(resumed) == shape(whole)


@given(cases(joins=True), st.randoms(use_true_random=False))
@settings(max_examples=200, deadline=None)
def test_no_delivery_is_lost_or_taken_twice(case: Case, chance: random.Random) -> None:
    plan = run(case, pick=chance.randrange, at_once=3)
    topology, _ = case

    sent = {
        (record.key, arc.index)
        for record in plan.records.values()
        for port, arcs in topology.out.get(record.key.node_id, {}).items()
        if port in record.outputs
        for arc in arcs
    }
    taken = [
        (source.step, source.edge)
        for record in plan.records.values()
        for source in record.sources.values()
        if source is not None
    ]

    assert len(taken) == len(set(taken))
    assert set(taken) == sent
