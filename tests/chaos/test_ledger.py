"""What a server outside is asked, while those that ask it are killed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos import ledger

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


async def test_only_what_has_a_key_is_sent_again_and_what_is_uncertain_waits_in_doubt(
    tmp_path: Path,
) -> None:
    found = await ledger.play(ledger.CI, f"sqlite:///{tmp_path / 'chaos.db'}", tmp_path)

    assert found.is_clean, found
    assert found.keyed_again > 0, found
    assert found.in_doubt > 0, found
