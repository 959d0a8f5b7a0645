"""A server of PostgreSQL that falls over, is slow, or is asked for much: the rest goes on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool
from tests.support.databases import new_postgres_url, opened_at

from penstock_kernel.store.sql import postgres, schema
from penstock_kernel.store.sql.backup import back_up
from penstock_kernel.store.sql.database import Database, StoreUnavailable
from penstock_kernel.store.sql.tables import users, workers
from penstock_kernel.work import presence
from penstock_kernel.work.presence import present

READERS = 4
PATIENCE_S = 20


@pytest.fixture
async def db() -> AsyncIterator[Database]:
    async with opened_at(new_postgres_url()) as made:
        yield made


async def tell(db: Database, *words: str) -> None:
    """Say something to the server from outside; `{name}` is the database."""
    url = str(getattr(db, "url", ""))
    engine = create_async_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        for one in words:
            await connection.execute(text(one.format(name=make_url(url).database)))
    await engine.dispose()


ONLY_READS = (
    "ALTER DATABASE {name} SET default_transaction_read_only = on",
    """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = '{name}' AND pid <> pg_backend_pid()""",
)
WRITES = (
    "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE",
    "ALTER DATABASE {name} SET default_transaction_read_only = off",
)


def write(connection: Connection) -> None:
    connection.execute(text("UPDATE leases SET until_ms = 0"))


async def unavailable(db: Database) -> str:
    """What is said of a change that cannot be made now."""
    with pytest.raises(StoreUnavailable) as refused:
        await db.transact(write)
    return refused.value.message


async def test_a_server_that_only_reads_is_unavailable_and_no_connection_to_it_is_kept(
    db: Database,
) -> None:
    await tell(db, *ONLY_READS)
    said = [await unavailable(db) for _ in range(4)]  # the first ones tell of what broke

    await tell(db, *WRITES)

    await db.transact(write)
    assert "read-only" in said[-1]


async def heartbeat(db: Database) -> int | None:
    found = select(workers.c.heartbeat_ms).where(workers.c.id == "me")
    return await db.read(lambda connection: connection.execute(found).scalar_one_or_none())


@pytest.mark.parametrize(
    ("breaks", "mends"),
    [
        pytest.param(ONLY_READS, WRITES, id="failover"),
        pytest.param(
            ("ALTER TABLE workers ADD CONSTRAINT odd CHECK (pid < 0) NOT VALID",),
            ("ALTER TABLE workers DROP CONSTRAINT odd",),
            id="unforeseen",
        ),
    ],
)
async def test_a_heartbeat_goes_on_after_whatever_the_database_answers(
    db: Database,
    breaks: tuple[str, ...],
    mends: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(presence, "BEAT_S", 0.05)
    async with present(db, "me"):
        await tell(db, *breaks)
        await asyncio.sleep(0.5)
        await tell(db, *mends)

        await another_heartbeat(db)


async def another_heartbeat(db: Database) -> None:
    """Wait until it is heard of."""
    before = await heartbeat(db)
    async with asyncio.timeout(PATIENCE_S):
        while True:
            if await heartbeat(db) != before:
                return
            await asyncio.sleep(0.05)


def sleeps(connection: Connection) -> None:
    connection.execute(text("SELECT pg_sleep(3)")).all()


async def test_reads_that_are_slow_hold_up_no_change(db: Database) -> None:
    reads = [asyncio.ensure_future(db.read(sleeps)) for _ in range(3 * READERS)]
    await asyncio.sleep(0.3)
    begun = time.monotonic()

    await db.transact(write)
    took_s = time.monotonic() - begun

    for one in reads:
        one.cancel()
    await asyncio.gather(*reads, return_exceptions=True)
    assert took_s < 1.5


async def test_reads_that_are_canceled_leave_their_places_to_others(db: Database) -> None:
    for _ in range(3):
        reads = [asyncio.ensure_future(db.read(sleeps)) for _ in range(3 * READERS)]
        await asyncio.sleep(0.1)
        for one in reads:
            one.cancel()
        await asyncio.gather(*reads, return_exceptions=True)

    async with asyncio.timeout(PATIENCE_S):
        found = await asyncio.gather(*(heartbeat(db) for _ in range(3 * READERS)))

    assert found == [None] * 3 * READERS


async def test_who_waits_too_long_for_a_place_to_read_is_told_so(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "PATIENCE_S", 0.2)
    reads = [asyncio.ensure_future(db.read(sleeps)) for _ in range(READERS)]
    await asyncio.sleep(0.1)

    with pytest.raises(StoreUnavailable, match="TimeoutError"):
        await db.read(write)

    await asyncio.gather(*reads)


LIMIT_S = 0.5


@pytest.fixture
def limited(monkeypatch: pytest.MonkeyPatch) -> None:
    """No statement may take long, but for those that may."""
    monkeypatch.setattr(postgres, "LIMIT_S", LIMIT_S)


@asynccontextmanager
async def held_up(db: Database, statement: str) -> AsyncIterator[None]:
    """Something is locked for longer than a statement may take."""

    def hold(connection: Connection) -> None:
        connection.execute(text(statement))
        for _ in range(15):
            connection.execute(text("SELECT pg_sleep(0.1)"))

    holding = asyncio.ensure_future(db.transact(hold))
    await asyncio.sleep(0.3)
    yield
    await holding


@pytest.mark.usefixtures("limited")
async def test_a_statement_that_takes_too_long_is_told_with_a_reason(db: Database) -> None:
    with pytest.raises(StoreUnavailable, match="TimeoutError"):
        await db.read(sleeps)


@pytest.mark.usefixtures("limited")
async def test_migrating_may_take_as_long_as_it_needs(db: Database) -> None:
    lock = f"SELECT pg_advisory_xact_lock({schema._LOCK})"

    async with held_up(db, lock), opened_at(str(getattr(db, "url", ""))) as other:
        await other.transact(write)


@pytest.mark.usefixtures("limited")
async def test_a_backup_may_take_as_long_as_it_needs(db: Database, tmp_path: Path) -> None:
    def silent(_what: str, _done: int, _count: int) -> None:
        pass

    async with held_up(db, f"LOCK TABLE {users.name} IN ACCESS EXCLUSIVE MODE"):
        made = await back_up(db, tmp_path / "data", tmp_path / "b", with_key=False, progress=silent)

    assert "users" in made.head.rows
