"""Makes a series over time: one item per stretch of time, with what happened in it.

The rules:

* An item without a readable time fails the node, or is left out if it may be.
* Stretches come in the order of time, and with groups each group has all of them.
* Gaps are filled between the first and the last stretch of all groups.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from penstock_node_data.charts.calendar import UNITS, Calendar
from penstock_sdk import (
    Context,
    Item,
    Node,
    NodeFailed,
    Output,
    Port,
    boolean,
    integer,
    list_of,
    options,
    text,
)
from penstock_sdk.moments import moment
from penstock_sdk.paths import MISSING, read

_MAX_BUCKETS = 100_000
_MILLISECONDS = 100_000_000_000  # a number of seconds this large is in the year 5138
_HINT = "Times are ISO 8601 texts, or numbers of seconds or milliseconds since 1970."

Number = int | float


def _average(values: Sequence[Number]) -> Number:
    return sum(values) / len(values)


_MEASURES: Mapping[str, Callable[[Sequence[Any]], Any]] = {
    "sum": sum,
    "average": _average,
    "min": min,
    "max": max,
    "first": lambda values: values[0],
    "last": lambda values: values[-1],
    "count": len,
    "distinct": lambda values: len(set(map(repr, values))),
}
#: They take any value, the others take numbers.
_ANY = frozenset({"first", "last", "count", "distinct"})


class _Measure(NamedTuple):
    field: str
    operation: str
    name: str


class Buckets(Node):
    """Groups items by time."""

    id = "penstock/data.buckets"
    title = "Time buckets"
    description = "Groups items by minute, hour, day, week, month or year and measures each group."
    group = "data"
    icon = "calendar-range"
    aliases = ("time series", "histogram", "group by date", "aggregate", "per day", "per hour")
    docs = (
        "Each stretch of time becomes an item with its start, the number of items in it and the "
        "measures you ask for. Gaps can be filled, so that a chart shows days on which nothing "
        "happened."
    )
    outputs = (
        Port(
            name="main",
            sample={"start": "2026-03-01T00:00:00+00:00", "count": 12, "sum_total": 340.5},
        ),
    )

    time_field: str = text(
        title="Field with the time", placeholder="e.g. created_at", expression=False
    )
    unit: str = options(UNITS, default="day", title="Unit", expression=False)
    size: int = integer(1, minimum=1, maximum=1_000, title="Units per bucket")
    group_by: str = text(
        "", title="Also group by", placeholder="e.g. country, plan", expression=False
    )
    measures: list[Any] = list_of(
        {
            "field": text(title="Field", placeholder="e.g. total", expression=False),
            "operation": options(
                {
                    "sum": "Sum",
                    "average": "Average",
                    "min": "Minimum",
                    "max": "Maximum",
                    "first": "First",
                    "last": "Last",
                    "count": "Count of values",
                    "distinct": "Count of different values",
                },
                default="sum",
                title="Measure",
                expression=False,
            ),
            "name": text("", title="Name", hint="`sum_total`, say, where it is empty."),
        },
        default=(),
        title="Measures",
    )
    fill: str = options(
        {
            "none": "Leave them out",
            "zero": "Fill with 0",
            "null": "Fill with null",
            "previous": "Repeat the bucket before",
        },
        default="zero",
        title="Buckets without items",
        expression=False,
    )
    timezone: str = text("", title="Time zone", placeholder="the workflow's", advanced=True)
    skip_unreadable: bool = boolean(
        False, title="Leave out items without a readable time", advanced=True
    )

    def run(self, ctx: Context, items: Sequence[Item]) -> Output:
        """Group the items."""
        if not items:
            return Output([])
        calendar = Calendar(str(ctx.param("unit")), int(ctx.param("size")), _zone(ctx))
        groups = _groups(ctx, items, calendar)
        starts = _starts(calendar, groups, filled=ctx.param("fill") != "none")
        made = list(_made(ctx, items, groups, starts, calendar.zone))
        return Output([item for item, _ in made], [parents or -1 for _, parents in made])


#: Values of the fields to group by, to start of a bucket, to the items in it.
_Groups = dict[tuple[str, ...], dict[datetime, list[int]]]


def _groups(ctx: Context, items: Sequence[Item], calendar: Calendar) -> _Groups:
    fields = _names(ctx.param("group_by"))
    found: _Groups = {}
    starts: dict[datetime, datetime] = {}
    for i, when in _times(ctx, items, calendar.zone):
        # Bounds are found once per minute of data, because finding them costs microseconds.
        minute = when.replace(second=0, microsecond=0)
        start = starts.get(minute)
        if start is None:
            # In UTC, because two hours of one night in autumn are equal by the local clock.
            start = starts[minute] = calendar.start(when).astimezone(UTC)
        key = tuple(repr(_value(items[i], field)) for field in fields)
        found.setdefault(key, {}).setdefault(start, []).append(i)
    return found


def _times(ctx: Context, items: Sequence[Item], zone: tzinfo) -> Iterator[tuple[int, datetime]]:
    field = str(ctx.param("time_field"))
    zone_name = str(zone)
    skips = ctx.param("skip_unreadable") is True
    for i, item in enumerate(items):
        value = _value(item, field)
        when = _moment(value, zone_name)
        if when is not None:
            yield i, when
        elif not skips:
            raise NodeFailed(
                f"The field {field!r} holds no time: {value!r}"[:300],
                hint=_HINT,
                item=i,
                field="time_field",
            )


def _moment(value: Any, zone: str) -> datetime | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        seconds = value / 1000 if abs(value) >= _MILLISECONDS else value
        try:
            return datetime.fromtimestamp(seconds, UTC)
        except (ValueError, OverflowError, OSError):
            return None
    return moment(value, zone)


def _value(item: Item, field: str) -> Any:
    found = read(item.json, field)
    return None if found is MISSING else found


def _names(value: Any) -> list[str]:
    return [part.strip() for part in str(value or "").split(",") if part.strip()]


def _zone(ctx: Context) -> tzinfo:
    name = str(ctx.param("timezone") or ctx.timezone)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise NodeFailed(
            f"{name!r} is no time zone", hint="Use a name like Europe/Paris.", field="timezone"
        ) from error


def _starts(calendar: Calendar, groups: _Groups, *, filled: bool) -> list[datetime]:
    known = sorted({start for buckets in groups.values() for start in buckets})
    if not filled or len(known) < 2:
        return known
    found = [known[0]]
    while found[-1] < known[-1]:
        if len(found) * len(groups) > _MAX_BUCKETS:
            raise NodeFailed(
                f"This makes more than {_MAX_BUCKETS:,} buckets",
                hint="Choose a larger unit, or leave out buckets without items.",
                field="unit",
            )
        found.append(calendar.next(found[-1]).astimezone(UTC))
    return found


def _made(
    ctx: Context,
    items: Sequence[Item],
    groups: _Groups,
    starts: Sequence[datetime],
    zone: tzinfo,
) -> Iterator[tuple[Item, tuple[int, ...]]]:
    fields = _names(ctx.param("group_by"))
    measures = [_measure(row) for row in ctx.param("measures") or ()]
    fill = str(ctx.param("fill"))
    for buckets in groups.values():
        sample = items[next(iter(buckets.values()))[0]]
        shared = {field: _value(sample, field) for field in fields}
        before: dict[str, Any] = {}
        for start in starts:
            members = buckets.get(start, [])
            if members:
                before = _measured(items, members, measures)
            elif fill == "none":
                continue
            values = before if members or fill == "previous" else _blank(measures, fill)
            local = start.astimezone(zone).isoformat()
            json = {"start": local, **shared, "count": len(members), **values}
            yield Item(json), tuple(members)


def _measure(row: Mapping[str, Any]) -> _Measure:
    field, operation = str(row.get("field") or ""), str(row.get("operation") or "sum")
    return _Measure(field, operation, str(row.get("name") or f"{operation}_{field}"))


def _blank(measures: Sequence[_Measure], fill: str) -> dict[str, Any]:
    return {measure.name: 0 if fill == "zero" else None for measure in measures}


def _measured(
    items: Sequence[Item], members: Sequence[int], measures: Sequence[_Measure]
) -> dict[str, Any]:
    return {measure.name: _result(items, members, measure) for measure in measures}


def _result(items: Sequence[Item], members: Sequence[int], measure: _Measure) -> Any:
    found = [(i, _value(items[i], measure.field)) for i in members]
    exact = measure.operation in _ANY
    values = [
        value if exact else _number(value, i, measure) for i, value in found if value is not None
    ]
    if not values:
        return 0 if measure.operation in ("count", "distinct", "sum") else None
    return _MEASURES[measure.operation](values)


def _number(value: Any, i: int, measure: _Measure) -> Number:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    try:
        return float(value)
    except (TypeError, ValueError) as error:
        raise NodeFailed(
            f"The field {measure.field!r} holds no number: {value!r}"[:300],
            hint="Convert it before, or count its values instead.",
            item=i,
            field="measures",
        ) from error
