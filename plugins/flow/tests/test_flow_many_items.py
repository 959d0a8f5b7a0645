"""Every node that passes items on, through the engine: many items, none, and where they came from."""

from __future__ import annotations

from typing import Any

import pytest

MANY = 10_000
BOUND_S = 3.0  # of processor time; each takes a tenth of it or less


def where(left: Any, kind: str, operation: str, right: Any = None) -> dict[str, Any]:
    operator = {"type": kind, "operation": operation}
    return {"conditions": [{"left": left, "operator": operator, "right": right}]}


LOW = where("={{ $json.n }}", "number", "lt", 3)
EVEN = where("={{ $json.n % 2 === 0 }}", "boolean", "true")
FIFTHS = where("={{ $json.who['näme'] }}", "string", "regex", "^Ü5$")
BY_THREE = [
    {"conditions": where("={{ $json['a.b'] }}", "number", "equals", number)} for number in range(3)
]


def node(name: str, type_: str, config: dict[str, Any], numbers: Any, **more: Any) -> Any:
    """`numbers` tells which items of how many come out, in order."""
    return pytest.param(f"penstock/flow.{type_}", config, numbers, more, id=name)


NODES = [
    node("noop", "noop", {}, range),
    node("if-true", "if", {"conditions": LOW}, lambda c: range(min(c, 3)), port="true"),
    node("if-false", "if", {"conditions": LOW}, lambda c: range(3, c), port="false"),
    node("filter", "filter", {"conditions": EVEN}, lambda c: range(0, c, 2), port="kept"),
    node("discarded", "filter", {"conditions": EVEN}, lambda c: range(1, c, 2), port="discarded"),
    node("regex", "filter", {"conditions": FIFTHS}, lambda c: range(5, c, 7), port="kept"),
    node("rules", "switch", {"rules": BY_THREE}, lambda c: range(2, c, 3), port="2"),
    node(
        "fallback",
        "switch",
        {"rules": BY_THREE[:1], "fallback": "extra"},
        lambda c: [n for n in range(c) if n % 3],
        port="fallback",
    ),
    node(
        "expression",
        "switch",
        {"mode": "expression", "outputs_count": 3, "output": "={{ $json['a.b'] }}"},
        lambda c: range(1, c, 3),
        port="1",
    ),
    node("first", "limit", {"max_items": 7}, lambda c: range(min(c, 7))),
    node("last", "limit", {"max_items": 7, "keep": "last"}, lambda c: range(max(0, c - 7), c)),
    node("choose", "merge", {"mode": "choose", "chosen": 2}, range, inputs=["input1", "input2"]),
    node("position", "merge", {"mode": "position"}, range, inputs=["input1", "input2"]),
    node(
        "fields",
        "merge",
        {"mode": "fields", "fields_to_match": [{"left": "n"}]},
        range,
        inputs=["input1", "input2"],
    ),
    node(
        "append",
        "merge",
        {"inputs_count": 3},
        lambda c: [*range(c), *range(c), *range(c)],
        inputs=["input1", "input2", "input3"],
    ),
]


@pytest.mark.parametrize("count", [1, 20, MANY])
@pytest.mark.parametrize(("type_", "config", "numbers", "more"), NODES)
async def test_items_arrive_whole_in_order_and_know_where_they_came_from(
    line: Any, type_: str, config: dict[str, Any], numbers: Any, more: dict[str, Any], count: int
) -> None:
    items = line.items(count)

    found = await line.out(type_, config, items, **more)

    expected = list(numbers(count))
    assert [item.json["n"] for item in found] == expected
    assert [item.json["origin"] for item in found] == expected
    assert [item.json["who"]["näme"] for item in found] == [f"Ü{n % 7}" for n in expected]
    assert [item.binary for item in found] == [items[n].binary for n in expected]
    assert line.cpu_s < BOUND_S


@pytest.mark.parametrize(("type_", "config", "numbers", "more"), NODES)
async def test_without_items_nothing_comes_out_and_nothing_fails(
    line: Any, type_: str, config: dict[str, Any], numbers: Any, more: dict[str, Any]
) -> None:
    del numbers
    empty = {
        "id": "empty",
        "name": "Empty",
        "type": "penstock/flow.filter",
        "config": {"conditions": where("x", "string", "equals", "y")},
        "settings": {"always_output": False},
    }
    inputs = more.get("inputs", ["main"])
    document = {
        "format": "penstock/1",
        "name": "nothing",
        "nodes": [
            {"id": "start", "name": "Start", "type": "penstock/flow.manual"},
            empty,
            {"id": "node", "name": "Node", "type": type_, "config": config},
        ],
        "edges": [
            {"from": ["start", "main"], "to": ["empty", "main"]},
            *({"from": ["empty", "kept"], "to": ["node", name]} for name in inputs),
        ],
    }

    execution = await line.kernel.execute(document)

    assert execution.status == "success"
    assert all(not port.items for run in execution.outputs("node") for port in run.values())


async def test_all_combinations_of_many_items_descend_from_both(line: Any) -> None:
    config = {"mode": "all"}

    execution = await line.run(
        "penstock/flow.merge", config, line.items(100), inputs=["input1", "input2"]
    )

    (ports,) = execution.outputs("node")
    assert list(ports["main"].parents) == [(a, 100 + b) for a in range(100) for b in range(100)]
    assert line.cpu_s < BOUND_S


async def test_a_join_by_fields_has_two_inputs_and_says_so(line: Any) -> None:
    config = {"mode": "fields", "fields_to_match": [{"left": "n"}], "inputs_count": 3}
    document = {
        "format": "penstock/1",
        "name": "join",
        "nodes": [
            {"id": "start", "name": "Start", "type": "penstock/flow.manual"},
            {"id": "join", "name": "Join", "type": "penstock/flow.merge", "config": config},
        ],
        "edges": [
            {"from": ["start", "main"], "to": ["join", f"input{number}"]} for number in (1, 2, 3)
        ],
    }

    findings = line.kernel.validate(document)

    assert any("input3" in finding.message for finding in findings)


async def test_a_later_rule_does_not_hold_up_who_is_on_the_way_already(line: Any) -> None:
    text = {"conditions": where("={{ $json.n }}", "string", "equals", "x")}
    rules = [{"conditions": where("={{ $json.n }}", "number", "gte", 0)}, text]

    found = await line.out("penstock/flow.switch", {"rules": rules}, line.items(3), port="0")

    assert [item.json["n"] for item in found] == [0, 1, 2]


async def test_a_regular_expression_that_is_none_names_its_condition(line: Any) -> None:
    config = {"conditions": where("={{ $json.who['näme'] }}", "string", "regex", "(")}

    execution = await line.run("penstock/flow.filter", config, line.items(2), port="kept")

    assert execution.error.field == "conditions.conditions[0].right"
    assert "regular expression" in execution.error.message


async def test_a_loop_takes_many_items_in_batches_and_keeps_where_they_came_from(
    line: Any,
) -> None:
    document = {
        "format": "penstock/1",
        "name": "loop",
        "nodes": [
            {"id": "start", "name": "Start", "type": "penstock/flow.manual"},
            {
                "id": "loop",
                "name": "Loop",
                "type": "penstock/flow.loop",
                "config": {"batch_size": 100},
            },
            {"id": "body", "name": "Body", "type": "penstock/flow.noop"},
            {
                "id": "ask",
                "name": "Ask",
                "type": "penstock/data.set",
                "config": {
                    "assignments": [{"name": "from", "value": "={{ $('Start').item.json.n }}"}]
                },
            },
        ],
        "edges": [
            {"from": ["start", "main"], "to": ["loop", "main"]},
            {"from": ["loop", "loop"], "to": ["body", "main"]},
            {"from": ["body", "main"], "to": ["loop", "main"], "back": True},
            {"from": ["loop", "done"], "to": ["ask", "main"]},
        ],
    }

    execution = await line.kernel.execute(document, line.items(2_000))

    assert execution.status == "success"
    assert [item.json["from"] for item in execution.items] == list(range(2_000))
    assert len(execution.outputs("body")) == 20
