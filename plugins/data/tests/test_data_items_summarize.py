"""Summarize."""

from __future__ import annotations

from typing import Any

import pytest

from penstock_node_data.items.summarize import Summarize
from penstock_sdk import Item, NodeFailed
from penstock_sdk.testing import TestContext, items_of, outputs_of, run_node

ROWS: list[dict[str, Any]] = [
    {"k": "a", "v": 3, "t": "x"},
    {"k": "b", "v": 1, "t": ""},
    {"k": "a", "v": 5.5, "t": "y"},
    {"k": "a", "v": "7", "t": None},
    {"k": "b"},
]


def summarize(config: dict[str, Any], *rows: Any) -> list[dict[str, Any]]:
    return [item.json for item in run_node(Summarize, config, rows or ROWS).get("main", [])]


def results(*rows: dict[str, Any], **config: Any) -> dict[str, Any]:
    return {"fields_to_summarize": list(rows), **config}


def one(name: str, how: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "aggregation": how, **more}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        pytest.param(one("t", "count"), {"count_t": 2}, id="count"),
        pytest.param(one("t", "count", empty=True), {"count_t": 5}, id="count-with-empty"),
        pytest.param(one("t", "count_unique"), {"unique_count_t": 2}, id="unique"),
        pytest.param(
            one("t", "count_unique", empty=True), {"unique_count_t": 5}, id="unique-with-empty"
        ),
        pytest.param(one("v", "sum"), {"sum_v": 9.5}, id="sum-of-numbers-only"),
        pytest.param(one("v", "average"), {"average_v": 9.5 / 3}, id="average-of-numbers-only"),
        pytest.param(one("t", "average"), {"average_t": None}, id="average-of-nothing"),
        pytest.param(one("t", "sum"), {"sum_t": 0}, id="sum-of-nothing"),
        pytest.param(one("v", "min"), {"min_v": 1}, id="min"),
        pytest.param(one("v", "max"), {"max_v": 5.5}, id="max"),
        pytest.param(one("t", "max"), {"max_t": "y"}, id="max-of-texts"),
        pytest.param(one("no", "min"), {"min_no": None}, id="min-of-nothing"),
        pytest.param(one("t", "append"), {"appended_t": ["x", "y"]}, id="append"),
        pytest.param(
            one("t", "append", empty=True),
            {"appended_t": ["x", "", "y", None, None]},
            id="append-with-empty",
        ),
        pytest.param(
            one("v", "concatenate", separator="-"), {"concatenated_v": "3-1-5.5-7"}, id="text"
        ),
        pytest.param(
            one("t", "concatenate", empty=True),
            {"concatenated_t": "x,,y,null,undefined"},
            id="text-with-empty",
        ),
    ],
)
def test_an_aggregation(row: dict[str, Any], expected: dict[str, Any]) -> None:
    assert summarize(results(row)) == [expected]


def test_groups_stand_where_their_first_items_stood() -> None:
    found = summarize(results(one("v", "count"), group_by="k"))

    assert found == [{"k": "a", "count_v": 3}, {"k": "b", "count_v": 1}]


def test_groups_of_several_fields_are_groups_within_groups() -> None:
    rows = [{"a": 1, "b": 1}, {"a": 2, "b": 1}, {"a": 1, "b": 2}, {"a": 1, "b": 1}]

    found = summarize(results(one("a", "count"), group_by="a, b"), *rows)

    assert found == [
        {"a": 1, "b": 1, "count_a": 2},
        {"a": 1, "b": 2, "count_a": 1},
        {"a": 2, "b": 1, "count_a": 1},
    ]


def test_a_single_item_nests_the_groups() -> None:
    rows = [{"a": 1, "b": "x"}, {"a": None, "b": "x"}, {"b": True}]

    found = summarize(results(one("b", "count"), group_by="a, b", shape="single"), *rows)

    nothing = {"x": {"count_b": 1}}
    assert found == [{"1": nothing, "null": nothing, "undefined": {"true": {"count_b": 1}}}]


def test_groups_keep_their_types_and_a_missing_one_leaves_no_field() -> None:
    rows: list[dict[str, Any]] = [
        {"k": 1},
        {"k": "1"},
        {"k": True},
        {"k": None},
        {"k": {"a": 1}},
        {},
        {"k": 1.0},
    ]

    found = summarize(results(one("n", "count"), group_by="k"), *[{"n": 1, **row} for row in rows])

    assert found == [
        {"k": 1, "count_n": 2},
        {"k": "1", "count_n": 1},
        {"k": True, "count_n": 1},
        {"k": None, "count_n": 1},
        {"k": {"a": 1}, "count_n": 1},
        {"count_n": 1},
    ]


def test_groups_as_text_stand_as_javascript_orders_keys() -> None:
    rows = [{"k": value} for value in ("b", 10, "2", None, 2)]

    found = summarize(results(one("k", "count"), group_by="k", more={"text_groups": True}), *rows)

    assert found == [
        {"k": "2", "count_k": 2},
        {"k": "10", "count_k": 1},
        {"k": "b", "count_k": 1},
        {"k": "null", "count_k": 0},
    ]


def test_items_without_a_group_are_left_out_when_asked_to() -> None:
    rows = [{"k": 0}, {"k": ""}, {"k": None}, {}, {"k": "a"}]

    found = summarize(
        results(one("k", "append"), group_by="k", more={"skip_empty_groups": True}), *rows
    )

    assert found == [{"k": 0, "appended_k": [0]}, {"k": "a", "appended_k": ["a"]}]


def test_names_of_results_are_tidy() -> None:
    config = results(one('a["b c"].d', "count"), group_by="e.f")

    (found,) = summarize(config, {"a": {"b c": {"d": 1}}, "e": {"f": 2}})

    assert found == {"count_ab_c_d": 1, "e_f": 2}


def test_dots_are_part_of_a_name_when_they_lead_nowhere() -> None:
    rows = [{"a": {"b": 1}}, {"a.b": 2}]

    assert summarize(results(one("a.b", "sum")), *rows) == [{"sum_a_b": 3}]
    assert summarize(results(one("a.b", "sum"), more={"dots": False}), *rows) == [{"sum_a_b": 2}]


@pytest.mark.parametrize(
    ("config", "message"),
    [
        pytest.param(results(), "nothing to summarize", id="no-row"),
        pytest.param(results(one("", "sum")), "Result 1 has no field", id="no-name"),
        pytest.param(results(one("a", "median")), "'median' is no aggregation", id="unknown"),
        pytest.param(
            results(one("no", "sum"), more={"require_fields": True}),
            "has the field 'no'",
            id="none",
        ),
        pytest.param(
            results(one("v", "sum"), group_by="no", more={"require_fields": True}),
            "has the field 'no'",
            id="no-group",
        ),
        pytest.param(
            results(one("v", "sum"), group_by=",".join("abcdefghijklmnopqrstuvwxyz")),
            "26 fields to group by",
            id="too-many-groups",
        ),
    ],
)
def test_a_mistake_is_told(config: dict[str, Any], message: str) -> None:
    with pytest.raises(NodeFailed, match=message) as caught:
        summarize(config)

    assert caught.value.field
    assert caught.value.hint


async def test_an_item_descends_from_its_group() -> None:
    context = TestContext(Summarize, results(one("v", "sum"), group_by="k"), items_of(ROWS))

    assert (await outputs_of(Summarize, context))["main"].parents == [(0, 2, 3), (1, 4)]


def test_a_sum_beyond_all_numbers_is_no_crash() -> None:
    rows = [{"v": 1e308}, {"v": 1e308}, {"v": 10**400}]

    assert len(summarize(results(one("v", "sum"), one("v", "average")), *rows)) == 1


def test_no_items_give_no_items() -> None:
    assert run_node(Summarize, results(one("v", "sum")), []) == {}


async def test_a_hundred_thousand_items_are_summarized(line: Any) -> None:
    items = [Item({"n": n, "k": n % 1000}) for n in range(100_000)]
    config = results(one("n", "sum"), one("n", "count_unique"), group_by="k")

    execution = await line.run("penstock/data.summarize", config, items)

    found = execution.outputs("node")[-1]["main"].items
    assert len(found) == 1000
    assert found[7].json == {"k": 7, "sum_n": sum(range(7, 100_000, 1000)), "unique_count_n": 100}
    assert line.cpu_s < 10
