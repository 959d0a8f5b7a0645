"""Rename fields."""

from __future__ import annotations

from typing import Any

import pytest

from penstock_node_data.items.rename_fields import RenameFields
from penstock_sdk import BinaryRef, Item, NodeFailed
from penstock_sdk.testing import run_node


def rename(pairs: list[tuple[str, str]], *items: Any) -> list[dict[str, Any]]:
    config = {"fields_to_rename": [{"name": name, "to": to} for name, to in pairs]}
    return [item.json for item in run_node(RenameFields, config, items)["main"]]


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        pytest.param([("a", "z")], {"z": 1, "b": {"c": 2}}, id="plain"),
        pytest.param([("b.c", "b.d")], {"a": 1, "b": {"d": 2}}, id="within"),
        pytest.param([("b.c", "c")], {"a": 1, "b": {}, "c": 2}, id="up"),
        pytest.param([("a", "b.a")], {"b": {"c": 2, "a": 1}}, id="down"),
        pytest.param([("a", "x"), ("x", "y")], {"y": 1, "b": {"c": 2}}, id="one-after-the-other"),
        pytest.param([("nope", "x"), ("", "x"), ("a", "")], {"a": 1, "b": {"c": 2}}, id="nothing"),
        pytest.param([("a", "a")], {"a": 1, "b": {"c": 2}}, id="same"),
    ],
)
def test_fields_get_their_new_names(pairs: list[tuple[str, str]], expected: Any) -> None:
    item = {"a": 1, "b": {"c": 2}}

    assert rename(pairs, item) == [expected]
    assert item == {"a": 1, "b": {"c": 2}}


def test_names_may_differ_from_item_to_item() -> None:
    found = rename([("a", "={{ $json.to }}")], {"a": 1, "to": "x"}, {"a": 2, "to": "y"})

    assert found == [{"x": 1, "to": "x"}, {"y": 2, "to": "y"}]


def test_files_stay_and_no_items_give_no_items() -> None:
    item = Item({"a": 1}, {"f": BinaryRef(id="b")})
    config = {"fields_to_rename": [{"name": "a", "to": "b"}]}

    assert run_node(RenameFields, config, [item])["main"] == [Item({"b": 1}, item.binary)]
    assert run_node(RenameFields, config, []) == {}


def pattern(find: str, replace_by: str, **more: Any) -> dict[str, Any]:
    return {"patterns": [{"find": find, "replace_by": replace_by, **more}]}


NESTED = {"utm_a": 1, "Utm_b": {"utm_c": [{"utm_d": 2}, "utm_e"]}}


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        pytest.param(
            pattern("^utm_", ""), {"a": 1, "Utm_b": {"c": [{"d": 2}, "utm_e"]}}, id="everywhere"
        ),
        pytest.param(
            pattern("^utm_", "", ignore_case=True),
            {"a": 1, "b": {"c": [{"d": 2}, "utm_e"]}},
            id="without-case",
        ),
        pytest.param(
            pattern("^utm_", "", depth=0),
            {"a": 1, "Utm_b": {"utm_c": [{"utm_d": 2}, "utm_e"]}},
            id="outermost",
        ),
        pytest.param(
            pattern("^utm_", "", depth=1),
            {"a": 1, "Utm_b": {"c": [{"utm_d": 2}, "utm_e"]}},
            id="one-deeper",
        ),
        pytest.param(
            pattern("(\\w)_(\\w)", "$2_$1", depth=0),
            {"uta_m": 1, "Utb_m": NESTED["Utm_b"]},
            id="groups",
        ),
        pytest.param(pattern("nothing", "x"), NESTED, id="no-match"),
    ],
)
async def test_keys_are_renamed_by_pattern(line: Any, config: Any, expected: Any) -> None:
    found = await line.out("penstock/data.rename", config, [Item({"n": 0, **NESTED})])

    assert [item.json for item in found] == [{"n": 0, "origin": 0, **expected}]
    assert NESTED["utm_a"] == 1


async def test_a_pattern_that_is_none_names_its_field(line: Any) -> None:
    execution = await line.run("penstock/data.rename", pattern("(", ""), line.items(2))

    assert execution.status == "error"
    assert execution.error.field == "patterns[0].find"
    assert "regular expression" in execution.error.message


@pytest.mark.slow
async def test_a_pattern_that_never_ends_fails_alone(line: Any) -> None:
    items = [Item({"n": 0, "a" * 40 + "!": 1})]

    execution = await line.run("penstock/data.rename", pattern("^(a+)+$", "x"), items)

    assert execution.status == "error"


def test_a_pattern_that_differs_from_item_to_item_is_refused() -> None:
    with pytest.raises(NodeFailed, match="differs from item to item"):
        run_node(RenameFields, pattern("={{ $json.p }}", ""), [{"p": "a"}])


async def test_a_hundred_thousand_items_are_renamed(line: Any) -> None:
    items = [Item({"n": n, "old": {"key": n}}) for n in range(100_000)]
    config = {"fields_to_rename": [{"name": "old.key", "to": "new"}], **pattern("^old$", "older")}

    found = await line.out("penstock/data.rename", config, items)

    assert found[-1].json == {"n": 99_999, "new": 99_999, "older": {}, "origin": 99_999}
    assert line.cpu_s < 20
