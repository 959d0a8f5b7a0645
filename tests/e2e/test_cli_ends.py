"""How `penstock run` ends when it is stopped, and how it watches a file."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

ENDLESS: dict[str, Any] = {
    "format": "penstock/1",
    "name": "Endless",
    "nodes": [
        {"id": "start", "name": "Start", "type": "penstock/flow.manual"},
        {
            "id": "warm",
            "name": "Warm",
            "type": "penstock/code.javascript",
            "config": {"source": "return items"},
        },
        {
            "id": "work",
            "name": "Work",
            "type": "penstock/code.javascript",
            "config": {"source": "while (true) {}"},
        },
    ],
    "edges": [
        {"from": ["start", "main"], "to": ["warm", "main"]},
        {"from": ["warm", "main"], "to": ["work", "main"]},
    ],
}

Started = subprocess.Popen[str]


@pytest.fixture
def endless(tmp_path: Path) -> Path:
    file = tmp_path / "endless.json"
    file.write_text(json.dumps(ENDLESS))
    return file


def start(words: list[str], environment: dict[str, str]) -> Started:
    return subprocess.Popen(  # noqa: S603  our own words
        words,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def read_to(started: Started, word: str) -> str:
    """What is told until a line has the word; the test's own time limit ends a wait for nothing."""
    assert started.stderr is not None
    told = ""
    for line in started.stderr:
        told += line
        if word in line:
            return told
    pytest.fail(f"{word!r} was never told, but: {told}")


def descendants(of: int) -> set[int]:
    found: set[int] = set()
    for task in Path(f"/proc/{of}/task").iterdir():
        for child in map(int, (task / "children").read_text().split()):
            found |= {child} | descendants(child)
    return found


def wait_for_end(processes: set[int]) -> None:
    """Wait until the system says that each is gone."""
    for process in processes:
        try:
            handle = os.pidfd_open(process)
        except ProcessLookupError:
            continue
        ended, _, _ = select.select([handle], [], [], 5)
        os.close(handle)
        assert ended, f"process {process} stays"


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks at processes as Linux does")
@pytest.mark.parametrize(
    ("sign", "whole_group", "code"),
    [
        pytest.param(signal.SIGINT, True, 130, id="ctrl-c"),
        pytest.param(signal.SIGINT, False, 130, id="interrupted-alone"),
        pytest.param(signal.SIGTERM, False, -signal.SIGTERM, id="terminated"),
        pytest.param(signal.SIGKILL, False, -signal.SIGKILL, id="killed"),
    ],
)
def test_whatever_stops_it_leaves_no_process_behind(
    endless: Path,
    environment: dict[str, str],
    program: Path,
    sign: signal.Signals,
    whole_group: bool,
    code: int,
) -> None:
    started = start([str(program), "run", str(endless)], environment)
    told = read_to(started, "Warm")  # from here on a runner computes
    children = descendants(started.pid)

    (os.killpg if whole_group else os.kill)(started.pid, sign)
    out, err = started.communicate(timeout=20)

    wait_for_end(children)
    assert started.returncode == code
    assert out == ""
    assert "Traceback" not in told + err


def test_watching_runs_again_after_each_change_and_ends_with_ctrl_c(
    endless: Path, environment: dict[str, str], program: Path
) -> None:
    document = ENDLESS | {"name": "First", "nodes": ENDLESS["nodes"][:1], "edges": []}
    endless.write_text(json.dumps(document))
    started = start([str(program), "run", str(endless), "--watch"], environment)
    first = read_to(started, "Waiting for a change")

    # As an editor saves: a new file takes the place of the old one.
    other = endless.with_suffix(".new")
    other.write_text('{"format": "penstock/1", "name": ')
    other.replace(endless)
    second = read_to(started, "Waiting for a change")
    endless.unlink()
    endless.write_text(json.dumps(document | {"name": "Third"}))
    third = read_to(started, "Waiting for a change")
    os.killpg(started.pid, signal.SIGINT)
    started.communicate(timeout=20)

    assert first.startswith("First\n")
    assert "not JSON" in second
    assert third.startswith("Third\n")
    assert started.returncode == 130
