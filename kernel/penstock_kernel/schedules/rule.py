"""A rule that says when a workflow starts, and the moments that it gives.

The rules:

* Cron expressions have five fields, or six with seconds in front; times of day are of the zone.
* A time of day that a day does not have, because clocks were put forward, is right after the gap;
  one that a day has twice is taken the first time. What goes by the hour or the minute goes on
  through both.
* An interval counts from its anchor, so that a restart does not move it. So does "every n-th": it
  counts the moments of the expression from the anchor on.
* Jitter belongs to the schedule and the moment: every process finds the same one.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from itertools import islice
from typing import ClassVar, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from cronsim import CronSim, CronSimError

from penstock_sdk import PenstockError

Overlap = Literal["allow", "skip", "queue", "cancel_previous"]
#: Looking for the n-th moment of a rare expression ends somewhere.
_MOST_STEPS = 100_000


class ScheduleInvalid(PenstockError):
    """A schedule cannot be understood.

    Attributes:
        field: What is wrong with it.
    """

    code: ClassVar[str] = "schedule.invalid"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message, hint="Correct the rule in the trigger.")
        self.field = field


class Rule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """When to start. One of `cron`, `every_s` and `at_ms` says so."""

    cron: str = ""
    every_s: int = 0
    at_ms: int = 0
    #: Only every n-th of these moments.
    each: int = 1
    timezone: str = "UTC"
    anchor_ms: int = 0
    start_ms: int | None = None
    end_ms: int | None = None
    jitter_s: int = 0
    overlap: Overlap = "allow"
    #: Moments that were missed: at most so many of them, not older than this, are made up for.
    catch_up: int = 1
    catch_up_s: int = 3_600

    def check(self) -> None:
        """Refuse a rule that gives no moments.

        Raises:
            ScheduleInvalid: With the field that is wrong.
        """
        if sum(map(bool, (self.cron, self.every_s, self.at_ms))) != 1:
            message = (
                "A schedule needs a cron expression, an interval or a moment, and one of them."
            )
            raise ScheduleInvalid("cron", message)
        if self.every_s < 0 or self.each < 1:
            raise ScheduleInvalid(
                "every_s" if self.every_s < 0 else "each", "It has to be positive."
            )
        zone = zone_of(self.timezone)
        if self.cron:
            _cron(self.cron, datetime(2026, 1, 1, tzinfo=zone))


def fires(rule: Rule, after_ms: int) -> Iterator[int]:
    """The moments after a moment, without jitter, oldest first.

    Raises:
        ScheduleInvalid: The rule cannot be understood.
    """
    after_ms = max(after_ms, (rule.start_ms or 0) - 1)
    for moment in _moments(rule, after_ms):
        if rule.end_ms is not None and moment > rule.end_ms:
            return
        yield moment


def next_fire(rule: Rule, after_ms: int) -> int | None:
    """The next moment after a moment, if there is one."""
    return next(fires(rule, after_ms), None)


def next_fires(rule: Rule, after_ms: int, count: int = 5) -> list[int]:
    """The next moments after a moment."""
    return list(islice(fires(rule, after_ms), count))


def jittered(rule: Rule, schedule: str, moment_ms: int) -> int:
    """When a moment of a schedule is carried out."""
    if not rule.jitter_s:
        return moment_ms
    digest = sha256(f"{schedule}:{moment_ms}".encode()).digest()
    return moment_ms + int.from_bytes(digest[:4], "big") % (rule.jitter_s * 1_000)


def _moments(rule: Rule, after_ms: int) -> Iterator[int]:
    if rule.at_ms:
        return iter([rule.at_ms] if rule.at_ms > after_ms else [])
    if rule.every_s:
        return _intervals(rule, after_ms)
    return _of_cron(rule, after_ms)


def _intervals(rule: Rule, after_ms: int) -> Iterator[int]:
    step = rule.every_s * rule.each * 1_000
    moment = rule.anchor_ms + ((after_ms - rule.anchor_ms) // step + 1) * step
    while True:
        yield moment
        moment += step


def _of_cron(rule: Rule, after_ms: int) -> Iterator[int]:
    zone = zone_of(rule.timezone)
    begin_ms = after_ms if rule.each == 1 else min(rule.anchor_ms, after_ms)
    found = _cron(rule.cron, datetime.fromtimestamp(begin_ms / 1_000, UTC).astimezone(zone))
    for number, moment in enumerate(found):
        if rule.each > 1 and begin_ms < after_ms and number > _MOST_STEPS:
            return
        moment_ms = round(moment.timestamp() * 1_000)
        if number % rule.each == 0 and moment_ms > after_ms:
            yield moment_ms


def _cron(expression: str, begin: datetime) -> CronSim:
    try:
        return CronSim(expression.upper(), begin)
    except CronSimError as error:
        message = f"{expression!r} is no cron expression: {error}."
        raise ScheduleInvalid("cron", message) from error


def zone_of(name: str) -> ZoneInfo:
    """A time zone by its IANA name.

    Raises:
        ScheduleInvalid: There is none.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        message = f"There is no time zone {name!r}."
        raise ScheduleInvalid("timezone", message) from error
