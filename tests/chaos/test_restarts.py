"""What has to be there for work goes away and comes back: the database, and whoever accepts."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from penstock_kernel.kernel import Kernel
from penstock_kernel.settings import Settings
from penstock_kernel.work.serving import Serving
from tests.chaos import restarts
from tests.chaos.leases import SHORT_S
from tests.chaos.soak import Plan, soak, workflow
from tests.support.databases import new_postgres_url

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


async def test_a_database_that_is_stopped_and_started_again_loses_nothing(tmp_path: Path) -> None:
    found = await restarts.play(restarts.CI, "", tmp_path)

    assert found.is_clean, found
    assert found.executions == restarts.CI.executions


async def test_each_event_is_one_execution_however_often_who_accepts_is_killed(
    tmp_path: Path,
) -> None:
    plan = Plan(executions=3_000, kills=5, seed=11, gate_share=1, per_second=300, lease_s=SHORT_S)

    report = await soak(plan, f"sqlite:///{tmp_path / 'chaos.db'}", tmp_path)

    assert report.is_clean, report
    assert report.executions == 3_000


async def test_who_brings_the_same_event_to_two_processes_at_once_gets_one_execution(
    tmp_path: Path,
) -> None:
    settings = Settings(database=new_postgres_url(), data_dir=tmp_path, sandbox="inprocess")

    async def accepted(kernel: Kernel, serving: Serving, key: str) -> str:
        record = kernel.record(workflow(), mode="webhook")
        record.idem_key, record.workflow_id = key, "chaos"
        return (await serving.accept(record)).execution

    async with (
        Kernel.open(settings) as one,
        Kernel.open(settings) as other,
        one.serve(role="api") as here,
        other.serve(role="api") as there,
    ):
        for number in range(100):
            both = (accepted(one, here, f"{number}"), accepted(other, there, f"{number}"))
            found = await asyncio.gather(*both)

            assert len(set(found)) == 1
