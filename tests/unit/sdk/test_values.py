from __future__ import annotations

from typing import Any

import pytest

from penstock_sdk import collection, fixed_collection, integer, list_of, notice, options, text
from penstock_sdk.values import defaults, missing, visible

FIELDS = {
    "about": notice("Hello"),
    "mode": options(["simple", "full"], "simple"),
    "name": text(),
    "body": text(show_if={"mode": ["full"]}),
    "kind": options(["a", "b"], "a", show_if={"mode": ["full"]}),
    "extra": text(show_if={"kind": ["a"]}),
    "flag": options([True, 1], False),
    "if_one": text(show_if={"flag": [1]}),
    "more": collection({"limit": integer(default=5), "note": text()}),
    "rules": list_of({"op": options(["is", "has"], "is"), "value": text(show_if={"op": ["is"]}),
                      "deep": text(default="", show_if={"mode": ["full"]})}),
    "groups": fixed_collection({"rows": {"key": text(), "value": text(default="v")}}),
}  # fmt: skip


def test_defaults_are_filled_in_at_every_depth() -> None:
    filled = defaults(FIELDS, {"name": "x", "rules": [{"value": "1"}], "groups": {"rows": [{}]}})

    assert filled == {
        "mode": "simple",
        "name": "x",
        "kind": "a",
        "flag": False,
        "more": {"limit": 5},
        "rules": [{"op": "is", "value": "1", "deep": ""}],
        "groups": {"rows": [{"value": "v"}]},
    }


def test_defaults_of_two_configs_are_never_the_same_object() -> None:
    first, second = defaults(FIELDS, {}), defaults(FIELDS, {})

    first["rules"].append(1)
    first["more"]["limit"] = 6

    assert second["rules"] == []
    assert second["more"] == {"limit": 5}


def test_an_expression_in_place_of_a_whole_value_is_left_alone() -> None:
    filled = defaults(FIELDS, {"rules": "={{ $json.rules }}", "more": "={{ $json }}"})

    assert filled["rules"] == "={{ $json.rules }}"
    assert filled["more"] == "={{ $json }}"


def test_keys_that_no_field_has_are_kept() -> None:
    assert defaults({}, {"unknown": 1}) == {"unknown": 1}


@pytest.mark.parametrize(
    ("config", "shown", "hidden"),
    [
        pytest.param({}, {"mode", "name"}, {"body", "kind", "extra"}, id="by-default"),
        pytest.param({"mode": "full"}, {"body", "kind", "extra"}, set(), id="when-the-value-fits"),
        pytest.param({"mode": "full", "kind": "b"}, {"body"}, {"extra"}, id="in-a-chain"),
        pytest.param({"mode": "simple", "kind": "a"}, set(), {"extra"}, id="behind-a-hidden-one"),
        pytest.param({"mode": "={{ $json.m }}"}, {"body", "extra"}, set(), id="by-an-expression"),
        pytest.param({"flag": 1}, {"if_one"}, set(), id="number-is-number"),
        pytest.param({"flag": True}, set(), {"if_one"}, id="yes-is-not-one"),
        pytest.param({"rules": [{}, {"op": "has"}]}, {"rules[0].value", "rules[1].op"},
                     {"rules[1].value", "rules[0].deep"}, id="row-by-row"),
        pytest.param({"mode": "full", "rules": [{}]}, {"rules[0].deep"}, set(),
                     id="by-a-field-further-out"),
    ],
)  # fmt: skip
def test_a_field_is_shown_when_its_rule_says_so(
    config: dict[str, Any], shown: set[str], hidden: set[str]
) -> None:
    paths = visible(FIELDS, config)

    assert shown <= paths
    assert not hidden & paths


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        pytest.param({}, ["name"], id="nothing-filled-in"),
        pytest.param({"name": ""}, ["name"], id="an-empty-text"),
        pytest.param({"name": None}, ["name"], id="null"),
        pytest.param({"name": "={{ $json.n }}"}, [], id="an-expression-is-a-value"),
        pytest.param({"name": "x", "mode": "full"}, ["body", "extra"], id="shown-by-a-rule"),
        pytest.param({"name": "x", "mode": "={{ 1 }}"}, [], id="undecided"),
        pytest.param({"name": "x", "rules": [{}, {"op": "has"}]}, ["rules[0].value"], id="in-rows"),
        pytest.param({"name": "x", "more": {}}, [], id="never-in-a-collection"),
        pytest.param({"name": "x", "groups": {"rows": [{}]}}, ["groups.rows[0].key"],
                     id="in-a-fixed-collection"),
        pytest.param({"name": 0}, [], id="zero-is-a-value"),
    ],
)  # fmt: skip
def test_what_is_required_and_shown_and_empty_is_missing(
    config: dict[str, Any], expected: list[str]
) -> None:
    assert missing(FIELDS, config) == expected


def test_rules_that_name_each_other_in_a_circle_end() -> None:
    fields = {
        "a": text(default="1", show_if={"b": ["1"]}),
        "b": text(default="1", show_if={"a": ["1"]}),
    }

    assert visible(fields, {}) == {"a", "b"}
