"""`$('Any node').item` through everything that moves items about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from penstock_kernel import Kernel
from penstock_kernel.execution.lineage import Lineage
from penstock_kernel.packages.catalog import NativeNode
from penstock_kernel.store.records import PortOutput, Source, StepKey, StepRecord
from penstock_sdk import Context, Item, Node, NodeFailed, Output, Port, Result

FOUR = [Item({"n": n}) for n in (1, 2, 3, 4)]


def looking_back(name: str) -> dict[str, Any]:
    """A node whose item is `[n, n of the item of that node]`."""
    return {"type": "add", "config": {"value": f"={{{{ $('{name}').item.json.n * 100 }}}}"}}


def behave(lab: Any) -> None:
    def double(_ctx: Any, items: Sequence[Item]) -> Output:
        made = [Item({"n": item.json["n"]}) for item in items for _ in range(2)]
        return Output(made, [i for i in range(len(items)) for _ in range(2)])

    def total(_ctx: Any, items: Sequence[Item]) -> Output:
        return Output([Item({"n": 0})], [tuple(range(len(items)))])

    def keep_last(_ctx: Any, items: Sequence[Item]) -> Sequence[Item]:
        return items[-1:]

    def odd(_ctx: Any, items: Sequence[Item]) -> Sequence[Item]:
        if items[0].json["n"] % 2:
            raise NodeFailed("odd")
        return items

    lab.behave |= {"double": double, "total": total, "last": keep_last, "odd": odd}


def call(does: str, kind: str = "call", **settings: Any) -> dict[str, Any]:
    return {"type": kind, "config": {"does": does}, "settings": settings}


ADD, REVERSE = {"type": "add", "config": {"value": 0}}, {"type": "reverse"}


@pytest.mark.parametrize(
    ("nodes", "edges", "expected"),
    [
        pytest.param({"m": ADD}, "s>m m>e", [1, 2, 3, 4], id="unchanged"),
        pytest.param({"m": REVERSE}, "s>m m>e", [4, 3, 2, 1], id="sorted"),
        pytest.param({"m": REVERSE, "k": REVERSE}, "s>m m>k k>e", [1, 2, 3, 4], id="sorted-twice"),
        pytest.param({"m": call("last")}, "s>m m>e", [4], id="filtered"),
        pytest.param({"m": call("double")}, "s>m m>e", [1, 1, 2, 2, 3, 3, 4, 4], id="multiplied"),
        pytest.param({"m": call("total")}, "s>m m>e", [1], id="summed-up-first-wins"),
        pytest.param({"p": {"type": "split"}}, "s>p p.odd>e", [1, 3], id="branch"),
        pytest.param(
            {"p": {"type": "split"}, "j": {"type": "append"}},
            "s>p p.even>j.left p.odd>j.right j>e",
            [2, 4, 1, 3],
            id="merged",
        ),
        pytest.param(
            {"l": {"type": "loop"}, "a": ADD},
            "s>l l.loop>a a>l l.done>e",
            [1, 2, 3, 4],
            id="looped",
        ),
        pytest.param(
            {"m": call("odd", "each", on_error="error_port")}, "s>m m.error>e", [1, 3], id="failed"
        ),
        pytest.param(
            {"m": {"type": "reverse", "settings": {"disabled": True}}},
            "s>m m>e",
            [1, 2, 3, 4],
            id="disabled",
        ),
    ],
)
async def test_an_item_knows_the_item_it_descends_from(
    lab: Any, kernel: Kernel, nodes: dict[str, Any], edges: str, expected: list[int]
) -> None:
    behave(lab)
    end = {"type": "add", "config": {"value": "={{ $('S').item.json.n }}"}}
    document = lab.workflow({"s": "start", **nodes, "e": end}, edges)

    execution = await kernel.execute(document, FOUR)

    before = [item.json["n"] for item in _inputs_of_the_end(execution.steps)]
    found = [item.json["n"] - n for item, n in zip(execution.items, before, strict=True)]
    assert found == expected


def _inputs_of_the_end(steps: Sequence[StepRecord]) -> Sequence[Item]:
    by_key = {step.key: step for step in steps}
    (source,) = by_key[steps[-1].key].sources.values()
    assert source is not None
    return by_key[source.step].outputs[source.port].items


async def test_within_a_loop_the_item_of_this_round_counts(lab: Any, kernel: Kernel) -> None:
    nodes = {
        "s": "start",
        "l": "loop",
        "a": {"type": "add", "config": {"value": 10}},
        "b": {"type": "add", "config": {"value": "={{ $('A').item.json.n }}"}},
        "e": "call",
    }
    document = lab.workflow(nodes, "s>l l.loop>a a>b b>l l.done>e")

    execution = await kernel.execute(document, FOUR)

    assert [item.json["n"] for item in execution.items] == [22, 24, 26, 28]


async def test_an_edge_marked_back_is_an_input_like_any_other(lab: Any, kernel: Kernel) -> None:
    def swap(ctx: Any, items: Sequence[Item]) -> dict[str, Output]:
        port = "even" if ctx.run_index < 2 else "odd"
        return {port: Output(items[::-1], range(len(items))[::-1])}

    lab.plugins.nodes["test/lab.split", 1].run = swap
    value = "={{ $('S').item.json.n }}"
    raw = {
        "format": "penstock/1",
        "name": "back",
        "nodes": [
            {"id": id_, "name": id_.title(), "type": f"test/lab.{kind}", "config": config}
            for id_, kind, config in (
                ("s", "start", {}),
                ("p", "split", {}),
                ("e", "add", {"value": value}),
            )
        ],
        "edges": [
            {"from": ["s", "main"], "to": ["p", "main"]},
            {"from": ["p", "even"], "to": ["p", "main"], "back": True},
            {"from": ["p", "odd"], "to": ["e", "main"]},
        ],
    }

    execution = await kernel.execute(raw, FOUR)

    assert [item.json["n"] for item in execution.items] == [8, 6, 4, 2]


def chain(length: int) -> Lineage:
    """Steps n0 to n<length>, each passing on one item."""
    records: dict[StepKey, StepRecord] = {}
    for i in range(length + 1):
        sources = {"main": Source(StepKey(f"n{i - 1}", 0), "main")} if i else {}
        outputs = {"main": PortOutput([Item({"i": i})])}
        key = StepKey(f"n{i}", 0)
        records[key] = StepRecord(key=key, status="ok", sources=sources, outputs=outputs)
    return Lineage(records, {})


def test_a_long_way_back_needs_no_deep_stack() -> None:
    lineage = chain(20_000)

    assert lineage.paired(StepKey("n20000", 0), "main", "n0") == [Item({"i": 0})]


def test_a_node_that_is_no_ancestor_has_no_item() -> None:
    assert list(chain(3).paired(StepKey("n3", 0), "main", "elsewhere")) == [None]


def test_where_nothing_changed_on_the_way_the_answer_is_shared() -> None:
    lineage = chain(5)

    far = lineage.paired(StepKey("n5", 0), "main", "n1")
    near = lineage.paired(StepKey("n2", 0), "main", "n1")

    assert far is near


def test_parents_out_of_range_lead_nowhere() -> None:
    first, second = StepKey("a", 0), StepKey("b", 0)
    records = {
        first: StepRecord(key=first, status="ok", outputs={"main": PortOutput([Item({"n": 1})])}),
        second: StepRecord(
            key=second,
            status="ok",
            sources={"main": Source(first, "main")},
            outputs={"main": PortOutput([Item({}), Item({}), Item({})], [5, -1, (9, 0)])},
        ),
    }

    found = Lineage(records, {}).paired(second, "main", "a")

    assert found == [None, None, Item({"n": 1})]


async def test_a_loop_that_counts_first_items_only_knows_where_they_come_from(
    lab: Any, kernel: Kernel
) -> None:
    def twice(_ctx: Any, items: Any) -> Any:
        return [lab.Item({**item.json, "k": k}) for item in items for k in (1, 2)]

    lab.behave["twice"] = twice
    nodes = {
        "s": "start",
        "l": {"type": "pairs", "settings": {"execute_once": True}},
        "x": {"type": "call", "config": {"does": "twice"}},
        "z": {"type": "add", "config": {"value": "={{ $('S').item.json.n }}"}},
    }
    kind = NativeNode(Pairs, "test/lab")
    lab.plugins.nodes[kind.id, kind.version] = kind
    workflow = lab.workflow(nodes, "s>l l.loop>x x>l l.done>z")

    execution = await kernel.execute(workflow, [{"n": 1}, {"n": 20}])

    assert execution.status == "success", execution.error
    assert [(item.json["n"], item.json["k"]) for item in execution.items] == [(2, 1)]


class Pairs(Node):
    """One round with all items, then what came back, with parents."""

    id = "test/lab.pairs"
    outputs = (Port(name="loop"), Port(name="done"))
    loop = True

    def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        loop = ctx.loop
        entered = len(loop.items)
        if loop.iteration == 0:
            return {"loop": Output(loop.items, range(entered))}
        back = [item for one in loop.returned for item in one]
        return {"done": Output(back, range(entered, entered + len(back)))}
