"""What every state store promises."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tests.support.databases import KINDS, opened

from penstock_kernel.store.sql.state import SqlState
from penstock_kernel.store.state import (
    MAX_BYTES,
    MAX_KEY,
    MAX_SPACE,
    FileState,
    StateRefused,
    StateStore,
    replace_file,
)


class Now:
    ms = 1_000

    def __call__(self) -> int:
        return self.ms


@pytest.fixture
def now() -> Now:
    return Now()


@pytest.fixture(params=["files", *KINDS])
async def state(
    request: pytest.FixtureRequest, tmp_path: Path, now: Now
) -> AsyncIterator[StateStore]:
    if request.param == "files":
        yield FileState(tmp_path, now)
        return
    async with opened(request.param, tmp_path) as db:
        yield SqlState(db, now)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(1, id="number"),
        pytest.param("text \u00fc \U0001f600", id="text"),
        pytest.param({"a": [1, None, {"b": True}]}, id="nested"),
        pytest.param(False, id="false"),
    ],
)
async def test_a_value_is_read_back_as_it_was_set(state: StateStore, value: Any) -> None:
    await state.set("space", "key", value)

    assert await state.get("space", "key") == value


async def test_a_key_that_was_never_set_is_none(state: StateStore) -> None:
    assert await state.get("space", "key") is None


async def test_a_deleted_key_is_gone(state: StateStore) -> None:
    await state.set("space", "key", 1)
    await state.delete("space", "key")
    await state.delete("space", "key")

    assert await state.get("space", "key") is None


async def test_spaces_do_not_see_each_other(state: StateStore) -> None:
    await state.set("w/one", "key", 1)
    await state.set("w/one/key", "key", 2)

    assert await state.get("w/one", "key") == 1
    assert await state.get("w", "one/key") is None


async def test_a_value_past_its_lifetime_is_gone(state: StateStore, now: Now) -> None:
    await state.set("space", "key", 1, ttl_s=10)
    now.ms += 9_999
    before = await state.get("space", "key")
    now.ms += 1

    assert before == 1
    assert await state.get("space", "key") is None


async def test_update_sets_only_what_was_expected(state: StateStore) -> None:
    outcomes = [
        await state.update("space", "key", None, 1),
        await state.update("space", "key", None, 2),
        await state.update("space", "key", 1, 3),
    ]

    assert outcomes == [True, False, True]
    assert await state.get("space", "key") == 3


async def test_of_many_updates_at_once_exactly_one_wins(state: StateStore) -> None:
    outcomes = await asyncio.gather(*(state.update("space", "key", None, i) for i in range(20)))

    assert outcomes.count(True) == 1
    assert await state.get("space", "key") == outcomes.index(True)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("x" * (1 << 20), id="too-large"),
        pytest.param(object(), id="no-json"),
        pytest.param("\ud800", id="no-text"),
    ],
)
async def test_what_cannot_be_kept_is_refused(state: StateStore, value: Any) -> None:
    with pytest.raises(StateRefused, match="key"):
        await state.set("space", "key", value)

    assert await state.get("space", "key") is None


async def test_files_survive_the_process(tmp_path: Path, now: Now) -> None:
    await FileState(tmp_path, now).set("space", "key", 1)

    assert await FileState(tmp_path, now).get("space", "key") == 1


def test_a_file_that_cannot_be_replaced_stays_and_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "target").mkdir()
    (tmp_path / "target" / "inside").touch()

    with pytest.raises(OSError):  # noqa: PT011 - which one depends on the system
        replace_file(tmp_path / "target", b"new")

    assert [path.name for path in tmp_path.iterdir()] == ["target"]


async def test_a_key_has_a_limit(state: StateStore) -> None:
    await state.set("space", "k" * MAX_KEY, 1)

    with pytest.raises(StateRefused, match="characters"):
        await state.set("space", "k" * (MAX_KEY + 1), 1)


async def test_the_values_of_a_space_have_a_limit_together(state: StateStore) -> None:
    large = "x" * (MAX_BYTES - 2)
    for number in range(MAX_SPACE // MAX_BYTES - 1):
        await state.set("space", f"key-{number}", large)

    with pytest.raises(StateRefused, match="bytes"):
        await state.set("space", "last", large)

    assert await state.get("space", "last") is None


def test_all_folders_that_are_made_for_a_file_are_private(tmp_path: Path) -> None:
    replace_file(tmp_path / "a" / "b" / "c" / "file", b"1")

    for folder in ("a", "a/b", "a/b/c"):
        assert stat.S_IMODE((tmp_path / folder).stat().st_mode) == 0o700
