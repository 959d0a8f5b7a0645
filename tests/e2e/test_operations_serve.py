"""What operators see of processes that serve: metrics, log lines, a greeting, and a refusal."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

pytestmark = pytest.mark.slow
PROGRAM = str(Path(sys.executable).parent / "penstock")


@contextmanager
def started(folder: Path, *words: str, **more: str) -> Generator[subprocess.Popen[str]]:
    environment = {
        **os.environ,
        "PENSTOCK_DATA_DIR": str(folder / "data"),
        "PENSTOCK_DISPATCH": "db",
        **more,
    }
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(  # noqa: S603 - our own command line
            [PROGRAM, *words],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=log,
            cwd=folder,
            text=True,
        )
        try:
            yield process
        finally:
            process.kill()
            process.communicate()


def greeted(process: subprocess.Popen[str], lines: int) -> list[str]:
    """The greeting, which comes when everything stands."""
    assert process.stdout is not None
    return [process.stdout.readline().rstrip("\n") for _ in range(lines)]


def asked(port: int, path: str) -> str:
    with urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return str(answer.read().decode())


def test_a_worker_tells_its_metrics_at_its_health_port(tmp_path: Path) -> None:
    with started(tmp_path, "worker", "--health-port", "0", "--concurrency", "7") as process:
        head, health = greeted(process, 2)
        port = int(re.findall(r"127\.0\.0\.1:(\d+)/", health)[0])
        text = asked(port, "/metrics")

    assert head.startswith("penstock worker ")
    assert 'penstock_worker_slots{state="free"} 7.0' in text
    assert "penstock_build_info" in text


def test_a_first_start_greets_with_a_link_and_logs_objects(tmp_path: Path) -> None:
    with started(
        tmp_path, "serve", "--port", "0", PENSTOCK_LOG_FORMAT="json", PENSTOCK_TYPO="x"
    ) as process:
        head, editor, docs = greeted(process, 3)
        link = re.search(r"http://127\.0\.0\.1:(\d+)/\?setup=\S+", editor)
        assert link is not None
        assert "openapi" in asked(int(link[1]), "/api/docs")
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0

    assert " · SQLite · no broker · 1 worker" in head
    assert docs.endswith("Stop: Ctrl+C")
    lines = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    assert any("PENSTOCK_TYPO" in line["message"] for line in lines)


def test_a_server_that_nobody_owns_does_not_start_at_an_address_for_everybody(
    tmp_path: Path,
) -> None:
    with started(tmp_path, "serve", "--port", "0", PENSTOCK_BIND="0.0.0.0") as process:  # noqa: S104
        code = process.wait(60)

    assert code != 0
    assert "Nobody owns this server yet" in (tmp_path / "log").read_text()
