"""Renaming a node, and finding the places that name it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock_kernel.workflow.document import canonical, parse
from penstock_kernel.workflow.findings import DocumentInvalid
from penstock_kernel.workflow.references import python_references, template_references
from penstock_kernel.workflow.rename import rename, rewrite

VECTORS = Path(__file__).parents[2] / "vectors"
CASES: list[dict[str, Any]] = json.loads((VECTORS / "rename.json").read_text())


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=case["name"]) for case in CASES if "expected" in case]
)
def test_renaming(case: dict[str, Any]) -> None:
    document = parse(case["document"])
    before = canonical(document)

    found = rename(
        document, case["node"], case["new_name"], languages=lambda _: case.get("languages", {})
    )

    assert canonical(found) == canonical(parse(case["expected"]))
    assert canonical(document) == before


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=case["name"]) for case in CASES if "error" in case]
)
def test_renaming_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(DocumentInvalid) as caught:
        rename(parse(case["document"]), case["node"], case["new_name"])

    assert [finding.code for finding in caught.value.findings] == [case["error"]]


def test_a_node_may_be_renamed_to_its_own_name() -> None:
    document = parse(CASES[0]["document"])

    assert rename(document, "a", "Fetch data") == document


def test_python_that_does_not_parse_has_no_references() -> None:
    assert python_references("x = (_('A')\n'''") == []


names = st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]), min_size=1, max_size=12)
quotes = st.sampled_from(["'", '"', "`"])


@given(names, names, quotes)
def test_a_reference_is_found_again_under_any_new_name(old: str, new: str, quote: str) -> None:
    first = rewrite(f"={{{{ $({quote}x{quote}).item }}}} and {{{{ 1 }}}}", "x", old)

    second = rewrite(first, old, new)

    assert [reference.name for reference in template_references(first)] == [old]
    assert [reference.name for reference in template_references(second)] == [new]
    assert rewrite(second, new, "x") == f"={{{{ $({quote}x{quote}).item }}}} and {{{{ 1 }}}}"


@given(st.text(max_size=60))
def test_a_text_without_references_is_not_touched(text: str) -> None:
    for source in (text, "=" + text, "={{" + text + "}}"):
        if not template_references(source):
            assert rewrite(source, "A", "B") == source
