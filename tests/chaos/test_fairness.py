"""One workspace has more to do than there is room for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos import fairness

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


async def test_others_begin_soon_while_one_workspace_floods(tmp_path: Path) -> None:
    found = await fairness.play(fairness.CI, f"sqlite:///{tmp_path / 'chaos.db'}", tmp_path)

    assert found.is_clean, found
    assert found.others == fairness.CI.others
