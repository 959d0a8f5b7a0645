"""Triggers that start a workflow at times, in their three generations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from penstock_node_n8n.source import Mapped, Mapper, Source, Unmapped
from penstock_sdk.loose import rows

_UNITS = ("seconds", "minutes", "hours", "days", "weeks", "months")
_EACH = {
    "seconds": ("secondsInterval", 30),
    "minutes": ("minutesInterval", 5),
    "hours": ("hoursInterval", 1),
    "days": ("daysInterval", 1),
    "weeks": ("weeksInterval", 1),
    "months": ("monthsInterval", 1),
}
_EVERY_SECOND = "* * * * * *"
_MODES = {"everyMinute": "minutes", "everyHour": "hours", "everyDay": "days"}


def _schedule(source: Source) -> Mapped:
    given = source.rows("rule.interval") or [{}]
    lost = [remark for row in given for remark in _seconds_lost(row.get("expression"))]
    return _mapped([_rule(row) for row in given], lost)


def _rule(row: Mapping[str, Any]) -> dict[str, Any]:
    unit = str(row.get("field", "days"))
    if unit == "cronExpression":
        return _cron_rule(row.get("expression"))
    if unit not in _UNITS:
        raise Unmapped(f"The interval {unit!r} is not known", field="rule")
    name, default = _EACH[unit]
    rule: dict[str, Any] = {"unit": unit, "each": _whole(row.get(name, default), name)}
    rule["minute"] = _whole(row.get("triggerAtMinute", 0), "triggerAtMinute")
    if unit in ("days", "weeks", "months"):
        rule["hour"] = _whole(row.get("triggerAtHour", 0), "triggerAtHour")
    if unit == "weeks":
        rule["weekdays"] = [str(day) for day in rows(row.get("triggerAtDay", [0]))]
    if unit == "months":
        rule["day"] = _whole(row.get("triggerAtDayOfMonth", 1), "triggerAtDayOfMonth")
    return rule


def _cron_trigger(source: Source) -> Mapped:
    given = source.rows("triggerTimes.item") or [{}]
    lost = [remark for row in given for remark in _seconds_lost(row.get("cronExpression"))]
    return _mapped([_old_rule(row) for row in given], lost)


def _old_rule(row: Mapping[str, Any]) -> dict[str, Any]:
    mode = str(row.get("mode", "everyDay"))
    hour = _whole(row.get("hour", 14), "hour")
    minute = _whole(row.get("minute", 0), "minute")
    if mode in _MODES:
        return {"unit": _MODES[mode], "each": 1, "hour": hour, "minute": minute}
    if mode == "everyWeek":
        days = [str(row.get("weekday", "1"))]
        return {"unit": "weeks", "hour": hour, "minute": minute, "weekdays": days}
    if mode == "everyMonth":
        day = _whole(row.get("dayOfMonth", 1), "dayOfMonth")
        return {"unit": "months", "hour": hour, "minute": minute, "day": day}
    if mode == "everyX":
        unit = "hours" if row.get("unit", "hours") == "hours" else "minutes"
        return {"unit": unit, "each": _whole(row.get("value", 2), "value")}
    return _cron_rule(row.get("cronExpression", _EVERY_SECOND))


def _interval(source: Source) -> Mapped:
    unit = source.one_of("unit", {name: name for name in _UNITS[:3]}, "seconds")
    return _mapped([{"unit": unit, "each": _whole(source.get("interval", 1), "interval")}])


def _cron_rule(given: Any) -> dict[str, Any]:
    """n8n also knows six fields, of which the first is seconds."""
    if not isinstance(given, str) or given.startswith("="):
        raise Unmapped("The cron expression is not fixed", field="expression")
    fields = given.split()
    if len(fields) == 6:
        seconds, *fields = fields
        each = "1" if seconds == "*" else seconds.removeprefix("*/")
        if fields == ["*"] * 5 and not seconds.isdigit() and each.isdigit() and int(each):
            return {"unit": "seconds", "each": int(each)}
        if not seconds.isdigit():
            raise Unmapped("A cron expression with seconds has no counterpart", field="expression")
    if len(fields) != 5:
        raise Unmapped(f"{given!r} is no cron expression", field="expression")
    return {"unit": "cron", "cron": " ".join(fields)}


def _seconds_lost(given: Any) -> list[tuple[str, str, str]]:
    """Within the minute the seconds do not count here."""
    fields = given.split() if isinstance(given, str) else []
    if len(fields) != 6 or not fields[0].isdigit() or int(fields[0]) == 0:
        return []
    message = f"It starts at second 0 of the minute, not at second {fields[0]}"
    return [("import.parameter_changed", message, "expression")]


def _whole(value: Any, path: str) -> int:
    try:
        return int(value)
    except (TypeError, ValueError) as error:
        raise Unmapped(f"{path} is no fixed number", field=path) from error


def _mapped(rules: list[dict[str, Any]], remarks: Sequence[tuple[str, str, str]] = ()) -> Mapped:
    config = {"rules": rules}
    return Mapped(type="penstock/flow.schedule", config=config, inputs=(), remarks=remarks)


MAPPINGS: Mapping[str, Mapper] = {
    "n8n-nodes-base.scheduleTrigger": _schedule,
    "n8n-nodes-base.cron": _cron_trigger,
    "n8n-nodes-base.interval": _interval,
}
