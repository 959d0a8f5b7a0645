"""Workflows that kill the process that runs them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos import poison

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


async def test_what_kills_its_worker_is_put_aside_and_what_does_no_harm_succeeds(
    tmp_path: Path,
) -> None:
    found = await poison.play(poison.CI, f"sqlite:///{tmp_path / 'chaos.db'}", tmp_path)

    assert found.is_clean, found
    assert found.dead == poison.CI.poisoned
    assert found.kills >= poison.CI.poisoned, found
