"""What is the same, what differs, and values that are alike."""

from __future__ import annotations

from typing import Any

import pytest

from penstock_node_flow.compare import Compare
from penstock_node_flow.fuzzy import likeness
from penstock_node_flow.merge import Merge
from penstock_sdk import NodeFailed
from penstock_sdk.testing import run_node


def compared(a: list[dict[str, Any]], b: list[dict[str, Any]], **config: Any) -> dict[str, Any]:
    config = {"fields_to_match": [{"left": "id"}], **config}
    found = run_node(Compare, config, [], inputs={"a": a, "b": b})
    return {port: [item.json for item in items] for port, items in found.items()}


A: list[dict[str, Any]] = [{"id": 1, "n": 5}, {"id": 2, "n": 7, "at": "x"}, {"id": 3, "n": 9}]
B: list[dict[str, Any]] = [{"id": 2, "n": 7, "at": "y"}, {"id": 3, "n": 8}, {"id": 4, "n": 1}]


def test_each_item_leaves_where_it_belongs() -> None:
    found = compared(A, B, skip_fields="at")

    assert found["only_a"] == [{"id": 1, "n": 5}]
    assert found["same"] == [{"id": 2, "n": 7, "at": "x"}]
    assert found["only_b"] == [{"id": 4, "n": 1}]
    assert found["different"] == [
        {"keys": {"id": 3}, "same": {"id": 3}, "different": {"n": {"inputA": 9, "inputB": 8}}}
    ]


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        pytest.param({"resolve": "a"}, {"id": 3, "n": 9}, id="a"),
        pytest.param({"resolve": "b"}, {"id": 3, "n": 8}, id="b"),
        pytest.param(
            {"resolve": "mix", "prefer": "a", "except_fields": "n"}, {"id": 3, "n": 8}, id="mix"
        ),
    ],
)
def test_what_differs_leaves_in_the_version_that_was_asked_for(
    config: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert compared(A[2:], B[1:2], **config)["different"] == [expected]


def test_of_several_that_match_the_first_counts_or_all() -> None:
    twice: list[dict[str, Any]] = [{"id": 1, "n": 1}, {"id": 1, "n": 2}]

    assert compared([{"id": 1, "n": 1}], twice) == {
        "same": [{"id": 1, "n": 1}],
        "only_b": [{"id": 1, "n": 2}],
    }
    assert set(compared([{"id": 1, "n": 1}], twice, multiple="all")) == {"same", "different"}


def test_an_input_that_brings_nothing_counts_as_empty() -> None:
    assert compared(A, []) == {"only_a": A}
    assert compared([], []) == {}


def test_without_fields_to_match_nothing_is_compared() -> None:
    with pytest.raises(NodeFailed, match="No fields"):
        compared(A, B, fields_to_match=[])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(3, "3", id="number-and-text"),
        pytest.param(True, "tRuE", id="truth-and-text"),
        pytest.param(1, True, id="one-and-true"),
        pytest.param(None, "", id="null-and-empty-text"),
        pytest.param([], "[]", id="empty-array-and-its-text"),
        pytest.param({"a": 1}, '{ "a": 1 }', id="object-and-its-text"),
        pytest.param([1, "2"], '["1", 2]', id="arrays-of-alike-values"),
    ],
)
def test_these_are_alike(one: Any, other: Any) -> None:
    assert likeness(one) == likeness(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(3, "three", id="number-and-word"),
        pytest.param("nan", "nan ", id="no-number"),
        pytest.param({}, None, id="object-and-null"),
        pytest.param("a", "A", id="case"),
    ],
)
def test_these_are_not_alike(one: Any, other: Any) -> None:
    assert likeness(one) != likeness(other)


def test_sql_joins_inputs_and_the_last_column_of_a_name_counts() -> None:
    inputs = {
        "input1": [{"id": 1, "name": "Ada"}, {"id": 2, "name": "Bo"}],
        "input2": [{"id": 2, "tags": ["x"]}],
    }
    config = {
        "mode": "sql",
        "query": "SELECT input1.*, tags FROM input1 LEFT JOIN input2 ON input1.id = input2.id",
    }

    found = run_node(Merge, config, [], inputs=inputs)["main"]

    assert [item.json for item in found] == [
        {"id": 1, "name": "Ada", "tags": None},
        {"id": 2, "name": "Bo", "tags": ["x"]},
    ]


def test_inputs_that_match_each_with_each_end_at_a_limit() -> None:
    same: list[dict[str, Any]] = [{"id": 1}] * 1_001
    config = {"mode": "fields", "fields_to_match": [{"left": "id"}]}

    with pytest.raises(NodeFailed, match="more than 1,000,000 matches"):
        run_node(Merge, config, [], inputs={"input1": same, "input2": same})
    with pytest.raises(NodeFailed, match="more than 1,000,000 matches"):
        compared(same, same, multiple="all")


def test_by_position_all_of_the_first_input_may_stay() -> None:
    inputs: dict[str, Any] = {"input1": [{"a": 1}, {"a": 2}, {"a": 3}], "input2": [{"b": 1}]}
    config = {"mode": "position", "more": {"include_first": True}}

    found = run_node(Merge, config, [], inputs=inputs)["main"]

    assert [item.json for item in found] == [{"a": 1, "b": 1}, {"a": 2}, {"a": 3}]


def test_matched_fields_of_the_second_input_may_be_left_out() -> None:
    inputs: dict[str, Any] = {"input1": [{"id": 1}], "input2": [{"ref": 1, "n": 2}]}
    config = {
        "mode": "fields",
        "fields_to_match": [{"left": "id", "right": "ref"}],
        "more": {"drop_right": True},
    }

    found = run_node(Merge, config, [], inputs=inputs)["main"]

    assert [item.json for item in found] == [{"id": 1, "n": 2}]
