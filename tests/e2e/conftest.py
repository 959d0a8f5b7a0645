"""The installed program, started as a person starts it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PENSTOCK = Path(sys.executable).parent / "penstock"

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def program() -> Path:
    return PENSTOCK


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """That of a person who has set nothing."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PENSTOCK_")}
    for key in ("FORCE_COLOR", "GITHUB_ACTIONS", "TERM", "COLUMNS"):
        kept.pop(key, None)
    return kept | {"XDG_DATA_HOME": str(tmp_path / "share")}


@pytest.fixture
def penstock(tmp_path: Path, environment: dict[str, str]) -> Run:
    def run(
        *words: object, stdin: str | bytes = "", cwd: Path = tmp_path, **env: str
    ) -> subprocess.CompletedProcess[str]:
        given: Any = stdin.encode() if isinstance(stdin, str) else stdin
        done = subprocess.run(  # noqa: S603
            [str(PENSTOCK), *map(str, words)],
            input=given,
            capture_output=True,
            cwd=cwd,
            env=environment | env,
            timeout=60,
            check=False,
        )
        return subprocess.CompletedProcess(
            done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
        )

    return run
