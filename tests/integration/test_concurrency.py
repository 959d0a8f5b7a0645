"""How many executions run side by side, where, and what becomes of one more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, update
from tests.support.databases import KINDS, opened

from penstock_kernel.store.sql import queue
from penstock_kernel.store.sql.claiming import STICKY_MS, Claimed, Wish, claim, owner_of
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.queue import Beat
from penstock_kernel.store.sql.tables import workflow_executions

pytestmark = pytest.mark.parametrize("kind", KINDS)


async def add(db: Database, *names: str, **columns: Any) -> None:
    """Executions in line, in this order."""
    rows = [
        {
            "id": name,
            "workspace_id": "w",
            "workflow_id": "wf",
            "workflow_name": "W",
            "document_id": "d",
            "mode": "webhook",
            "status": "queued",
            "created_ms": number,
            "queued_ms": number,
            **columns,
        }
        for number, name in enumerate(names)
    ]
    await db.transact(lambda one: one.execute(insert(workflow_executions), rows))


async def take(db: Database, limit: int = 10, worker: str = "me") -> Claimed:
    return await db.transact(lambda one: claim(db, one, Wish(worker, ("default",), limit)))


def ids(claimed: Claimed) -> list[str]:
    return [row["id"] for row in claimed.rows]


async def end(db: Database, *names: str) -> None:
    table = workflow_executions
    changed = update(table).where(table.c.id.in_(names))
    await db.transact(lambda one: one.execute(changed.values(status="success", worker_id=None)))


async def status(db: Database) -> dict[str, tuple[str, str | None]]:
    table = workflow_executions.c
    rows = await db.read(
        lambda one: one.execute(select(table.id, table.status, table.error_code)).all()
    )
    return {row.id: (row.status, row.error_code) for row in rows}


def limited(limit: int, overflow: str, key: str = "k") -> dict[str, Any]:
    return {"concurrency_key": key, "concurrency_limit": limit, "overflow": overflow}


async def beat(db: Database, *workers: str) -> None:
    def work(connection: Connection) -> None:
        for worker in workers:
            said = Beat(worker, "host", 1, "1", "worker", "default", 9, 0, "working")
            queue.beat(db, connection, said)

    await db.transact(work)


async def test_only_as_many_run_as_their_limit_says_and_the_rest_waits(
    kind: str, tmp_path: Path
) -> None:
    async with opened(kind, tmp_path) as db:
        await add(db, "a", "b", "c", "d", **limited(2, "queue"))

        assert ids(await take(db)) == ["a", "b"]
        assert ids(await take(db, worker="another")) == []
        await end(db, "a")
        assert ids(await take(db, worker="another")) == ["c"]
        assert (await status(db))["d"] == ("queued", None)


async def test_each_key_has_its_own_limit(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as db:
        await add(db, "a1", "a2", **limited(1, "queue", "a"))
        await add(db, "b1", "b2", **limited(1, "queue", "b"))

        assert sorted(ids(await take(db))) == ["a1", "b1"]


async def test_those_that_wait_for_others_hold_up_nobody_else(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as db:
        await add(db, *(f"many{number:03}" for number in range(200)), **limited(1, "queue"))
        await add(db, "other", queued_ms=1_000)

        assert ids(await take(db, 4)) == ["many000", "other"]
        assert ids(await take(db, 4)) == []


async def test_one_that_is_too_many_is_dropped_and_says_so(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as db:
        await add(db, "a", "b", **limited(1, "drop"))
        claimed = await take(db)
        found = await status(db)

    assert (ids(claimed), claimed.ended) == (["a"], ["b"])
    assert found["b"] == ("canceled", "concurrency.limit")


async def test_one_that_has_run_before_waits_where_a_new_one_is_dropped(
    kind: str, tmp_path: Path
) -> None:
    async with opened(kind, tmp_path) as db:
        await add(db, "a", **limited(1, "drop"))
        await take(db)
        await add(db, "woken", epoch=2, **limited(1, "drop"))

        assert ids(await take(db)) == []
        assert (await status(db))["woken"] == ("queued", None)


async def test_the_oldest_gives_its_place_to_the_newest(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as db:
        await add(db, "a", "b", **limited(2, "cancel_oldest"))
        await take(db)
        await add(db, "c", created_ms=9, **limited(2, "cancel_oldest"))
        claimed = await take(db, worker="another")
        found = await status(db)

    assert (ids(claimed), claimed.ended) == (["c"], ["a"])
    assert found["a"] == ("canceled", "concurrency.replaced")
    assert (found["b"][0], found["c"][0]) == ("running", "running")


async def test_what_has_a_sticky_key_goes_to_one_worker(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as db:
        await beat(db, "me", "you")
        keys = [f"k{number}" for number in range(20)]
        mine = {key for key in keys if owner_of(key, ["me", "you"]) == "me"}
        now_ms = await db.read(db.now_ms)
        for key in keys:
            await add(db, key, sticky_key=key, queued_ms=now_ms)

        first = await take(db, 30)
        second = await take(db, 30, worker="you")

        assert 3 < len(mine) < 17
        assert set(ids(first)) == mine
        assert first.elsewhere == ["you"]
        assert set(ids(second)) == set(keys) - mine


async def test_what_its_worker_does_not_take_up_goes_to_another(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as db:
        await beat(db, "me", "you")
        key = next(f"k{n}" for n in range(99) if owner_of(f"k{n}", ["me", "you"]) == "you")
        now_ms = await db.read(db.now_ms)
        await add(db, "fresh", sticky_key=key, queued_ms=now_ms)
        await add(db, "old", sticky_key=key, queued_ms=now_ms - STICKY_MS - 1_000)

        assert ids(await take(db)) == ["old"]


async def test_when_a_worker_goes_only_its_own_keys_move(kind: str, tmp_path: Path) -> None:
    del kind, tmp_path
    keys = [f"k{number}" for number in range(1_000)]
    before = {key: owner_of(key, ["a", "b", "c", "d"]) for key in keys}
    after = {key: owner_of(key, ["a", "b", "c"]) for key in keys}

    moved = [key for key in keys if before[key] != after[key]]
    assert {before[key] for key in moved} == {"d"}
    assert 200 < len(moved) < 300
