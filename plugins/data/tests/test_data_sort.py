"""Sort."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock_node_data.items.sort import Sort
from penstock_sdk import NodeFailed
from penstock_sdk.testing import TestContext, items_of, outputs_of, run_node


def sorted_by(name: str, rows: list[Any], order: str = "ascending", **config: Any) -> list[Any]:
    config["fields_to_sort"] = [{"name": name, "order": order}]
    return [item.json for item in run_node(Sort, config, rows)["main"]]


def values(*given_values: Any) -> list[dict[str, Any]]:
    return [{"v": value} for value in given_values]


@pytest.mark.parametrize(
    ("given_values", "expected"),
    [
        pytest.param([3, 1, 2], [1, 2, 3], id="numbers"),
        pytest.param([10, 9.5, -1], [-1, 9.5, 10], id="numbers-of-both-kinds"),
        pytest.param(["b", "a", "A", "B"], ["a", "A", "b", "B"], id="texts-without-case"),
        pytest.param(["10", "9"], ["10", "9"], id="texts-of-digits-are-texts"),
        pytest.param(["x", 2, None, True, [1]], [2, "x", True, [1], None], id="mixed"),
        pytest.param([None, 1, None, 0], [0, 1, None, None], id="null-comes-last"),
    ],
)
def test_ascending_order(given_values: list[Any], expected: list[Any]) -> None:
    assert sorted_by("v", values(*given_values)) == values(*expected)


def test_in_descending_order_what_is_missing_still_comes_last() -> None:
    found = sorted_by("v", [{"v": 1}, {}, {"v": 3}], "descending")

    assert found == [{"v": 3}, {"v": 1}, {}]


@pytest.mark.parametrize("order", ["ascending", "descending"])
def test_equal_items_keep_their_order(order: str) -> None:
    rows = [{"v": 1, "n": n} for n in range(5)]

    assert sorted_by("v", rows, order) == rows


def test_the_second_field_decides_where_the_first_is_equal() -> None:
    rows = [{"a": 1, "b": 1}, {"a": 2, "b": 1}, {"a": 1, "b": 2}]
    fields = [{"name": "a", "order": "ascending"}, {"name": "b", "order": "descending"}]

    found = run_node(Sort, {"fields_to_sort": fields}, rows)["main"]

    assert [item.json for item in found] == [rows[2], rows[0], rows[1]]


def test_dots_lead_into_objects_unless_a_key_is_called_so() -> None:
    rows = [{"a": {"b": 2}}, {"a.b": 1}, {"a": {"b": 0}}]

    assert sorted_by("a.b", rows) == [rows[2], rows[1], rows[0]]
    assert sorted_by("a.b", rows, dots=False) == [rows[1], rows[0], rows[2]]


async def test_the_parents_tell_where_the_items_were() -> None:
    config = {"fields_to_sort": [{"name": "v", "order": "ascending"}]}

    found = await outputs_of(Sort, TestContext(Sort, config, items_of(values(3, 1, 2))))

    assert found["main"].parents == [1, 2, 0]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        pytest.param("ascending", [1, 2, 3], id="ascending"),
        pytest.param("descending", [3, 2, 1], id="descending"),
    ],
)
def test_an_expression_places_the_items(order: str, expected: list[int]) -> None:
    config = {"mode": "expression", "by": "={{ $json.v }}", "order": order}

    found = run_node(Sort, config, values(2, 3, 1))["main"]

    assert [item.json["v"] for item in found] == expected


async def test_code_says_which_of_two_items_comes_first(line: Any) -> None:
    config = {
        "mode": "code",
        "source": "return b.json.who['näme'].localeCompare(a.json.who['näme']);",
    }

    found = await line.out("penstock/data.sort", config, line.items(20))

    assert [item.json["n"] for item in found] == sorted(range(20), key=lambda n: (-(n % 7), n))
    assert [item.json["origin"] for item in found] == [item.json["n"] for item in found]


async def test_code_that_fails_says_so(line: Any) -> None:
    config = {"mode": "code", "source": "return a.no.way;"}

    execution = await line.run("penstock/data.sort", config, line.items(3))

    assert execution.status == "error"
    assert "no" in execution.error.message


async def test_a_random_order_is_the_same_when_the_step_runs_again() -> None:
    items = items_of(values(*range(50)))

    orders = [
        (await outputs_of(Sort, TestContext(Sort, {"mode": "random"}, items)))["main"].parents
        for _ in range(2)
    ]

    assert orders[0] == orders[1]
    assert orders[0] != list(range(50))
    assert sorted(orders[0] or ()) == list(range(50))


def test_a_field_that_no_item_has_is_told() -> None:
    with pytest.raises(NodeFailed, match="No item has the field 'nope'"):
        sorted_by("nope", values(1, 2))


def test_no_field_at_all_is_told() -> None:
    with pytest.raises(NodeFailed, match="No field to sort by"):
        run_node(Sort, {"fields_to_sort": []}, values(1, 2))


def test_one_item_and_none_are_in_order() -> None:
    assert run_node(Sort, {}, []) == {}
    assert len(run_node(Sort, {}, values(1))["main"]) == 1


json_values = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()


@given(st.lists(json_values | st.lists(json_values, max_size=2), max_size=20))
def test_any_values_have_an_order_and_none_is_lost(given_values: list[Any]) -> None:
    rows = values(*given_values)

    found = run_node(Sort, {"fields_to_sort": [{"name": "v", "order": "ascending"}]}, rows)

    ids = {id(row["v"]) for row in rows}
    assert len(found.get("main", [])) == len(rows)
    assert {id(item.json["v"]) for item in found.get("main", [])} == ids
