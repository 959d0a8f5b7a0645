"""Templates: texts with expressions in them."""

from __future__ import annotations

import time

import pytest

from penstock_kernel.expressions.templates import Code, is_template, parse_template, position


def shape(text: str) -> list[str]:
    return [
        f"<{part.source}>" if isinstance(part, Code) else part.text
        for part in parse_template(text).parts
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("={{ a }}", ["< a >"], id="alone"),
        pytest.param("= {{ a }}", [" ", "< a >"], id="space-before"),
        pytest.param("=x{{a}}y{{b}}z", ["x", "<a>", "y", "<b>", "z"], id="several"),
        pytest.param("={{ {a: {b: 1}} }}", ["< {a: {b: 1}} >"], id="nested-braces"),
        pytest.param("={{ {a:1}}}", ["< {a:1}>"], id="three-braces"),
        pytest.param("={{ '}}' }}", ["< '}}' >"], id="in-a-text"),
        pytest.param("={{ /}}/.test(a) }}", ["< /}}/.test(a) >"], id="in-a-regex"),
        pytest.param(
            "={{ `${ {a: 1}.a }}}` }}", ["< `${ {a: 1}.a }}}` >"], id="in-a-template-literal"
        ),
        pytest.param("={{ a // }} \n }}", ["< a // }} \n >"], id="in-a-comment"),
        pytest.param("={{Company's}} b {{c}}", ["<Company's>", " b ", "<c>"], id="unreadable"),
        pytest.param("=\\{{a}}", ["{{a}}"], id="escaped"),
        pytest.param("={{ a", ["{{ a"], id="never-closed"),
        pytest.param("=plain", ["plain"], id="no-expression"),
        pytest.param("=", [], id="empty"),
    ],
)
def test_a_template_is_split_into_texts_and_expressions(text: str, expected: list[str]) -> None:
    assert shape(text) == expected


@pytest.mark.parametrize(
    ("text", "typed"),
    [("={{ a }}", True), ("={{ a }} ", False), ("=a", False), ("={{a}}{{b}}", False)],
)
def test_only_an_expression_alone_keeps_its_type(text: str, typed: bool) -> None:
    assert parse_template(text).typed is typed


@pytest.mark.parametrize("value", ["plain", "{{ a }}", 5, None, ["=a"]])
def test_only_a_text_that_starts_with_an_equals_sign_is_a_template(value: object) -> None:
    assert not is_template(value)


def test_an_expression_knows_where_it_stands() -> None:
    text = "=first\nsecond {{ $json.a }}"

    (code,) = parse_template(text).codes

    assert text[code.start :].startswith(" $json.a")
    assert position(text, code.start) == (2, 10)


@pytest.mark.parametrize(
    "piece", ["{{ { {{ }} ", "{{'", "{{`${", "{{ /", "{{ ((", "\\{{", '{{"\\', "{{/*"]
)
def test_hostile_templates_take_time_in_proportion_to_their_length(piece: str) -> None:
    text = "=" + piece * 20_000

    started = time.thread_time()
    parse_template(text)

    assert time.thread_time() - started < 3
