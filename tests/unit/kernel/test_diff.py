"""What has changed between two documents."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from penstock_kernel.workflow.diff import diff, diff_text
from penstock_kernel.workflow.document import parse

VECTORS = Path(__file__).parents[2] / "vectors"
CASES: list[dict[str, Any]] = json.loads((VECTORS / "diff.json").read_text())


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES])
def test_changes(case: dict[str, Any]) -> None:
    found = diff(parse(case["before"]), parse(case["after"]))

    assert json.loads(msgspec.json.encode(found)) == case["changes"]


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES])
def test_changes_the_other_way_round_mirror_each_other(case: dict[str, Any]) -> None:
    before, after = parse(case["before"]), parse(case["after"])
    opposite = {"added": "removed", "removed": "added", "changed": "changed"}

    there, back = diff(before, after), diff(after, before)

    mirrored = [(opposite[c.kind], c.what, c.id, c.path) for c in back if c.path != "order"]
    assert sorted(mirrored) == sorted(
        (c.kind, c.what, c.id, c.path) for c in there if c.path != "order"
    )


def test_the_text_tells_changes_line_by_line_and_the_layout_apart() -> None:
    node = {"id": "a", "name": "Fetch", "type": "acme/kit.step", "config": {"url": "x"}}
    before = parse({"format": "penstock/1", "name": "x", "nodes": [node], "layout": {"a": [0, 0]}})
    after = parse(
        {
            "format": "penstock/1",
            "name": "x",
            "nodes": [
                {**node, "config": {"url": "y", "verify": False}},
                {"id": "b", "name": "Sort", "type": "acme/kit.step"},
            ],
            "edges": [{"from": ["a", "main"], "to": ["b", "main"]}],
            "settings": {"order": "sequential"},
            "layout": {"a": [9, 9], "b": [0, 0]},
        }
    )

    text = diff_text(diff(before, after), before, after)

    assert text == (
        '~ node a (Fetch) config.url: "x" -> "y"\n'
        "+ node a (Fetch) config.verify: false\n"
        "+ node b (Sort)\n"
        "+ edge a.main -> b.main\n"
        '+ setting order: "sequential"\n'
        "  2 moved on the canvas\n"
    )


def test_the_text_of_no_change_is_empty() -> None:
    document = parse(CASES[0]["before"])

    assert diff_text(diff(document, document), document, document) == ""


def test_long_values_are_cut_in_the_text() -> None:
    before = parse({"format": "penstock/1", "name": "x"})
    after = parse({"format": "penstock/1", "name": "x", "description": "y" * 500})

    assert max(map(len, diff_text(diff(before, after), before, after).splitlines())) < 130
