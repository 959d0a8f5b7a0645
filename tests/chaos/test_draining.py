"""Workers that are told to end while executions run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos import draining

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


async def test_workers_that_are_told_to_end_fail_nothing_and_leave_nothing_behind(
    tmp_path: Path,
) -> None:
    found = await draining.play(draining.CI, f"sqlite:///{tmp_path / 'chaos.db'}", tmp_path)

    assert found.is_clean, found
    assert found.put_back > 0, found
