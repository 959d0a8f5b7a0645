"""The guest's side of expressions: names, values and errors of one chunk."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from penstock_sandbox.contract import Budget, Spent
from penstock_sandbox.guests.engine import make_engine
from penstock_sandbox.guests.guest import Task
from penstock_sandbox.guests.javascript import JavaScriptDriver

ROOT = Path(__file__).parents[3]
NAMES_JS = ROOT / "sandbox" / "guests" / "javascript" / "names.js"
CTX: dict[str, Any] = {"now": 1_700_000_000_000, "zone": "Europe/Berlin", "seed": 42}


@pytest.fixture(scope="module")
def driver() -> JavaScriptDriver:
    return JavaScriptDriver(make_engine(), "expression")


def answers(
    driver: JavaScriptDriver,
    sources: Sequence[str],
    *chunks: Mapping[str, Any],
    ctx: Mapping[str, Any] = CTX,
    **header: Any,
) -> list[dict[str, Any]]:
    task = Task(
        header=msgspec.json.encode({"exprs": sources, "ctx": ctx} | header),
        chunks=iter([msgspec.json.encode(chunk) for chunk in chunks]),
        budget=Budget(),
        spent=Spent(),
        vm="v",
    )
    return [msgspec.json.decode(body) for body in driver.run(task)]


def chunk(*rows: Any, at: int = 0) -> dict[str, Any]:
    return {"at": at, "n": len(rows), "json": rows}


def value(driver: JavaScriptDriver, source: str, **header: Any) -> Any:
    (answer,) = answers(driver, [source], chunk({"a": 1, "list": [3, 1]}), **header)
    assert answer["e"] == [], answer["e"]
    return answer["v"][0][0]


def failure(driver: JavaScriptDriver, source: str, **header: Any) -> list[Any]:
    (answer,) = answers(driver, [source], chunk({"a": 1}), **header)
    (row,) = answer["e"]
    assert answer["v"] == [[None]]
    found: list[Any] = row
    return found


def test_values_missing_ones_and_errors_are_told_apart(driver: JavaScriptDriver) -> None:
    (answer,) = answers(
        driver, ["$json.a.b", "$itemIndex"], chunk({"a": {"b": 5}}, {"a": {}}, {}, at=7)
    )

    assert answer["v"] == [[5, None, None], [7, 8, 9]]
    assert answer["u"] == [[1], []]
    assert [row[:3] for row in answer["e"]] == [[0, 2, "TypeError"]]


def test_a_source_that_is_the_same_for_all_items_answers_once(driver: JavaScriptDriver) -> None:
    chunks = [chunk({}, {}), chunk({}, at=2)]

    first, second = answers(driver, ["1 + 1", "$itemIndex"], *chunks, once=[0])

    assert first["v"] == [[2], [0, 1]]
    assert second["v"] == [[], [2]]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("$json.list", "3,1"),
        ("$json", "[object Object]"),
        ("null", ""),
        ("NaN", ""),
        ("0", "0"),
        ("false", "false"),
        ("$now", "2023-11-14T23:13:20.000+01:00"),
        ("[null, [1, undefined]]", ",1,"),
        ("1e21", "1e+21"),
    ],
)
def test_a_text_is_joined_from_values_as_javascript_joins_them(
    driver: JavaScriptDriver, source: str, text: str
) -> None:
    assert value(driver, source, text=[0]) == text


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("NaN", {"$type": "number", "value": "NaN"}),
        ("10n", {"$type": "bigint", "value": "10"}),
        ("new Date(0)", {"$type": "date", "value": "1970-01-01T00:00:00.000Z"}),
        ("$now", {"$type": "luxon.DateTime", "value": "2023-11-14T23:13:20.000+01:00", "zone": "Europe/Berlin", "valid": True}),
        ("Duration.fromMillis(100)", {"$type": "luxon.Duration", "value": "PT0.1S", "object": {"milliseconds": 100}}),
        ("new Set([1, [2]])", {"$type": "set", "value": [1, [2]]}),
        ("/a/g", {"$type": "regexp", "value": "/a/g"}),
        ("new TypeError('x')", {"$type": "error", "name": "TypeError", "message": "x"}),
        ("[undefined, x => x]", [{"$type": "undefined"}, {"$type": "function"}]),
    ],
)  # fmt: skip
def test_what_json_cannot_hold_is_wrapped_where_types_are_asked_for(
    driver: JavaScriptDriver, source: str, expected: Any
) -> None:
    assert value(driver, source, typed=True) == expected


@pytest.mark.parametrize(
    ("source", "line", "column"),
    [
        pytest.param("$json.b.c", 1, 1, id="first-line"),
        pytest.param("\n\n   nonsense", 3, 4, id="third-line"),
        pytest.param("$json.a +", 1, 10, id="missing-at-the-end"),
        pytest.param("(() => {\n  throw new Error('x')\n})()", 2, 13, id="thrown"),
    ],
)
def test_an_error_says_where_in_the_source_it_is(
    driver: JavaScriptDriver, source: str, line: int, column: int
) -> None:
    row = failure(driver, source)

    assert row[4] == line
    assert abs(row[5] - column) <= 3


@pytest.mark.parametrize(
    "source",
    [
        "throw 1",
        "(() => { throw 1 })()",
        "(() => { throw null })()",
        "(() => { throw Symbol('x') })()",
        "(() => { throw new Proxy({}, {get() { throw 1 }, getPrototypeOf() { throw 2 }}) })()",
        "(() => { throw {get name() { throw 1 }, message: {toString() { throw 2 }}} })()",
        "1 +",
        ")(",
    ],
)
def test_whatever_is_thrown_becomes_a_row(driver: JavaScriptDriver, source: str) -> None:
    row = failure(driver, source)

    assert row[:2] == [0, 0]
    assert isinstance(row[2], str)
    assert isinstance(row[3], str)


@pytest.mark.parametrize(
    "name", ["document", "globalThis", "eval", "Function", "Reflect", "fetch", "require"]
)
def test_a_door_is_an_empty_object(driver: JavaScriptDriver, name: str) -> None:
    assert value(driver, name) == {}


def test_a_refused_name_in_a_text_is_only_text(driver: JavaScriptDriver) -> None:
    assert value(driver, "'$env costs $5, $secrets too'") == "$env costs $5, $secrets too"
    assert failure(driver, "$env.HOME")[2] == "ExpressionError"
    assert "credential" in failure(driver, "$secrets.key")[6]


def test_a_persons_own_names_win_over_ours(driver: JavaScriptDriver) -> None:
    assert value(driver, "(($json) => $json + 1)(4)") == 5
    assert value(driver, "[1, 2].map((item, min) => item * min).join()") == "0,2"
    assert value(driver, "(() => { const zip = 2, $now = 3; return zip * $now })()") == 6


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("$if(1 > 2, 'a', 'b')", "b"),
        ("$ifEmpty('', 1) + $ifEmpty([], 2) + $ifEmpty({}, 3) + $ifEmpty(0, 4)", 6),
        ("$max(1, 5) + $min([2, 3]) + average(1, 3)", 9),
        ("zip(['a', 'b'], [1, 2])", {"a": 1, "b": 2}),
        ("numberList(3, 1)", [3, 2, 1]),
        ("$not(0)", True),
        ("$jmespath({a: [{b: 1}, {b: 2}]}, 'a[*].b')", [1, 2]),
        ("$fromAI('x', '', 'number', 18)", 18),
        ("$binary", {}),
        ("typeof $('X') + typeof $input + typeof $node", "objectobjectobject"),
    ],
)
def test_the_functions_among_the_names(
    driver: JavaScriptDriver, source: str, expected: Any
) -> None:
    ctx = {**CTX, "nodes": {"X": {"executed": True}}}

    assert value(driver, source, ctx=ctx) == expected


@pytest.mark.parametrize("query", ["constructor", "a.prototype", "__proto__.b"])
def test_a_jmespath_query_cannot_ask_for_what_is_no_data(
    driver: JavaScriptDriver, query: str
) -> None:
    assert failure(driver, f"$jmespath({{a: 1}}, {query!r})")[2] == "ExpressionError"


NODES = {
    "X": {
        "executed": True,
        "parameter": {"p": 1},
        "runIndex": 1,
        "items": [{"json": {"v": 1}}, {"json": {"v": 2}}],
        "outputs": [[], [{"json": {"v": 3}}]],
    },
    "Later": {"executed": False, "parameter": {}},
}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("$('X').first().json.v + $('X').last().json.v", 3),
        ("$('X').all().map(i => i.json.v)", [1, 2]),
        ("$('X').first(1).json.v", 3),
        ("$('X').all(0).length", 0),
        ("$('X').isExecuted && !$('Later').isExecuted", True),
        ("$('X').params.p + $('X').runIndex", 2),
        ("$node.X.json.v", 1),
        ("$node['X'].parameter.p", 1),
        ("'X' in $node && !('Y' in $node)", True),
        ("$items('X').length", 2),
    ],
)
def test_other_nodes_are_seen(driver: JavaScriptDriver, source: str, expected: Any) -> None:
    assert value(driver, source, ctx={**CTX, "nodes": NODES}) == expected


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("$('Nope').all()", "doesn't exist"),
        ("$('Later').first()", "hasn't been executed"),
        ("$('X').itemMatching()", "Missing item index"),
        ("$node['Nope'].json", "doesn't exist"),
        ("$('__proto__').all()", "doesn't exist"),
        ("$execution.customData.set('a', 1)", "can't be changed"),
        ("$getWorkflowStaticData('all')", "knows"),
    ],
)
def test_what_cannot_be_seen_says_why(driver: JavaScriptDriver, source: str, message: str) -> None:
    row = failure(driver, source, ctx={**CTX, "nodes": NODES})

    assert row[2] == "ExpressionError"
    assert message in row[3]


def test_paired_items_are_found_by_chunk(driver: JavaScriptDriver) -> None:
    ctx = {**CTX, "nodes": {"X": {"executed": True}}}
    pairs = {"X": {"rows": [{"json": {"v": 5}}], "at": [0, -1, 0]}}

    (answer,) = answers(driver, ["$('X').item.json.v"], {"at": 10, "n": 3, "pairs": pairs}, ctx=ctx)

    assert answer["v"] == [[5, None, 5]]
    assert [row[1] for row in answer["e"]] == [1]
    assert "item 11" in answer["e"][0][3]


def test_a_source_is_compiled_once_and_still_follows_its_header(driver: JavaScriptDriver) -> None:
    later = {**CTX, "now": 0, "zone": "UTC", "vars": {"x": 2}}

    first = value(driver, "$now.toISO() + $vars.x", ctx={**CTX, "vars": {"x": 1}})
    second = value(driver, "$now.toISO() + $vars.x", ctx=later)

    assert first == "2023-11-14T23:13:20.000+01:001"
    assert second == "1970-01-01T00:00:00.000Z2"


def test_names_that_one_node_is_given_are_not_kept_for_the_next(driver: JavaScriptDriver) -> None:
    given = {**CTX, "extra": {"$response": {"status": 200}}}

    before = failure(driver, "$response.status")
    between = value(driver, "$response.status", ctx=given)
    after = failure(driver, "$response.status")

    assert between == 200
    assert before[2] == after[2] == "ReferenceError"


def test_an_item_leaves_no_mark_for_the_next(driver: JavaScriptDriver) -> None:
    callee = "(arguments.callee.n = (arguments.callee.n ?? 0) + 1)"
    shared = "(arguments.callee.prototype.n = (arguments.callee.prototype.n ?? 0) + 1)"

    (answer,) = answers(driver, [callee, shared], chunk({}, {}, {}))

    assert answer["v"] == [[1, 1, 1], [1, 1, 1]]


def test_every_name_is_documented() -> None:
    tables = re.findall(
        r"^  const (?:PLAIN|MAKE) = \{$(.*?)^  \};$", NAMES_JS.read_text(), re.MULTILINE | re.DOTALL
    )
    names = re.findall(r"^    ([$\w]+)(?:,|:)", "".join(tables), re.MULTILINE)
    documented = (ROOT / "docs" / "expressions.md").read_text().partition("## Methods")[0]

    missing = [name for name in names if not re.search(rf"`{re.escape(name)}(?![\w$])", documented)]

    assert len(names) > 40
    assert missing == ["__proto__"] or missing == []
