"""Processes are killed while executions run: nothing is lost, nothing is done twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.leases import SHORT_S
from tests.chaos.soak import Plan, soak
from tests.support.databases import new_postgres_url

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_killing_processes_loses_nothing_and_repeats_nothing(
    kind: str, tmp_path: Path
) -> None:
    url = new_postgres_url() if kind == "postgresql" else f"sqlite:///{tmp_path / 'chaos.db'}"

    dispatch = "nats" if kind == "sqlite" else "db"

    plan = Plan(executions=1_000, kills=6, seed=7, dispatch=dispatch, lease_s=SHORT_S)
    report = await soak(plan, url, tmp_path)

    assert report.is_clean, report
    assert report.executions == 1_000


async def test_a_worker_that_was_asleep_for_longer_than_its_lease_changes_nothing(
    tmp_path: Path,
) -> None:
    plan = Plan(executions=1_000, kills=3, seed=11, stops=True, gate_share=0, lease_s=SHORT_S)

    report = await soak(plan, f"sqlite:///{tmp_path / 'chaos.db'}", tmp_path)

    assert report.is_clean, report
    assert report.redispatched > 0, report


async def test_without_the_check_of_the_owner_executions_would_be_completed_twice(
    tmp_path: Path,
) -> None:
    plan = Plan(
        executions=1_000, kills=1, seed=7, stops=True, gate_share=0, unfenced=True, lease_s=SHORT_S
    )

    report = await soak(plan, f"sqlite:///{tmp_path / 'chaos.db'}", tmp_path)

    assert report.completed_twice > 0, report
