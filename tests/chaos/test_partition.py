"""Processes that are cut off from the database and from the broker."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos import partition
from tests.support.databases import new_postgres_url

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


async def test_processes_that_are_cut_off_for_longer_than_a_lease_lose_and_repeat_nothing(
    tmp_path: Path,
) -> None:
    found = await partition.play(partition.CI, new_postgres_url(), tmp_path)

    assert found.is_clean, found
    assert found.redispatched > 0, found
