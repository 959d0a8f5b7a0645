"""Starts workflows when their schedules say so: never twice, and none left out.

The rules:

* Any number of processes may do this at once. A moment is accepted under its own name, so whoever
  comes second gets the execution that is there; then how far the schedule has got is kept, unless
  somebody else did that first. A crash in between is healed by whoever looks next.
* A moment that is late by less than `GRACE_MS` is carried out. Of older ones, those are made up for
  that the rule wants made up for; what became of the others is kept.
* When nothing can be accepted now, the schedule stays where it is and is looked at again: after
  the pause that is asked for when a workspace is full, so that it keeps no other one waiting.
* Nobody waits for a trigger that polls, and one that is being asked is not asked again.
* It looks every `LOOK_S`, and sooner when something is due sooner.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from itertools import takewhile

from penstock_kernel.execution.policy import Clock
from penstock_kernel.schedules.rule import Rule, fires, jittered, next_fire
from penstock_kernel.store.journal import JournalFailed
from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql import overview, schedules
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.schedules import But, Fired, Schedule, Settled
from penstock_kernel.work.accepting import Accepted, QueueFull
from penstock_kernel.work.entering import Beside, Incoming
from penstock_kernel.work.polling import Asks, Polling
from penstock_sdk import PenstockError

LOOK_S = 1.0
GRACE_MS = 60_000
#: Schedules that are dealt with side by side.
_AT_ONCE = 64
#: Triggers that are asked side by side; as long as there are so many, no other one is asked.
MOST_POLLS = 64
#: Moments that are told of as missed, and moments that are dealt with at one look.
_MOST_MOMENTS = 100
log = logging.getLogger(__name__)
Accepts = Callable[[Incoming], Awaitable[Accepted]]


class Scheduler:
    """Made for one process; `run` goes on until it is canceled."""

    def __init__(self, db: Database, accepts: Accepts, asks: Asks, clock: Clock) -> None:
        self._db = db
        self._accepts = accepts
        self._clock = clock
        self._polling = Polling(db, accepts, asks, clock)
        self._places = asyncio.Semaphore(_AT_ONCE)
        #: The triggers that are being asked, by their schedules.
        self._polls: dict[str, asyncio.Task[bool]] = {}

    async def run(self) -> None:
        """Deal with what is due until canceled."""
        try:
            await self._looks()
        finally:
            await self.close()

    async def close(self) -> None:
        """End the polls that go on: what they found and did not keep is found again."""
        for poll in self._polls.values():
            poll.cancel()
        await self.polled()

    async def polled(self) -> None:
        """Wait until all triggers that are being asked have answered."""
        await asyncio.gather(*self._polls.values(), return_exceptions=True)

    async def _looks(self) -> None:
        while True:
            try:
                while await self.look() >= schedules.MOST_DUE:
                    pass
                next_ms = await self._next_ms()
            except PenstockError as error:
                log.warning("schedules_failed: %s: %s", error.code, error.message)
                next_ms = None
            now_ms = self._clock.now_ms()
            left_s = LOOK_S if next_ms is None else max(0.0, (next_ms - now_ms) / 1_000)
            # What failed stays due; it is not to be tried without a pause.
            await self._clock.sleep(min(LOOK_S, max(0.02, left_s)))

    async def look(self) -> int:
        """Deal with what is due now, and say how many of them got further.

        Triggers that poll are only begun with, and not counted.
        """
        now_ms, but = self._clock.now_ms(), self._but()
        due = await self._db.read(lambda reading: schedules.system_due(reading, now_ms, but))
        for schedule in due:
            if schedule.kind == "poll":
                self._begin_poll(schedule)
        timed = [one for one in due if one.kind != "poll"]
        return sum(await asyncio.gather(*(self._in_turn(one) for one in timed)))

    async def _next_ms(self) -> int | None:
        but = self._but()
        return await self._db.read(lambda reading: schedules.system_next_ms(reading, but))

    def _but(self) -> But:
        """What is not to be looked at now: it would only be in the way of what is."""
        return But(list(self._polls), polls=len(self._polls) >= MOST_POLLS)

    def _begin_poll(self, schedule: Schedule) -> None:
        name = schedule.id
        if name in self._polls or len(self._polls) >= MOST_POLLS:
            return
        poll = asyncio.create_task(self._deal(schedule, self._polling.look))
        self._polls[name] = poll
        poll.add_done_callback(lambda _poll: self._polls.pop(name))

    async def _in_turn(self, schedule: Schedule) -> bool:
        async with self._places:
            return await self._deal(schedule, self._fire)

    async def _deal(self, schedule: Schedule, way: Callable[[Schedule], Awaitable[bool]]) -> bool:
        """Deal with one schedule; what goes wrong with it keeps no other one waiting."""
        try:
            try:
                return await way(schedule)
            except QueueFull as error:
                log.info("schedule_waits: %s: %s", schedule.id, error.code)
                await self._put_off(schedule, error)
        except JournalFailed as error:
            log.info("schedule_waits: %s: %s", schedule.id, error.code)
        except Exception:
            log.exception("schedule_failed: %s", schedule.id)
        return False

    async def _put_off(self, schedule: Schedule, error: QueueFull) -> None:
        """Those that wait the longest come first: one that was refused is not to be among them."""
        now_ms = self._clock.now_ms()
        again_ms = now_ms + error.retry_after_s * 1_000
        await self._db.transact(lambda one: schedules.put_off(one, schedule, again_ms, now_ms))

    async def _fire(self, schedule: Schedule) -> bool:
        now_ms = self._clock.now_ms()
        moments = due_moments(schedule, now_ms)
        if not moments:
            # What was due is long gone: from here on it is looked for what comes.
            return await self._settle(
                schedule, looked_from(schedule, now_ms), missed(schedule, now_ms), None
            )
        wanted = set(to_carry_out(schedule.rule, moments, now_ms))
        found: list[Fired] = []
        error: PenstockError | None = None
        for moment in moments:
            if moment not in wanted:
                found.append(Fired(moment, "missed"))
                continue
            try:
                found.append(await self._carry_out(schedule, moment))
            except (QueueFull, JournalFailed):
                raise
            except PenstockError as problem:
                log.warning("not_started: %s: %s", schedule.id, problem.message)
                found.append(Fired(moment, "refused"))
                error = problem
        return await self._settle(schedule, moments[-1], found[-_MOST_MOMENTS:], error)

    async def _carry_out(self, schedule: Schedule, moment: int) -> Fired:
        key = f"schedule:{schedule.id}:{moment}"
        overlap = schedule.rule.overlap
        if overlap == "skip" and await self._goes_on(schedule, key):
            return Fired(moment, "skipped")
        own = f"schedule:{schedule.id}"
        incoming = Incoming(
            workflow=schedule.workflow_id,
            scope=Scope(schedule.workspace_id, "scheduler"),
            mode="schedule",
            node=schedule.node_id,
            key=key,
            beside={
                "allow": None,
                # One that began between the look and the claim is waited for.
                "skip": Beside(own, 1, "drop"),
                "queue": Beside(own, 1, "queue"),
                "cancel_previous": Beside(own, 1, "cancel_oldest"),
            }[overlap],
        )
        accepted = await self._accepts(incoming)
        return Fired(moment, "started", accepted.execution)

    async def _goes_on(self, schedule: Schedule, key: str) -> bool:
        """Has an earlier moment of this schedule not ended, other than the one in question?"""
        own = f"schedule:{schedule.id}"
        return await self._db.read(
            lambda reading: overview.is_live(reading, schedule.workflow_id, own, but=key)
        )

    async def _settle(
        self,
        schedule: Schedule,
        last_ms: int,
        found: list[Fired],
        error: PenstockError | None,
    ) -> bool:
        told = Settled(
            seen=schedule,
            last_ms=last_ms,
            fires=found,
            error=None if error is None else f"{error.code}: {error.message}",
            now_ms=self._clock.now_ms(),
        )
        return await self._db.change(schedules.settle, told)


def due_moments(schedule: Schedule, now_ms: int) -> list[int]:
    """The moments that a schedule has to deal with now: the latest, where there are many."""
    rule, after_ms = schedule.rule, looked_from(schedule, now_ms)
    found: list[int] = []
    for moment in takewhile(
        lambda one: jittered(rule, schedule.id, one) <= now_ms, fires(rule, after_ms)
    ):
        found.append(moment)
        if now_ms - found[0] > GRACE_MS and len(found) > _MOST_MOMENTS:
            del found[0]
    return found


def looked_from(schedule: Schedule, now_ms: int) -> int:
    """What is older is left out: weeks of seconds need not be told one by one."""
    rule = schedule.rule
    window_ms = max(GRACE_MS, rule.catch_up_s * 1_000) + rule.jitter_s * 1_000
    return max(schedule.last_ms, now_ms - window_ms)


def missed(schedule: Schedule, now_ms: int) -> list[Fired]:
    """The first moment that nobody was there for, to be told of all of them."""
    moment = next_fire(schedule.rule, schedule.last_ms)
    if moment is None or moment > looked_from(schedule, now_ms):
        return []
    return [Fired(moment, "missed")]


def to_carry_out(rule: Rule, moments: list[int], now_ms: int) -> list[int]:
    """Of these moments, those that are on time, and the latest ones that may be made up for."""
    late_ms = GRACE_MS + rule.jitter_s * 1_000
    recent = [moment for moment in moments if now_ms - moment <= rule.catch_up_s * 1_000]
    made_up_for = recent[len(recent) - min(rule.catch_up, len(recent)) :]
    on_time = [moment for moment in moments if now_ms - moment <= late_ms]
    return sorted({*made_up_for, *on_time})
