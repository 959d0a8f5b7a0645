"""Workflows, schedules and executions of the store, from the command line, beside a server."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

PATIENCE_S = 60
DOCUMENT = {
    "format": "penstock/1",
    "name": "Every second",
    "nodes": [
        {
            "id": "when",
            "name": "When",
            "type": "penstock/flow.schedule",
            "config": {"rules": [{"unit": "seconds", "each": 1}]},
        },
        {
            "id": "set",
            "name": "Set",
            "type": "penstock/data.set",
            "config": {"assignments": [{"name": "b", "value": "={{ $json.nothing.at.all }}"}]},
        },
    ],
    "edges": [{"from": ["when", "main"], "to": ["set", "main"]}],
}


class Penstock:
    """The program, with data of its own."""

    def __init__(self, folder: Path) -> None:
        self.environment = {
            **os.environ,
            "PENSTOCK_DATA_DIR": str(folder / "data"),
            "PENSTOCK_DISPATCH": "db",
            "COLUMNS": "200",
        }
        self.folder = folder

    def start(self, *words: str) -> subprocess.Popen[str]:
        command = [str(Path(sys.executable).parent / "penstock"), *words]
        return subprocess.Popen(  # noqa: S603 - our own command line
            command,
            env=self.environment,
            cwd=self.folder,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def __call__(self, *words: str, code: int = 0) -> str:
        process = self.start(*words)
        out, err = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == code, (words, out, err)
        return out

    def json(self, *words: str) -> Any:
        return json.loads(self(*words, "--json"))


@pytest.fixture
def penstock(tmp_path: Path) -> Penstock:
    return Penstock(tmp_path)


@pytest.fixture
def workflow(penstock: Penstock) -> str:
    """A workflow that is active and fails each second."""
    (penstock.folder / "w.json").write_text(json.dumps(DOCUMENT))
    found = penstock.json("workflow", "add", "w.json")["id"]
    penstock("workflow", "publish", found, "--note", "to begin with", "--activate")
    return str(found)


@pytest.fixture
def server(penstock: Penstock, workflow: str) -> Iterator[None]:
    process = penstock.start("serve", "--port", "0")
    yield
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=PATIENCE_S)
    assert (workflow, process.returncode) == (workflow, 0)


def failed(penstock: Penstock, mode: str) -> list[Any]:
    """The executions that failed, as soon as there is one."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        found = penstock.json("executions", "list", "--status", "error", "--mode", mode)
        if found["executions"]:
            return list(found["executions"])
    raise AssertionError(mode)


def test_a_workflow_is_kept_published_shown_and_removed(penstock: Penstock, workflow: str) -> None:
    assert "Every second" in penstock("workflow", "list", "second", "--active")
    assert "to begin with" in penstock("workflow", "show", workflow)
    assert json.loads(penstock("workflow", "show", workflow, "--text"))["name"] == "Every second"
    penstock("workflow", "remove", workflow, code=2)
    penstock("workflow", "deactivate", workflow)
    penstock("workflow", "remove", workflow)
    assert "no workflow" in penstock("workflow", "list")


def test_what_is_asked_for_wrongly_is_told_in_a_sentence(penstock: Penstock) -> None:
    def told(*words: str, **more: str) -> str:
        penstock.environment |= more
        process = penstock.start(*words)
        _, err = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 2
        assert "Traceback" not in err
        for name in more:
            del penstock.environment[name]
        return err

    # A schedule's id has colons, which are not meant as the name of a picture.
    assert "no schedule wf:b:0" in told("schedules", "show", "wf:b:0")
    assert "there are queued, running" in told("executions", "list", "--status", "bogus")
    assert "no moment" in told("executions", "list", "--since", "nonsense")
    assert "NAME=TAG" in told("queue", PENSTOCK_POOLS="a b")
    key = told("queue", PENSTOCK_SECRET_KEY="5ec7e7")
    assert "64 hexadecimal digits" in key
    assert "5ec7e7" not in key
    (penstock.folder / "w.json").write_text(json.dumps(DOCUMENT))
    draft = penstock.json("workflow", "add", "w.json")["id"]
    assert "never published" in told("workflow", "activate", draft)


def test_a_draft_is_replaced_by_a_file(penstock: Penstock, workflow: str) -> None:
    (penstock.folder / "w.json").write_text(json.dumps({**DOCUMENT, "name": "Other"}))

    penstock("workflow", "add", "w.json", "--as", workflow)
    penstock("workflow", "publish", workflow)
    penstock("workflow", "activate", workflow, "--version", "1")

    shown = penstock.json("workflow", "show", workflow)
    assert (shown["workflow"]["name"], shown["workflow"]["active_version"]) == ("Other", 1)
    assert [version["number"] for version in shown["versions"]] == [2, 1]


def test_a_schedule_is_shown_paused_and_resumed(penstock: Penstock, workflow: str) -> None:
    schedule = f"{workflow}:when:0"

    assert schedule in penstock("schedules", "list")
    assert len(penstock.json("schedules", "show", schedule)["next"]) == 5
    assert "paused" in penstock("schedules", "pause", schedule)
    assert penstock.json("schedules", "show", schedule)["next"] == []
    assert "next" in penstock("schedules", "resume", schedule)
    penstock("schedules", "pause", "nobody", code=2)
    penstock("schedules", "backfill", schedule, code=2)


@pytest.mark.usefixtures("server")
def test_what_a_schedule_started_is_looked_at_and_run_again(
    penstock: Penstock, workflow: str
) -> None:
    first = failed(penstock, "schedule")[-1]["id"]

    assert "of undefined" in penstock("executions", "show", first)
    assert penstock.json("executions", "show", first)["execution"]["status"] == "error"
    outputs = json.loads(penstock("executions", "show", first, "--node", "when"))
    assert outputs[0]["main"]["items"][0]["json"]["timezone"] == "UTC"
    penstock("executions", "logs", first)
    again = penstock.json("executions", "retry", first)["execution"]
    assert failed(penstock, "retry")[0]["id"] == again
    assert failed(penstock, "retry")[0]["retry_of"] == first
    penstock("schedules", "pause", f"{workflow}:when:0")
    many = penstock.json("executions", "replay", "--mode", "retry", "--from", "set")
    assert [one["execution"] for one in many] == [again]
    assert "all" in penstock("queue")
    assert [one["role"] for one in penstock.json("queue")["workers"]] == ["all"]
    assert "There is none." in penstock("deadletters", "list")


def test_what_waits_in_line_is_canceled(penstock: Penstock, workflow: str) -> None:
    done = penstock.json(
        "schedules", "backfill", f"{workflow}:when:0",
        "--since", "2026-03-02T09:00:00", "--until", "2026-03-02T09:00:02",
    )  # fmt: skip

    assert len(done) == 3
    assert "default" in penstock("queue")
    one = done[0]["execution"]
    assert "canceled" in penstock("executions", "cancel", one)
    assert "had ended" in penstock("executions", "cancel", one)
    rest = penstock.json("executions", "cancel", "--workflow", workflow)
    assert {found["result"] for found in rest} == {"canceled"}
    penstock("executions", "cancel", code=2)
    penstock("executions", "decide", one, "perhaps", code=2)
    penstock("deadletters", "redrive", one, code=1)
