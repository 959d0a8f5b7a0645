"""More comes than can be done."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos import overload

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


async def test_what_is_too_much_is_refused_and_what_was_accepted_is_done(tmp_path: Path) -> None:
    found = await overload.play(overload.CI, f"sqlite:///{tmp_path / 'chaos.db'}", tmp_path)

    assert found.is_clean, found
