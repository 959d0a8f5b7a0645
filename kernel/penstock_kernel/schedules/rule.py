"""A rule that says when a workflow starts, and the moments that it gives.

The rules:

* Cron expressions have five fields, or six with seconds in front; times of day are of the zone.
* A time of day that a day does not have, because clocks were put forward, is right after the gap;
  one that a day has twice is taken the first time. What goes by the hour or the minute goes on
  through both.
* An interval counts from its anchor, so that a restart does not move it. So does "every n-th": it
  counts the moments of the expression from the anchor on. Of an expression that says nothing but
  times and days of the week it counts the weeks, which begin on Monday; that of the anchor is one.
* Jitter belongs to the schedule and the moment: every process finds the same one.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from itertools import islice, takewhile
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
    if rule.each == 1:
        found: Iterator[datetime] = _cron(rule.cron, _local(rule, after_ms))
    elif _names_weekdays(rule.cron):
        found = _of_nth_weeks(rule, after_ms)
    else:
        found = _every_nth(rule, after_ms)
    # What begins in an hour that the day has twice may give a time of its first pass.
    return (moment_ms for moment_ms in map(_ms, found) if moment_ms > after_ms)


def _names_weekdays(expression: str) -> bool:
    """Does it say nothing but days of the week and times? The second Friday of a month is more."""
    fields = expression.upper().split()
    return fields[-3:-1] == ["*", "*"] and not {"#", "L", "*"} & set(fields[-1])


def _of_nth_weeks(rule: Rule, after_ms: int) -> Iterator[datetime]:
    """Leaps over the weeks between: the next moment may be years away."""
    begin = _local(rule, after_ms)
    first, wanted = _monday(_local(rule, rule.anchor_ms)), _monday(begin)
    while True:
        for moment in _cron(rule.cron, begin):
            week = _monday(moment)
            beyond = (week - first).days // 7 % rule.each
            if not beyond:
                yield moment
            elif week >= wanted:
                break
        else:
            return
        try:
            wanted = week + timedelta(weeks=rule.each - beyond)
        except OverflowError:
            return
        # Clocks may be moved at midnight: so begin before that.
        begin = datetime.combine(wanted, time(), begin.tzinfo) - timedelta(hours=3)


def _monday(moment: datetime) -> date:
    return moment.date() - timedelta(days=moment.weekday())


def _every_nth(rule: Rule, after_ms: int) -> Iterator[datetime]:
    begin_ms = min(rule.anchor_ms, after_ms)
    number, begin = _leapt(rule.cron, _local(rule, begin_ms), after_ms)
    for steps, moment in enumerate(_cron(rule.cron, begin)):
        if begin_ms < after_ms and steps > _MOST_STEPS:
            return
        if (number + steps) % rule.each == 0:
            yield moment


def _leapt(expression: str, begin: datetime, until_ms: int) -> tuple[int, datetime]:
    """Leap to a day shortly before a moment; the count of moments up to there, and that day.

    Where all days are alike, a day on which no clock is moved has as many moments as any other one.
    Those about a change are walked through, from a day before it to two days after it: an
    expression may begin anew there and give what it would have given.
    """
    number, day = 0, begin.replace(microsecond=0)
    if expression.split()[-3:] != ["*", "*", "*"]:
        return number, day
    found = _cron(expression, day)
    in_a_day = len(found.hours) * len(found.minutes) * len(found.seconds)
    while _ms(later := _days_after(day, 1)) <= until_ms:
        if later.utcoffset() == day.utcoffset():
            number += in_a_day
        else:
            while later.utcoffset() != _days_after(later, -2).utcoffset():
                later = _days_after(later, 1)
            later_ms = _ms(later)
            if later_ms > until_ms:
                break
            number += _count(expression, day, later_ms)
        day = later
    return number, day


def _count(expression: str, begin: datetime, end_ms: int) -> int:
    return sum(1 for _ in takewhile(lambda one: _ms(one) <= end_ms, _cron(expression, begin)))


def _days_after(moment: datetime, days: int) -> datetime:
    """So many times 24 hours, whatever clocks do."""
    return (moment.astimezone(UTC) + timedelta(days=days)).astimezone(moment.tzinfo)


def _local(rule: Rule, moment_ms: int) -> datetime:
    return datetime.fromtimestamp(moment_ms / 1_000, UTC).astimezone(zone_of(rule.timezone))


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1_000)


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
