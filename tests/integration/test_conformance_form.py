"""The measurement against recorded cases works on cases of our own in the same form."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from tests.conformance.compare import difference
from tests.conformance.values import read

TRIGGER = {"name": "Begin", "type": "n8n-nodes-base.manualTrigger", "typeVersion": 1}
SOURCE = {
    "name": "Fruit",
    "type": "n8n-nodes-testing.testData",
    "typeVersion": 1,
    "parameters": {"data": '[{"fruit": "pear"}, {"fruit": "plum"}]'},
}
OLD_CODE = {
    "name": "Shout",
    "type": "n8n-nodes-base.functionItem",
    "typeVersion": 1,
    "parameters": {"functionCode": "item.fruit = item.fruit.toUpperCase(); return item;"},
}


def test_cases_and_facts_are_counted_as_passed_and_failed(tmp_path: Path) -> None:
    right = [{"json": {"fruit": "PEAR"}}, {"fruit": "PLUM"}]
    _case(tmp_path / "cases" / "right", OLD_CODE, right)
    _case(tmp_path / "cases" / "wrong", OLD_CODE, right[:1])
    (tmp_path / "cases" / "empty").mkdir()
    _facts(
        tmp_path / "expressions.jsonl",
        [
            {"expression": "={{ $json.n + 1 }}", "expected": 3},
            {"expression": "={{ $json.n + 1 }}", "expected": 4},
            {"expression": "={{ $json.n +* 1 }}", "throws": {"name": "Error", "message": ""}},
        ],
    )

    numbers, told = _measured(tmp_path)

    assert numbers["nodes"] == {"passed": 1, "total": 2}
    assert numbers["expressions"] == {"passed": 2, "total": 3}
    assert numbers["filters"] == {"passed": 0, "total": 0}
    assert "FAILED wrong: Shout (functionItem 1): run 0 output 0 items: 2 members" in told


def test_only_the_cases_whose_name_holds_a_text_are_run(tmp_path: Path) -> None:
    for name in ("one", "two"):
        _case(tmp_path / "cases" / name, OLD_CODE, [])

    numbers, _ = _measured(tmp_path, "--only", "tw", "--suite", "nodes")

    assert numbers == {"nodes": {"passed": 0, "total": 1}}


def test_without_a_folder_it_says_how_to_name_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PENSTOCK_CONFORMANCE", raising=False)
    done = _run()

    assert done.returncode == 2
    assert "PENSTOCK_CONFORMANCE=FOLDER" in done.stderr


@pytest.mark.parametrize(
    ("got", "wanted", "told"),
    [
        ({"a": 1}, {"a": 1.0}, None),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, None),
        ([1, 2], [2, 1], "[0]: 1, expected 2"),
        ({"a": None}, {}, ".a: not expected, None"),
        ({"a": True}, {"a": 1}, ".a: True, expected 1"),
        ({}, {"a": {"$type": "undefined"}}, None),
        ({"a": "x"}, {"a": {"__matcher": "Any<String>"}}, None),
    ],
)
def test_the_first_difference_is_told_with_its_path(
    got: Any, wanted: Any, told: str | None
) -> None:
    assert difference(got, read(wanted)) == told


def _case(folder: Path, node: Mapping[str, Any], expected: Sequence[Any]) -> None:
    folder.mkdir(parents=True)
    order = ["Begin", "Fruit", "Shout"]
    links = {
        name: {"main": [[{"node": after, "type": "main", "index": 0}]]}
        for name, after in itertools.pairwise(order)
    }
    nodes = [
        {**one, "position": [200 * n, 0], "id": str(n)}
        for n, one in enumerate((TRIGGER, SOURCE, node))
    ]
    workflow = {"name": "made up", "nodes": nodes, "connections": links, "settings": {}}
    case = {"start": {"node": "Begin"}, "expected": {"Shout": [{"0": expected}]}}
    (folder / "workflow.json").write_text(json.dumps(workflow))
    (folder / "case.json").write_text(json.dumps(case))


def _facts(path: Path, facts: Sequence[Mapping[str, Any]]) -> None:
    data = {"items": [{"json": {"n": 2}}], "itemIndex": 0, "node": "node"}
    lines = [json.dumps({"id": str(n), "data": data, **fact}) for n, fact in enumerate(facts)]
    path.write_text("\n".join(lines))


def _measured(folder: Path, *words: str) -> tuple[dict[str, dict[str, int]], str]:
    numbers = folder / "numbers.json"
    done = _run("--cases", str(folder), "--json", str(numbers), *words)
    assert done.returncode == 0, done.stderr
    return json.loads(numbers.read_text()), done.stdout


def _run(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.conformance", *words]
    root = Path(__file__).resolve().parents[2]
    return subprocess.run(  # noqa: S603  our own words
        command, cwd=root, capture_output=True, text=True, check=False
    )
