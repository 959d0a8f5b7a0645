"""Arithmetic of moments: add, round, subtract, in the calendar of their time zone.

The rules:

* Days and longer units keep the time on the clock; hours and shorter ones are elapsed time.
* A day that the month does not have becomes its last day.
* A share of a month counts as so many of 30 days, a share of a year of 365.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

#: From long to short.
UNITS = (
    "years",
    "quarters",
    "months",
    "weeks",
    "days",
    "hours",
    "minutes",
    "seconds",
    "milliseconds",
)
_MONTHS = {"years": 12, "quarters": 3, "months": 1}
_DAYS = {"weeks": 7, "days": 1}
_MS = {"hours": 3_600_000, "minutes": 60_000, "seconds": 1_000, "milliseconds": 1}
_SHARE_DAYS = {"years": 365, "quarters": 91, "months": 30, "weeks": 7, "days": 1}


def add(at: datetime, amount: float, unit: str) -> datetime:
    """The moment so much later, or earlier where the amount is negative."""
    if unit in _MS:
        return _elapsed(at, timedelta(milliseconds=amount * _MS[unit]))
    whole = int(amount)
    share = amount - whole
    if unit in _MONTHS:
        moved = _months_later(at, whole * _MONTHS[unit])
    else:
        moved = _on_the_clock(at + timedelta(days=whole * _DAYS[unit]))
    return _elapsed(moved, timedelta(days=share * _SHARE_DAYS[unit])) if share else moved


def _months_later(at: datetime, months: int) -> datetime:
    year, month = divmod(at.year * 12 + at.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise OverflowError
    day = min(at.day, calendar.monthrange(year, month + 1)[1])
    return _on_the_clock(at.replace(year=year, month=month + 1, day=day))


def _on_the_clock(at: datetime) -> datetime:
    """The same, moved on where a clock that was put forward has left it out."""
    return at.astimezone(UTC).astimezone(at.tzinfo)


def _elapsed(at: datetime, delta: timedelta) -> datetime:
    return (at.astimezone(UTC) + delta).astimezone(at.tzinfo)


def start_of(at: datetime, unit: str) -> datetime:
    """The first moment of the unit that the moment is in; weeks begin on Monday."""
    if unit in _MS:
        return _start_of_time(at, unit)
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    if unit == "years":
        return _on_the_clock(midnight.replace(month=1, day=1))
    if unit == "quarters":
        return _on_the_clock(midnight.replace(month=(at.month - 1) // 3 * 3 + 1, day=1))
    if unit == "months":
        return _on_the_clock(midnight.replace(day=1))
    if unit == "weeks":
        return _on_the_clock(midnight - timedelta(days=at.weekday()))
    return _on_the_clock(midnight)


def _start_of_time(at: datetime, unit: str) -> datetime:
    if unit == "milliseconds":
        return at
    if unit == "seconds":
        return at.replace(microsecond=0)
    if unit == "minutes":
        return at.replace(second=0, microsecond=0)
    return at.replace(minute=0, second=0, microsecond=0)


def rounded(at: datetime, mode: str, unit: str) -> datetime:
    """`down` to the start of the unit, `up` to the start of the next, or to the `nearest`."""
    start = start_of(at, unit)
    if mode == "down":
        return start
    following = start_of(add(start, 1, unit), unit)
    if mode == "up":
        return following
    return start if at - start < following - at else following


def difference(start: datetime, end: datetime, units: Sequence[str]) -> dict[str, int | float]:
    """The time between two moments in these units; the shortest one takes what is left."""
    if end < start:
        return {unit: -value or 0 for unit, value in difference(end, start, units).items()}
    wanted = [unit for unit in UNITS if unit in units]
    found: dict[str, int | float] = {}
    cursor = start
    for unit in wanted:
        count = _whole(cursor, end, unit)
        cursor = add(cursor, count, unit)
        found[unit] = count
    last = wanted[-1]
    share = (end - cursor) / (add(cursor, 1, last) - cursor)
    if share:
        found[last] += share
    return found


def _whole(start: datetime, end: datetime, unit: str) -> int:
    """How often the unit fits in between."""
    if unit in _MS:
        elapsed = end.astimezone(UTC) - start.astimezone(UTC)
        return elapsed // timedelta(milliseconds=_MS[unit])
    if unit in _MONTHS:
        guess = ((end.year - start.year) * 12 + end.month - start.month) // _MONTHS[unit]
    else:
        guess = (end - start).days // _DAYS[unit] + 1
    while guess > 0 and add(start, guess, unit) > end:
        guess -= 1
    return guess


def iso_duration(parts: dict[str, int | float]) -> str:
    """As ISO 8601 writes durations: `P1DT2H`."""
    parts = dict(parts)
    parts["months"] = parts.get("months", 0) + 3 * parts.pop("quarters", 0)
    seconds = parts.get("seconds", 0) + parts.pop("milliseconds", 0) / 1000
    parts["seconds"] = round(seconds, 3)
    date = _letters(parts, (("years", "Y"), ("months", "M"), ("weeks", "W"), ("days", "D")))
    time = _letters(parts, (("hours", "H"), ("minutes", "M"), ("seconds", "S")))
    return f"P{date}T{time}" if time else f"P{date}" if date else "PT0S"


def _letters(parts: dict[str, int | float], letters: Sequence[tuple[str, str]]) -> str:
    return "".join(f"{parts[unit]:g}{letter}" for unit, letter in letters if parts.get(unit))
