"""Reading and writing workflow documents."""

from __future__ import annotations

import json
from pathlib import Path
from time import thread_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock_kernel.workflow.canonical import canonical_text
from penstock_kernel.workflow.document import Document, canonical, parse, plain
from penstock_kernel.workflow.document_schema import document_schema, document_schema_text
from penstock_kernel.workflow.findings import DocumentInvalid
from penstock_kernel.workflow.limits import (
    MAX_BYTES,
    MAX_DEPTH,
    MAX_EDGES,
    MAX_NODES,
    limit_findings,
)

ROOT = Path(__file__).parents[3]
VECTORS = ROOT / "tests" / "vectors"
CANONICAL: list[dict[str, Any]] = json.loads((VECTORS / "canonical.json").read_text())
SMALL: dict[str, Any] = {"format": "penstock/1", "name": "x"}
NODE: dict[str, Any] = {"id": "a", "name": "A", "type": "acme/kit.step"}


def codes(data: Any) -> list[str]:
    with pytest.raises(DocumentInvalid) as caught:
        parse(data)
    return [finding.code for finding in caught.value.findings]


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CANONICAL])
def test_the_canonical_text_of_a_document(case: dict[str, Any]) -> None:
    document = parse(case["document"])

    assert canonical(document) == case["text"]
    assert canonical(parse(case["text"])) == case["text"]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(SMALL, id="mapping"),
        pytest.param(json.dumps(SMALL), id="text"),
        pytest.param(json.dumps(SMALL).encode(), id="bytes"),
        pytest.param(b"\xef\xbb\xbf" + json.dumps(SMALL).encode(), id="byte-order-mark"),
    ],
)
def test_a_document_is_read_from(data: Any) -> None:
    assert parse(data) == Document(format="penstock/1", name="x")


def test_a_document_does_not_change_with_the_mapping_it_came_from() -> None:
    config = {"a": [1]}
    document = parse({**SMALL, "nodes": [{**NODE, "config": config}]})

    config["a"].append(2)

    assert document.nodes[0].config == {"a": [1]}


def test_every_structural_finding_is_told_at_once() -> None:
    bad = {
        "format": "penstock/2",
        "nme": "x",
        "nodes": [
            {"id": "no id", "name": "", "typ": 1, "settings": {"retry": {"max_attempts": 0}}},
            NODE,
            {**NODE, "version": 0},
        ],
        "edges": [{"from": ["a"], "to": 3}],
        "layout": {"a": [1], "b c": [1, 2]},
        "settings": {"order": "random", "concurrency": {}},
        "fixtures": {"a": {"default": [{"jsn": {}}]}},
    }

    with pytest.raises(DocumentInvalid) as caught:
        parse(bad)

    assert sorted((finding.code, finding.field) for finding in caught.value.findings) == [
        ("document.missing_key", ""),
        ("document.missing_key", "fixtures.a.default[0]"),
        ("document.missing_key", "nodes[0]"),
        ("document.missing_key", "settings.concurrency"),
        ("document.unknown_key", "nme"),
        ("document.unknown_key", "nodes[0].typ"),
        ("document.wrong_value", "edges[0].from"),
        ("document.wrong_value", "edges[0].to"),
        ("document.wrong_value", "format"),
        ("document.wrong_value", "layout.a"),
        ("document.wrong_value", "layout.b c"),
        ("document.wrong_value", "nodes[0].id"),
        ("document.wrong_value", "nodes[0].name"),
        ("document.wrong_value", "nodes[0].settings.retry.max_attempts"),
        ("document.wrong_value", "nodes[2].version"),
        ("document.wrong_value", "settings.order"),
    ]


def test_a_misspelt_key_comes_with_the_right_one() -> None:
    with pytest.raises(DocumentInvalid) as caught:
        parse({**SMALL, "nods": []})

    assert caught.value.findings[0].fix == "Did you mean 'nodes'?"
    assert caught.value.hint


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param("{", "document.not_json", id="no-json"),
        pytest.param(b"\xff\xfe", "document.not_json", id="no-utf-8"),
        pytest.param("[]", "document.wrong_value", id="an-array"),
        pytest.param("[" * 100_000, "document.not_json", id="brackets-without-end"),
        pytest.param(
            {**SMALL, "description": "\ud800"}, "document.not_json", id="half-a-character"
        ),
        pytest.param(b" " * (MAX_BYTES + 1), "document.too_large", id="too-large"),
        pytest.param({**SMALL, "name": "a\nb"}, "document.wrong_value", id="line-break-in-name"),
        pytest.param({**SMALL, "name": "a\n"}, "document.wrong_value", id="line-break-at-the-end"),
        pytest.param({**SMALL, "nodes": [{**NODE, "id": "a\n"}]}, "document.wrong_value", id="id"),
        pytest.param(
            {**SMALL, "layout": {"a": ["1", 2]}}, "document.wrong_value", id="no-coercion"
        ),
    ],
)
def test_what_is_no_document_is_refused(data: Any, code: str) -> None:
    assert codes(data) == [code]


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


def test_values_may_be_nested_to_a_limit() -> None:
    # Around the value stand the document, the nodes, the node and its config.
    allowed = {**SMALL, "nodes": [{**NODE, "config": {"x": nested(MAX_DEPTH - 4)}}]}
    too_deep = {**SMALL, "nodes": [{**NODE, "config": {"x": nested(MAX_DEPTH - 3)}}]}

    assert parse(allowed)
    assert codes(too_deep) == ["document.too_deep"]


@pytest.mark.parametrize("shape", ["[],", "[" * 90 + "]" * 90 + ",", '"",', '"\\\\",'])
def test_depth_is_found_in_one_pass_whatever_the_brackets(shape: str) -> None:
    many = shape * (8_000_000 // len(shape))
    raw = f'{{"format": "penstock/1", "name": 1, "description": [{many}1]}}'.encode()
    started = thread_time()

    assert limit_findings(raw, 0, 0) == []
    assert [one.code for one in limit_findings(raw.replace(b"1]", b"[" * 101), 0, 0)] == [
        "document.too_deep"
    ]
    assert thread_time() - started < 8


def test_brackets_in_texts_do_not_count_as_depth() -> None:
    assert parse({**SMALL, "description": '"\\[{' * 1_000})


@pytest.mark.parametrize(
    ("key", "parts", "code"),
    [
        pytest.param("nodes", [NODE] * (MAX_NODES + 1), "document.too_many_nodes", id="nodes"),
        pytest.param(
            "edges",
            [{"from": ["a", "m"], "to": ["b", "m"]}] * (MAX_EDGES + 1),
            "document.too_many_edges",
            id="edges",
        ),
    ],
)
def test_there_is_a_limit_to_the_number_of(key: str, parts: list[Any], code: str) -> None:
    assert codes({**SMALL, key: parts}) == [code]


def test_the_published_schema_is_that_of_the_code() -> None:
    published = (ROOT / "docs" / "schema" / "penstock-1.schema.json").read_text()

    assert published == document_schema_text()


def test_the_published_schema_accepts_what_is_read_and_refuses_what_is_not() -> None:
    from jsonschema import Draft202012Validator  # noqa: PLC0415  slow to import

    validator = Draft202012Validator(document_schema())
    case = CANONICAL[1]

    assert validator.is_valid(json.loads(case["text"]))
    assert not validator.is_valid({**SMALL, "nods": []})
    assert not validator.is_valid({**SMALL, "nodes": [{**NODE, "id": "no id"}]})


numbers = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=10,
)
ids = st.text("abcXYZ019_-", min_size=1, max_size=8)
nodes = st.fixed_dictionaries(
    {"id": ids, "name": st.text("abc é☃'\"", min_size=1, max_size=9), "type": st.just("a/b.c")},
    optional={
        "config": st.dictionaries(texts, values, max_size=3),
        "version": st.integers(1, 9),
        "settings": st.fixed_dictionaries(
            {},
            optional={
                "on_error": st.sampled_from(["stop", "continue", "error_port"]),
                "timeout_s": st.floats(0.1, 1e6),
                "disabled": st.booleans(),
                "retry": st.fixed_dictionaries({"max_attempts": st.integers(1, 9)}),
            },
        ),
    },
)
ports = st.tuples(ids, st.sampled_from(["main", "error"]))
edges = st.fixed_dictionaries({"from": ports, "to": ports}, optional={"back": st.booleans()})
documents = st.fixed_dictionaries(
    {"format": st.just("penstock/1"), "name": st.just("x")},
    optional={
        "nodes": st.lists(nodes, max_size=5),
        "edges": st.lists(edges, max_size=5),
        "layout": st.dictionaries(ids, st.tuples(numbers, numbers), max_size=3),
        "fixtures": st.dictionaries(
            ids,
            st.dictionaries(
                texts,
                st.lists(st.fixed_dictionaries({"json": st.dictionaries(texts, values)})),
                max_size=2,
            ),
            max_size=2,
        ),
        "settings": st.fixed_dictionaries({}, optional={"max_parallel": st.integers(1, 99)}),
    },
)


def shape(document: Document) -> Any:
    """The document without the order that means nothing."""
    value = json.loads(json.dumps(plain(document)), parse_int=float)
    for block in ("nodes", "edges"):
        value[block] = sorted(
            value.get(block, []), key=lambda part: json.dumps(part, sort_keys=True)
        )
    return value


@given(documents)
def test_the_canonical_text_keeps_everything_and_reads_back_to_itself(data: Any) -> None:
    document = parse(data)

    text = canonical(document)
    again = parse(text)

    assert canonical(again) == text
    assert shape(again) == shape(document)


@given(values)
def test_the_canonical_text_is_json_of_the_same_value(value: Any) -> None:
    text = canonical_text(value)

    # As JavaScript reads it: there are no whole numbers apart from the others.
    assert json.loads(text, parse_int=float) == json.loads(json.dumps(value), parse_int=float)
    assert canonical_text(json.loads(text)) == text


def test_text_that_is_not_utf8_is_a_finding() -> None:
    with pytest.raises(DocumentInvalid):
        parse(b'{"format": "penstock/1", "name": "\xff"}')
