"""Networks and disks that are slow make nobody lose what he has."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from tests.chaos import slow_disk, slow_network
from tests.support.databases import new_postgres_url

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


async def test_on_a_slow_network_nobody_is_taken_for_dead(tmp_path: Path) -> None:
    found = await slow_network.play(slow_network.CI, new_postgres_url(), tmp_path)

    assert found.is_clean, found


@pytest.mark.parametrize("may_limit", [True, False])
async def test_on_a_slow_disk_nobody_is_taken_for_dead(may_limit: bool, tmp_path: Path) -> None:
    plan = msgspec.structs.replace(slow_disk.CI, may_limit=may_limit)

    found = await slow_disk.play(plan, f"sqlite:///{tmp_path / 'chaos.db'}", tmp_path)

    assert found.is_clean, found
    assert may_limit or "commit" in found.mechanism, found
