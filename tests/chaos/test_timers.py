"""Executions that wait for a moment, while processes are killed."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from tests.chaos import timers

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


async def test_every_wait_ends_once_and_in_time_whatever_is_killed(tmp_path: Path) -> None:
    woken = await timers.play(timers.CI, f"sqlite:///{tmp_path / 'chaos.db'}", tmp_path)

    assert woken.is_clean, woken
    assert woken.executions == 1_000
    assert woken.wake_p99_ms <= 5_000, woken  # 2 s on a machine that does nothing else


async def test_waits_that_were_copied_end_as_others_do(tmp_path: Path) -> None:
    plan = msgspec.structs.replace(timers.CI, executions=200, kills=0, window_s=4, copies=True)

    woken = await timers.play(plan, f"sqlite:///{tmp_path / 'chaos.db'}", tmp_path)

    assert woken.is_clean, woken
    assert woken.executions == 200
