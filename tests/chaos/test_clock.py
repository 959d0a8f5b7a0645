"""Schedules while the processes that look after them are killed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos import clock
from tests.support.databases import new_postgres_url

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


async def test_every_second_of_fifty_schedules_starts_one_execution_whatever_is_killed(
    tmp_path: Path,
) -> None:
    told = await clock.play(clock.CI, new_postgres_url(), tmp_path)

    assert told.is_clean, told
    assert told.moments >= 50 * (clock.CI.seconds - 1), told
