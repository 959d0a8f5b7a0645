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
