"""The same executions over NATS and without it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos import oracle

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


async def test_what_comes_of_executions_is_the_same_with_nats_and_without_it(
    tmp_path: Path,
) -> None:
    found = await oracle.play(oracle.CI, f"sqlite:///{tmp_path / 'chaos.db'}", tmp_path)

    assert found.is_clean, found
    assert found.ended_well > 0, found
    assert found.ended_badly > 0, found
