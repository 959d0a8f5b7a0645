"""The disk is full for a while."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos import disk

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.mark.parametrize("may_mount", [True, False])
async def test_what_has_no_room_is_refused_and_everything_else_is_done(
    may_mount: bool, tmp_path: Path
) -> None:
    found = await disk.play(disk.CI, "", tmp_path, may_mount=may_mount)

    assert found.is_clean, found
    assert may_mount or found.mechanism == disk.Quota.mechanism
