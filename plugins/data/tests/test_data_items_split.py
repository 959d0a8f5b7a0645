"""Split out."""

from __future__ import annotations

from typing import Any

import pytest

from penstock_node_data.items.split_out import SplitOut
from penstock_sdk import BinaryRef, Item, NodeFailed
from penstock_sdk.testing import TestContext, items_of, outputs_of, run_node

ORDER = {"id": 1, "lines": [{"sku": "A"}, {"sku": "B"}], "who": {"name": "Ada", "tags": ["x", "y"]}}


def split(fields: str, *items: Any, **config: Any) -> list[dict[str, Any]]:
    given = {"fields_to_split": fields, **config}
    return [item.json for item in run_node(SplitOut, given, items or [ORDER]).get("main", [])]


def test_an_object_becomes_the_item_and_everything_else_stands_under_its_field() -> None:
    item = {"l": [{"a": 1}, 2, None, [3, 4]]}

    assert split("l", item) == [{"a": 1}, {"l": 2}, {"l": None}, {"0": 3, "1": 4}]


def test_a_path_leads_to_the_list_and_names_the_value() -> None:
    assert split("who.tags") == [{"who.tags": "x"}, {"who.tags": "y"}]
    assert split("who.tags", more={"names": "tag"}) == [{"tag": "x"}, {"tag": "y"}]


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        pytest.param(
            {"include": "all"},
            {"id": 1, "who": ORDER["who"], "lines": {"sku": "A"}},
            id="all-others",
        ),
        pytest.param(
            {"include": "selected", "fields_to_keep": "id, who.name, nope"},
            {"id": 1, "who.name": "Ada", "lines": {"sku": "A"}},
            id="some-others",
        ),
        pytest.param({"more": {"names": "line"}}, {"line": {"sku": "A"}}, id="under-a-name"),
    ],
)
def test_what_an_entry_keeps_of_its_item(config: dict[str, Any], expected: Any) -> None:
    assert split("lines", **config)[0] == expected


def test_the_list_itself_is_gone_from_what_is_kept() -> None:
    found = split("who.tags", include="all")

    assert found[0] == {**ORDER, "who": {"name": "Ada"}, "who.tags": "x"}
    assert ORDER["who"] == {"name": "Ada", "tags": ["x", "y"]}


def test_several_fields_are_split_side_by_side_and_shorter_ones_leave_gaps() -> None:
    item = {"a": [1, 2, 3], "b": {"x": "p", "y": "q"}, "c": "once"}

    assert split("a, b, c", item) == [
        {"a": 1, "b": "p", "c": "once"},
        {"a": 2, "b": "q"},
        {"a": 3},
    ]


def test_new_names_belong_to_the_fields_one_by_one() -> None:
    assert split("lines, who.tags", more={"names": "line, tag"})[1] == {
        "line": {"sku": "B"},
        "tag": "y",
    }


def test_a_number_of_names_that_does_not_fit_is_told() -> None:
    with pytest.raises(NodeFailed, match="2 fields to split out and 1 new names"):
        split("lines, who.tags", more={"names": "line"})


def test_without_dots_a_name_is_a_name() -> None:
    item = {"a.b": [1], "a": {"b": [2, 3]}}

    assert split("a.b", item, more={"dots": False}) == [{"a.b": 1}]
    assert split("a.b", {"a": {"b": [2]}}, more={"dots": False}) == []


@pytest.mark.parametrize("item", [{}, {"lines": []}, {"lines": {}}])
def test_an_item_without_entries_gives_nothing(item: dict[str, Any]) -> None:
    assert split("lines", item) == []


@pytest.mark.parametrize(
    ("item", "message"),
    [
        pytest.param({}, "There is no field 'lines'", id="missing"),
        pytest.param({"lines": "x"}, "is no list, but of the type string", id="text"),
        pytest.param({"lines": None}, "is no list, but of the type null", id="null"),
    ],
)
def test_what_is_no_list_is_refused_when_asked_to(item: dict[str, Any], message: str) -> None:
    with pytest.raises(NodeFailed, match=message) as caught:
        split("lines", ORDER, item, more={"lists_only": True})

    assert caught.value.item == 1


def test_no_field_is_told() -> None:
    with pytest.raises(NodeFailed, match="No field to split out is named"):
        split(" , ")


def test_the_field_may_differ_from_item_to_item() -> None:
    items = [{"f": "a", "a": [1], "b": [2]}, {"f": "b", "a": [1], "b": [2]}]

    assert split("={{ $json.f }}", *items) == [{"a": 1}, {"b": 2}]


async def test_entries_descend_from_the_item_that_they_were_in() -> None:
    items = items_of([{"l": [1, 2]}, {"l": []}, {"l": [3]}])

    found = await outputs_of(SplitOut, TestContext(SplitOut, {"fields_to_split": "l"}, items))

    assert found["main"].parents == [0, 0, 2]


@pytest.mark.parametrize("keep", [True, False])
def test_files_stay_only_when_asked_for(keep: bool) -> None:
    item = Item({"l": [1, 2]}, {"f": BinaryRef(id="b")})
    config = {"fields_to_split": "l", "more": {"keep_binary": keep}}

    found = run_node(SplitOut, config, [item])["main"]

    assert [one.binary for one in found] == [item.binary if keep else None] * 2


def test_each_file_becomes_an_item() -> None:
    item = Item({"n": 1}, {"a": BinaryRef(id="1"), "b": BinaryRef(id="2")})

    found = run_node(SplitOut, {"fields_to_split": "$binary", "include": "all"}, [item])["main"]

    assert found == [
        Item({"n": 1}, {"a": BinaryRef(id="1")}),
        Item({"n": 1}, {"b": BinaryRef(id="2")}),
    ]


def test_no_items_give_no_items() -> None:
    assert run_node(SplitOut, {"fields_to_split": "l"}, []) == {}


async def test_a_hundred_thousand_items_are_split_in_no_time(line: Any) -> None:
    items = [Item({"n": n, "l": [n, -n]}) for n in range(100_000)]

    found = await line.out("penstock/data.split", {"fields_to_split": "l"}, items)

    assert len(found) == 200_000
    assert found[-1].json == {"l": -99_999, "origin": 99_999}
    assert line.cpu_s < 20
