"""What every database promises."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select, text
from tests.support.databases import KINDS, opened

from penstock_kernel.store.sql.database import Database, SchemaChanged, StoreClosed
from penstock_kernel.store.sql.tables import leases
from penstock_sdk import PenstockError


@pytest.fixture(params=KINDS)
async def db(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    async with opened(request.param, tmp_path) as made:
        yield made


class Refused(PenstockError):
    """What the change of this test refuses."""

    code = "test.refused"


def take(connection: Connection, asked: Sequence[str]) -> Sequence[int | PenstockError]:
    """Write down names; one that begins with `no` is refused, and one that is there fails."""
    good = [{"name": name, "holder": "x"} for name in asked if not name.startswith("no")]
    if good:
        connection.execute(insert(leases), good)
    return [Refused(name) if name.startswith("no") else len(asked) for name in asked]


def names(connection: Connection) -> list[str]:
    return sorted(connection.execute(select(leases.c.name)).scalars())


async def test_changes_that_come_together_share_commits(db: Database) -> None:
    before = db.commits

    await asyncio.gather(*(db.change(take, f"n{number:03}") for number in range(100)))

    assert len(await db.read(names)) == 100
    assert db.commits - before < 20


async def test_a_change_that_is_refused_takes_nothing_from_the_others(db: Database) -> None:
    asked = [db.change(take, name) for name in ("a", "no-b", "c")]

    found = await asyncio.gather(*asked, return_exceptions=True)

    assert isinstance(found[1], Refused)
    assert await db.read(names) == ["a", "c"]


async def test_a_change_that_fails_takes_nothing_from_the_others(db: Database) -> None:
    await db.change(take, "there")

    asked = [db.change(take, name) for name in ("a", "there", "c")]
    found = await asyncio.gather(*asked, return_exceptions=True)

    assert [isinstance(one, Exception) for one in found] == [False, True, False]
    assert await db.read(names) == ["a", "c", "there"]


async def test_work_that_raises_is_taken_back(db: Database) -> None:
    def work(connection: Connection) -> None:
        take(connection, ["a"])
        message = "no"
        raise ValueError(message)

    with pytest.raises(ValueError, match="no"):
        await db.transact(work)

    assert await db.read(names) == []


async def test_who_gave_up_waiting_does_not_hold_up_the_others(db: Database) -> None:
    given_up = asyncio.ensure_future(db.change(take, "a"))
    await asyncio.sleep(0)
    given_up.cancel()

    await db.change(take, "b")

    assert "b" in await db.read(names)


async def test_what_was_asked_for_before_closing_is_done(db: Database) -> None:
    asked = [asyncio.ensure_future(db.change(take, f"n{number}")) for number in range(5)]
    await asyncio.sleep(0)

    await db.close()

    assert all(isinstance(one, int) for one in await asyncio.gather(*asked))
    with pytest.raises(StoreClosed):
        await db.change(take, "late")


async def test_the_time_is_that_of_all_processes(db: Database) -> None:
    first = await db.transact(db.now_ms)
    second = await db.transact(db.now_ms)

    assert 1_700_000_000_000 < first <= second


@pytest.mark.parametrize(
    "change",
    ["ALTER TABLE leases DROP COLUMN holder", "DROP TABLE leases"],
    ids=["column", "table"],
)
async def test_a_database_that_another_version_has_changed_is_told_as_that(
    db: Database, change: str
) -> None:
    await db.transact(lambda connection: connection.execute(text(change)).rowcount)

    with pytest.raises(SchemaChanged, match=r"holder|leases"):
        await db.change(take, "a")
    with pytest.raises(SchemaChanged, match=r"holder|leases"):
        await db.read(lambda connection: connection.execute(select(leases.c.holder)).all())
