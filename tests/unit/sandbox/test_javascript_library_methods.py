"""The methods that expressions know on strings, numbers, arrays, objects and booleans."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.support.expressions import evaluate as evaluate_over

from penstock_sandbox.guests.engine import make_engine
from penstock_sandbox.guests.javascript import JavaScriptDriver

DOCS = Path(__file__).parents[3] / "docs" / "expressions.md"
DATA: dict[str, Any] = {
    "text": "Grüße aus Köln 😀",
    "people": [{"name": "Ann", "age": 3}, {"name": "Bo"}, {"name": "Ann", "age": 5}],
    "order": {"id": 7, "note": None, "tags": "", "who": {"name": "Ann", "mail": None}},
    "keys": 1,
    "values": [1, 2],
}


@pytest.fixture(scope="module")
def driver() -> JavaScriptDriver:
    return JavaScriptDriver(make_engine(), "expression")


def evaluate(driver: JavaScriptDriver, source: str) -> Any:
    """The value of one expression over DATA; an error with its hint."""
    return evaluate_over(driver, source, DATA, zone="UTC", hints=True)


def cases(*pairs: tuple[str, Any]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        ("source", "expected"), [pytest.param(*pair, id=pair[0]) for pair in pairs]
    )


@cases(
    ("'Ünï'.base64Encode()", "w5xuw68="),
    ("'w5xuw68='.base64Decode()", "Ünï"),
    ("'w5xuw68'.base64Decode()", "Ünï"),
    ("$json.text.base64Encode().base64Decode() === $json.text", True),
    ("'a_-'.base64Decode().length", 2),
    ("'YW Jj!Z'.base64Decode()", "abc"),
    ("'info@shop.example.com'.extractDomain()", "shop.example.com"),
    ("'https://shop.example.com:8080/x?y'.extractDomain()", "shop.example.com"),
    ("'no domain here'.extractDomain()", "undefined"),
    ("'write to a.b+c@example.org, please'.extractEmail()", "a.b+c@example.org"),
    ("'nothing'.extractEmail()", "undefined"),
    ("'see https://example.com/a?b=c#d now'.extractUrl()", "https://example.com/a?b=c#d"),
    ("'see example.com'.extractUrl()", "undefined"),
    ("'https://example.com'.extractUrlPath()", "/"),
    ("'https://example.com/a/b?c=d'.extractUrlPath()", "/a/b"),
    ("'a/b'.extractUrlPath()", "undefined"),
)
def test_strings_give_what_is_in_them(driver: JavaScriptDriver, source: str, expected: Any) -> None:
    assert evaluate(driver, source) == expected


@cases(
    ("'shop.example.com'.isDomain()", True),
    ("'https://example.com'.isDomain()", False),
    ("'-a.example'.isDomain()", False),
    ("'a@example.com'.isEmail()", True),
    ("'a@b@example.com'.isEmail()", False),
    ("'a b@example.com'.isEmail()", False),
    ("'https://example.com/x y'.isUrl()", False),
    ("'ftp://example.com'.isUrl()", True),
    ("'javascript:alert(1)'.isUrl()", False),
    ("'-1.5e3'.isNumeric()", True),
    ("'1,5'.isNumeric()", False),
    ("' '.isNumeric()", False),
    ("'Infinity'.isNumeric()", False),
    ("''.isEmpty()", True),
    ("' '.isEmpty()", False),
    ("'a'.isNotEmpty()", True),
)
def test_strings_answer_questions(driver: JavaScriptDriver, source: str, expected: Any) -> None:
    assert evaluate(driver, source) is expected


@cases(
    ("'quick BrownFox, 2nd!'.toSnakeCase()", "quick_brown_fox_2nd"),
    ("'quick brown fox'.toCamelCase()", "quickBrownFox"),
    ("'quick o\\'brien fOX'.toTitleCase()", "Quick O'brien Fox"),
    ("'HELLO. how ARE you? ok'.toSentenceCase()", "Hello. How are you? Ok"),
    ("'Ærø, ßtraße, Łódź, ñandú'.replaceSpecialChars()", "AEro, sstrasse, Lodz, nandu"),
    ("'<p class=\"x\">a<br/>b</p><!-- c -->d'.removeTags()", "abd"),
    ("'1 < 2'.removeTags()", "1 < 2"),
    ("'# T\\n\\n- **a** _b_ `c`\\n> [d](http://e) ![f](g)'.removeMarkdown()", "T\n\na b c\nd f"),
    ("'2 * 3 * 4 and snake_case'.removeMarkdown()", "2 * 3 * 4 and snake_case"),
    ("'say \"hi\"\\\\'.quote()", '"say \\"hi\\"\\\\"'),
    ('"it\'s".quote("\'")', "'it\\'s'"),
    ("'a&b=ü c'.urlEncode()", "a%26b%3D%C3%BC%20c"),
    ("'https://a.b/ü?c=d e'.urlEncode(true)", "https://a.b/%C3%BC?c=d%20e"),
    ("'a%26b'.urlDecode()", "a&b"),
    ("'a%26b'.urlDecode(true)", "a%26b"),
    ("'a\"b\\n'.toJsonString()", '"a\\"b\\n"'),
    ("$json.text.length()", 17),
)
def test_strings_are_rewritten(driver: JavaScriptDriver, source: str, expected: Any) -> None:
    assert evaluate(driver, source) == expected


@cases(
    ("'12.5'.toNumber()", 12.5),
    ("' 1e3 '.toNumber()", 1000),
    ("''.toNumber()", 0),
    ("'12px'.toInt()", 12),
    ("'ff'.toInt(16)", 255),
    ("'3.7kg'.toFloat()", 3.7),
    ("'12.9'.toWholeNumber()", 12),
    ("'0'.toBoolean()", False),
    ("'NO'.toBoolean()", False),
    ("'anything'.toBoolean()", True),
    ("'[1, {\"a\": null}]'.parseJson()", [1, {"a": None}]),
    ("'2024-05-06T07:08:09Z'.toDate().getTime()", 1714979289000),
    ("true.toInt() + false.toNumber()", 1),
    ("true.isEmpty()", False),
    ("(0).toBoolean()", False),
    ("(-2).toBoolean()", True),
    ("(2.5).toInt()", 3),
    ("(2.4).toWholeNumber()", 2),
    ("(2.4).toFloat()", 2.4),
    ("[1, 'a'].toJsonString()", '[1,"a"]'),
    ("({a: {b: 1}}).toJsonString()", '{"a":{"b":1}}'),
    ("[].toInt()", "undefined"),
)
def test_values_are_converted(driver: JavaScriptDriver, source: str, expected: Any) -> None:
    assert evaluate(driver, source) == expected


@cases(
    ("(-1.5).abs()", 1.5),
    ("(1.2).ceil() + (1.8).floor()", 3),
    ("(1.005).round(2)", 1.01),
    ("(-2.345).round(2)", -2.35),
    ("(1234).round(-2)", 1200),
    ("(1e21).round(2)", 1e21),
    ("(4).isEven()", True),
    ("(-3).isOdd()", True),
    ("(4.5).isInteger()", False),
    ("(0).isEmpty()", False),
    ("(1234567.891).format()", "1,234,567.891"),
    ("(1234.5).format('de-DE', {style: 'currency', currency: 'EUR'})", "1.234,50\u00a0€"),
)
def test_numbers(driver: JavaScriptDriver, source: str, expected: Any) -> None:
    assert evaluate(driver, source) == expected


@cases(
    ("[1, 2, 3, 4, 5].chunk(2)", [[1, 2], [3, 4], [5]]),
    ("[1, null, '', 'a', undefined, 0].compact()", [1, "a", 0]),
    ("[{a: 1, b: null}].compact()", [{"a": 1}]),
    ("[1, {a: [2]}, 3].difference([{a: [2]}])", [1, 3]),
    ("[1, 2, 2, 3].intersection([2, 3, 4])", [2, 3]),
    ("[1, 2].union([2, {b: 1, a: 2}, {a: 2, b: 1}])", [1, 2, {"b": 1, "a": 2}]),
    ("[3, 1, 2].first() + [3, 1, 2].last()", 5),
    ("[].first()", "undefined"),
    ("[3, '4', 5].sum()", 12),
    ("[3, 4, 5].average()", 4),
    ("[3, 9, 5].max() - [3, 9, 5].min()", 6),
    ("[].average()", 0),
    ("$json.people.pluck('age')", [3, 5]),
    ("$json.people.pluck('name', 'age')[1]", {"name": "Bo"}),
    ("$json.people.unique('name').length", 2),
    ("$json.people.removeDuplicates().length", 3),
    ("$json.people.renameKeys('name', 'n', 'age', 'a')[0]", {"n": "Ann", "a": 3}),
    ("[{k: 'a', v: 1}, {k: 'b', v: 2}].smartJoin('k', 'v')", {"a": 1, "b": 2}),
    ("[{a: 1}, {b: 2}].merge([{a: 3, c: 4}])", {"a": 1, "c": 4, "b": 2}),
    ("[1].append(2, [3])", [1, 2, [3]]),
    ("[7].randomItem()", 7),
    ("[].isEmpty() && [0].isNotEmpty()", True),
    ("[[1], [1]].unique()", [[1]]),
    ("[1, '1', true].unique()", [1, "1", True]),
)
def test_arrays(driver: JavaScriptDriver, source: str, expected: Any) -> None:
    assert evaluate(driver, source) == expected


@cases(
    ("$json.order.compact()", {"id": 7, "who": {"name": "Ann"}}),
    ("$json.order.hasField('note')", True),
    ("$json.order.hasField('toString')", False),
    ("$json.order.removeField('who').keys()", ["id", "note", "tags"]),
    ("({a: 'xay', b: 'z', c: 1}).keepFieldsContaining('a')", {"a": "xay"}),
    ("({a: 'xay', b: 'z', c: 1}).removeFieldsContaining('a')", {"b": "z", "c": 1}),
    ("({a: 1, b: 2}).values()", [1, 2]),
    ("({a: 1}).merge({a: 2, b: 3})", {"a": 1, "b": 3}),
    ("({q: 'a b&c', n: 1, o: {x: 1}}).urlEncode()", "q=a+b%26c&n=1&o=%7B%22x%22%3A1%7D"),
    ("({}).isEmpty() && $json.order.isNotEmpty()", True),
    ('JSON.parse(\'{"__proto__": {"x": 1}}\').merge({a: 1}).x', "undefined"),
    ("JSON.parse('{\"__proto__\": 1}').removeField('a').toJsonString()", '{"__proto__":1}'),
)
def test_objects(driver: JavaScriptDriver, source: str, expected: Any) -> None:
    assert evaluate(driver, source) == expected


@cases(
    ("$json.order.keys", "undefined"),
    ("$json.order.isEmpty", "undefined"),
    ("$json.text.format", "undefined"),
    ("$json.people.pluck", "undefined"),
    ("$json.keys", 1),
    ("$json.keys().length", 5),
    ("$json.values", [1, 2]),
    ("(() => { const seen = []; for (const key in {a: 1}) seen.push(key); return seen })()", ["a"]),
    ("(() => { const o = {}; o.keys = 5; o.isEmpty = 6; return o })()", {"keys": 5, "isEmpty": 6}),
    ("Object.keys({b: 1}).concat(Object.values({c: 2}))", ["b", 2]),
    ("Math.max(1, 2) + Math.round(2.5)", 5),
    ("[...new Map([[1, 2]]).keys()]", [1]),
    ("[...new Set([1]).union(new Set([2]))]", [1, 2]),
    ("Array.from([5, 6].keys())", [0, 1]),
    ("({first: () => 'own'}).first()", "own"),
)
def test_a_field_that_is_missing_stays_undefined_and_what_is_the_languages_own_stays_so(
    driver: JavaScriptDriver, source: str, expected: Any
) -> None:
    assert evaluate(driver, source) == expected


@cases(
    ("$json.nothing.isEmpty()", True),
    ("null.isNotEmpty()", False),
    ("$json.order.note.isEmpty() && !$json.order.who.isEmpty()", True),
    ("$json.people.map(p => p.age.isEmpty())", [False, True, False]),
    ("$json.nothing?.first().second", "undefined"),
    ("$json.nothing?.a.isEmpty()", "undefined"),
    ("`${$json.order.who.keys().length} .keys() ${'}'.isEmpty()}`", "2 .keys() false"),
    ("'.isEmpty()' + /[.]keys[(]/.test('.keys(')", ".isEmpty()true"),
    ("[...$json.order.keys()].length", 4),
    ("4 / $json.people.length / [2].first()", 4 / 3 / 2),
    ("new Date(5).isEmpty() || ({a: 1}).keys()[0]", "a"),
    ("[[1, 2], [3]].map(x => x.last()).sum()", 5),
    ("1.5.round() + 2..round()", 4),
    ("$json /* .a */ . /* b */ order\n  .keys() // c\n  .length", 4),
    ("((a, b) => a.first() + b.last())([1], [2])", 3),
    ("$json.order['who'].keys()[1].toTitleCase()", "Mail"),
)
def test_calls_are_found_wherever_they_stand(
    driver: JavaScriptDriver, source: str, expected: Any
) -> None:
    assert evaluate(driver, source) == expected


@cases(
    ("$if($json.nothing, $json.nothing.name, 'none')", "none"),
    ("$if($json.order, $json.order.id.toJsonString(), $json.nothing.name)", "7"),
    ("$if(false, $json.nothing.name)", "undefined"),
    ("$if($if(true, false, 1), 2, $if('a,b', [3, 4], 5)).last()", 4),
    ("$if(...[true, 1, 2])", 1),
    ("[1, 2].map(x => $if(x > 1, () => 'many', () => 'one')())", ["one", "many"]),
)
def test_only_the_branch_that_is_taken_is_evaluated(
    driver: JavaScriptDriver, source: str, expected: Any
) -> None:
    assert evaluate(driver, source) == expected


@cases(
    ("'abc'.hash('md4')", "Unknown algorithm md4"),
    ("'%zz'.urlDecode()", "urlDecode(): the text has a % that begins no character"),
    ("'abc'.toNumber()", 'cannot convert "abc" to a number'),
    ("'soon'.toDateTime()", 'cannot convert "soon" to a Luxon DateTime'),
    ("(1.5).isEven()", "isEven() is only callable on integers"),
    ("['a'].sum()", "sum(): all array elements must be numbers"),
    ("[1].union(2)", 'union(): expected array arg, e.g. .union(["a", "b"])'),
    ("[1].chunk(0)", "chunk(): expected non-zero numeric arg, e.g. .chunk(5)"),
    ("({}).keepFieldsContaining('')", "keepFieldsContaining(): expected non-empty string arg"),
    ("$json.nothing.toTitleCase()", "toTitleCase can't be used on undefined value"),
    ("$json.order.note.keys()", "keys can't be used on null value"),
    (
        "$json.text.round()",
        'round() is only callable on type "Number"; this is of type "String"',
    ),
    ("$json.keys.keys()", 'keys() is only callable on type "Object"; this is of type "Number"'),
)
def test_misuse_says_what_is_wrong(driver: JavaScriptDriver, source: str, expected: str) -> None:
    name, message, *_ = evaluate(driver, source)
    assert (name, message) == ("ExpressionExtensionError", expected)


def test_misuse_says_how_to_get_unstuck(driver: JavaScriptDriver) -> None:
    *_, hint = evaluate(driver, "'{a: 1}'.parseJson()")
    assert hint == "Check that the text is valid JSON, with double quotes around names and texts."


@pytest.mark.parametrize(
    ("name", "algorithm"),
    [(name, name) for name in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "ripemd160")]
    + [("sha3", "sha3_512")],
)
@pytest.mark.parametrize("length", [0, 1, 55, 56, 63, 64, 71, 72, 111, 112, 127, 128, 300])
def test_hashes_are_those_of_python_at_every_edge_of_a_block(
    driver: JavaScriptDriver, name: str, algorithm: str, length: int
) -> None:
    text = ("é" if length else "") + "x" * max(0, length - 2)

    value = evaluate(driver, f"{msgspec.json.encode(text).decode()}.hash('{name}')")

    assert value == hashlib.new(algorithm, text.encode()).hexdigest()


def test_a_hash_is_md5_unless_it_is_said_otherwise(driver: JavaScriptDriver) -> None:
    value = evaluate(driver, "['a'.hash(), 'é'.hash('base64')]")
    assert value == [hashlib.md5(b"a", usedforsecurity=False).hexdigest(), "w6k="]


def documented() -> Iterator[tuple[str, str]]:
    """Type and name of each method in the reference."""
    for section in re.split(r"^### ", DOCS.read_text(), flags=re.MULTILINE)[1:]:
        rows = re.findall(r"^\| (`.*?) \|", section, flags=re.MULTILINE)
        for name in re.findall(r"`(\w+)\(", " ".join(rows)):
            yield section.split("s\n")[0], name


@pytest.mark.parametrize(("kind", "name"), tuple(documented()))
def test_every_documented_method_is_there(driver: JavaScriptDriver, kind: str, name: str) -> None:
    """A function has none of them, so that it is told for which types they are."""
    _, message, *_ = evaluate(driver, f"((a, b, c) => 1).{name}()")
    assert f'"{kind}"' in message.split(";")[0]
