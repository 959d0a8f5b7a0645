"""jq, run in the sandbox as a workflow runs it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from penstock_kernel.execution.result import Execution
from penstock_kernel.kernel import Kernel
from penstock_kernel.settings import Settings

CASES: list[tuple[str, Any, list[Any]]] = [
    (".a", {"a": 1}, [1]),
    (".a.b?", {"a": 1}, []),
    (".[]", [1, 2], [1, 2]),
    ("map(.+1)", [1, 2], [[2, 3]]),
    ('{a,b:2,"c":.x, ("d"+"e"):3}', {"a": 1, "x": 9}, [{"a": 1, "b": 2, "c": 9, "de": 3}]),
    ("to_entries", {"a": 1}, [[{"key": "a", "value": 1}]]),
    ("with_entries(.value+=1)", {"a": 1, "b": 2}, [{"a": 2, "b": 3}]),
    (
        "group_by(.k)|map({k:.[0].k,n:length})",
        [{"k": 1}, {"k": 2}, {"k": 1}],
        [[{"k": 1, "n": 2}, {"k": 2, "n": 1}]],
    ),
    ("reduce .[] as $x (0; .+$x)", [1, 2, 3], [6]),
    ("foreach .[] as $x (0; .+$x; [$x,.])", [1, 2], [[1, 1], [2, 3]]),
    ('if .>1 then "big" elif .==1 then "one" else "small" end', 0, ["small"]),
    ('"a\\(.x)b"', {"x": 5}, ["a5b"]),
    ("@base64", "héy", ["aMOpeQ=="]),
    ("@base64d", "aMOpeQ==", ["héy"]),
    ("@csv", [1, 'a"b', None, True], ['1,"a""b",,true']),
    ('@html "<b>\\(.)</b>"', "<&", ["<b>&lt;&amp;</b>"]),
    ("def f(x): x*2; f(.[])", [1, 2], [2, 4]),
    ("def fac: if .<=1 then 1 else .*(.-1|fac) end; fac", 5, [120]),
    ("[limit(3;range(10))]", None, [[0, 1, 2]]),
    ("first(range(5;10))", None, [5]),
    ("[.[]|select(.>1)]", [1, 2, 3], [[2, 3]]),
    (".. | numbers", {"a": [1, {"b": 2}]}, [1, 2]),
    ("[paths]", {"a": [1]}, [[["a"], ["a", 0]]]),
    ("del(.a,.b[0])", {"a": 1, "b": [1, 2]}, [{"b": [2]}]),
    ("del(.[1,2])", [1, 2, 3, 4], [[1, 4]]),
    (".a|=.+1", {"a": 1}, [{"a": 2}]),
    (".[]|=empty", [1, 2, 3], [[]]),
    (".a.b.c=1", None, [{"a": {"b": {"c": 1}}}]),
    ("(.a,.b)=5", {}, [{"a": 5, "b": 5}]),
    ('.a//"d"', {"a": None}, ["d"]),
    ("[.[]//9]", [None, False, 1], [[1]]),
    ('try error("x") catch .', None, ["x"]),
    ("[.[]|tonumber?]", ["1", "a"], [[1]]),
    ('test("^A";"i")', "abc", [True]),
    ('[match("b(?<n>.)";"g")|.captures[0].name]', "abcbd", [["n", "n"]]),
    ('capture("(?<y>\\\\d+)-(?<m>\\\\d+)")', "2024-05", [{"y": "2024", "m": "05"}]),
    ('gsub("(?<x>[aeiou])";"<\\(.x)>")', "hello", ["h<e>ll<o>"]),
    ('[scan("[a-z]")]', "a1b", [["a", "b"]]),
    ('split(", *";null)', "a, b,c", [["a", "b", "c"]]),
    ('sub("b";"x")', "abcb", ["axcb"]),
    (".[2:4]", "abcdef", ["cd"]),
    (".[-2:]", [1, 2, 3], [[2, 3]]),
    (".[1:]=[9]", [1, 2, 3], [[1, 9]]),
    (
        "sort_by(.a,.b)",
        [{"a": 2, "b": 1}, {"a": 1, "b": 2}, {"a": 1, "b": 1}],
        [[{"a": 1, "b": 1}, {"a": 1, "b": 2}, {"a": 2, "b": 1}]],
    ),
    ("unique", [3, 1, 3], [[1, 3]]),
    ("min_by(.a),max_by(.a)", [{"a": 2}, {"a": 1}], [{"a": 1}, {"a": 2}]),
    ("add", ["a", "b"], ["ab"]),
    ("add", [], [None]),
    ('join("-")', ["a", 1, None], ["a-1-"]),
    ("ascii_downcase", "ABC", ["abc"]),
    ('ltrimstr("a")|rtrimstr("c")', "abc", ["b"]),
    ("flatten(1)", [1, [2, [3]]], [[1, 2, [3]]]),
    ("transpose", [[1, 2], [3]], [[[1, 3], [2, None]]]),
    ("[range(0;10;3)]", None, [[0, 3, 6, 9]]),
    ('has("a")', {"a": 1}, [True]),
    ("inside([1,2])", [1], [True]),
    ('contains({a:"b"})', {"a": "abc"}, [True]),
    ('walk(if type=="number" then .+1 else . end)', [1, {"a": 2}], [[2, {"a": 3}]]),
    ("[.[]|{a}]", [{"a": 1, "b": 2}], [[{"a": 1}]]),
    (". as [$a,{b:$c}] | $a+$c", [1, {"b": 2}], [3]),
    (". as {a:$x,$y} | [$x,$y]", {"a": 1, "y": 2}, [[1, 2]]),
    ("label $out | .[] | if .>1 then ., break $out else . end", [1, 2, 3], [1, 2]),
    ("tojson|fromjson", {"a": [1]}, [{"a": [1]}]),
    ("todate", 0, ["1970-01-01T00:00:00Z"]),
    ('"2015-03-05T23:51:47Z"|fromdate', None, [1425599507]),
    ('strftime("%Y-%m-%d")', 1425599621, ["2015-03-05"]),
    ("-(1+2)", None, [-3]),
    ("1+2*3-4/2", None, [5]),
    ("5%3", None, [2]),
    ("[.[]|-.]", [1, 2], [[-1, -2]]),
    (".a as $x|.b as $y|$x+$y", {"a": 1, "b": 2}, [3]),
    ('getpath(["a","b"])', {"a": {"b": 7}}, [7]),
    ('setpath(["a"];1)', None, [{"a": 1}]),
    ("pick(.a.b)", {"a": {"b": 1, "c": 2}}, [{"a": {"b": 1}}]),
    ("limit(0;1,2)", None, []),
    ('[splits("a")]', "bab", [["b", "b"]]),
    ("ascii", 65, ["A"]),
    ("@uri", "a b&c", ["a%20b%26c"]),
    ("@sh", "it's", ["'it'\\''s'"]),
    ('indices(", ")', "a, b, c", [[1, 4]]),
    ('index("b")', "abcb", [1]),
    ("IN(1,2)", 2, [True]),
    ("any(.>2)", [1, 3], [True]),
    ("isempty(empty)", None, [True]),
    ("tostream", {"a": [1]}, [[["a", 0], 1], [["a", 0]], [["a"]]]),
    ("fromstream(tostream)", {"a": [1, {"b": 2}]}, [{"a": [1, {"b": 2}]}]),
    ("[.[]?]", 5, [[]]),
    (
        "try (1/0) catch .",
        None,
        ["number (1) and number (0) cannot be divided because the divisor is zero"],
    ),
    ("{} | .a += 1", None, [{"a": 1}]),
    ("[1,[2]]|getpath([1,0])", None, [2]),
    ("ltrimstr(1)", "a", ["a"]),
    ('"x" * 3', None, ["xxx"]),
    ("{a:{b:1}} * {a:{c:2}}", None, [{"a": {"b": 1, "c": 2}}]),
    ("[3,1]|sort|.[0]", None, [1]),
    ("map_values(.+1)", {"a": 1}, [{"a": 2}]),
    ("map_values(empty)", {"a": 1}, [{}]),
    ("recurse(if . < 3 then .+1 else empty end)", 0, [0, 1, 2, 3]),
    ("[while(.<4;.+1)]", 1, [[1, 2, 3]]),
    ("until(.>4;.+1)", 1, [5]),
    ("combinations", [[1, 2], [3]], [[1, 3], [2, 3]]),
    ("first", [7, 8], [7]),
    ("nth(1)", [7, 8], [8]),
    ("to_entries[]|.key", {"a": 1}, ["a"]),
    ("from_entries", [{"name": "a", "value": 1}], [{"a": 1}]),
    ('@json "v=\\(.)"', [1], ["v=[1]"]),
    ("if . then 1 end", None, [None]),
    ("try error catch .", {"a": 1}, [{"a": 1}]),
    ("error(null)?", None, []),
    (".a[]?.b", {"a": [{"b": 1}]}, [1]),
    ("..|.b?", {"b": 1}, [1]),
    ('."a b"', {"a b": 1}, [1]),
    ('.["a"]', {"a": 1}, [1]),
    ('.a["b"].c', {"a": {"b": {"c": 1}}}, [1]),
    ("reduce range(1000) as $i ([]; .+[$i])|length", None, [1000]),
    ("[.[]|tostring]", [1, "a", [1]], [["1", "a", "[1]"]]),
    ("# comment\n.a", {"a": 1}, [1]),
    (". as [$a] ?// $a | [$a]", 5, [[5]]),
    ('splits("x")', "axb", ["a", "b"]),
    ("abs", -3, [3]),
    ("toarray", 1, [[1]]),
    ("[.[]|round]", [1.5, -1.5], [[2, -2]]),
    ("$__loc__", None, [{"file": "<query>", "line": 1}]),
    (".a.b |= . + 1", {"a": {"b": 1}}, [{"a": {"b": 2}}]),
    ('paths(type=="number")', {"a": 1, "b": "x"}, [["a"]]),
    ("1 as $x | 2 as $y | [$x,$y]", None, [[1, 2]]),
    ("[1,2] | .[0] as $x | $x + 1", None, [2]),
    (".a,.b|.+1", {"a": 1, "b": 2}, [2, 3]),
    ("[.[] as $x | $x*2]", [1, 2], [[2, 4]]),
    ("try error({a:1}) catch .a", None, [1]),
    ('{"a\\(1)":2}', None, [{"a1": 2}]),
    ("1 as $x|{$x}", None, [{"x": 1}]),
    ("{a:(1,2)}", None, [{"a": 1}, {"a": 2}]),
    ("not", None, [True]),
    ("true and false or true", None, [True]),
    ("1,2|.*10", None, [10, 20]),
    ("implode", [72, 105], ["Hi"]),
    ("explode", "Hi", [[72, 105]]),
    ('ltrimstr("x"),trim', " a ", [" a ", "a"]),
    ("@text", [1], ["[1]"]),
    ("tojson", "é", ['"é"']),
    ("unique_by(length)", ["a", "bb", "c"], [["a", "bb"]]),
    ("min,max", [], [None, None]),
    (".[1.7]", [1, 2, 3], [2]),
    ("last(range(5))", None, [4]),
    ('delpaths([["a"],["b"]])', {"a": 1, "b": 2, "c": 3}, [{"c": 3}]),
    ("to_entries|map(select(.value>1))|from_entries", {"a": 1, "b": 2}, [{"b": 2}]),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def kernel(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Kernel]:
    settings = Settings(data_dir=tmp_path_factory.mktemp("jq"), sandbox="inprocess")
    async with Kernel.open(settings) as opened:
        yield opened


async def ask(kernel: Kernel, program: str, value: Any) -> Execution:
    document = {
        "format": "penstock/1",
        "name": "jq",
        "nodes": [
            {"id": "start", "name": "Start", "type": "penstock/flow.manual"},
            {
                "id": "jq",
                "name": "jq",
                "type": "penstock/data.jq",
                "config": {"program": program, "of": "value"},
                "settings": {"budget": {"wall_s": 1}},
            },
        ],
        "edges": [{"from": ["start", "main"], "to": ["jq", "main"]}],
    }
    return await kernel.execute(document, [{"value": value}])


@pytest.mark.asyncio(loop_scope="module")
async def test_every_program_gives_what_jq_gives(kernel: Kernel) -> None:
    executions = await asyncio.gather(*(ask(kernel, program, value) for program, value, _ in CASES))

    wrong = [
        (program, execution.error or found, expected)
        for execution, (program, _, expected) in zip(executions, CASES, strict=True)
        if (found := results(execution)) != expected
    ]
    assert wrong == []


def results(execution: Execution) -> Any:
    runs = execution.outputs("jq")
    return runs[-1]["main"].items[0].json["result"] if runs else None


@pytest.mark.parametrize(
    ("program", "message"),
    [
        pytest.param(".a[", "something is missing", id="no-end"),
        pytest.param("nope", "nope/0 is not defined", id="unknown-function"),
        pytest.param("keys", "has no keys", id="wrong-type"),
        pytest.param("$x", "$x is not defined", id="unknown-variable"),
        pytest.param("env", "The environment is not there", id="environment"),
        pytest.param("range(1000000)", "more than 100000 results", id="too-many-results"),
        pytest.param('"a" * 1000000000', "too long", id="too-long"),
    ],
)
@pytest.mark.asyncio(loop_scope="module")
async def test_a_program_that_fails_says_why(kernel: Kernel, program: str, message: str) -> None:
    execution = await ask(kernel, program, 5)

    assert execution.error is not None
    assert execution.error.code == "node.failed"
    assert message in execution.error.message
    assert execution.error.field == "program"


@pytest.mark.asyncio(loop_scope="module")
async def test_a_program_without_an_end_ends_with_its_budget(kernel: Kernel) -> None:
    execution = await ask(kernel, "last(repeat(.))", 1)

    assert execution.error is not None
    assert execution.error.code in {"guest.budget_exceeded", "guest.trapped"}
