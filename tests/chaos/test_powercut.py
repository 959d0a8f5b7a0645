"""What was acknowledged outlives a power cut, unless the disk lies."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from tests.chaos import powercut
from tests.chaos.powercut import Platter
from tests.chaos.recording_vfs import Recording, Step

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


async def test_what_was_acknowledged_outlives_a_power_cut_at_any_moment(tmp_path: Path) -> None:
    found = await powercut.play(powercut.CI, f"sqlite:///{tmp_path / 'p.db'}", tmp_path)

    assert found.is_clean, found
    assert found.resumed == powercut.CI.resumed, found


async def test_a_disk_that_lies_about_flushing_is_found_out(tmp_path: Path) -> None:
    plan = msgspec.structs.replace(powercut.CI, lies=True, resumed=0)

    found = await powercut.play(plan, f"sqlite:///{tmp_path / 'p.db'}", tmp_path)

    assert found.lost > 0, found


def test_what_is_recorded_makes_the_same_file(tmp_path: Path) -> None:
    path = str(tmp_path / "p.db")
    recording = Recording()
    with recording.listening(), closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE t (a)")
        db.executemany("INSERT INTO t VALUES (?)", [(number,) for number in range(1_000)])
        db.commit()
    platter = Platter({path: b""})
    for number, step in enumerate(recording.steps):
        platter.take(number, step, lies=False)

    assert platter.files[path] == Path(path).read_bytes()


def test_a_flush_keeps_what_was_written_before_it_and_not_what_came_meanwhile() -> None:
    platter = Platter({"f": b""})
    steps = (
        Step("write", "f", 0, b"first"),
        Step("write", "f", 5, b"later"),
        Step("sync", "f", 1),
    )
    for number, step in enumerate(steps):
        platter.take(number, step, lies=False)

    assert platter.files["f"] == b"first"
