"""The rules of the planner, one test or more for each, on graphs without any node code."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import pytest
from tests.support.speed import slowness

from penstock_kernel.execution.plan import Activation, IterationLimit, Plan
from penstock_kernel.store.records import PortOutput, Source, StepKey, StepRecord
from penstock_kernel.workflow.document import parse
from penstock_kernel.workflow.graph import build
from penstock_kernel.workflow.topology import topology_of
from penstock_sdk import Item, Port, Ports

#: Which ports of a step put out an item; by default `main`.
Behaviour = Mapping[str, Callable[[Activation], Iterable[str]]]
Edge = tuple[str, str]


def plan_of(edges: Sequence[Edge], *, begin: Sequence[str] = ("start",), **options: Any) -> Plan:
    """A plan over edges such as `("start", "merge.left")`; loop nodes are called `loop…`."""
    ids = sorted({end.rstrip("!").partition(".")[0] for edge in edges for end in edge} | set(begin))
    layout = options.pop("layout", {})
    document = parse(
        {
            "format": "penstock/1",
            "name": "plan",
            "nodes": [{"id": id_, "name": id_, "type": "test/x.y"} for id_ in ids],
            "edges": [edge_json(*edge) for edge in edges],
            "layout": {id_: list(place) for id_, place in layout.items()},
        }
    )
    ports = Ports(
        inputs=ports_named("main left right"), outputs=ports_named("main true false loop done")
    )
    graph = build(document, lambda _: ports, is_loop=lambda node: node.id.startswith("loop"))
    plan = Plan(topology_of(graph, lambda node: node.id.startswith("loop")), **options)
    plan.begin(begin)
    return plan


def ports_named(names: str) -> tuple[Port, ...]:
    return tuple(Port(name=name) for name in names.split())


def edge_json(source: str, target: str) -> dict[str, Any]:
    target, back = target.removesuffix("!"), target.endswith("!")
    ends = [[*end.split(".")] if "." in end else [end, "main"] for end in (source, target)]
    return {"from": ends[0], "to": ends[1], "back": back}


def drive(plan: Plan, behaviour: Behaviour | None = None, *, limit: int = 1_000) -> list[str]:
    """Run every step the moment it is offered; the names of the steps in that order."""
    order: list[str] = []
    while (activation := plan.next()) is not None:
        order.append(name_of(activation))
        plan.finished(ended(activation, behaviour))
        assert len(order) < limit
    return order


def ended(activation: Activation, behaviour: Behaviour | None = None) -> StepRecord:
    choose = (behaviour or {}).get(activation.key.node_id)
    ports = ("main",) if choose is None else choose(activation)
    outputs = {port: PortOutput([Item({})]) for port in ports}
    return StepRecord(key=activation.key, status="ok", sources=activation.sources, outputs=outputs)


def name_of(activation: Activation) -> str:
    return f"{activation.key.node_id}#{activation.key.run_index}"


def offered(plan: Plan) -> list[Activation]:
    """Everything that may run now."""
    found: list[Activation] = []
    while (activation := plan.next()) is not None:
        found.append(activation)
    return found


DIAMOND = [("start", "a"), ("start", "b"), ("a", "merge.left"), ("b", "merge.right")]


def test_rule_1_a_node_with_one_input_gets_one_step_per_delivery() -> None:
    plan = plan_of([("start", "a"), ("start", "b"), ("a", "end"), ("b", "end")])

    order = drive(plan)

    assert sorted(order) == ["a#0", "b#0", "end#0", "end#1", "start#0"]


def test_rule_1_a_join_waits_for_every_input() -> None:
    plan = plan_of(DIAMOND)
    plan.finished(ended(offered(plan)[0]))
    a, b = offered(plan)

    plan.finished(ended(a))
    before = offered(plan)
    plan.finished(ended(b))
    after = offered(plan)

    assert before == []
    assert [name_of(one) for one in after] == ["merge#0"]
    assert [source and source.step.node_id for source in after[0].sources.values()] == ["a", "b"]


def test_rule_1_a_join_runs_when_a_skipped_branch_can_no_longer_deliver() -> None:
    plan = plan_of(DIAMOND)

    order = drive(plan, {"b": lambda _: ()})
    merge = plan.history["merge"][0]

    assert order[-1] == "merge#0"
    assert merge.sources["right"] is None


def test_rule_1_a_join_that_no_branch_reaches_never_runs() -> None:
    plan = plan_of(DIAMOND)

    order = drive(plan, {"a": lambda _: (), "b": lambda _: ()})

    assert order == ["start#0", "a#0", "b#0"]


def test_rule_1_a_join_waits_for_another_join_that_leads_to_it() -> None:
    edges = [*DIAMOND, ("merge", "last.left"), ("start", "last.right")]
    plan = plan_of(edges)

    order = drive(plan, {"b": lambda _: ()})
    last = plan.history["last"][0]

    assert order[-2:] == ["merge#0", "last#0"]
    assert None not in last.sources.values()


def test_rule_1_a_join_pairs_deliveries_in_their_order() -> None:
    edges = [("start", "a"), ("start", "b"), ("a", "m.left"), ("b", "m.left"), ("start", "m.right")]
    plan = plan_of(edges)

    order = drive(plan)

    assert order.count("m#0") == 1
    assert len(plan.history["m"]) == 2
    assert [record.sources["right"] is None for record in plan.history["m"]] == [False, True]


def test_rule_2_an_output_without_items_delivers_nothing() -> None:
    plan = plan_of([("start.true", "yes"), ("start.false", "no")])

    order = drive(plan, {"start": lambda _: ("false",)})

    assert order == ["start#0", "no#0"]


def test_rule_2_all_ports_with_items_deliver_at_once() -> None:
    plan = plan_of([("start.true", "yes"), ("start.false", "no"), ("start.main", "all")])
    plan.finished(ended(offered(plan)[0], {"start": lambda _: ("false", "true", "main")}))

    names = [name_of(one) for one in offered(plan)]

    assert names == ["all#0", "yes#0", "no#0"]


CANVAS = {"start": (0, 0), "top": (1, 0), "top2": (2, 0), "low": (1, 9), "low2": (2, 9)}
BRANCHES = [("start", "low"), ("start", "top"), ("top", "top2"), ("low", "low2")]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        pytest.param("sequential", "start top top2 low low2", id="depth-first-from-the-top"),
        pytest.param("legacy", "start low top low2 top2", id="breadth-first"),
        pytest.param("parallel", "start low top low2 top2", id="as-it-comes"),
    ],
)
def test_rule_3_the_order_decides_what_is_offered_next(order: str, expected: str) -> None:
    plan = plan_of(BRANCHES, order=order, layout=CANVAS)

    names = [name.partition("#")[0] for name in drive(plan)]

    assert names == expected.split()


def test_rule_3_parallel_offers_every_ready_step() -> None:
    plan = plan_of(BRANCHES, layout=CANVAS)
    plan.finished(ended(offered(plan)[0]))

    assert len(offered(plan)) == 2


def test_rule_3_sequential_completes_a_join_only_when_nothing_else_is_ready() -> None:
    edges = [("start", "if"), ("start", "late"), ("if.true", "m.left"), ("if.false", "m.right")]
    layout = {"start": (0, 0), "if": (1, 0), "m": (2, 0), "late": (1, 5)}
    plan = plan_of(edges, order="sequential", layout=layout)

    order = drive(plan, {"if": lambda _: ("true",)})

    assert order == ["start#0", "if#0", "late#0", "m#0"]


LOOP = [("start", "loop"), ("loop.loop", "body"), ("body", "loop"), ("loop.done", "end")]


def rounds(count: int) -> Callable[[Activation], Iterable[str]]:
    def ports(activation: Activation) -> Iterable[str]:
        assert activation.loop is not None
        return ("loop",) if activation.loop.iteration < count else ("done",)

    return ports


def test_rule_4_a_loop_node_counts_what_came_back() -> None:
    plan = plan_of(LOOP)

    order = drive(plan, {"loop": rounds(2)})
    last = plan.loops[StepKey("loop", 2)]

    assert order == ["start#0", "loop#0", "body#0", "loop#1", "body#1", "loop#2", "end#2"]
    assert last.iteration == 2
    assert [source.step for source in last.returned] == [StepKey("body", 0), StepKey("body", 1)]
    assert last.entry.step == StepKey("start", 0)


def test_rule_4_an_edge_marked_back_closes_a_cycle_without_a_loop_node() -> None:
    plan = plan_of([("start", "a"), ("a", "if"), ("if.true", "a!"), ("if.false", "end")])

    def twice(activation: Activation) -> Iterable[str]:
        return ("true",) if activation.key.run_index < 2 else ("false",)

    order = drive(plan, {"if": twice})

    assert order == ["start#0", "a#0", "if#0", "a#1", "if#1", "a#2", "if#2", "end#2"]


def test_rule_4_nested_loops_each_count_for_themselves() -> None:
    edges = [
        ("start", "loop1"),
        ("loop1.loop", "loop2"),
        ("loop2.loop", "body"),
        ("body", "loop2"),
        ("loop2.done", "loop1"),
        ("loop1.done", "end"),
    ]
    plan = plan_of(edges)

    order = drive(plan, {"loop1": rounds(2), "loop2": rounds(3)})

    assert len([name for name in order if name.startswith("body#")]) == 6
    assert len([name for name in order if name.startswith("loop1#")]) == 3
    assert order[-1].startswith("end#")


def test_rule_4_a_join_in_a_loop_does_not_wait_for_the_next_round() -> None:
    edges = [
        ("start", "loop"),
        ("loop.loop", "if"),
        ("if.true", "merge.left"),
        ("if.false", "merge.right"),
        ("merge", "loop"),
    ]
    plan = plan_of(edges)

    drive(plan, {"loop": rounds(3), "if": lambda _: ("true",)})

    assert len(plan.history["merge"]) == 3


@pytest.mark.parametrize("order", ["parallel", "sequential", "legacy"])
def test_rule_4_of_joins_that_wait_for_each_other_the_one_that_waits_for_a_return_goes_first(
    order: str,
) -> None:
    edges = [
        ("start", "late.left"),
        ("start", "early.left"),
        ("early", "late.right"),
        ("late", "early.right!"),
    ]
    plan = plan_of(edges, order=order)

    found = drive(plan, {"late": lambda _: ()})

    assert found == ["start#0", "early#0", "late#0"]
    assert None not in plan.history["late"][0].sources.values()


def test_rule_4_iterations_are_limited() -> None:
    plan = plan_of(LOOP, max_iterations=5)

    with pytest.raises(IterationLimit, match="loop"):
        drive(plan, {"loop": lambda _: ("loop",)})


def test_rule_5_a_step_that_failed_delivers_nothing() -> None:
    plan = plan_of([("start", "a"), ("a", "b")])
    plan.finished(ended(offered(plan)[0]))
    (failed,) = offered(plan)

    plan.finished(StepRecord(key=failed.key, status="error", sources=failed.sources))

    assert offered(plan) == []
    assert plan.failed


def test_rule_5_a_join_waits_for_a_step_that_waits() -> None:
    plan = plan_of(DIAMOND)
    plan.finished(ended(offered(plan)[0]))
    a, _waiting = offered(plan)

    plan.finished(ended(a))

    assert offered(plan) == []


def test_rule_6_k_edges_into_one_input_share_out_the_indexes() -> None:
    edges = [("start", "a"), ("start", "b"), ("a", "end"), ("b", "end"), ("end", "after")]
    first, second = plan_of(edges), plan_of([*reversed(edges)])

    orders = {frozenset(drive(first)), frozenset(drive(second))}

    assert orders == {frozenset({"start#0", "a#0", "b#0", "end#0", "end#1", "after#0", "after#1"})}


def test_rule_6_the_index_does_not_depend_on_the_order_of_arrival() -> None:
    edges = [("start", "a"), ("start", "b"), ("a", "end"), ("b", "end")]
    found: list[dict[str, int]] = []
    for backwards in (False, True):
        plan = plan_of(edges)
        plan.finished(ended(offered(plan)[0]))
        pair = offered(plan)
        for activation in reversed(pair) if backwards else pair:
            plan.finished(ended(activation))
        found.append(
            {
                one.sources["main"].step.node_id: one.key.run_index
                for one in offered(plan)
                if one.sources["main"]
            }
        )

    assert found[0] == found[1]


def test_rule_6_a_join_takes_the_index_of_its_first_input() -> None:
    edges = [
        ("start", "a"),
        ("start", "b"),
        ("a", "x"),
        ("b", "x"),
        ("x", "m.left"),
        ("start", "m.right"),
    ]
    plan = plan_of(edges)

    drive(plan)

    assert [record.key.run_index for record in plan.history["m"]] == [0, 1]


def test_rule_7_a_step_of_the_journal_is_delivered_and_not_offered() -> None:
    first = plan_of(DIAMOND)
    drive(first)
    given = [record for record in first.records.values() if record.key.node_id != "merge"]

    order = drive(again := plan_of(DIAMOND, given=given))

    assert order == ["merge#0"]
    assert {record.key.node_id for record in again.replayed} == {"start", "a", "b"}


def test_rule_7_a_resumed_loop_goes_on_where_it_was() -> None:
    first = plan_of(LOOP)
    drive(first, {"loop": rounds(4)})
    given = list(first.records.values())[:6]

    order = drive(plan_of(LOOP, given=given), {"loop": rounds(4)})

    assert order[0] == "body#2"
    assert order[-1] == "end#4"


def test_rule_7_steps_are_recognised_by_their_sources_whatever_their_index() -> None:
    first = plan_of([("start", "a"), ("a", "end")])
    drive(first)
    odd = first.records[StepKey("a", 0)]
    moved = StepRecord(key=StepKey("a", 7), status="ok", sources=odd.sources, outputs=odd.outputs)

    order = drive(plan_of([("start", "a"), ("a", "end")], given=[moved]))

    assert order == ["start#0", "end#7"]


def test_rule_7_with_a_target_only_what_leads_to_it_is_offered() -> None:
    plan = plan_of([*DIAMOND, ("start", "aside"), ("a", "a2"), ("merge", "after")], target="merge")

    order = drive(plan)

    assert sorted(order) == ["a#0", "b#0", "merge#0", "start#0"]


def test_rule_8_a_breakpoint_parks_its_step_until_it_is_released() -> None:
    plan = plan_of([("start", "a"), ("a", "b")], breakpoints={"a"})

    before = drive(plan)
    plan.release(StepKey("a", 0))
    after = drive(plan)

    assert before == ["start#0"]
    assert after == ["a#0", "b#0"]


def test_steps_that_led_nowhere_are_the_ends() -> None:
    plan = plan_of([("start.true", "a"), ("start.false", "b")])

    drive(plan, {"start": lambda _: ("true",)})

    assert list(plan.ends) == ["a"]


def test_planning_a_chain_of_fifty_nodes_costs_two_milliseconds_at_most() -> None:
    edges = [("start", "n0"), *((f"n{i}", f"n{i + 1}") for i in range(49))]
    plans = [plan_of(edges) for _ in range(20)]
    costs: list[float] = []

    for plan in plans:
        seconds = 0.0
        while True:
            started = time.perf_counter()
            activation = plan.next()
            seconds += time.perf_counter() - started
            if activation is None:
                break
            record = ended(activation)
            started = time.perf_counter()
            plan.finished(record)
            seconds += time.perf_counter() - started
        costs.append(seconds)

    assert min(costs) < 0.002 * slowness()  # 0.6 ms where nothing else runs


def test_a_source_names_step_port_and_edge() -> None:
    plan = plan_of([("start", "a")])
    plan.finished(ended(offered(plan)[0]))

    (activation,) = offered(plan)

    assert activation.sources == {"main": Source(StepKey("start", 0), "main", 0)}
