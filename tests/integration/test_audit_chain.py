"""The audit log: whatever is done to its rows is found, and where."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, delete, insert, select, update
from tests.support.databases import opened

from penstock_kernel.store.scope import AccessDenied, Scope
from penstock_kernel.store.sealing import Sealer
from penstock_kernel.store.sql import audit
from penstock_kernel.store.sql.audit import Event, Wanted
from penstock_kernel.store.sql.audit_verify import (
    SEAL_MS,
    AuditBroken,
    system_seal,
    system_verify,
)
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.tables import (
    audit_events,
    audit_head,
    audit_seals,
    organizations,
    workspaces,
)

_A = audit_events.c
ROWS = 40
SEALER = Sealer({1: bytes(32)})


def event(number: int, **more: Any) -> Event:
    return Event(
        action="user.changed",
        actor=f"u{number % 3}",
        target=f"t{number}",
        detail={"b": number, "a": "grüße", "c": [1, None, {"z": 1.5}]},
        organization="o1",
        workspace="w1" if number % 2 else "w2",
        at_ms=number,
        **more,
    )


async def write(db: Database, rows: int = ROWS) -> None:
    await db.transact(lambda one: audit.system_append(one, [event(n) for n in range(1, rows + 1)]))


@pytest.fixture
async def db(tmp_path: Path) -> AsyncGenerator[Database]:
    async with opened("memory", tmp_path) as found:
        await write(found)
        yield found


@pytest.fixture(params=["sqlite", "postgresql"])
async def both(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Database]:
    """Where what happens at once counts, or what a database does by itself."""
    async with opened(request.param, tmp_path) as found:
        await write(found)
        yield found


def swap(connection: Connection, first: int, second: int) -> None:
    """Let two rows stand in each other's place."""
    rows = {
        row.id: dict(row._mapping)
        for row in connection.execute(select(audit_events).where(_A.id.in_([first, second])))
    }
    connection.execute(delete(audit_events).where(_A.id.in_([first, second])))
    connection.execute(insert(audit_events).values({**rows[first], "id": second}))
    connection.execute(insert(audit_events).values({**rows[second], "id": first}))


def renumber_after(connection: Connection, gone: int) -> None:
    """Remove a row and close the gap."""
    connection.execute(delete(audit_events).where(_A.id == gone))
    for number in range(gone + 1, ROWS + 1):
        connection.execute(update(audit_events).where(_A.id == number).values(id=number - 1))


def rewritten(connection: Connection, start: int) -> None:
    """What somebody does who can write everything but has no key: a chain of his own."""
    rows = [dict(row._mapping) for row in connection.execute(select(audit_events).order_by(_A.id))]
    chain = rows[start - 2]["chain"]
    for row in rows[start - 1 :]:
        row["actor"] = "somebody else"
        chain = row["chain"] = audit.next_link(chain, row)
        connection.execute(update(audit_events).where(_A.id == row["id"]).values(row))
    connection.execute(update(audit_head).values(chain=chain))


Tampering = Callable[[Connection], object]


def setting(name: str, value: object) -> Tampering:
    """Change one column of one row."""
    own = update(audit_events).where(_A.id == 20).values({name: value})
    return lambda connection: connection.execute(own)


TAMPERINGS: dict[str, tuple[Tampering, int]] = {
    "first-gone": (lambda one: one.execute(delete(audit_events).where(_A.id == 1)), 1),
    "one-gone": (lambda one: one.execute(delete(audit_events).where(_A.id == 20)), 20),
    "last-gone": (lambda one: one.execute(delete(audit_events).where(_A.id == ROWS)), ROWS),
    "all-gone": (lambda one: one.execute(delete(audit_events)), 1),
    "gap-closed": (lambda one: renumber_after(one, 20), 20),
    "neighbours-swapped": (lambda one: swap(one, 20, 21), 20),
    "far-ones-swapped": (lambda one: swap(one, 3, 30), 3),
    "chain-changed": (
        lambda one: one.execute(update(audit_events).where(_A.id == 20).values(chain=bytes(32))),
        20,
    ),
    "chain-removed": (
        lambda one: one.execute(update(audit_events).where(_A.id == 20).values(chain=None)),
        20,
    ),
    "one-added": (
        lambda one: one.execute(
            insert(audit_events).values(id=ROWS + 1, action="x", chain=bytes(32))
        ),
        ROWS + 1,
    ),
    **{
        f"{name}-changed": (setting(name, value), 20)
        for name, value in {
            "action": "user.enabled",
            "actor": "u9",
            "address": "9.9.9.9",
            "at_ms": 21,
            "detail": b'{"a":"gr\xc3\xbc\xc3\x9fe","b":21,"c":[1,null,{"z":1.5}]}',
            "organization_id": "o2",
            "target": "t21",
            "workspace_id": "w3",
        }.items()
    },
    "detail-broken": (
        lambda one: one.execute(update(audit_events).where(_A.id == 20).values(detail=b"{")),
        20,
    ),
}


async def test_a_log_that_nobody_touched_is_as_it_was_written(both: Database) -> None:
    found = await both.read(lambda one: system_verify(one, SEALER))

    assert (found.events, found.seals) == (ROWS, 0)


@pytest.mark.parametrize("name", tuple(TAMPERINGS))
async def test_what_was_done_to_a_row_is_found_where_it_was_done(db: Database, name: str) -> None:
    tamper, place = TAMPERINGS[name]
    await db.transact(tamper)

    with pytest.raises(AuditBroken) as caught:
        await db.read(lambda one: system_verify(one, SEALER))

    assert caught.value.event == place


@pytest.mark.parametrize("start", [2, 20, ROWS])
async def test_a_chain_of_somebody_elses_does_not_fit_the_seals(db: Database, start: int) -> None:
    assert await db.transact(lambda one: system_seal(one, SEALER, SEAL_MS))
    await db.transact(lambda one: rewritten(one, start))

    with pytest.raises(AuditBroken, match="sealed"):
        await db.read(lambda one: system_verify(one, SEALER))


async def test_a_log_that_was_cut_before_a_seal_is_found_though_its_head_was_changed(
    db: Database,
) -> None:
    await db.transact(lambda one: system_seal(one, SEALER, SEAL_MS))

    def cut(connection: Connection) -> None:
        connection.execute(delete(audit_events).where(_A.id > 10))
        chain = connection.execute(select(_A.chain).where(_A.id == 10)).scalar()
        connection.execute(update(audit_head).values(last=10, chain=chain))

    await db.transact(cut)

    with pytest.raises(AuditBroken) as caught:
        await db.read(lambda one: system_verify(one, SEALER))
    assert caught.value.event == 11


async def test_a_seal_of_somebody_who_has_no_key_is_none(db: Database) -> None:
    def forge(connection: Connection) -> None:
        rewritten(connection, 5)
        last, chain = audit.system_head(connection)
        row = {"last": last, "chain": chain, "seal": bytes(150), "at_ms": 0}
        connection.execute(insert(audit_seals).values(row))

    await db.transact(forge)

    with pytest.raises(AuditBroken, match="sealed"):
        await db.read(lambda one: system_verify(one, SEALER))


async def test_seals_are_made_when_there_is_something_new_and_not_too_often(both: Database) -> None:
    first = await both.transact(lambda one: system_seal(one, SEALER, SEAL_MS))
    nothing_new = await both.transact(lambda one: system_seal(one, SEALER, 9 * SEAL_MS))
    await write(both, 1)
    too_soon = await both.transact(lambda one: system_seal(one, SEALER, 2 * SEAL_MS - 1))
    later = await both.transact(lambda one: system_seal(one, SEALER, 2 * SEAL_MS))
    await write(both, 1_000)
    many = await both.transact(lambda one: system_seal(one, SEALER, 2 * SEAL_MS + 1))

    found = await both.read(lambda one: system_verify(one, SEALER))

    assert (first, nothing_new, too_soon, later, many) == (True, False, False, True, True)
    assert found.seals == 3


async def test_those_who_write_at_once_stand_one_after_the_other(both: Database) -> None:
    await asyncio.gather(
        *(both.transact(lambda one, n=n: audit.system_append(one, [event(n)])) for n in range(50))  # type: ignore[misc]
    )

    found = await both.read(lambda one: system_verify(one, SEALER))

    assert found.events == ROWS + 50


async def test_what_is_taken_back_leaves_no_event_and_no_gap(both: Database) -> None:
    def failing(connection: Connection) -> None:
        audit.system_append(connection, [event(1)])
        raise AccessDenied("no", hint="")

    with pytest.raises(AccessDenied):
        await both.transact(failing)
    await write(both, 1)

    assert (await both.read(lambda one: system_verify(one, SEALER))).events == ROWS + 1


async def test_events_are_listed_for_their_workspace_newest_first(both: Database) -> None:
    scope = Scope("w1", "me", frozenset({"audit:read"}))

    found = await both.read(lambda one: audit.listed(one, scope, Wanted(actor="u0"), 100))

    assert [one.id for one in found] == [n for n in range(ROWS, 0, -1) if n % 2 and n % 3 == 0]
    assert found[0].detail["a"] == "grüße"


async def test_all_of_an_organization_is_for_who_administers_it(both: Database) -> None:
    def place(connection: Connection) -> None:
        connection.execute(insert(organizations).values(id="o1", name="O"))
        connection.execute(insert(workspaces).values(id="w1", name="W", organization_id="o1"))

    await both.transact(place)
    reader = Scope("w1", "me", frozenset({"audit:read"}))
    admin = Scope("w1", "me", frozenset({"audit:read", "organization:admin"}))
    everywhere = Wanted(everywhere=True)

    with pytest.raises(AccessDenied):
        await both.read(lambda one: audit.listed(one, reader, everywhere, 100))
    with pytest.raises(AccessDenied):
        await both.read(lambda one: audit.listed(one, Scope("w1", "me", frozenset()), Wanted(), 9))
    assert len(await both.read(lambda one: audit.listed(one, admin, everywhere, 100))) == ROWS


async def test_any_single_byte_that_changes_is_found(tmp_path: Path) -> None:
    chance = random.Random(7)  # noqa: S311 - the same cases each time
    async with opened("memory", tmp_path) as db:
        await write(db, 12)
        for _ in range(60):
            number, name = chance.randint(1, 12), chance.choice(["chain", "detail", "actor"])
            asked = select(_A[name]).where(_A.id == number)
            before = await db.read(lambda one: one.execute(asked).scalar_one())  # noqa: B023
            raw = before.encode() if isinstance(before, str) else before
            place = chance.randrange(len(raw))
            raw = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
            after = raw.decode("latin-1") if isinstance(before, str) else raw
            own = update(audit_events).where(_A.id == number)
            await db.transact(lambda one: one.execute(own.values({name: after})).rowcount)  # noqa: B023

            with pytest.raises(AuditBroken) as caught:
                await db.read(lambda one: system_verify(one, SEALER))

            assert caught.value.event == number
            await db.transact(lambda one: one.execute(own.values({name: before})).rowcount)  # noqa: B023


async def test_a_million_events_would_be_looked_at_within_a_minute(tmp_path: Path) -> None:
    rows = 20_000
    async with opened("sqlite", tmp_path) as db:
        for start in range(0, rows, 5_000):
            some = [event(n) for n in range(start, start + 5_000)]
            await db.transact(lambda one, some=some: audit.system_append(one, some))  # type: ignore[misc]
        began = time.process_time()

        found = await db.read(lambda one: system_verify(one, SEALER))

        seconds = time.process_time() - began
    assert found.events == rows
    assert seconds * 1_000_000 / rows < 60
