"""A backup that is made under load, and what goes on from it elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos import restoring
from tests.support.databases import new_postgres_url

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_what_was_restored_goes_on_and_nothing_that_had_ended_runs_again(
    kind: str, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'chaos.db'}" if kind == "sqlite" else new_postgres_url()

    found = await restoring.play(restoring.CI, url, tmp_path)

    assert found.is_clean, found
