"""Messages to event destinations on every database: what fails, fails alone, and ends in time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, delete, func, insert, select, update
from tests.support.databases import KINDS, opened

from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql import destinations
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.destinations import (
    KEPT_MS,
    Destination,
    EventMessage,
    Happening,
    message_to,
)
from penstock_kernel.store.sql.tables import event_destinations, event_messages
from penstock_sandbox.egress.addresses import Allowed
from penstock_sandbox.egress.egress import Egress
from penstock_web.operations.telling import Telling

SCOPE = Scope("w1")


class Receiver:
    """A server that answers each message, and counts them."""

    def __init__(self) -> None:
        self.url = ""
        self.status, self.body, self.got = 204, b"", 0
        self.came = asyncio.Event()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        self.got += 1
        self.came.set()
        writer.write(f"HTTP/1.1 {self.status} X\r\ncontent-length: {len(self.body)}\r\n".encode())
        writer.write(b"connection: close\r\n\r\n" + self.body)
        writer.close()


@asynccontextmanager
async def receiver() -> AsyncGenerator[Receiver]:
    found = Receiver()
    server = await asyncio.start_server(found.answer, "127.0.0.1", 0)
    found.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/events"
    async with server:
        yield found


@asynccontextmanager
async def telling(
    db: Database, root_key: Callable[[], bytes] = lambda: b"k" * 32
) -> AsyncGenerator[Telling]:
    egress = Egress(Allowed.parse(["127.0.0.1"]))
    try:
        yield Telling(db, egress, root_key)
    finally:
        await egress.close()


async def add(db: Database, url: str) -> Destination:
    new = Destination(id="", workspace_id="", name="Ops", url=url, events=["audit"])
    return await db.transact(lambda one: destinations.add(one, SCOPE, new, db.now_ms(one)))


async def tell(db: Database, count: int = 1) -> None:
    def work(connection: Connection) -> None:
        one = Happening("w1", "audit", db.now_ms(connection), {"action": "x"})
        destinations.tell(connection, [one] * count)

    await db.transact(work)


async def messages(db: Database, made: Destination) -> list[EventMessage]:
    return list(await db.read(lambda one: destinations.messages(one, SCOPE, made.id)))


async def change(db: Database, made: Destination, **values: Any) -> None:
    own = update(event_destinations).where(event_destinations.c.id == made.id)
    await db.transact(lambda one: one.execute(own.values(**values)))


async def count(db: Database) -> int:
    found = select(func.count()).select_from(event_messages)
    return int(await db.read(lambda one: one.execute(found).scalar_one()))


@pytest.mark.parametrize("kind", KINDS)
async def test_a_message_whose_destination_is_gone_is_removed_and_stops_no_other(
    kind: str, tmp_path: Path
) -> None:
    async with opened(kind, tmp_path) as db, receiver() as target, telling(db) as one:
        gone, other = await add(db, target.url), await add(db, target.url)
        await tell(db)
        own = delete(event_destinations).where(event_destinations.c.id == gone.id)
        await db.transact(lambda work: work.execute(own))
        sent = await one.send_due()
        (told,) = await messages(db, other)
        left = await count(db)

    assert (sent, target.got, told.status, left) == (1, 1, "sent", 1)


@pytest.mark.parametrize("kind", KINDS)
async def test_what_nobody_foresaw_counts_as_a_failed_attempt_of_its_message_alone(
    kind: str, tmp_path: Path
) -> None:
    keys = iter([b"k" * 32])

    def root_key() -> bytes:
        return next(keys, None) or _broken()

    async with opened(kind, tmp_path) as db, receiver() as target, telling(db, root_key) as one:
        made = await add(db, target.url)
        await tell(db, 2)
        sent = await one.send_due()
        told = await messages(db, made)

    assert (sent, target.got) == (2, 1)
    assert sorted((one.status, one.attempts) for one in told) == [("due", 1), ("sent", 1)]
    assert "KeyError" in next(one.error or "" for one in told if one.status == "due")


def _broken() -> bytes:
    raise KeyError("broken")


async def test_the_loop_goes_on_after_what_nobody_foresaw(tmp_path: Path) -> None:
    looks = 0

    class Failing(Telling):
        async def send_due(self) -> int:
            nonlocal looks
            looks += 1
            if looks == 1:
                raise KeyError("broken")
            return await super().send_due()

    async with opened("sqlite", tmp_path) as db, receiver() as target:
        await add(db, target.url)
        await tell(db)
        egress = Egress(Allowed.parse(["127.0.0.1"]))
        loop = asyncio.create_task(Failing(db, egress, lambda: b"k" * 32).run())
        try:
            async with asyncio.timeout(10):
                await target.came.wait()
        finally:
            loop.cancel()
            await asyncio.gather(loop, return_exceptions=True)
            await egress.close()

    assert target.got == 1


@pytest.mark.parametrize("kind", KINDS)
async def test_410_gives_up_all_that_the_destination_was_still_to_be_told(
    kind: str, tmp_path: Path
) -> None:
    async with opened(kind, tmp_path) as db, receiver() as target, telling(db) as one:
        target.status = 410
        made = await add(db, target.url)
        await tell(db, 60)
        await one.send_due()
        again = await one.send_due()
        told = await db.read(lambda work: destinations.messages(work, SCOPE, made.id, most=100))
        shown = await db.read(lambda work: destinations.get(work, SCOPE, made.id))

    assert (target.got, again, shown.disabled) == (50, 0, True)
    assert {(message.status, message.due_ms) for message in told} == {("given_up", None)}


@pytest.mark.parametrize("kind", KINDS)
async def test_messages_of_a_destination_that_is_switched_off_wait_until_it_is_on_again(
    kind: str, tmp_path: Path
) -> None:
    async with opened(kind, tmp_path) as db, receiver() as target, telling(db) as one:
        made = await add(db, target.url)
        await tell(db)
        await change(db, made, disabled=True)
        while_off = await one.send_due()
        (waiting,) = await messages(db, made)
        await change(db, made, disabled=False)
        await one.send_due()
        (done,) = await messages(db, made)

    assert (while_off, waiting.status, waiting.attempts) == (0, "due", 0)
    assert (done.status, target.got) == ("sent", 1)


async def test_a_yes_counts_however_much_is_said_with_it(tmp_path: Path) -> None:
    async with opened("sqlite", tmp_path) as db, receiver() as target, telling(db) as one:
        target.status, target.body = 200, b"x" * 100_000
        made = await add(db, target.url)
        await tell(db)
        await one.send_due()
        (told,) = await messages(db, made)

    assert (told.status, told.answered) == ("sent", 200)


@pytest.mark.parametrize("kind", KINDS)
async def test_all_that_is_old_is_forgotten_in_one_tidying(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as db, telling(db) as one:
        now_ms = await db.read(db.now_ms)
        old = [message_to("d1", "w1", Happening("w1", "audit", 1, {})) for _ in range(2_500)]
        young = message_to("d1", "w1", Happening("w1", "audit", now_ms - KEPT_MS + 60_000, {}))
        rows = [{**row, "due_ms": None, "status": "sent"} for row in (*old, young)]
        await db.transact(lambda work: work.execute(insert(event_messages), rows))
        await one.tidy()
        left = await count(db)

    assert left == 1
