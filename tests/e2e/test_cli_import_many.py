"""`penstock import` with several files, folders, reports and what goes wrong with them."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PENSTOCK = [sys.executable, "-c", "from penstock_web.cli import main; main()"]


def penstock(*words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603
        [*PENSTOCK, *words], input=stdin, capture_output=True, text=True, timeout=60, check=False
    )


def workflow(name: str, *types: str) -> dict[str, Any]:
    """A line of nodes of these types, with a trigger before them."""
    kinds = ["manualTrigger", *types]
    nodes = [
        {
            "id": f"n{index}",
            "name": f"Node {index}",
            "type": f"n8n-nodes-base.{kind}",
            "typeVersion": 1,
            "position": [index * 200, 0],
            "parameters": {},
        }
        for index, kind in enumerate(kinds)
    ]
    connections = {
        f"Node {index}": {"main": [[{"node": f"Node {index + 1}", "type": "main", "index": 0}]]}
        for index in range(len(types))
    }
    return {"name": name, "nodes": nodes, "connections": connections}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two good workflows, one of them deep within, a broken file and one of somebody else."""
    inner = tmp_path / "in" / "deep"
    inner.mkdir(parents=True)
    (inner / "a.json").write_text(json.dumps(workflow("A: größer?", "noOp")))
    (inner / "b.json").write_text(json.dumps(workflow("B", "noOp", "flyingCarpet")))
    deep = {**workflow("C"), "settings": json.loads("[" * 200 + "]" * 200)}
    (inner / "c.json").write_text(json.dumps(deep))
    (inner / "package.json").write_text("{}")
    return tmp_path / "in"


def test_a_workflow_of_n8n_is_printed_and_runs(tmp_path: Path) -> None:
    imported = penstock("import", "n8n", "-", stdin=json.dumps(workflow("One", "noOp")))
    path = tmp_path / "one.workflow.json"
    path.write_text(imported.stdout)

    ran = penstock("run", str(path), "--json")

    assert imported.returncode == 0
    assert imported.stderr == ""
    assert json.loads(ran.stdout)["status"] == "success"


def test_what_stands_in_the_way_is_told_beside_the_document(tmp_path: Path) -> None:
    imported = penstock("import", "n8n", "-", stdin=json.dumps(workflow("One", "flyingCarpet")))

    assert json.loads(imported.stdout)["name"] == "One"
    assert "One: not ready (1 of 2 nodes, 50%)" in imported.stderr
    assert "n8n-nodes-base.flyingCarpet" in imported.stderr


def test_a_folder_is_written_to_a_folder_and_one_broken_file_stops_no_other(
    folder: Path, tmp_path: Path
) -> None:
    written = penstock("import", "n8n", str(folder), "--output", str(tmp_path / "out"))

    assert written.returncode == 2
    assert "c.json" in written.stderr
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "a-gr-er.workflow.json",
        "b.workflow.json",
    ]


def test_files_that_are_there_are_replaced_only_when_told_to(folder: Path, tmp_path: Path) -> None:
    source, out = str(folder / "deep" / "b.json"), tmp_path / "out"
    penstock("import", "n8n", source, "--output", str(out))
    (out / "b.workflow.json").write_text("mine")

    kept = penstock("import", "n8n", source, "--output", str(out))
    text = (out / "b.workflow.json").read_text()
    replaced = penstock("import", "n8n", source, "--output", str(out), "--force")

    assert (kept.returncode, text) == (2, "mine")
    assert "is there already. Use --force." in kept.stderr
    assert replaced.returncode == 0
    assert json.loads((out / "b.workflow.json").read_text())["name"] == "B"


def test_workflows_of_one_name_get_files_of_their_own(tmp_path: Path) -> None:
    two = json.dumps([workflow("../../Same", "noOp"), workflow("../../Same")])

    penstock("import", "n8n", "-", "--output", str(tmp_path / "out"), stdin=two)

    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["same-2.workflow.json", "same.workflow.json"]


def test_several_workflows_are_not_printed_as_one(tmp_path: Path) -> None:
    refused = penstock("import", "n8n", "-", stdin=json.dumps([workflow("A"), workflow("B")]))

    assert refused.returncode == 2
    assert refused.stdout == ""
    assert "--output DIR" in refused.stderr


def test_a_report_tells_coverage_and_what_is_missing(folder: Path) -> None:
    told = penstock("import", "n8n", str(folder), "--report")

    assert "A: größer?: ready (2 of 2 nodes, 100%)" in told.stdout
    assert "B: not ready (2 of 3 nodes, 67%)" in told.stdout
    assert "Workflows ready: 1 of 2 (50.0%)" in told.stdout
    assert "Nodes mapped: 4 of 5 (80.0%)" in told.stdout
    assert "      1      1  n8n-nodes-base.flyingCarpet" in told.stdout
    assert "c.json" in told.stderr


def test_a_report_counts_notes_apart() -> None:
    note = {"name": "Note", "type": "n8n-nodes-base.stickyNote", "position": [0, 0]}
    one, two = workflow("A", "flyingCarpet"), workflow("B")
    one["nodes"].append(note)

    told = penstock("import", "n8n", "-", "--report", stdin=json.dumps([one, two]))

    assert "A: not ready (1 of 2 nodes, 50%)" in told.stdout
    assert "Nodes mapped: 3 of 4 (75.0%) with notes, 2 of 3 (66.7%) without" in told.stdout


def test_a_report_for_programs_has_the_same(folder: Path) -> None:
    told = json.loads(penstock("import", "n8n", str(folder), "--report", "--json").stdout)

    coverage = told["coverage"]
    assert (coverage["files"], coverage["failed"], coverage["ready"]) == (3, 1, 1)
    assert coverage["passed_over"] == 1
    assert coverage["nodes_mapped"] == 0.8
    assert coverage["missing"] == [
        {"type": "n8n-nodes-base.flyingCarpet", "nodes": 1, "workflows": 1}
    ]
    assert [row["name"] for row in told["workflows"]] == ["A: größer?", "B"]
    assert told["workflows"][1]["remarks"][0]["code"] == "import.unknown_node"
    assert told["failures"][0]["file"].endswith("c.json")


def test_an_answer_for_programs_holds_the_documents(tmp_path: Path) -> None:
    answer = penstock("import", "n8n", "-", "--json", stdin=json.dumps(workflow("A")))

    (told,) = json.loads(answer.stdout)["workflows"]
    assert told["ready"]
    assert told["document"]["name"] == "A"


def test_a_file_that_a_person_named_has_to_be_known(folder: Path) -> None:
    refused = penstock("import", "n8n", str(folder / "deep" / "package.json"))

    assert refused.returncode == 2
    assert "nothing that the importer 'n8n' knows" in refused.stderr


def test_files_that_hold_no_json_are_told_and_stop_no_other(folder: Path) -> None:
    (folder / "deep" / "torn.json").write_bytes(b"[" * 200_000)
    (folder / "deep" / "noise.json").write_bytes(bytes(range(256)))
    (folder / "round").symlink_to(folder)

    told = penstock("import", "n8n", str(folder), "--report")

    assert told.returncode == 2
    assert "torn.json" in told.stderr
    assert "noise.json" in told.stderr
    assert "Workflows ready: 1 of 2 (50.0%)" in told.stdout
    assert "could not be read; 1 of something else" in told.stdout


def test_a_folder_without_workflows_is_said_to_be_one(tmp_path: Path) -> None:
    refused = penstock("import", "n8n", str(tmp_path))

    assert refused.returncode == 2
    assert "There are 0 workflows" in refused.stderr
