"""What holds of any document: its text, its renames, its differences."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from penstock_kernel.workflow.diff import diff
from penstock_kernel.workflow.document import Document, canonical, parse
from penstock_kernel.workflow.findings import DocumentInvalid
from penstock_kernel.workflow.references import template_references
from penstock_kernel.workflow.rename import rename

NAMES = st.text(alphabet="abXY '\"\\`$[]().é{}", min_size=1, max_size=6)
QUOTES = st.sampled_from("'\"`")


def quoted(name: str, quote: str) -> str:
    escaped = json.dumps(name)[1:-1].replace('\\"', '"').replace("$", "\\u0024")
    return quote + escaped.replace(quote, "\\" + quote) + quote


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Nodes with odd names that name each other in expressions, and some edges."""
    names = draw(st.lists(NAMES, min_size=2, max_size=5, unique=True))
    nodes: list[dict[str, Any]] = []
    for i, name in enumerate(names):
        other = draw(st.sampled_from(names))
        reference = f"$({quoted(other, draw(QUOTES))}).item.json.a"
        config = {"b": f"=x {{{{ {reference} }}}} y", "c": draw(st.integers()), "d": [reference]}
        nodes.append({"id": f"n{i}", "name": name, "type": "test/x.y", "config": config})
    ends = st.tuples(st.integers(0, len(names) - 1), st.integers(0, len(names) - 1))
    pairs = draw(st.lists(ends, max_size=5, unique=True))
    edges = [{"from": [f"n{a}", "main"], "to": [f"n{b}", "main"]} for a, b in pairs]
    document = {"format": "penstock/1", "name": "d", "nodes": nodes, "edges": edges}
    try:
        return parse(document)
    except DocumentInvalid:
        assume(False)
        raise


def renamed(document: Document, node_id: str, name: str) -> Document:
    try:
        return rename(document, node_id, name)
    except DocumentInvalid:
        assume(False)
        raise


@given(documents())
@settings(max_examples=100, deadline=None)
def test_a_document_is_the_same_after_it_was_written_and_read(document: Document) -> None:
    again = parse(canonical(document))

    assert canonical(again) == canonical(document)
    assert diff(document, again) == []


@given(documents(), NAMES)
@settings(max_examples=200, deadline=None)
def test_a_rename_follows_every_reference_and_can_be_taken_back(
    document: Document, name: str
) -> None:
    node = document.nodes[0]
    assume(name not in {other.name for other in document.nodes})
    named = [
        [found.name for found in template_references(one.config["b"])] for one in document.nodes
    ]

    there = renamed(document, node.id, name)
    back = renamed(there, node.id, node.name)

    assert [
        [found.name for found in template_references(one.config["b"])] for one in there.nodes
    ] == [[name if one == node.name else one for one in several] for several in named]
    assert (
        diff(document, back) == []
        or [[found.name for found in template_references(one.config["b"])] for one in back.nodes]
        == named
    )


@given(documents(), documents())
@settings(max_examples=100, deadline=None)
def test_there_is_a_difference_exactly_where_the_texts_differ(one: Document, two: Document) -> None:
    assert (diff(one, two) == []) == (canonical(one) == canonical(two))
    assert {(c.what, c.id, c.path) for c in diff(one, two)} == {
        (c.what, c.id, c.path) for c in diff(two, one)
    }
