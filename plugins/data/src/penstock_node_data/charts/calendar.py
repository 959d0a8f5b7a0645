"""Where stretches of time begin, by the clock of a time zone.

The rules:

* Minutes and hours begin by the local clock and last what they last by the sun: at the end of
  summer time an hour is there twice.
* Days, weeks (from Monday), months, quarters and years begin at local midnight.
* With a size, stretches are counted from midnight (minutes, hours) or from year 1 (the others).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

UNITS = {
    "minute": "Minutes",
    "hour": "Hours",
    "day": "Days",
    "week": "Weeks",
    "month": "Months",
    "quarter": "Quarters",
    "year": "Years",
}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_DAYS = {"day": 1, "week": 7}


class Calendar:
    """Stretches of `size` units."""

    def __init__(self, unit: str, size: int, zone: tzinfo) -> None:
        self.unit = unit
        self.size = size
        self.zone = zone

    def start(self, moment: datetime) -> datetime:
        """The beginning of the stretch that this moment is in."""
        local = moment.astimezone(self.zone)
        if self.unit in ("minute", "hour"):
            return self._by_clock(local)
        if self.unit in _DAYS:
            days = local.toordinal() - 1  # day 1 was a Monday
            length = _DAYS[self.unit] * self.size
            return self._midnight(datetime.fromordinal(days - days % length + 1))
        months = (local.year - 1) * 12 + local.month - 1
        return self._month(months - months % (_MONTHS[self.unit] * self.size))

    def next(self, start: datetime) -> datetime:
        """The beginning of the stretch after the one that begins there."""
        if self.unit in ("minute", "hour"):
            length = timedelta(minutes=self.size * (60 if self.unit == "hour" else 1))
            return self.start(start.astimezone(UTC) + length)
        local = start.astimezone(self.zone)
        if self.unit in _DAYS:
            days = local.toordinal() + _DAYS[self.unit] * self.size
            return self._midnight(datetime.fromordinal(days))
        months = (local.year - 1) * 12 + local.month - 1
        return self._month(months + _MONTHS[self.unit] * self.size)

    def _by_clock(self, local: datetime) -> datetime:
        if self.unit == "hour":
            hour = local.hour - local.hour % self.size
            return local.replace(hour=hour, minute=0, second=0, microsecond=0)
        minutes = local.hour * 60 + local.minute
        hour, minute = divmod(minutes - minutes % self.size, 60)
        return local.replace(hour=hour, minute=minute, second=0, microsecond=0)

    def _midnight(self, day: datetime) -> datetime:
        return day.replace(tzinfo=self.zone)

    def _month(self, months: int) -> datetime:
        year, month = divmod(months, 12)
        return datetime(year + 1, month + 1, 1, tzinfo=self.zone)
