"""One release takes the place of another and gives it back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos import upgrade
from tests.chaos.releases import NoHistory, before, here
from tests.support.databases import empty_postgres_url

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


# One database here, and both of them with `make chaos`: each takes a minute and a half.
@pytest.mark.parametrize("kind", ["postgresql"])
async def test_an_upgrade_and_the_way_back_fail_no_request_and_lose_nothing(
    kind: str, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'chaos.db'}" if kind == "sqlite" else empty_postgres_url()

    found = await upgrade.play(upgrade.CI, url, tmp_path)

    assert found.is_clean, found


def test_an_earlier_release_that_is_not_in_the_history_is_told(tmp_path: Path) -> None:
    with pytest.raises(NoHistory, match="fetch the whole history"):
        before(tmp_path / "before", "no-such-commit")


def test_an_earlier_release_has_an_older_schema(tmp_path: Path) -> None:
    assert before(tmp_path / "before").schema < here().schema
