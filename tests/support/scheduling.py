"""What tests of schedules need: a clock, a workflow that can be refused, and schedulers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection

from penstock_kernel.schedules.rule import Rule
from penstock_kernel.store.records import ExecutionId, ExecutionRecord
from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql import schedules
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.schedules import Planned
from penstock_kernel.work.accepting import Accepted
from penstock_kernel.work.entering import Incoming
from penstock_kernel.work.scheduler import Scheduler
from penstock_sdk import Event

SCOPE = Scope()
BEGIN_MS = 1_790_000_000_000
SECOND = 1_000


class Hand:
    """A clock that somebody moves."""

    def __init__(self, ms: int = BEGIN_MS) -> None:
        self.ms = ms

    def now_ms(self) -> int:
        return self.ms

    async def sleep(self, delay_s: float) -> None:
        self.ms += max(1, round(delay_s * 1_000))
        await asyncio.sleep(0)


class Workflow:
    """What is accepted, as the database would keep it: by the key of the event, once."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.accepted: dict[str, Incoming] = {}
        self.calls = 0
        self.refuses: Callable[[int], Exception | None] = lambda _call: None

    async def accept(self, incoming: Incoming) -> Accepted:
        self.calls += 1
        problem = self.refuses(self.calls)
        if problem is not None:
            raise problem
        key = str(incoming.key)
        is_new = key not in self.accepted
        self.accepted.setdefault(key, incoming)
        return Accepted(ExecutionId(f"of {key}"), is_new)

    async def has(self, count: int) -> None:
        """Wait until so many were accepted."""
        while True:
            if len(self.accepted) >= count:
                return
            await asyncio.sleep(0)

    @property
    def moments(self) -> list[int]:
        return sorted(int(key.rpartition(":")[2]) for key in self.accepted)


async def no_poll(record: ExecutionRecord, node: str, cursor: Any) -> tuple[Sequence[Event], Any]:
    raise AssertionError((record, node, cursor))


async def hangs(record: ExecutionRecord, node: str, cursor: Any) -> tuple[Sequence[Event], Any]:
    await asyncio.Event().wait()
    raise AssertionError((record, node, cursor))


async def plan(db: Database, *plans: Planned, workflow: str = "wf", now_ms: int = BEGIN_MS) -> None:
    def work(connection: Connection) -> None:
        schedules.replace(connection, SCOPE, workflow, plans, now_ms)

    await db.transact(work)


async def see(db: Database) -> schedules.Schedule:
    return (await db.read(lambda one: schedules.listed(one, SCOPE)))[0]


async def look(*crowd: Scheduler) -> None:
    """Let them look, all at the same time, and wait for the triggers that poll too."""
    await asyncio.gather(*(one.look() for one in crowd))
    await asyncio.gather(*(one.polled() for one in crowd))


def every(seconds: int, **more: Any) -> Planned:
    return Planned("n", 0, "schedule", Rule(every_s=seconds, anchor_ms=BEGIN_MS, **more))


def scheduler(db: Database, workflow: Workflow, clock: Hand, asks: Any = no_poll) -> Scheduler:
    return Scheduler(db, workflow.accept, asks, clock)
