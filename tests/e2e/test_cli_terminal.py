"""What a terminal gets that a pipe does not: colours, the live list, the first items only."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Session = Callable[..., tuple[int, str]]


def workflow(source: str) -> dict[str, Any]:
    nodes = [
        {"id": "start", "name": "Start", "type": "penstock/flow.manual"},
        {
            "id": "work",
            "name": "Work",
            "type": "penstock/code.javascript",
            "config": {"source": source},
        },
    ]
    edges = [{"from": ["start", "main"], "to": ["work", "main"]}]
    return {"format": "penstock/1", "name": "Test", "nodes": nodes, "edges": edges}


@pytest.fixture
def terminal(tmp_path: Path, environment: dict[str, str], program: Path) -> Session:
    """Runs a workflow in a terminal; gives the exit code and all that was shown."""

    def run(source: str, *, stop_at: str = "", **env: str) -> tuple[int, str]:
        file = tmp_path / "workflow.json"
        file.write_text(json.dumps(workflow(source)))
        ours, theirs = pty.openpty()
        started = subprocess.Popen(  # noqa: S603  our own words
            [program, "run", file],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=environment | {"TERM": "xterm-256color"} | env,
            start_new_session=True,
        )
        os.close(theirs)
        shown = b""
        while data := _read(ours):
            shown += data
            if stop_at and stop_at.encode() in shown:
                os.killpg(started.pid, signal.SIGINT)
                stop_at = ""
        os.close(ours)
        return started.wait(20), shown.decode()

    return run


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65_536)
    except OSError:  # nobody writes any more
        return b""


MANY = "return Array.from({length: 45}, (_, i) => ({json: {number: i}}))"


def test_a_terminal_gets_colours_and_the_first_items(terminal: Session) -> None:
    code, shown = terminal(MANY)

    assert code == 0
    assert "\x1b[32m✓\x1b[0m Work" in shown
    assert shown.count('"number"') == 20
    assert "and 25 more" in shown


def test_no_color_is_respected(terminal: Session) -> None:
    _, shown = terminal(MANY, NO_COLOR="1")

    assert "✓ Work" in shown
    assert "\x1b[32m" not in shown


def test_ctrl_c_gives_the_cursor_back(terminal: Session) -> None:
    code, shown = terminal("while (true) {}", stop_at="Start")

    assert code == 130
    assert shown.count("\x1b[?25l") == shown.count("\x1b[?25h") == 1
    assert "Traceback" not in shown
