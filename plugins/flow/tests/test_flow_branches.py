"""If, filter and switch."""

from __future__ import annotations

from typing import Any

import pytest

from penstock_node_flow.branch import Filter, If
from penstock_node_flow.switch import Switch
from penstock_sdk import Item, NodeFailed
from penstock_sdk.testing import TestContext, items_of, outputs_of, run_node

PEOPLE = [{"name": "Ada", "age": 36}, {"name": "Bob", "age": 12}, {"name": "Cy", "age": 70}]


def adults(limit: Any = 18, **options: Any) -> dict[str, Any]:
    return {
        "options": options,
        "conditions": [
            {
                "left": "={{ $json.age }}",
                "operator": {"type": "number", "operation": "gte"},
                "right": limit,
            }
        ],
    }


def names(items: list[Item]) -> list[str]:
    return [item.json["name"] for item in items]


def test_if_sends_each_item_one_way() -> None:
    found = run_node(If, {"conditions": adults()}, PEOPLE)

    assert names(found["true"]) == ["Ada", "Cy"]
    assert names(found["false"]) == ["Bob"]


async def test_the_parents_of_both_sides_are_the_items_they_were() -> None:
    ctx = TestContext(If, {"conditions": adults()}, items_of(PEOPLE))

    found = await outputs_of(If, ctx)

    assert list(found["true"].parents or ()) == [0, 2]
    assert list(found["false"].parents or ()) == [1]


def test_filter_keeps_what_meets_the_conditions_and_discards_the_rest() -> None:
    found = run_node(Filter, {"conditions": adults()}, PEOPLE)

    assert names(found["kept"]) == ["Ada", "Cy"]
    assert names(found["discarded"]) == ["Bob"]


def test_nothing_comes_out_where_nothing_went_in() -> None:
    assert run_node(If, {"conditions": adults()}, []) == {}
    assert run_node(Switch, {"rules": [{"conditions": adults()}]}, []) == {}


def test_items_are_passed_on_and_not_copied() -> None:
    items = items_of(PEOPLE)

    found = run_node(If, {"conditions": adults()}, items)

    assert found["true"][0] is items[0]


def test_a_value_of_the_wrong_type_names_its_item_and_condition() -> None:
    people: list[dict[str, Any]] = [*PEOPLE, {"name": "Di", "age": "old"}]

    with pytest.raises(NodeFailed, match="'old' is a string, not a number") as caught:
        run_node(If, {"conditions": adults()}, people)

    assert caught.value.item == 3
    assert caught.value.field == "conditions.conditions[0].left"


def test_a_missing_field_is_neither_greater_nor_less_than_anything() -> None:
    found = run_node(If, {"conditions": adults()}, [{"name": "Nobody"}])

    assert names(found["false"]) == ["Nobody"]


def rule(kind: str, name: str = "") -> dict[str, Any]:
    return {
        "name": name,
        "conditions": {
            "conditions": [
                {
                    "left": "={{ $json.kind }}",
                    "operator": {"type": "string", "operation": "contains"},
                    "right": kind,
                }
            ]
        },
    }


KINDS = [{"kind": "a"}, {"kind": "b"}, {"kind": "ab"}, {"kind": "z"}]


def kinds(items: list[Item]) -> list[str]:
    return [item.json["kind"] for item in items]


def test_switch_takes_the_first_rule_that_holds() -> None:
    found = run_node(Switch, {"rules": [rule("a"), rule("b")]}, KINDS)

    assert {port: kinds(items) for port, items in found.items()} == {"0": ["a", "ab"], "1": ["b"]}


def test_switch_takes_every_rule_that_holds_when_asked_to() -> None:
    found = run_node(Switch, {"rules": [rule("a"), rule("b")], "all_matching": True}, KINDS)

    assert kinds(found["0"]) == ["a", "ab"]
    assert kinds(found["1"]) == ["b", "ab"]


def test_what_meets_no_rule_takes_the_extra_output() -> None:
    found = run_node(Switch, {"rules": [rule("a"), rule("b")], "fallback": "extra"}, KINDS)

    assert kinds(found["fallback"]) == ["z"]


def test_what_meets_no_rule_may_take_one_of_the_outputs_in_its_place() -> None:
    config = {"rules": [rule("a"), rule("b")], "fallback": "output", "fallback_output": 1}

    found = run_node(Switch, config, [{"kind": "z"}, {"kind": "b"}])

    assert kinds(found["1"]) == ["z", "b"]


def test_a_fallback_to_an_output_that_is_not_there_is_told() -> None:
    config = {"rules": [rule("a")], "fallback": "output", "fallback_output": 3}

    with pytest.raises(NodeFailed, match="fallback output 3 does not exist"):
        run_node(Switch, config, KINDS)


def test_the_value_of_the_expression_is_the_output() -> None:
    config = {"mode": "expression", "outputs_count": 3, "output": "={{ $json.way }}"}

    found = run_node(Switch, config, [{"way": 2}, {"way": "0"}, {"way": 2.0}])

    assert {port: len(items) for port, items in found.items()} == {"0": 1, "2": 2}


@pytest.mark.parametrize(
    "way",
    [
        pytest.param(3, id="too-large"),
        pytest.param(-1, id="negative"),
        pytest.param(0.5, id="no-whole-number"),
        pytest.param("north", id="no-number"),
        pytest.param(None, id="nothing"),
    ],
)
def test_an_expression_that_names_no_output_names_its_item(way: Any) -> None:
    config = {"mode": "expression", "outputs_count": 3, "output": "={{ $json.way }}"}

    with pytest.raises(NodeFailed, match="no such output") as caught:
        run_node(Switch, config, [{"way": 0}, {"way": way}])

    assert caught.value.item == 1


def test_the_outputs_follow_the_rules_and_keep_their_names_when_renamed() -> None:
    config = {"rules": [rule("a", "Apples"), rule("b")], "fallback": "extra"}

    outputs = Switch().ports(config).outputs

    assert [(port.name, port.title) for port in outputs] == [
        ("0", "Apples"),
        ("1", "1"),
        ("fallback", "Fallback"),
    ]


def test_the_number_of_outputs_of_an_expression_is_limited() -> None:
    outputs = Switch().ports({"mode": "expression", "outputs_count": 10**9}).outputs

    assert len(outputs) == 50
