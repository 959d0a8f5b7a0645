"""Processes are killed while executions run: nothing is lost, nothing is done twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.chaos.soak import Plan, soak
from tests.support.databases import new_postgres_url

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_killing_processes_loses_nothing_and_repeats_nothing(
    kind: str, tmp_path: Path
) -> None:
    url = new_postgres_url() if kind == "postgresql" else f"sqlite:///{tmp_path / 'chaos.db'}"

    report = await soak(Plan(executions=1_500, kills=6, seed=7), url, tmp_path)

    assert report.is_clean, report
    assert report.executions == 1_500
