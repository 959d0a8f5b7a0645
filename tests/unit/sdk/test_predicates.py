"""Conditions on values: one test per rule, and a table of what the operations answer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from penstock_sdk import Column, Context, Node, NodeFailed
from penstock_sdk.operations import EXISTENCE, OPERATIONS
from penstock_sdk.predicates import AT_ONCE, evaluate
from penstock_sdk.testing import TestContext


class Sandboxed(TestContext):
    """A context that runs the few patterns of these tests, and counts its calls."""

    calls = 0

    async def evaluate(self, source: str, rows: Sequence[Mapping[str, Any]]) -> list[Any]:
        self.calls += 1
        return [_matches(row["left"], row["right"]) for row in rows]


def _matches(text: str, pattern: str) -> bool:
    parts = re.match(r"^/(.*)/([a-z]*)$", pattern, re.DOTALL)
    return bool(re.search(parts[1] if parts else pattern, text))


def context(timezone: str = "UTC") -> Sandboxed:
    return Sandboxed(Node, timezone=timezone)


def condition(left: Any, kind: str, operation: str, right: Any = None) -> dict[str, Any]:
    return {"left": left, "operator": {"type": kind, "operation": operation}, "right": right}


def group(*conditions: Any, combinator: str = "and", **options: Any) -> dict[str, Any]:
    return {"combinator": combinator, "options": options, "conditions": list(conditions)}


async def holds(*parts: Any, **options: Any) -> bool:
    (found,) = await evaluate(context(), group(condition(*parts), **options), 1)
    return found


@pytest.mark.parametrize(
    ("left", "kind", "operation", "right", "expected"),
    [
        ("a", "string", "equals", "a", True),
        ("a", "string", "equals", "A", False),
        (None, "string", "equals", "", True),
        ("a", "string", "notEquals", "b", True),
        ("abc", "string", "contains", "b", True),
        ("abc", "string", "notContains", "", False),
        ("abc", "string", "startsWith", "ab", True),
        ("abc", "string", "notStartsWith", "b", True),
        ("abc", "string", "endsWith", "bc", True),
        ("abc", "string", "notEndsWith", "c", False),
        ("", "string", "empty", None, True),
        (None, "string", "notEmpty", None, False),
        ("foo1", "string", "regex", "^fo+\\d$", True),
        ("foo1", "string", "notRegex", "/^fo+\\d$/g", False),
        (1, "number", "equals", 1.0, True),
        (None, "number", "equals", None, False),
        (None, "number", "notEquals", 1, True),
        (2, "number", "gt", 1, True),
        (None, "number", "lt", 1, False),
        (1, "number", "gte", 1, True),
        (1, "number", "lte", 0.5, False),
        (0, "number", "empty", None, False),
        (None, "number", "empty", None, True),
        (True, "boolean", "true", None, True),
        (None, "boolean", "true", None, False),
        (None, "boolean", "false", None, True),
        (False, "boolean", "equals", False, True),
        (False, "boolean", "notEquals", True, True),
        ([1, "a"], "array", "contains", "a", True),
        ([1], "array", "contains", True, False),
        (None, "array", "notContains", 1, True),
        ([1, 2], "array", "lengthEquals", 2, True),
        ([1, 2], "array", "lengthNotEquals", 2, False),
        ([1, 2], "array", "lengthGt", 1, True),
        ([1, 2], "array", "lengthLt", 2, False),
        (None, "array", "lengthLte", 0, True),
        ([1], "array", "lengthGte", 2, False),
        ([], "array", "empty", None, True),
        ([0], "array", "notEmpty", None, True),
        ({}, "object", "empty", None, True),
        ({"a": 1}, "object", "notEmpty", None, True),
        ([1, {"a": None}], "any", "equals", [1, {"a": None}], True),
        (1, "any", "equals", True, False),
        (None, "any", "empty", None, True),
        ("2024-02-01", "dateTime", "equals", "2024-02-01T00:00:00Z", True),
        ("2024-02-01T01:00:00+01:00", "dateTime", "notEquals", "1-Feb-2024", False),
        ("2024-02-02", "dateTime", "after", "2024-02-01", True),
        (None, "dateTime", "before", "2024-02-01", False),
        ("2024-02-01", "dateTime", "afterOrEquals", "2024-02-01", True),
        ("2024-02-01", "dateTime", "beforeOrEquals", "2024-01-31", False),
        ("2024-02-01", "dateTime", "notEmpty", None, True),
        (7, "string", "exists", None, True),
        (None, "number", "exists", None, False),
        (float("nan"), "number", "notExists", None, True),
        ("x", "string", "no-such-operation", "x", False),
    ],
)
async def test_what_an_operation_answers(
    left: Any, kind: str, operation: str, right: Any, expected: bool
) -> None:
    assert await holds(left, kind, operation, right) is expected


async def test_conditions_are_combined_by_and_or_or() -> None:
    yes, no = condition(1, "number", "gt", 0), condition(1, "number", "gt", 2)

    assert await evaluate(context(), group(yes, no), 1) == [False]
    assert await evaluate(context(), group(yes, no, combinator="or"), 1) == [True]
    assert await evaluate(context(), group(combinator="or"), 1) == [True]
    assert await evaluate(context(), group(), 2) == [True, True]


async def test_many_items_are_looked_at_in_parts_with_the_same_answers() -> None:
    count = AT_ONCE * 2 + 7
    only = range(3, count, 2)
    conditions = group(condition(Column(list(range(count))), "number", "gt", AT_ONCE))

    every = await evaluate(context(), conditions, count)
    some = await evaluate(context(), conditions, count, only=only)

    assert every == [row > AT_ONCE for row in range(count)]
    assert [some[row] for row in only] == [row > AT_ONCE for row in only]


@pytest.mark.parametrize("combinator", ["and", "or"])
async def test_conditions_are_looked_at_only_for_items_that_are_not_decided(
    combinator: str,
) -> None:
    decided, undecided = (-1, 1) if combinator == "and" else (1, -1)
    conditions = group(
        condition(Column([decided, undecided]), "number", "gt", 0),
        condition(Column(["no number", 5]), "number", "gt", 3),
        combinator=combinator,
    )

    found = await evaluate(context(), conditions, 2)

    assert found == [combinator == "or", True]


@pytest.mark.parametrize(
    ("left", "kind"),
    [
        pytest.param("15", "number", id="text-for-number"),
        pytest.param(True, "number", id="boolean-for-number"),
        pytest.param(15, "string", id="number-for-text"),
        pytest.param(1, "boolean", id="number-for-boolean"),
        pytest.param("[]", "array", id="text-for-array"),
        pytest.param([], "object", id="array-for-object"),
        pytest.param(1_685_084_980, "dateTime", id="number-for-date"),
        pytest.param("yesterday", "dateTime", id="text-that-is-no-date"),
    ],
)
async def test_strict_wants_the_type_of_the_operator(left: Any, kind: str) -> None:
    with pytest.raises(NodeFailed, match="Wrong type") as caught:
        await holds(left, kind, "equals", None)

    assert caught.value.item == 0
    assert caught.value.field == "conditions.conditions[0].left"
    assert caught.value.hint


@pytest.mark.parametrize(
    ("left", "kind", "operation", "right"),
    [
        pytest.param("15", "number", "equals", 15, id="number"),
        pytest.param(" ", "number", "equals", 0, id="blank-is-0"),
        pytest.param(True, "number", "equals", 1, id="true-is-1"),
        pytest.param(15.0, "string", "equals", "15", id="text"),
        pytest.param({"a": 1}, "string", "equals", '{"a":1}', id="text-of-object"),
        pytest.param("false", "boolean", "false", None, id="boolean"),
        pytest.param("a string", "boolean", "true", None, id="text-that-is-not-empty"),
        pytest.param("", "boolean", "false", None, id="empty-text"),
        pytest.param([], "boolean", "true", None, id="arrays-are-true"),
        pytest.param("[1]", "array", "contains", 1, id="array"),
        pytest.param("{}", "object", "empty", None, id="object"),
    ],
)
async def test_without_strict_values_are_converted(
    left: Any, kind: str, operation: str, right: Any
) -> None:
    assert await holds(left, kind, operation, right, strict=False)


async def test_without_strict_what_cannot_be_converted_is_an_error() -> None:
    with pytest.raises(NodeFailed, match="'a string' is not a number"):
        await holds("a string", "number", "equals", 1, strict=False)


async def test_a_right_value_that_a_person_typed_is_converted() -> None:
    assert await holds(15, "number", "equals", "15")
    assert await holds([1], "array", "lengthEquals", "1")


async def test_a_right_value_of_an_expression_is_held_to_strict() -> None:
    with pytest.raises(NodeFailed, match="the right value '15' is a string"):
        await holds(15, "number", "equals", Column(["15"]))


async def test_without_case_sensitivity_texts_are_compared_in_lower_case() -> None:
    assert await holds("ABC", "string", "contains", "bc", case_sensitive=False)
    assert await holds(["ABC"], "array", "contains", "Abc", case_sensitive=False)
    assert await holds("ABC", "string", "regex", "^abc$", case_sensitive=False)
    assert not await holds("abc", "string", "regex", "^ABC$", case_sensitive=False)


async def test_a_regular_expression_is_run_in_one_call_for_all_open_items() -> None:
    ctx = context()
    texts = Column(["a1", "b", "a2", "c"])
    numbers = Column([1, 1, 0, 1])

    found = await evaluate(
        ctx,
        group(condition(numbers, "number", "equals", 1), condition(texts, "string", "regex", "a")),
        4,
    )

    assert found == [True, False, False, False]
    assert ctx.calls == 1


async def test_errors_name_the_item_among_all_items() -> None:
    conditions = group(
        condition(Column([0, 1, 1]), "number", "equals", 1),
        condition(Column(["x", 1, "x"]), "number", "equals", 1),
    )

    with pytest.raises(NodeFailed) as caught:
        await evaluate(context(), conditions, 3, field="rules[2].conditions")

    assert caught.value.item == 2
    assert caught.value.field == "rules[2].conditions.conditions[1].left"


async def test_everything_may_differ_from_item_to_item() -> None:
    first = group(condition(1, "number", "equals", 1))
    second = group(condition("a", "string", "equals", "b"))
    varying = group(
        {
            "left": Column([1, "a"]),
            "operator": {"type": Column(["number", "string"]), "operation": "equals"},
            "right": Column([1, "a"]),
        }
    )

    assert await evaluate(context(), Column([first, second]), 2) == [True, False]
    assert await evaluate(context(), varying, 2) == [True, True]


async def test_an_error_in_a_group_that_differs_names_its_item() -> None:
    groups = [group(condition(value, "number", "equals", 1)) for value in (1, 1, "x")]

    with pytest.raises(NodeFailed) as caught:
        await evaluate(context(), Column(groups), 3)

    assert caught.value.item == 2


async def test_a_date_without_a_zone_is_in_that_of_the_workflow() -> None:
    conditions = group(
        condition("2024-01-01T00:00:00", "dateTime", "equals", "2023-12-31T23:00:00Z")
    )

    assert await evaluate(context("Europe/Rome"), conditions, 1) == [True]
    assert await evaluate(context("UTC"), conditions, 1) == [False]


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(None, id="nothing"),
        pytest.param("={{ x }}", id="a-text"),
        pytest.param({}, id="no-list"),
        pytest.param({"conditions": "x"}, id="a-text-for-a-list"),
        pytest.param({"conditions": [1]}, id="a-number-for-a-condition"),
        pytest.param(Column([{"conditions": [1]}]), id="from-an-expression"),
    ],
)
async def test_what_is_no_group_of_conditions_is_refused(given: Any) -> None:
    with pytest.raises(NodeFailed, match="no conditions"):
        await evaluate(context(), given, 1)


async def test_no_items_need_no_conditions() -> None:
    ctx: Context = context()

    assert await evaluate(ctx, group(condition(Column(), "number", "gt", 1)), 0) == []


def test_every_type_has_operations_that_ask_whether_there_is_something() -> None:
    for kind, operations in OPERATIONS.items():
        assert {"empty", "notEmpty"} <= set(operations), kind
    assert set(EXISTENCE) == {"exists", "notExists"}
