"""Schedules of active workflows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from penstock_kernel.schedules.rule import Rule
from penstock_kernel.store.sql.schedules import Fired
from penstock_kernel.work.timetable import Moments, Timed
from penstock_web.api.workflows import DraftGiven
from penstock_web.http.endpoint import Call, Given, Page, endpoint

Moment = Annotated[int, Meta(ge=0, le=253_402_300_799_999)]


class OneSchedule(Given, frozen=True):
    """Which schedule."""

    schedule: str


class SchedulesWanted(Given, frozen=True):
    """Of which workflow."""

    #: Empty: of all.
    workflow: str = ""


class Backfilling(Given, frozen=True):
    """The time to make up for, its ends included, in milliseconds since 1970."""

    from_ms: Moment
    until_ms: Moment


class MomentsWanted(Given, frozen=True):
    """Which moments: in milliseconds since 1970, the ends included."""

    from_ms: Moment
    until_ms: Moment
    #: Empty: of all schedules.
    schedule: str = ""


class Upcoming(msgspec.Struct, frozen=True):
    """The next moments of a document that is not active yet."""

    moments: Sequence[int]


class ScheduleShown(msgspec.Struct, frozen=True, kw_only=True):
    """A schedule, its next moments, and what became of its latest ones."""

    id: str
    workflow_id: str
    node_id: str
    #: `schedule` or `poll`.
    kind: str
    rule: Rule
    paused: bool
    #: The next five; of a trigger that polls, the next one.
    next: Sequence[int]
    last_ms: int
    failures: int
    last_error: str | None
    fires: Sequence[Fired] = ()


@endpoint("GET", "/schedules", needs="schedule:read")
async def list_schedules(call: Call, query: SchedulesWanted) -> Page[ScheduleShown]:
    """The schedules of active workflows, the next one first."""
    found = await call.kernel.schedules.list(call.scope, query.workflow)
    return Page([_shown(one) for one in found])


@endpoint("GET", "/schedules/moments", needs="schedule:read")
async def list_moments(call: Call, query: MomentsWanted) -> Page[Moments]:
    """The moments that schedules give in a time, paused ones too, 1,000 of each at most."""
    found = await call.kernel.schedules.moments(
        call.scope, query.schedule, from_ms=query.from_ms, until_ms=query.until_ms
    )
    return Page(found)


@endpoint("POST", "/schedules/upcoming", needs="workflow:read")
async def list_upcoming(call: Call, body: DraftGiven) -> Upcoming:
    """When a document would start by itself next, if it were active: five moments at most."""
    return Upcoming(await call.kernel.workflows.upcoming(body.document))


@endpoint("GET", "/schedules/{schedule}", needs="schedule:read")
async def show_schedule(call: Call, path: OneSchedule) -> ScheduleShown:
    """A schedule, with what became of its latest moments."""
    return _shown(await call.kernel.schedules.show(call.scope, path.schedule))


@endpoint("POST", "/schedules/{schedule}/pause", needs="schedule:write")
async def pause_schedule(call: Call, path: OneSchedule) -> ScheduleShown:
    """Start nothing by it, until it is resumed."""
    return _shown(await call.kernel.schedules.pause(call.scope, path.schedule))


@endpoint("POST", "/schedules/{schedule}/resume", needs="schedule:write")
async def resume_schedule(call: Call, path: OneSchedule) -> ScheduleShown:
    """Go on from now on; what it would have done meanwhile is left out."""
    return _shown(await call.kernel.schedules.pause(call.scope, path.schedule, paused=False))


@endpoint("POST", "/schedules/{schedule}/backfill", needs="schedule:write")
async def backfill_schedule(call: Call, path: OneSchedule, body: Backfilling) -> Page[Fired]:
    """Start the workflow for each moment of a time that it was not started for, 1,000 at most."""
    return Page(
        await call.kernel.schedules.backfill(
            call.scope, path.schedule, from_ms=body.from_ms, until_ms=body.until_ms
        )
    )


def _shown(timed: Timed) -> ScheduleShown:
    one = timed.schedule
    return ScheduleShown(
        id=one.id,
        workflow_id=one.workflow_id,
        node_id=one.node_id,
        kind=one.kind,
        rule=one.rule,
        paused=one.paused,
        next=timed.next,
        last_ms=one.last_ms,
        failures=one.failures,
        last_error=one.last_error,
        fires=timed.fires,
    )


ENDPOINTS = [
    list_schedules,
    list_moments,
    list_upcoming,
    show_schedule,
    pause_schedule,
    resume_schedule,
    backfill_schedule,
]
