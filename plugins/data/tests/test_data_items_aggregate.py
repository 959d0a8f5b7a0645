"""Aggregate."""

from __future__ import annotations

from typing import Any

import pytest

from penstock_node_data.items.aggregate import Aggregate
from penstock_sdk import BinaryRef, Item, NodeFailed
from penstock_sdk.testing import TestContext, items_of, outputs_of, run_node

ROWS: list[dict[str, Any]] = [
    {"a": 1, "b": {"c": "x"}},
    {"a": None, "b": {"c": ["y", None]}},
    {"b": {}},
]


def aggregate(config: dict[str, Any], *rows: Any) -> dict[str, Any]:
    (found,) = run_node(Aggregate, config, rows or ROWS)["main"]
    return found.json


def fields(*names: Any, **more: Any) -> dict[str, Any]:
    rows = [name if isinstance(name, dict) else {"name": name} for name in names]
    return {"fields_to_aggregate": rows, "more": more}


def test_each_field_becomes_a_list_of_what_is_there() -> None:
    assert aggregate(fields("a", "b.c")) == {"a": [1], "c": ["x", ["y"]]}


def test_what_is_missing_stands_as_null_when_asked_to() -> None:
    found = aggregate(fields("a", "b.c", keep_missing=True))

    assert found == {"a": [1, None, None], "c": ["x", ["y", None], None]}


def test_lists_are_merged_into_one_when_asked_to() -> None:
    assert aggregate(fields("b.c", merge_lists=True)) == {"c": ["x", "y"]}


def test_a_new_name_may_lead_into_objects() -> None:
    assert aggregate(fields({"name": "a", "as": "all.numbers"})) == {"all": {"numbers": [1]}}
    found = aggregate(fields({"name": "a", "as": "all.numbers"}, dots=False))
    assert found == {"all.numbers": [1]}


def test_two_fields_of_one_name_are_told() -> None:
    with pytest.raises(NodeFailed, match="Two of the fields would be called 'c'"):
        aggregate(fields("b.c", "c"))


@pytest.mark.parametrize("config", [fields(), fields({"name": ""})], ids=["no-row", "no-name"])
def test_no_field_is_told(config: dict[str, Any]) -> None:
    with pytest.raises(NodeFailed, match="No field to aggregate is named"):
        aggregate(config)


def test_a_field_that_no_item_has_gives_an_empty_list_unless_refused() -> None:
    assert aggregate(fields("nope")) == {"nope": []}
    with pytest.raises(NodeFailed, match="No item has the field 'nope'"):
        aggregate(fields("nope", require_fields=True))


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        pytest.param({}, {"data": ROWS}, id="whole"),
        pytest.param({"into": "rows"}, {"rows": ROWS}, id="under-a-name"),
        pytest.param(
            {"include": "selected", "names": "a"},
            {"data": [{"a": 1}, {"a": None}]},
            id="selected-leaves-empty-ones-out",
        ),
        pytest.param(
            {"include": "except", "names": "b"}, {"data": [{"a": 1}, {"a": None}]}, id="except"
        ),
    ],
)
def test_items_become_one_list(config: dict[str, Any], expected: Any) -> None:
    assert aggregate({"mode": "items", **config}) == expected


def test_a_list_without_a_name_is_told() -> None:
    with pytest.raises(NodeFailed, match="The list has no name"):
        aggregate({"mode": "items", "into": ""})


async def test_the_item_descends_from_all_items() -> None:
    context = TestContext(Aggregate, {"mode": "items"}, items_of([{}, {}, {}]))

    assert (await outputs_of(Aggregate, context))["main"].parents == [(0, 1, 2)]


def file(name: str, size: int = 1) -> BinaryRef:
    return BinaryRef(id=f"{name}{size}", file_name=name, size=size)


@pytest.mark.parametrize(
    ("more", "names"),
    [
        pytest.param({}, None, id="dropped"),
        pytest.param({"keep_binary": True}, ["f", "f_1", "f_2"], id="all"),
        pytest.param({"keep_binary": True, "unique_binary": True}, ["f", "f_1"], id="unique"),
    ],
)
def test_files_get_a_number_behind_a_name_that_was_taken(more: Any, names: Any) -> None:
    items = [Item({"n": 1}, {"f": file(name)}) for name in ("a", "a", "b")]

    (found,) = run_node(Aggregate, {"mode": "items", "more": more}, items)["main"]

    assert (found.binary and list(found.binary)) == names


def test_no_items_give_no_items() -> None:
    assert run_node(Aggregate, {"mode": "items"}, []) == {}


async def test_a_hundred_thousand_items_become_one(line: Any) -> None:
    items = [Item({"n": n}) for n in range(100_000)]

    execution = await line.run("penstock/data.aggregate", fields("n"), items, port="main")

    (found,) = execution.outputs("node")[-1]["main"].items
    assert found.json == {"n": list(range(100_000))}
    assert line.cpu_s < 10
