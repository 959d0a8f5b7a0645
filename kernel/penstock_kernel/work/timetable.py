"""What people see of schedules and do with them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from itertools import islice, takewhile
from typing import ClassVar

import msgspec
from sqlalchemy import Connection

from penstock_kernel.execution.policy import Clock
from penstock_kernel.schedules.rule import fires, next_fires
from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql import schedules
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.schedules import Fired, Schedule
from penstock_kernel.work.accepting import Accepted
from penstock_kernel.work.entering import Incoming
from penstock_sdk import PenstockError

#: Moments that are made up for at once.
MOST_BACKFILLED = 1_000
#: Moments of a time that are told at once: of one schedule, and of all together.
MOST_TOLD = 1_000
_MOST_OF_ALL = 10_000
_LEAST_OF_EACH = 100


Accepts = Callable[[Incoming], Awaitable[Accepted]]


class BackfillTooLong(PenstockError):
    """There are more moments in that time than can be made up for at once."""

    code: ClassVar[str] = "schedule.backfill_too_long"


class Timed(msgspec.Struct, frozen=True):
    """A schedule, its next moments, and what became of its latest ones."""

    schedule: Schedule
    next: Sequence[int]
    fires: Sequence[Fired] = ()


class Moments(msgspec.Struct, frozen=True):
    """The moments that the rule of a schedule gives in a time."""

    schedule: str
    moments: Sequence[int]
    #: There are more than these.
    more: bool


class Timetable:
    """The schedules of one database."""

    def __init__(self, db: Database, accepts: Accepts, clock: Clock) -> None:
        self._db = db
        self._accepts = accepts
        self._clock = clock

    async def list(self, scope: Scope, workflow: str = "") -> Sequence[Timed]:
        """The schedules of active workflows, with their next five moments."""
        found = await self._db.read(
            lambda connection: schedules.listed(connection, scope, workflow)
        )
        return [self._timed(one) for one in found]

    async def show(self, scope: Scope, schedule: str) -> Timed:
        """One of them, with what became of its latest moments.

        Raises:
            ScheduleMissing: There is none with this id.
        """

        def query(connection: Connection) -> tuple[Schedule, Sequence[Fired]]:
            found = schedules.get(connection, scope, schedule)
            return found, schedules.fires(connection, schedule)

        return self._timed(*await self._db.read(query))

    async def moments(
        self, scope: Scope, schedule: str = "", *, from_ms: int, until_ms: int
    ) -> Sequence[Moments]:
        """The moments of a schedule, or of all, in a time, its ends included.

        What a trigger that polls finds has no moments. Those of a paused schedule are told too.

        Raises:
            ScheduleMissing: There is none with this id.
        """
        if schedule:
            found = [await self._db.read(lambda one: schedules.get(one, scope, schedule))]
        else:
            found = list(await self._db.read(lambda one: schedules.listed(one, scope, "")))
        timed = [one for one in found if one.kind != "poll"]
        most = max(_LEAST_OF_EACH, min(MOST_TOLD, _MOST_OF_ALL // max(1, len(timed))))
        return await asyncio.to_thread(
            lambda: [_moments_of(one, from_ms, until_ms, most) for one in timed]
        )

    async def pause(self, scope: Scope, schedule: str, *, paused: bool = True) -> Timed:
        """Stop it, or let it go on from now on.

        Raises:
            ScheduleMissing: There is none with this id.
        """
        now_ms = self._clock.now_ms()
        return self._timed(
            await self._db.transact(
                lambda one: schedules.pause(one, scope, schedule, now_ms, paused=paused)
            )
        )

    async def backfill(
        self,
        scope: Scope,
        schedule: str,
        *,
        from_ms: int,
        until_ms: int,
    ) -> Sequence[Fired]:
        """Start the workflow for each moment in that time that it was not started for.

        Raises:
            ScheduleMissing: There is none with this id.
            BackfillTooLong: There are too many; nothing was started.
        """
        scope.require("schedule:write")
        found = await self._db.read(lambda reading: schedules.get(reading, scope, schedule))
        in_time = takewhile(lambda one: one <= until_ms, fires(found.rule, from_ms - 1))
        moments = list(islice(in_time, MOST_BACKFILLED + 1))
        if len(moments) > MOST_BACKFILLED:
            message = f"There are more than {MOST_BACKFILLED:,} moments in that time."
            raise BackfillTooLong(message, hint="Name a shorter time, and go on from its end.")
        done = [await self._start(scope, found, moment) for moment in moments]
        now_ms = self._clock.now_ms()
        await self._db.transact(lambda one: schedules.made_up_for(one, schedule, done, now_ms))
        return done

    async def _start(self, scope: Scope, schedule: Schedule, moment: int) -> Fired:
        incoming = Incoming(
            workflow=schedule.workflow_id,
            scope=scope,
            mode="schedule",
            node=schedule.node_id,
            key=f"schedule:{schedule.id}:{moment}",
        )
        return Fired(moment, "started", (await self._accepts(incoming)).execution)

    def _timed(self, schedule: Schedule, found: Sequence[Fired] = ()) -> Timed:
        if schedule.paused or schedule.kind == "poll":
            # What it is next depends on how it goes on, or on what the trigger finds.
            moments = [] if schedule.next_ms is None else [schedule.next_ms]
            return Timed(schedule, moments, found)
        return Timed(schedule, next_fires(schedule.rule, self._clock.now_ms()), found)


def _moments_of(schedule: Schedule, from_ms: int, until_ms: int, most: int) -> Moments:
    in_time = takewhile(lambda one: one <= until_ms, fires(schedule.rule, from_ms - 1))
    moments = list(islice(in_time, most + 1))
    return Moments(schedule.id, moments[:most], len(moments) > most)
