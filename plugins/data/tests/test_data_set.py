"""Set fields."""

from __future__ import annotations

import time
from typing import Any

import pytest

from penstock_node_data.items.set_fields import SetFields
from penstock_node_data.nodes import NODES
from penstock_sdk import BinaryRef, Column, Item, Node, NodeFailed
from penstock_sdk.testing import TestContext, items_of, outputs_of, run_node

ADA = {"name": "Ada", "age": "36", "address": {"city": "London", "zip": "W1"}}


def assign(name: str, value: Any, kind: str = "any") -> dict[str, Any]:
    return {"name": name, "value": value, "type": kind}


def set_fields(config: dict[str, Any], *items: Any) -> list[dict[str, Any]]:
    return [item.json for item in run_node(SetFields, config, items or [ADA]).get("main", [])]


def one(*assignments: dict[str, Any], **config: Any) -> dict[str, Any]:
    return {"assignments": list(assignments), **config}


@pytest.mark.parametrize("node", [pytest.param(node, id=node.id) for node in NODES])
def test_every_data_node_tells_people_what_it_is(node: type[Node]) -> None:
    assert node.id.startswith("penstock/data.")
    assert all([node.title, node.description, node.icon, node.docs, node.aliases])


def test_fields_are_added_and_changed_and_the_others_stay() -> None:
    found = set_fields(one(assign("name", "=Dr. {{ $json.name }}"), assign("new", 1)))

    assert found == [{**ADA, "name": "Dr. Ada", "new": 1}]


def test_dots_lead_into_objects_and_other_values_there_stay() -> None:
    found = set_fields(one(assign("address.city", "Paris"), assign("a.b[1].c", 1)))

    assert found[0]["address"] == {"city": "Paris", "zip": "W1"}
    assert found[0]["a"] == {"b": [None, {"c": 1}]}


def test_dots_are_part_of_the_name_when_asked_to() -> None:
    found = set_fields(one(assign("address.city", "Paris"), more={"dots": False}))

    assert found == [{**ADA, "address.city": "Paris"}]


def test_an_item_is_never_changed() -> None:
    item = Item({"address": {"city": "London"}, "list": [{"a": 1}]})

    run_node(SetFields, one(assign("address.city", "Paris"), assign("list[0].a", 2)), [item])

    assert item.json == {"address": {"city": "London"}, "list": [{"a": 1}]}


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        pytest.param({"include": "none"}, {"x": 1}, id="none"),
        pytest.param(
            {"include": "selected", "fields_to_keep": "name, address.city, nope"},
            {"name": "Ada", "address": {"city": "London"}, "x": 1},
            id="selected",
        ),
        pytest.param(
            {"include": "except", "fields_to_drop": "name, address.city, nope.no"},
            {"age": "36", "address": {"zip": "W1"}, "x": 1},
            id="except",
        ),
        pytest.param(
            {"include": "selected", "fields_to_keep": "address.city", "more": {"dots": False}},
            {"x": 1},
            id="selected-without-dots",
        ),
    ],
)
def test_what_an_item_keeps(config: dict[str, Any], expected: dict[str, Any]) -> None:
    assert set_fields(one(assign("x", 1), **config)) == [expected]


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        pytest.param("number", "={{ $json.age }}", 36, id="text-to-number"),
        pytest.param("number", " 1e3 ", 1000, id="exponent"),
        pytest.param("number", "0x1f", 31, id="hexadecimal"),
        pytest.param("string", 1.0, "1", id="number-to-text"),
        pytest.param("string", {"a": [1, 2.5]}, '{"a":[1,2.5]}', id="object-to-text"),
        pytest.param("string", True, "true", id="boolean-to-text"),
        pytest.param("boolean", "TRUE", True, id="text-to-boolean"),
        pytest.param("boolean", 0, False, id="number-to-boolean"),
        pytest.param("array", "[1, 2]", [1, 2], id="text-to-array"),
        pytest.param("object", '{"a": 1}', {"a": 1}, id="text-to-object"),
        pytest.param("number", None, None, id="null-stays-null"),
        pytest.param("any", [1], [1], id="as-it-is"),
    ],
)
def test_a_value_gets_the_chosen_type(kind: str, value: Any, expected: Any) -> None:
    (found,) = set_fields(one(assign("x", value, kind), include="none"))

    assert found == {"x": expected}
    assert type(found["x"]) is type(expected)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        pytest.param("number", "many", id="number"),
        pytest.param("number", [1], id="number-from-array"),
        pytest.param("boolean", "no", id="boolean"),
        pytest.param("boolean", 2, id="boolean-from-2"),
        pytest.param("array", "{}", id="array"),
        pytest.param("object", "[", id="object"),
    ],
)
def test_a_value_that_cannot_be_converted_names_item_and_field(kind: str, value: Any) -> None:
    config = one(assign("ok", 1), assign("x", "={{ $json.v }}", kind))

    with pytest.raises(NodeFailed, match="'x' cannot be set") as caught:
        run_node(SetFields, config, [{"v": None}, {"v": value}])

    assert caught.value.item == 1
    assert caught.value.field == "assignments[1].value"


def test_a_value_that_cannot_be_converted_is_kept_when_asked_to() -> None:
    config = one(assign("x", "many", "number"), include="none", more={"ignore_errors": True})

    assert set_fields(config) == [{"x": "many"}]


@pytest.mark.parametrize(
    "value",
    [
        pytest.param({"a": 1, "b": "={{ $json.name }}"}, id="object-with-expressions"),
        pytest.param('={"a": 1, "b": "{{ $json.name }}"}', id="text-of-json"),
    ],
)
def test_json_is_added_to_the_item(value: Any) -> None:
    found = set_fields({"mode": "json", "json": value, "include": "none"})

    assert found == [{"a": 1, "b": "Ada"}]


def test_json_may_be_written_as_people_write_it() -> None:
    config = {"mode": "json", "json": "={ name: '{{ $json.name }}', }", "include": "none"}

    assert set_fields(config) == [{"name": "Ada"}]


def test_json_that_cannot_be_read_says_where() -> None:
    with pytest.raises(NodeFailed, match=r"cannot be read: Expecting .* line 1 column 7"):
        set_fields({"mode": "json", "json": '{"a": b}'})


def test_json_that_is_no_object_names_its_item() -> None:
    with pytest.raises(NodeFailed, match="of the type number") as caught:
        run_node(SetFields, {"mode": "json", "json": "={{ $json.v }}"}, [{"v": {}}, {"v": 1}])

    assert caught.value.item == 1


@pytest.mark.parametrize(
    ("more", "kept"),
    [pytest.param({}, True, id="kept"), pytest.param({"keep_binary": False}, False, id="dropped")],
)
def test_files_stay_with_the_item_unless_turned_off(more: dict[str, Any], kept: bool) -> None:
    item = Item({}, {"data": BinaryRef(id="b1")})

    found = run_node(SetFields, one(assign("x", 1), more=more), [item])["main"]

    assert (found[0].binary == item.binary) is kept


def test_nothing_is_set_where_no_item_came() -> None:
    assert run_node(SetFields, one(assign("x", "={{ $json.y }}")), []) == {}


def test_a_missing_field_becomes_null() -> None:
    assert set_fields(one(assign("x", "={{ $json.nope }}"), include="none")) == [{"x": None}]


def test_names_and_types_may_differ_from_item_to_item() -> None:
    config = one(assign("={{ $json.key }}", "={{ $json.v }}", "={{ $json.kind }}"), include="none")
    rows = [
        {"key": "a", "v": "1", "kind": "number"},
        {"key": "b.c", "v": 1, "kind": "string"},
        {"key": None, "v": 1, "kind": "any"},
    ]

    assert set_fields(config, *rows) == [{"a": 1}, {"b": {"c": "1"}}, {}]


def test_a_value_that_does_not_fit_a_type_of_its_own_names_its_field() -> None:
    config = one(assign("={{ $json.key }}", "many", "={{ $json.kind }}"))

    with pytest.raises(NodeFailed, match="'b' cannot be set") as caught:
        set_fields(config, {"key": "a", "kind": "string"}, {"key": "b", "kind": "number"})

    assert caught.value.item == 1


def test_a_list_of_fields_that_differs_from_item_to_item_is_refused_with_a_way_out() -> None:
    with pytest.raises(NodeFailed, match="differs from item to item") as caught:
        run_node(SetFields, {"assignments": "={{ $json.list }}"}, [{"list": []}])

    assert "JSON" in caught.value.hint


@pytest.mark.parametrize(
    ("mode", "count"),
    [pytest.param("manual", 6, id="by-hand"), pytest.param("webhook", 2, id="not")],
)
async def test_items_are_copied_to_try_out_what_follows(mode: str, count: int) -> None:
    config = one(assign("x", 1), more={"test_copies": 3})
    ctx = TestContext(SetFields, config, items_of([{"n": 0}, {"n": 1}]), mode=mode)

    found = (await outputs_of(SetFields, ctx))["main"]

    assert [item.json["n"] for item in found.items] == [n * 2 // count for n in range(count)]
    assert found.parents in (None, [0, 0, 0, 1, 1, 1])


def test_an_assignment_without_a_name_is_left_out() -> None:
    assert set_fields(one(assign("", 1), include="none")) == [{}]


def test_ten_thousand_items_take_the_fast_path() -> None:
    items = items_of([{"a": n, "b": str(n), "c": "x" * 80} for n in range(10_000)])
    ctx = _Ready(SetFields, one(assign("x", Column(range(10_000))), assign("y", 1)), items)

    started = time.process_time()
    found = SetFields().run(ctx, items)

    assert time.process_time() - started < 0.2  # seconds; takes 0.01
    assert isinstance(found, list)
    assert found[9_999].json["x"] == 9_999


class _Ready(TestContext):
    """A context whose columns are resolved already."""

    def columns(self, name: str) -> Any:
        return self.config.get(name, super().columns(name))
