"""The node that reads, writes and calculates with dates and times.

The rules:

* What a date may look like is said in `moments`; a text without a zone is of the workflow's zone.
* Results are in the workflow's zone; both zones can be chosen.
* What is no date is an error that names the item; nothing (null) gives nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from penstock_node_data.values import calendar, luxon_tokens
from penstock_node_data.values.moment_tokens import luxon_format
from penstock_node_data.values.moments import Reader, iso, reader, timestamp, zone
from penstock_node_data.values.writing import with_values
from penstock_sdk import (
    Context,
    Item,
    Node,
    NodeFailed,
    Port,
    Result,
    boolean,
    collection,
    multi_options,
    number,
    options,
    text,
)
from penstock_sdk import json as json_field
from penstock_sdk.coerce import to_number
from penstock_sdk.columns import as_list

_UNITS = {unit: unit.capitalize() for unit in calendar.UNITS}
_PARTS: Mapping[str, Callable[[datetime], int]] = {
    "year": lambda at: at.year,
    "quarter": luxon_tokens.quarter,
    "month": lambda at: at.month,
    "week": luxon_tokens.week,
    "day": lambda at: at.day,
    "weekday": lambda at: at.isoweekday(),
    "day_of_year": luxon_tokens.day_of_year,
    "hour": lambda at: at.hour,
    "minute": lambda at: at.minute,
    "second": lambda at: at.second,
    "millisecond": luxon_tokens.millisecond,
}
#: What Luxon writes for a date that is none; expressions may hand it on.
_INVALID = "Invalid DateTime"
_BY_DATE = ["add", "subtract", "format", "extract", "round", "is_between"]
_BY_RANGE = ["difference", "is_between"]


@dataclass(frozen=True)
class _Run:
    """What an operation works with: a reader and a zone for each item."""

    ctx: Context
    count: int
    more: list[Mapping[str, Any]]
    readers: list[Reader]
    zones: list[ZoneInfo]

    def column(self, name: str) -> list[Any]:
        return as_list(self.ctx.columns(name), self.count)

    def moments(self, name: str) -> list[datetime | None]:
        return [
            None if value is None or value == _INVALID else read(value, i)
            for i, (read, value) in enumerate(zip(self.readers, self.column(name), strict=True))
        ]


class DateTime(Node):
    """Reads, writes and calculates with dates and times."""

    id = "penstock/data.date_time"
    title = "Date and time"
    description = "Formats, parses, compares and calculates with dates and times."
    group = "data"
    icon = "calendar-clock"
    aliases = ("date", "time", "now", "timestamp", "timezone", "moment", "luxon", "add days")
    docs = (
        "Dates may be ISO 8601, other common texts, or timestamps in seconds or milliseconds. "
        "Formats use the tokens of Luxon: `yyyy-MM-dd HH:mm`, `d LLLL yyyy`, `X` for seconds. "
        "Texts without a zone are of the workflow's time zone, and so are the results, unless "
        "other zones are chosen."
    )
    outputs = (Port(name="main", sample={"formatted": "2024-02-15"}),)

    operation: str = options(
        {
            "now": "Current date and time",
            "format": "Format",
            "add": "Add",
            "subtract": "Subtract",
            "difference": "Time between two dates",
            "extract": "Extract a part",
            "round": "Round",
            "is_between": "Is it between two dates?",
        },
        default="format",
        title="Operation",
        expression=False,
    )
    date: Any = json_field(
        title="Date", placeholder="={{ $json.created }}", show_if={"operation": _BY_DATE}
    )
    start: Any = json_field(
        title="Start", placeholder="={{ $json.from }}", show_if={"operation": _BY_RANGE}
    )
    end: Any = json_field(
        title="End", placeholder="={{ $json.to }}", show_if={"operation": _BY_RANGE}
    )
    format: str = text(
        "yyyy-MM-dd",
        title="Format",
        hint="Tokens of Luxon, such as yyyy-MM-dd HH:mm:ss.",
        show_if={"operation": ["format"]},
    )
    amount: float = number(1, title="How much", show_if={"operation": ["add", "subtract"]})
    unit: str = options(
        _UNITS,
        default="days",
        title="Unit",
        show_if={"operation": ["add", "subtract", "round"]},
    )
    units: list[str] = multi_options(
        _UNITS, default=["days"], title="Units", show_if={"operation": ["difference"]}
    )
    part: str = options(
        tuple(_PARTS), default="month", title="Part", show_if={"operation": ["extract"]}
    )
    direction: str = options(
        {
            "down": "Down to its start",
            "up": "Up to the start of the next",
            "nearest": "To the nearest start",
        },
        default="down",
        title="Round",
        show_if={"operation": ["round"]},
    )
    with_time: bool = boolean(True, title="With the time", show_if={"operation": ["now"]})
    as_iso_duration: bool = boolean(
        title="As a duration of ISO 8601", show_if={"operation": ["difference"]}
    )
    output_field: str = text("date", title="Put the result in field")
    keep_fields: bool = boolean(True, title="Keep the other fields")
    more: dict[str, Any] = collection(
        {
            "zone": text("", title="Time zone of the result", placeholder="Europe/Berlin"),
            "read_zone": text("", title="Time zone of texts that name none"),
            "from_format": text("", title="Format that the dates are written in"),
            "tokens": options(
                {"luxon": "Luxon: yyyy-MM-dd", "moment": "Moment.js: YYYY-MM-DD"},
                default="luxon",
                title="Tokens of the formats",
            ),
            "as_utc": boolean(title="Write results in UTC"),
            "only_iso_in_zone": boolean(title="Read texts that are not ISO 8601 in UTC"),
        },
        title="More",
    )

    def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        """Work out one value for each item."""
        if not items:
            return []
        operate = _OPERATIONS[ctx.param("operation")]
        values = operate(_prepared(ctx, len(items)))
        return with_values(ctx, items, values, keep=bool(ctx.param("keep_fields")))


def _prepared(ctx: Context, count: int) -> _Run:
    more = cast("list[Mapping[str, Any]]", as_list(ctx.columns("more"), count))
    made: dict[int, tuple[Reader, ZoneInfo]] = {}
    for given in more:
        if id(given) not in made:
            made[id(given)] = _read_and_show(ctx, given)
    pairs = [made[id(given)] for given in more]
    return _Run(ctx, count, more, [read for read, _ in pairs], [shown for _, shown in pairs])


def _read_and_show(ctx: Context, more: Mapping[str, Any]) -> tuple[Reader, ZoneInfo]:
    shown_in = zone(more.get("zone") or ctx.timezone, "more.zone")
    read_in = zone(more.get("read_zone") or ctx.timezone, "more.read_zone")
    return reader(read_in, shown_in, more, "date"), shown_in


def _written(run: _Run, moments: Sequence[datetime | None]) -> list[Any]:
    return [
        None if at is None else iso(at.astimezone(_UTC)) if more.get("as_utc") else iso(at)
        for at, more in zip(moments, run.more, strict=True)
    ]


_UTC = ZoneInfo("UTC")


def _now(run: _Run) -> list[Any]:
    now = timestamp(run.ctx.now_ms(), "x")
    if now is None:
        raise NodeFailed("The clock shows no date")
    moments = [now.astimezone(shown_in) for shown_in in run.zones]
    if not run.ctx.param("with_time"):
        moments = [calendar.start_of(at, "days") for at in moments]
    return _written(run, moments)


def _format(run: _Run) -> list[Any]:
    found: list[Any] = []
    values = run.column("date")
    rows = zip(values, run.moments("date"), run.column("format"), run.more, strict=True)
    for value, at, form, more in rows:
        if at is None:
            found.append(value)
            continue
        form_ = str(form)
        luxon = luxon_format(form_) if more.get("tokens") == "moment" else form_
        found.append(luxon_tokens.written(at, luxon))
    return found


def _added(run: _Run, sign: int) -> list[Any]:
    moments: list[datetime | None] = []
    rows = zip(run.moments("date"), run.column("amount"), run.column("unit"), strict=True)
    for i, (at, amount, unit) in enumerate(rows):
        _require_unit(unit, "unit", i)
        moments.append(None if at is None else _moved(at, sign, amount, unit, i))
    return _written(run, moments)


def _moved(at: datetime, sign: int, amount: Any, unit: str, item: int) -> datetime:
    try:
        return calendar.add(at, sign * (to_number(amount) or 0), unit)
    except ValueError as error:
        raise NodeFailed(f"The amount cannot be used: {error}", field="amount", item=item) from None
    except OverflowError:
        raise NodeFailed(
            f"{amount} {unit} from {iso(at)} is beyond the years 1 to 9999",
            hint="Take a smaller amount.",
            field="amount",
            item=item,
        ) from None


def _require_unit(unit: Any, field: str, item: int) -> None:
    if unit not in _UNITS:
        raise NodeFailed(
            f"{str(unit)[:60]!r} is no unit of time",
            hint=f"Use one of {', '.join(_UNITS)}.",
            field=field,
            item=item,
        )


def _difference(run: _Run) -> list[Any]:
    found: list[Any] = []
    as_iso = bool(run.ctx.param("as_iso_duration"))
    rows = zip(run.moments("start"), run.moments("end"), run.column("units"), strict=True)
    for i, (start, end, units) in enumerate(rows):
        wanted = cast("list[str]", units if isinstance(units, list) else [units])
        for unit in wanted or [""]:
            _require_unit(unit, "units", i)
        if start is None or end is None:
            found.append(None)
            continue
        parts = calendar.difference(start, end, wanted)
        found.append(calendar.iso_duration(parts) if as_iso else parts)
    return found


def _extract(run: _Run) -> list[Any]:
    found: list[Any] = []
    for i, (at, part) in enumerate(zip(run.moments("date"), run.column("part"), strict=True)):
        if part not in _PARTS:
            raise NodeFailed(f"{str(part)[:60]!r} is no part of a date", field="part", item=i)
        found.append(None if at is None else _PARTS[part](at))
    return found


def _round(run: _Run) -> list[Any]:
    moments: list[datetime | None] = []
    rows = zip(run.moments("date"), run.column("direction"), run.column("unit"), strict=True)
    for i, (at, direction, unit) in enumerate(rows):
        _require_unit(unit, "unit", i)
        moments.append(None if at is None else calendar.rounded(at, str(direction), unit))
    return _written(run, moments)


def _is_between(run: _Run) -> list[Any]:
    rows = zip(run.moments("start"), run.moments("date"), run.moments("end"), strict=True)
    return [
        None if start is None or at is None or end is None else start <= at <= end
        for start, at, end in rows
    ]


_OPERATIONS: Mapping[str, Callable[[_Run], list[Any]]] = {
    "now": _now,
    "format": _format,
    "add": lambda run: _added(run, 1),
    "subtract": lambda run: _added(run, -1),
    "difference": _difference,
    "extract": _extract,
    "round": _round,
    "is_between": _is_between,
}
