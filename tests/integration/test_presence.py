"""Who is taken for dead: whoever fell silent, and nobody because the machine slept."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from sqlalchemy import select
from tests.integration.test_serving import SET, chain, ended, opened, until, waiting
from tests.support.databases import new_sqlite_url
from tests.support.databases import opened as opened_db

from penstock_kernel.store.sql import queue
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.queue import Beat, Watched
from penstock_kernel.store.sql.tables import workers
from penstock_kernel.work import presence

HOUR_MS = 3_600_000


class Machine:
    """Processes on one machine, whose clock is set by hand."""

    def __init__(self, db: Database) -> None:
        self.now_ms = time.time_ns() // 1_000_000
        self._db = db
        self._watched: Watched | None = None
        db._clock = lambda: self.now_ms  # type: ignore[attr-defined]

    async def beat(self, name: str) -> None:
        said = Beat(name, "host", 1, "1", "worker", "default", 1, 0, "working")
        await self._db.transact(lambda one: queue.beat(self._db, one, said))

    async def alive(self) -> set[str]:
        """Sweep, and tell who is left."""
        swept = await self._db.transact(lambda one: queue.sweep(self._db, one, self._watched))
        self._watched = swept.watched
        names = select(workers.c.id)
        return await self._db.read(lambda one: set(one.execute(names).scalars()))

    async def alive_after(self, ms: int, *, beating: str) -> set[str]:
        """Let time go by, look each second, and tell who is left."""
        left = await self.alive()
        for _ in range(0, ms, 1_000):
            self.now_ms += 1_000
            await self.beat(beating)
            left = await self.alive()
        return left


async def test_who_falls_silent_is_dead_after_a_lease(tmp_path: Path) -> None:
    async with opened_db("sqlite", tmp_path) as db:
        machine = Machine(db)
        await machine.beat("silent")

        before = await machine.alive_after(queue.LEASE_MS, beating="me")
        after = await machine.alive_after(1_000, beating="me")

    assert (before, after) == ({"me", "silent"}, {"me"})


@pytest.mark.parametrize("step_ms", [HOUR_MS, queue.LEASE_MS, -HOUR_MS])
async def test_everybody_has_a_lease_to_be_heard_of_after_the_clock_made_a_step(
    step_ms: int, tmp_path: Path
) -> None:
    async with opened_db("sqlite", tmp_path) as db:
        machine = Machine(db)
        await machine.beat("silent")
        await machine.alive_after(5_000, beating="me")

        machine.now_ms += step_ms
        at_once = await machine.alive()
        before = await machine.alive_after(queue.LEASE_MS - 1_000, beating="me")
        after = await machine.alive_after(2_000, beating="me")

    assert at_once == before == {"me", "silent"}
    # Set back, it is only later that the silent one is late.
    assert after == ({"me"} if step_ms > 0 else {"me", "silent"})


async def test_who_was_there_before_this_process_and_fell_silent_is_dead_at_once(
    tmp_path: Path,
) -> None:
    async with opened_db("sqlite", tmp_path) as db:
        machine = Machine(db)
        await machine.beat("silent")
        machine.now_ms += HOUR_MS
        await machine.beat("me")

        assert await machine.alive() == {"me"}


async def test_a_machine_that_wakes_goes_on_with_what_it_ran(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "BEAT_S", 60.0)  # the sweep comes first
    url = new_sqlite_url(tmp_path / "p.db")
    async with opened(url, tmp_path) as kernel, kernel.serve() as serving:
        accepted = await serving.accept(kernel.record(chain(SET, waiting(1.9), SET)))
        before = await until(kernel, lambda one: one.status == "waiting", accepted.execution)

        ahead = lambda: time.time_ns() // 1_000_000 + HOUR_MS  # noqa: E731
        monkeypatch.setattr(kernel.db, "_clock", ahead)
        after = await until(kernel, ended, accepted.execution)

    assert (after.status, after.epoch) == ("success", before.epoch)
