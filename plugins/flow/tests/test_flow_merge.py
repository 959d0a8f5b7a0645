"""Merge."""

from __future__ import annotations

from typing import Any

import pytest

from penstock_node_flow.merge import Merge
from penstock_sdk import Item, NodeFailed
from penstock_sdk.testing import TestContext, items_of, outputs_of

LEFT = [{"id": 1, "a": "x"}, {"id": 2, "a": "y"}, {"id": 3, "a": "z"}]
RIGHT = [{"id": 2, "b": "p"}, {"id": 2, "b": "q"}, {"id": 9, "b": "r"}]


async def merged(config: dict[str, Any], *inputs: list[dict[str, Any]]) -> tuple[list[Any], Any]:
    given = {f"input{number}": items_of(items) for number, items in enumerate(inputs, 1)}
    ctx = TestContext(Merge, config, inputs=given)
    output = (await outputs_of(Merge, ctx))["main"]
    return [item.json for item in output.items], output.parents


async def test_append_gives_the_items_input_by_input() -> None:
    items, parents = await merged({}, LEFT[:2], RIGHT[:1])

    assert items == [*LEFT[:2], RIGHT[0]]
    assert parents == [0, 1, 2]


async def test_an_input_that_brought_nothing_counts_as_empty() -> None:
    items, _ = await merged({"inputs_count": 3}, [], RIGHT[:1])

    assert items == RIGHT[:1]


async def test_by_position_the_first_items_make_one() -> None:
    items, parents = await merged({"mode": "position"}, LEFT[:2], RIGHT)

    assert items == [{"id": 2, "a": "x", "b": "p"}, {"id": 2, "a": "y", "b": "q"}]
    assert parents == [(0, 2), (1, 3)]


async def test_by_position_what_has_no_partner_stays_when_asked_to() -> None:
    config = {"mode": "position", "more": {"include_unpaired": True}}

    items, parents = await merged(config, LEFT[:1], RIGHT[:2])

    assert items == [{"id": 2, "a": "x", "b": "p"}, {"id": 2, "b": "q"}]
    assert parents == [(0, 1), 2]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        pytest.param({}, {"k": 2, "o": {"a": 1, "b": 2}}, id="the-last-input-wins"),
        pytest.param({"prefer": "1"}, {"k": 1, "o": {"a": 1, "b": 2}}, id="input-1-wins"),
        pytest.param({"deep": False}, {"k": 2, "o": {"b": 2}}, id="objects-are-replaced"),
        pytest.param(
            {"prefer": "suffix"},
            {"k_1": 1, "o_1": {"a": 1}, "k_2": 2, "o_2": {"b": 2}},
            id="both-with-a-number",
        ),
    ],
)
async def test_on_equal_keys(more: dict[str, Any], expected: dict[str, Any]) -> None:
    left, right = [{"k": 1, "o": {"a": 1}}], [{"k": 2, "o": {"b": 2}}]

    items, _ = await merged({"mode": "position", "more": more}, left, right)

    assert items == [expected]


async def test_an_empty_value_replaces_nothing_when_asked_to() -> None:
    config = {"mode": "position", "more": {"keep_filled": True}}

    items, _ = await merged(config, [{"k": 1, "x": ""}], [{"k": "", "x": 2}])

    assert items == [{"k": 1, "x": 2}]


def by_id(**config: Any) -> dict[str, Any]:
    return {"mode": "fields", "fields_to_match": [{"left": "id"}], **config}


async def test_matches_are_joined_and_all_of_them() -> None:
    items, parents = await merged(by_id(), LEFT, RIGHT)

    assert items == [{"id": 2, "a": "y", "b": "p"}, {"id": 2, "a": "y", "b": "q"}]
    assert parents == [(1, 3), (1, 4)]


async def test_only_the_first_match_counts_when_asked_to() -> None:
    items, _ = await merged(by_id(more={"first_only": True}), LEFT, RIGHT)

    assert items == [{"id": 2, "a": "y", "b": "p"}]


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        pytest.param({"join": "enrich_1"}, [2, 2, 1, 3], id="enrich-input-1"),
        pytest.param({"join": "enrich_2"}, [2, 2, 9], id="enrich-input-2"),
        pytest.param({"join": "everything"}, [2, 2, 1, 3, 9], id="everything"),
        pytest.param({"join": "non_matches"}, [1, 3, 9], id="non-matches"),
        pytest.param({"join": "non_matches", "data_from": "1"}, [1, 3], id="non-matches-of-1"),
        pytest.param({"join": "non_matches", "data_from": "2"}, [9], id="non-matches-of-2"),
        pytest.param({"join": "matches", "data_from": "1"}, [2], id="matches-of-1"),
        pytest.param({"join": "matches", "data_from": "2"}, [2, 2], id="matches-of-2"),
    ],
)
async def test_what_a_join_keeps(config: dict[str, Any], expected: list[int]) -> None:
    items, _ = await merged(by_id(**config), LEFT, RIGHT)

    assert [item["id"] for item in items] == expected


@pytest.mark.parametrize(
    ("left", "right", "fuzzy", "matches"),
    [
        pytest.param("1", 1, False, 0, id="text-and-number"),
        pytest.param("1", 1, True, 1, id="text-and-number-fuzzy"),
        pytest.param(True, 1, False, 0, id="true-is-not-1"),
        pytest.param(1, 1.0, False, 1, id="1-is-1.0"),
        pytest.param([1, {"b": 1, "a": 2}], [1, {"a": 2, "b": 1}], False, 1, id="nested"),
        pytest.param(None, "", True, 1, id="null-is-empty-fuzzy"),
        pytest.param(None, None, False, 1, id="null-is-null"),
    ],
)
async def test_when_values_are_equal(left: Any, right: Any, fuzzy: bool, matches: int) -> None:
    items, _ = await merged(by_id(more={"fuzzy": fuzzy}), [{"id": left}], [{"id": right}])

    assert len(items) == matches


async def test_an_item_that_lacks_the_field_matches_nothing() -> None:
    items, _ = await merged(by_id(), [{"a": 1}], [{"b": 1}])

    assert items == []


async def test_fields_may_lie_deeper_and_have_other_names() -> None:
    config = {"mode": "fields", "fields_to_match": [{"left": "user.id", "right": "owner"}]}

    items, _ = await merged(config, [{"user": {"id": 7}}], [{"owner": 7, "car": "red"}])

    assert items == [{"user": {"id": 7}, "owner": 7, "car": "red"}]


async def test_all_combinations_with_the_preferred_input_varying_fastest() -> None:
    left, right = [{"a": 1}, {"a": 2}], [{"b": 1}, {"b": 2}]

    items, parents = await merged({"mode": "all"}, left, right)
    swapped, _ = await merged({"mode": "all", "more": {"prefer": "1"}}, left, right)

    assert [(item["a"], item["b"]) for item in items] == [(1, 1), (1, 2), (2, 1), (2, 2)]
    assert parents == [(0, 2), (0, 3), (1, 2), (1, 3)]
    assert [(item["a"], item["b"]) for item in swapped] == [(1, 1), (2, 1), (1, 2), (2, 2)]


async def test_too_many_combinations_are_refused_before_they_are_made() -> None:
    many = [{"a": n} for n in range(1_001)]

    with pytest.raises(NodeFailed, match="1,002,001 combinations"):
        await merged({"mode": "all"}, many, many)


async def test_all_combinations_with_an_empty_input_are_none() -> None:
    assert (await merged({"mode": "all"}, LEFT, []))[0] == []


async def test_a_branch_is_chosen() -> None:
    items, parents = await merged({"mode": "choose", "chosen": 2}, LEFT, RIGHT)

    assert items == RIGHT
    assert parents == [3, 4, 5]


async def test_choosing_no_branch_gives_one_empty_item() -> None:
    assert await merged({"mode": "choose", "chosen": 0}, LEFT, RIGHT) == ([{}], [(0, 3)])
    assert await merged({"mode": "choose", "chosen": 0}, [], []) == ([{}], [-1])


async def test_a_branch_that_does_not_exist_is_told() -> None:
    with pytest.raises(NodeFailed, match="no input 5"):
        await merged({"mode": "choose", "chosen": 5}, LEFT, RIGHT)


async def test_a_join_without_fields_is_told() -> None:
    with pytest.raises(NodeFailed, match="No fields to match"):
        await merged({"mode": "fields"}, LEFT, RIGHT)


def test_there_are_as_many_inputs_as_asked_for_within_limits() -> None:
    counts = [len(Merge().ports({"inputs_count": count}).inputs) for count in (2, 10, 99, 0)]

    assert counts == [2, 10, 10, 2]


async def test_items_are_not_changed_by_merging() -> None:
    left = [Item({"o": {"a": 1}})]

    ctx = TestContext(
        Merge, {"mode": "position"}, inputs={"input1": left, "input2": [Item({"o": {"b": 2}})]}
    )
    await outputs_of(Merge, ctx)

    assert left[0].json == {"o": {"a": 1}}
