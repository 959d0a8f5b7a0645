"""Places that many share, of which there are only so many."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection
from tests.support.databases import opened

from penstock_kernel.execution.node_limits import NodeLimits
from penstock_kernel.execution.policy import SystemClock
from penstock_kernel.store.permits import MemoryPermits, Permits
from penstock_kernel.store.sql import queue
from penstock_kernel.store.sql.database import StoreUnavailable
from penstock_kernel.store.sql.permits import SqlPermits
from penstock_kernel.store.sql.queue import Beat

KINDS = ("process", "memory", "sqlite", "postgresql")


@asynccontextmanager
async def permits_of(kind: str, folder: Path) -> AsyncIterator[list[Permits]]:
    """Two that count together."""
    if kind == "process":
        one = MemoryPermits()
        yield [one, one]
        return
    async with opened(kind, folder) as db:

        def there(connection: Connection) -> None:
            for name in ("a", "b"):
                said = Beat(name, "host", 1, "1", "worker", "default", 9, 0, "working")
                queue.beat(db, connection, said)

        await db.transact(there)
        yield [SqlPermits(db, "a"), SqlPermits(db, "b")]


@pytest.mark.parametrize("kind", KINDS)
async def test_there_are_only_so_many_places(kind: str, tmp_path: Path) -> None:
    async with permits_of(kind, tmp_path) as (one, other):
        got = await asyncio.gather(*((one, other)[n % 2].take("n", f"s{n}", 3) for n in range(8)))
        again = await one.take("n", f"s{got.index(True)}", 3)
        await other.give_back("n", f"s{got.index(True)}")
        after = [await other.take("n", "late", 3), await other.take("n", "later", 3)]
        elsewhere = await other.take("m", "later", 3)

    assert (got.count(True), again, after, elsewhere) == (3, True, [True, False], True)


@pytest.mark.parametrize("kind", ["memory", "sqlite", "postgresql"])
async def test_the_places_of_a_process_that_is_gone_are_free(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as db:
        gone, there = SqlPermits(db, "gone"), SqlPermits(db, "there")
        assert await gone.take("n", "first", 1)
        assert await there.take("n", "second", 1)


@pytest.mark.parametrize("kind", KINDS)
async def test_steps_of_a_limited_type_run_beside_no_more_than_so_many(
    kind: str, tmp_path: Path
) -> None:
    running, most = 0, 0

    async def step(limits: NodeLimits, number: int) -> None:
        nonlocal running, most
        async with limits.place("a/b.c", f"step {number}"):
            running += 1
            most = max(most, running)
            await asyncio.sleep(0.01)
            running -= 1

    async with permits_of(kind, tmp_path) as shared:
        limits = [NodeLimits(["a/b.c=2"], permits, SystemClock()) for permits in shared]
        await asyncio.gather(*(step(limits[n % 2], n) for n in range(9)))

    assert (most, running) == (2, 0)
    assert "a/b.c" in limits[0]
    assert "a/b.d" not in limits[0]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_step_that_is_canceled_while_it_takes_a_place_leaves_it_to_others(
    kind: str, tmp_path: Path
) -> None:
    async with permits_of(kind, tmp_path) as shared:
        limits = NodeLimits(["a/b.c=1"], shared[0], SystemClock())

        async def step() -> None:
            async with limits.place("a/b.c", "first"):
                await asyncio.Event().wait()

        for beats in range(6):
            task = asyncio.create_task(step())
            for _ in range(beats):
                await asyncio.sleep(0)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        is_free = await shared[1].take("node:a/b.c", "second", 1)

    assert is_free


class Failing(MemoryPermits):
    """Says that the database is gone: after a place was taken, or before it is given back."""

    def __init__(self, *, takes: int = 0, gives: int = 0) -> None:
        super().__init__()
        self.takes, self.gives = takes, gives

    async def take(self, name: str, holder: str, limit: int) -> bool:
        got = await super().take(name, holder, limit)
        self.takes -= 1
        if self.takes >= 0:
            raise StoreUnavailable("It is gone.")
        return got

    async def give_back(self, name: str, holder: str) -> None:
        self.gives -= 1
        if self.gives >= 0:
            raise StoreUnavailable("It is gone.")
        await super().give_back(name, holder)


async def test_a_place_that_cannot_be_given_back_now_is_given_back_later() -> None:
    permits = Failing(gives=2)
    limits = NodeLimits(["a/b.c=1"], permits, SystemClock())

    async with limits.place("a/b.c", "first"):
        pass
    async with asyncio.timeout(20), limits.place("a/b.c", "second"):
        is_free = await permits.take("node:a/b.c", "third", 1)

    assert not is_free


async def test_a_place_that_may_have_been_taken_is_given_back() -> None:
    permits = Failing(takes=1)
    limits = NodeLimits(["a/b.c=1"], permits, SystemClock())

    with pytest.raises(StoreUnavailable):
        async with limits.place("a/b.c", "first"):
            pass

    assert await permits.take("node:a/b.c", "second", 1)


async def turns() -> None:
    """Let others do what they can do now."""
    for _ in range(9):
        await asyncio.sleep(0)


class Slow(Failing):
    """Takes its time to give a place back."""

    def __init__(self) -> None:
        super().__init__()
        self.goes_on = asyncio.Event()

    async def give_back(self, name: str, holder: str) -> None:
        await self.goes_on.wait()
        await super().give_back(name, holder)


async def test_what_a_step_left_is_not_taken_from_it_when_it_comes_again() -> None:
    permits = Slow()
    limits = NodeLimits(["a/b.c=1"], permits, SystemClock())

    async def step() -> None:
        async with limits.place("a/b.c", "first"):
            await permits.goes_on.wait()
            await turns()
            assert not await permits.take("node:a/b.c", "second", 1)

    first = asyncio.create_task(step())
    await turns()
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    again = asyncio.create_task(step())
    await turns()
    permits.goes_on.set()
    await again
