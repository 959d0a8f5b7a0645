"""Judging an expression: its tier, and what it reads."""

from __future__ import annotations

import pytest

from penstock_kernel.expressions.expressions import (
    Constant,
    Refused,
    Script,
    judge,
    number_text,
    to_text,
)
from penstock_kernel.expressions.paths import UNDEFINED, Path
from penstock_kernel.expressions.reads import Reads


def reads(source: str) -> Reads:
    return judge(source).script.reads


@pytest.mark.parametrize(
    ("source", "value"),
    [
        pytest.param("1", 1, id="integer"),
        pytest.param("-1.5", -1.5, id="negative"),
        pytest.param("'a\\u0041'", "aA", id="text"),
        pytest.param("true", True, id="true"),
        pytest.param("null ;", None, id="null"),
        pytest.param("undefined", UNDEFINED, id="undefined"),
        pytest.param(" /* nothing */ ", UNDEFINED, id="empty"),
    ],
)
def test_a_literal_is_a_constant(source: str, value: object) -> None:
    assert judge(source).tier == Constant(value)


@pytest.mark.parametrize(
    "source",
    [
        "$json.a.b",
        "$json['a b'][0]",
        "$json?.a?.['b']",
        "$('X').item.json.c",
        "$('X').first().json.c",
        "$('X').last().json",
        '$node["X"].json.c',
        "$input.item.json.a",
        "$input.first().json.a",
        "$itemIndex",
        "$runIndex",
        "$vars.x",
        "$workflow.name",
        "$execution.id",
    ],
)
def test_a_plain_path_is_left_to_the_host(source: str) -> None:
    assert isinstance(judge(source).tier, Path)


@pytest.mark.parametrize(
    "source",
    [
        "$json.a + 1",
        "$json[$json.k]",
        "$json.a()",
        "$('X').first(1).json.c",
        "$('X' + '').item.json.c",
        "$now",
        "$execution.customData",
        "$json.a; $json.b",
        "$json.a, $json.b",
        "08",
        "1n",
        "- 'a'",
        "a",
    ],
)
def test_everything_else_is_for_the_guest(source: str) -> None:
    assert isinstance(judge(source).tier, Script)


@pytest.mark.parametrize(
    "source",
    [
        "({}).constructor",
        "[]['constructor']",
        "Object.getPrototypeOf($json)",
        "$json.__proto__.a = 1",
        "Error.prepareStackTrace",
    ],
)
def test_a_way_around_the_data_is_refused(source: str) -> None:
    assert isinstance(judge(source).tier, Refused)


@pytest.mark.parametrize(
    "source", ["'constructor'", "['constructor']", "f(['__proto__'])", "$json.a // prototype"]
)
def test_a_refused_word_in_a_text_is_allowed(source: str) -> None:
    assert not isinstance(judge(source).tier, Refused)


@pytest.mark.parametrize(
    ("source", "fields"),
    [
        pytest.param("$json.a + $json['b c'] + $json?.d", {"a", "b c", "d"}, id="by-name"),
        pytest.param("`${$json.a}`", {"a"}, id="in-a-template-literal"),
        pytest.param("'$json.a' + 1", set[str](), id="in-a-text"),
        pytest.param("x.$json.a", set[str](), id="as-a-property"),
        pytest.param("[1].map($json => $json.b)", None, id="shadowed"),
        pytest.param("$json[k]", None, id="computed"),
        pytest.param("f($json)", None, id="passed-on"),
        pytest.param("$json.keys()", None, id="method"),
        pytest.param("$json.toString", None, id="inherited"),
        pytest.param("$thisItem.json.a + 1", {"a"}, id="this-item"),
        pytest.param("$input.item.json.a + 1", {"a"}, id="input-item"),
        pytest.param("$input[x]", None, id="input-computed"),
        pytest.param("arguments[0]", None, id="arguments"),
        pytest.param("\\u0024json.a", None, id="spelled-in-code-points"),
        pytest.param("'unfinished", None, id="unfinished"),
        pytest.param("[$json.a\u202f||\u202f$json.b]", {"a", "b"}, id="unusual-space"),
        pytest.param("[$json.न\u093eम]", None, id="combining-mark"),
    ],
)
def test_the_fields_that_a_source_reads_are_found(source: str, fields: set[str] | None) -> None:
    found = reads(source).json

    assert (None if found is None else set(found)) == fields


def test_what_is_read_of_another_node_is_found() -> None:
    found = reads("$('A').item.json.x + $('B').first().json.y + $('C').all().length").nodes

    assert found["A"].paired == frozenset({"x"})
    assert found["B"].first == frozenset({"y"})
    assert found["C"].items == frozenset({""})
    assert found["A"].items == found["B"].items == frozenset()


@pytest.mark.parametrize("source", ["$(name).item", "const f = $", "$node[k]", "$item(0)"])
def test_a_node_that_is_named_dynamically_means_all_nodes(source: str) -> None:
    assert reads(source).every_node


@pytest.mark.parametrize(
    ("source", "moving"),
    [
        ("$now.toISO()", False),
        ("$vars.a + 1", False),
        ("$('A').first().json.x + 1", False),
        ("$input.all().length", False),
        ("$json.a + 1", True),
        ("$('A').item.json.x + 1", True),
        ("Math.random()", True),
        ("[1, 2].randomItem()", True),
        ("$itemIndex + 1", True),
        ("$response.body", True),
    ],
)
def test_what_may_differ_from_item_to_item_is_known(source: str, moving: bool) -> None:
    assert reads(source).moving is moving


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1"),
        (-0.0, "0"),
        (0.1 + 0.2, "0.30000000000000004"),
        (1e21, "1e+21"),
        (1e20, "100000000000000000000"),
        (123456789012345680000.0, "123456789012345680000"),
        (1e-7, "1e-7"),
        (1.5e-7, "1.5e-7"),
        (0.00001, "0.00001"),
        (5e-324, "5e-324"),
        (2**60, "1152921504606847000"),
    ],
)
def test_numbers_are_written_as_javascript_writes_them(value: float, text: str) -> None:
    assert number_text(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param(None, "", id="null"),
        pytest.param(UNDEFINED, "", id="undefined"),
        pytest.param(False, "false", id="false"),
        pytest.param([1, None, ["a", True]], "1,,a,true", id="list"),
        pytest.param({"a": 1}, "[object Object]", id="object"),
    ],
)
def test_values_are_joined_as_javascript_joins_them(value: object, text: str) -> None:
    assert to_text(value) == text


def test_counting_items_reads_nothing_in_them() -> None:
    assert reads("$input.all().length + $('A').all().length").input == frozenset({""})
    assert reads("$input.all().map(i => i.json.a)").input is None
