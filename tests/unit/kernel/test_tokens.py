"""The tokenizer that finds names in JavaScript."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock_kernel.expressions.tokens import string_value, tokens


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("a / b / c", ["a", "/", "b", "/", "c"], id="division"),
        pytest.param(
            "x = /a'b/g.test(y)", ["x", "=", "/a'b/g", ".", "test", "(", "y", ")"], id="regex"
        ),
        pytest.param(
            "(a) / 2 / 'x'", ["(", "a", ")", "/", "2", "/", "'x'"], id="after-parenthesis"
        ),
        pytest.param(
            "if (a) /x'/.test(b)",
            ["if", "(", "a", ")", "/x'/", ".", "test", "(", "b", ")"],
            id="after-if",
        ),
        pytest.param("a.return / 2", ["a", ".", "return", "/", "2"], id="keyword-as-property"),
        pytest.param("/[/'\"]/", ["/[/'\"]/"], id="slash-in-class"),
        pytest.param(
            "`a${b}c${ {d: `e`} }f`",
            ["`a${", "b", "}c${", "{", "d", ":", "`e`", "}", "}f`"],
            id="nested-template",
        ),
        pytest.param("a // b\nc /* d */ e", ["a", "// b", "c", "/* d */", "e"], id="comments"),
        pytest.param("'a\\'b' \"c\"", ["'a\\'b'", '"c"'], id="escaped-quote"),
        pytest.param(
            "a?.b ?? c?.5:1", ["a", "?.", "b", "??", "c", "?", ".5", ":", "1"], id="optional"
        ),
        pytest.param("0x1F + 1_000.5e-3n", ["0x1F", "+", "1_000.5e-3n"], id="numbers"),
        pytest.param("a\u202f||\u00a0b", ["a", "||", "b"], id="unusual-space"),
        pytest.param("[...größe]", ["[", "...", "größe", "]"], id="unicode-name"),
    ],
)
def test_a_source_is_split_where_javascript_splits_it(source: str, expected: list[str]) -> None:
    found = [token.text for token in tokens(source)]

    assert found == expected


@pytest.mark.parametrize("source", ["'a", '"a\nb"', "`a${b}", "/* a", "a + `"])
def test_what_is_unfinished_is_marked(source: str) -> None:
    assert any(token.kind == "bad" for token in tokens(source))


@pytest.mark.parametrize("source", ["\\u0024json.a", "$json.न\u093eम"])
def test_what_only_javascript_can_judge_is_marked(source: str) -> None:
    assert any(token.kind == "bad" for token in tokens(source))


@given(st.text(alphabet="ab$.'\"`{}()[]/\\*\n ?=>0_é", max_size=60))
def test_tokens_cover_everything_but_space_in_order(source: str) -> None:
    found = tokens(source)

    at = 0
    for token in found:
        assert source[at : token.start].strip() == ""
        assert source[token.start : token.end] == token.text != ""
        at = token.end
    assert source[at:].strip() == ""


@pytest.mark.parametrize(
    "piece", ["'", "`${", "/", "((", '"\\', "/[", "/*", "a.b(", "{{ }", "1e", "\\"]
)
def test_hostile_sources_take_time_in_proportion_to_their_length(piece: str) -> None:
    source = piece * 50_000

    started = time.thread_time()
    tokens(source)

    assert time.thread_time() - started < 3


@pytest.mark.parametrize(
    ("literal", "value"),
    [
        pytest.param(r"'a\nb'", "a\nb", id="newline"),
        pytest.param(r"'\u0041\x42\u{43}'", "ABC", id="code-points"),
        pytest.param(r"'\ud83d\ude00'", "😀", id="surrogate-pair"),
        pytest.param("'a\\\nb'", "ab", id="continued-line"),
        pytest.param(r"'\q\''", "q'", id="needless-escape"),
    ],
)
def test_a_literal_stands_for_the_text_that_javascript_reads(literal: str, value: str) -> None:
    assert string_value(literal) == value
