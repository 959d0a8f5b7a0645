"""The broker loses everything while executions run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos import broker

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


async def test_a_broker_that_loses_everything_costs_time_and_no_execution(tmp_path: Path) -> None:
    found = await broker.play(broker.CI, f"sqlite:///{tmp_path / 'chaos.db'}", tmp_path)

    assert found.is_clean, found
    assert found.brokers == broker.CI.kills, found
