"""`penstock validate`, `diff`, `nodes`, `plugins`, `doctor`, `welcome` and `--version`."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
HELLO = ROOT / "examples" / "01-hello" / "workflow.json"
BRANCHES = ROOT / "examples" / "02-branches" / "workflow.json"
PACKAGES = ROOT / "examples" / "packages"

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def test_the_version_is_that_of_the_distribution(penstock: Run) -> None:
    assert penstock("--version").stdout == f"penstock {version('penstock')}\n"


def test_without_words_the_commands_are_listed(penstock: Run) -> None:
    done = penstock()

    assert "validate" in done.stdout + done.stderr


def test_validate_checks_every_file_although_one_is_missing(penstock: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text('{"format": "penstock/1", "nme": "X"}')

    done = penstock("validate", "gone.json", HELLO, "bad.json", "--json")

    told = json.loads(done.stdout)
    assert done.returncode == 2
    assert [finding["code"] for finding in told["gone.json"]] == ["command.refused"]
    assert told[str(HELLO)] == []
    assert {finding["code"] for finding in told["bad.json"]} == {
        "document.missing_key",
        "document.unknown_key",
    }


def test_validate_says_that_a_file_is_good(penstock: Run) -> None:
    done = penstock("validate", HELLO, BRANCHES)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{HELLO}: good\n{BRANCHES}: good\n"


def test_diff_ends_with_0_where_only_the_text_differs(penstock: Run, tmp_path: Path) -> None:
    document = json.loads(HELLO.read_text())
    document["nodes"].reverse()
    (tmp_path / "other.json").write_text(json.dumps(document, indent=7))

    assert penstock("diff", HELLO, "other.json").returncode == 0


def test_diff_names_what_changed_and_ends_with_1(penstock: Run, tmp_path: Path) -> None:
    document = json.loads(HELLO.read_text())
    document["nodes"][0]["name"] = "Renamed"
    (tmp_path / "other.json").write_text(json.dumps(document))

    done = penstock("diff", HELLO, "other.json")
    told = penstock("diff", HELLO, "other.json", "--json")

    assert (done.returncode, told.returncode) == (1, 1)
    assert "Renamed" in done.stdout
    assert len(json.loads(told.stdout)) == 1


def test_diff_refuses_to_read_standard_input_twice(penstock: Run) -> None:
    assert penstock("diff", "-", "-").returncode == 2


def test_nodes_lists_one_line_per_type_in_a_pipe(penstock: Run) -> None:
    listed = penstock("nodes").stdout.splitlines()[1:]
    known = json.loads(penstock("nodes", "--json").stdout)

    assert [line.split()[0] for line in listed] == [node["id"] for node in known]


def test_nodes_shows_one_with_ports_that_follow_from_parameters(penstock: Run) -> None:
    done = penstock("nodes", "penstock/flow.merge")
    told = json.loads(penstock("nodes", "penstock/flow.merge", "--json").stdout)

    inputs = ", ".join(port["name"] for port in told["inputs"])
    assert len(told["inputs"]) == 2
    assert f"Inputs: {inputs}; its parameters may change them" in done.stdout


def test_nodes_guesses_what_was_meant(penstock: Run) -> None:
    done = penstock("nodes", "penstock/flow.swich")

    assert done.returncode == 2
    assert "Did you mean 'penstock/flow.switch'?" in done.stderr


@pytest.mark.parametrize("name", ["acme-shout-py", "acme-slug-js"])
def test_the_command_in_the_readme_of_a_package_works_as_written(penstock: Run, name: str) -> None:
    page = (PACKAGES / name / "README.md").read_text()
    words = next(line for line in page.splitlines() if line.startswith("    penstock ")).split()

    done = penstock(*words[1:], cwd=ROOT)

    assert done.returncode == 0
    assert words[2] in done.stdout


def test_plugins_lists_what_was_left_out_with_the_reason(penstock: Run, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()

    done = penstock("plugins", "--package", "folder")
    told = json.loads(penstock("plugins", "--package", "folder", "--json").stdout)

    assert "rejected: folder" in done.stdout
    assert [one["code"] for one in told["rejected"]] == ["package.no_manifest"]
    assert "penstock/flow" in [one["package"] for one in told["accepted"]]


def test_doctor_finds_that_everything_stands_and_hides_the_password_of_the_proxy(
    penstock: Run, tmp_path: Path
) -> None:
    proxy = "http://me:secret@proxy.example:3128"
    done = penstock(
        "doctor", "--json", PENSTOCK_EGRESS_PROXY=proxy, PENSTOCK_DATA_DIR=str(tmp_path)
    )

    told = json.loads(done.stdout)
    assert (done.returncode, told["problems"]) == (0, [])
    assert told["settings"]["egress_proxy"] == "http://…@proxy.example:3128"
    assert "me:secret" not in done.stdout + done.stderr


def test_doctor_tells_of_a_database_that_cannot_be_reached_without_its_password(
    penstock: Run,
) -> None:
    database = "postgresql://me:secret@127.0.0.1:1/none"

    key = "5ec7e7" + "0" * 58
    done = penstock("doctor", "--json", PENSTOCK_DATABASE=database, PENSTOCK_SECRET_KEY=key)

    told = json.loads(done.stdout)
    assert done.returncode == 1
    assert any("database" in problem for problem in told["problems"])
    assert told["settings"]["database"] == "postgresql://…@127.0.0.1:1/none"
    assert "me:secret" not in done.stdout + done.stderr
    assert "5ec7e7" not in done.stdout + done.stderr


def test_doctor_finds_what_is_queued_and_nobody_runs(penstock: Run, tmp_path: Path) -> None:
    document = {
        "format": "penstock/1",
        "name": "w",
        "nodes": [
            {
                "id": "w",
                "name": "W",
                "type": "penstock/flow.schedule",
                "config": {"rules": [{"unit": "minutes", "each": 1}]},
            }
        ],
    }
    (tmp_path / "w.json").write_text(json.dumps(document))
    data = {"PENSTOCK_DATA_DIR": str(tmp_path / "data"), "PENSTOCK_DISPATCH": "db"}

    def told(*words: str) -> Any:
        return json.loads(penstock(*words, "--json", **data).stdout)

    workflow = told("workflow", "add", str(tmp_path / "w.json"))["id"]
    penstock("workflow", "publish", workflow, "--activate", **data)
    at = ("--since", "2026-03-02T09:00", "--until", "2026-03-02T09:02")
    told("schedules", "backfill", f"{workflow}:w:0", *at)
    found = told("doctor")

    assert found["store"]["executions"] == {"queued": 3}
    assert found["store"]["schema"] == "0007"
    assert found["problems"] == ["3 executions are queued, and no worker is there."]


def test_welcome_runs_the_first_example_without_a_terminal(penstock: Run) -> None:
    done = penstock("welcome")

    assert done.returncode == 0
    assert "Hello Ada, nice to meet you." in done.stdout
