"""Date & Time: versions 1 (in the tokens of Moment.js) and 2 (in those of Luxon)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from penstock_node_n8n.source import Mapped, Mapper, Source, is_expression

_TYPE = "penstock/data.date_time"
_UNITS = ("quarters", "years", "months", "weeks", "days", "hours", "minutes", "seconds")
_PLURAL = {
    "year": "years",
    "quarter": "quarters",
    "month": "months",
    "week": "weeks",
    "day": "days",
    "hour": "hours",
    "minute": "minutes",
    "second": "seconds",
    "millisecond": "milliseconds",
}
_ANY_UNIT = {**{unit: unit for unit in (*_UNITS, "milliseconds")}, **_PLURAL}


def _date_time(source: Source) -> Mapped:
    return _first(source) if source.version < 2 else _second(source)


def _first(source: Source) -> Mapped:
    action = source.one_of("action", {"format": "format", "calculate": "calculate"}, "format")
    from_zone, to_zone = source.text("options.fromTimezone"), source.text("options.toTimezone")
    has_zone = bool(from_zone or to_zone)
    more: dict[str, Any] = {
        # Without a zone, version 1 works in the one of the server, which is UTC as a rule.
        "read_zone": from_zone or ("" if has_zone else "UTC"),
        "zone": to_zone or ("" if has_zone else "UTC"),
        "tokens": "moment",
        "only_iso_in_zone": True,
    }
    form = source.text("options.fromFormat")
    if form:
        more["from_format"] = form
    config: dict[str, Any] = {
        "date": source.get("value", ""),
        "output_field": source.text("dataPropertyName", "data"),
        "more": more,
    }
    if action == "format":
        source.get("custom")
        form = source.text("toFormat", "MM/DD/YYYY")
        return Mapped(type=_TYPE, config={**config, "operation": "format", "format": form})
    more["as_utc"] = True
    config |= {
        "operation": source.one_of("operation", {"add": "add", "subtract": "subtract"}, "add"),
        "amount": source.get("duration", 0),
        "unit": source.one_of("timeUnit", _ANY_UNIT, "days"),
    }
    return Mapped(type=_TYPE, config=config)


def _second(source: Source) -> Mapped:
    operation = source.one_of("operation", {name: name for name in _OPERATIONS}, "getCurrentDate")
    config, field = _OPERATIONS[operation](source)
    config["output_field"] = source.text("outputFieldName", field)
    config["keep_fields"] = source.flag("options.includeInputFields")
    source.get("additionalFields")
    return Mapped(type=_TYPE, config=config)


def _now(source: Source) -> tuple[dict[str, Any], str]:
    config: dict[str, Any] = {
        "operation": "now",
        "with_time": source.flag("includeTime", default=True),
    }
    zone = source.text("options.timezone")
    if zone:
        config["more"] = {"zone": zone}
    return config, "currentDate"


def _moved(source: Source) -> tuple[dict[str, Any], str]:
    config: dict[str, Any] = {
        "operation": "add" if source.get("operation") == "addToDate" else "subtract",
        "date": source.get("magnitude", ""),
        "amount": source.get("duration", 0),
        "unit": source.one_of("timeUnit", _ANY_UNIT, "days"),
    }
    return config, "newDate"


def _format(source: Source) -> tuple[dict[str, Any], str]:
    form = source.text("format", "MM/dd/yyyy")
    custom = source.text("customFormat")
    more: dict[str, Any] = {}
    if source.get("options.timezone") is not True:
        more |= {"zone": "UTC", "read_zone": "UTC"}
    from_format = source.text("options.fromFormat")
    if from_format:
        more["from_format"] = from_format
    config: dict[str, Any] = {
        "operation": "format",
        "date": source.get("date", ""),
        "format": custom if form == "custom" else form,
        "more": more,
    }
    return config, "formattedDate"


def _round(source: Source) -> tuple[dict[str, Any], str]:
    mode = source.one_of("mode", {"roundDown": "down", "roundUp": "up"}, "roundDown")
    down = source.one_of("toNearest", _ANY_UNIT, "month")
    up = source.one_of("to", _ANY_UNIT, "month")
    config: dict[str, Any] = {
        "operation": "round",
        "date": source.get("date", ""),
        "direction": mode,
        "unit": down if mode == "down" else up,
    }
    return config, "roundedDate"


def _between(source: Source) -> tuple[dict[str, Any], str]:
    units = source.get("units", ["day"])
    if not is_expression(units):
        units = [_ANY_UNIT[unit] for unit in units]
    config: dict[str, Any] = {
        "operation": "difference",
        "start": source.get("startDate", ""),
        "end": source.get("endDate", ""),
        "units": units,
        "as_iso_duration": source.flag("options.isoString"),
    }
    return config, "timeDifference"


def _extract(source: Source) -> tuple[dict[str, Any], str]:
    part = source.get("part", "month")
    return {"operation": "extract", "date": source.get("date", ""), "part": part}, "datePart"


_OPERATIONS = {
    "getCurrentDate": _now,
    "addToDate": _moved,
    "subtractFromDate": _moved,
    "formatDate": _format,
    "roundDate": _round,
    "getTimeBetweenDates": _between,
    "extractDate": _extract,
}

MAPPINGS: Mapping[str, Mapper] = {"n8n-nodes-base.dateTime": _date_time}
