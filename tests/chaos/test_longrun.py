"""What the processes hold stays as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos import longrun

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


async def test_memory_files_and_the_log_of_the_database_do_not_grow_without_end(
    tmp_path: Path,
) -> None:
    found = await longrun.play(longrun.CI, f"sqlite:///{tmp_path / 'chaos.db'}", tmp_path)

    assert found.is_clean, found
    assert found.rss_mb > 0, found
    assert found.longest_log_mb > 0, found


def test_what_grows_is_told_by_how_much() -> None:
    assert longrun.slope([0, 1, 2], [5, 7, 9]) == 2
    assert longrun.slope([0, 1, 2], [5, 5, 5]) == 0
