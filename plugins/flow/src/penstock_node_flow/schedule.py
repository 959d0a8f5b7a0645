"""The trigger that starts a workflow at times.

The rules:

* Each rule stands alone: the workflow starts whenever one of them says so.
* Times of day are those of the workflow's time zone.
* `{"cron": …, "each": n}` means that only every n-th of these moments counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from penstock_sdk import (
    Context,
    Event,
    Item,
    NodeFailed,
    Port,
    Result,
    Trigger,
    integer,
    list_of,
    multi_options,
    options,
    text,
)
from penstock_sdk.loose import rows, tables

_DAYS = {
    "1": "Monday",
    "2": "Tuesday",
    "3": "Wednesday",
    "4": "Thursday",
    "5": "Friday",
    "6": "Saturday",
    "0": "Sunday",
}
_SAMPLE = {
    "timestamp": "2026-03-02T09:00:00+01:00",
    "date": "2026-03-02",
    "time": "09:00",
    "weekday": "Monday",
    "timezone": "Europe/Berlin",
}


class Schedule(Trigger):
    """Starts the workflow at times."""

    id = "penstock/flow.schedule"
    title = "Schedule"
    description = "Starts the workflow every so often, at times of day, or by a cron expression."
    group = "trigger"
    icon = "calendar-clock"
    aliases = ("cron", "timer", "interval", "every day", "hourly", "weekly", "daily", "time")
    docs = (
        "Add as many rules as you need. Times are those of the workflow's time zone. A server "
        "starts the workflow; `penstock run` starts it once, at once."
    )
    kind = "schedule"
    outputs = (Port(name="main", title="Moment", sample=_SAMPLE),)

    rules: list[Any] = list_of(
        {
            "unit": options(
                {
                    "seconds": "Seconds",
                    "minutes": "Minutes",
                    "hours": "Hours",
                    "days": "Days",
                    "weeks": "Weeks",
                    "months": "Months",
                    "cron": "Cron expression",
                },
                default="days",
                title="Every",
                expression=False,
            ),
            "each": integer(1, minimum=1, maximum=10_000, title="How many", expression=False),
            "minute": integer(0, minimum=0, maximum=59, title="Minute", expression=False),
            "hour": integer(0, minimum=0, maximum=23, title="Hour", expression=False),
            "weekdays": multi_options(_DAYS, default=(), title="Days", expression=False),
            "day": integer(1, minimum=1, maximum=31, title="Day of the month", expression=False),
            "cron": text("", title="Cron", placeholder="0 9 * * 1-5", expression=False),
        },
        default=({"unit": "days", "hour": 9},),
        title="Rules",
    )

    def schedules(self, config: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        """When to start; a cron expression that is none is an error.

        Raises:
            NodeFailed: A rule cannot be understood.
        """
        given = config.get("rules", ({"unit": "days", "hour": 9},))
        return [_schedule(rule, i) for i, rule in enumerate(tables(list(given)))]

    def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        """The moment, unless the event brought items."""
        brought = [item for item in items if item.json]
        return brought or [Item(_moment(ctx))]

    async def sample(self, ctx: Context) -> Event:
        """This moment."""
        return Event(items=[Item(_moment(ctx))])


def _moment(ctx: Context) -> dict[str, Any]:
    try:
        zone = ZoneInfo(ctx.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo("UTC")
    now = datetime.fromtimestamp(ctx.now_ms() / 1_000, UTC).astimezone(zone)
    return {
        "timestamp": now.isoformat(timespec="milliseconds"),
        "date": now.date().isoformat(),
        "time": now.strftime("%H:%M"),
        "weekday": _DAYS[str(now.isoweekday() % 7)],
        "timezone": ctx.timezone,
    }


def _schedule(rule: Mapping[str, Any], i: int) -> Mapping[str, Any]:
    unit = str(rule.get("unit", "days"))
    each = int(rule.get("each") or 1)
    minute, hour = int(rule.get("minute") or 0), int(rule.get("hour") or 0)
    if unit in ("seconds", "minutes"):
        return {"every_s": each * (60 if unit == "minutes" else 1)}
    if unit == "cron":
        return {"cron": _checked(str(rule.get("cron") or ""), i)}
    if unit == "hours":
        return {"cron": f"{minute} * * * *", "each": each}
    if unit == "weeks":
        days = ",".join(str(day) for day in rows(rule.get("weekdays"))) or "0"
        return {"cron": f"{minute} {hour} * * {days}", "each": each}
    if unit == "months":
        return {"cron": f"{minute} {hour} {int(rule.get('day') or 1)} * *", "each": each}
    return {"cron": f"{minute} {hour} * * *", "each": each}


def _checked(expression: str, i: int) -> str:
    from cronsim import CronSim, CronSimError  # noqa: PLC0415  only where somebody uses it

    try:
        CronSim(expression, datetime(2026, 1, 1, tzinfo=UTC))
    except CronSimError as error:
        raise NodeFailed(
            f"{expression!r} is no cron expression: {error}",
            hint="Minute, hour, day, month, weekday: `0 9 * * 1-5` is 9:00 on workdays.",
            field=f"rules[{i}].cron",
        ) from error
    return expression
