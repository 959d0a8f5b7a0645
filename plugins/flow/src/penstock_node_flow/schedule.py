"""The trigger that starts a workflow at times.

The rules:

* Each rule stands alone: the workflow starts whenever one of them says so.
* Times of day are those of the workflow's time zone.
* `{"cron": …, "each": n}` means that only every n-th of these moments counts; those of every n-th
  week, where the expression says nothing but times and days of the week.
* Moments are texts without a zone: who hosts the trigger knows the zone.
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
#: Units that have times of day.
_TIMES = ("hours", "days", "weeks", "months")
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
                    "once": "Once",
                },
                default="days",
                title="Every",
                expression=False,
            ),
            "each": integer(
                1,
                minimum=1,
                maximum=10_000,
                title="How many",
                expression=False,
                show_if={"unit": [*_TIMES, "seconds", "minutes"]},
            ),
            "minute": integer(
                0,
                minimum=0,
                maximum=59,
                title="Minute",
                expression=False,
                show_if={"unit": [*_TIMES]},
            ),
            "hour": integer(
                0,
                minimum=0,
                maximum=23,
                title="Hour",
                expression=False,
                show_if={"unit": ["days", "weeks", "months"]},
            ),
            "weekdays": multi_options(
                _DAYS,
                default=(),
                title="Days",
                expression=False,
                show_if={"unit": ["weeks"]},
            ),
            "day": integer(
                1,
                minimum=1,
                maximum=31,
                title="Day of the month",
                expression=False,
                show_if={"unit": ["months"]},
            ),
            "cron": text(
                "",
                title="Cron",
                placeholder="0 9 * * 1-5",
                expression=False,
                show_if={"unit": ["cron"]},
            ),
            "at": text(
                "",
                title="At",
                placeholder="2026-03-02T09:00",
                expression=False,
                show_if={"unit": ["once"]},
            ),
        },
        default=({"unit": "days", "hour": 9},),
        title="Rules",
    )

    overlap: str = options(
        {
            "allow": "Run both",
            "skip": "Leave the new one out",
            "queue": "Let the new one wait",
            "cancel_previous": "End the one that runs",
        },
        default="allow",
        title="When the one before still runs",
        expression=False,
        advanced=True,
    )
    catch_up: int = integer(
        1,
        minimum=0,
        maximum=1_000,
        title="Missed moments to make up for",
        hint="After a standstill: so many of the latest.",
        expression=False,
        advanced=True,
    )
    catch_up_minutes: int = integer(
        60,
        minimum=1,
        maximum=525_600,
        title="Make up for the last … minutes",
        expression=False,
        advanced=True,
    )
    jitter_s: int = integer(
        0,
        minimum=0,
        maximum=86_400,
        title="Spread over … seconds",
        hint="So that many schedules do not all begin at the same moment.",
        expression=False,
        advanced=True,
    )
    first: str = text(
        "", title="Not before", placeholder="2026-03-02", expression=False, advanced=True
    )
    last: str = text(
        "", title="Not after", placeholder="2026-12-31T18:00", expression=False, advanced=True
    )

    def schedules(self, config: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        """When to start; a cron expression that is none is an error.

        Raises:
            NodeFailed: A rule cannot be understood.
        """
        given = config.get("rules", ({"unit": "days", "hour": 9},))
        shared = _shared(config)
        return [{**_schedule(rule, i), **shared} for i, rule in enumerate(tables(list(given)))]

    def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        """The moment, unless the event brought items."""
        brought = [item for item in items if item.json]
        return brought or [Item(_moment(ctx))]

    async def sample(self, ctx: Context) -> Event:
        """This moment."""
        return Event(items=[Item(_moment(ctx))])


def _shared(config: Mapping[str, Any]) -> dict[str, Any]:
    """What holds for all rules, where it is not as usual."""
    found = {name: config[name] for name in ("overlap", "catch_up", "jitter_s") if name in config}
    if "catch_up_minutes" in config:
        found["catch_up_s"] = int(config["catch_up_minutes"]) * 60
    named = {"start": config.get("first"), "end": config.get("last")}
    return found | {name: _told(value, name) for name, value in named.items() if value}


def _told(value: object, field: str) -> str:
    """A moment, as it was written, if it is one."""
    try:
        datetime.fromisoformat(str(value))
    except ValueError as error:
        raise NodeFailed(
            f"{value!r} is no moment.", hint="Write it as 2026-03-02T09:00.", field=field
        ) from error
    return str(value)


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
    if unit == "once":
        return {"at": _told(rule.get("at"), f"rules[{i}].at")}
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
