"""Read moments in time: ISO 8601, other texts, timestamps of seconds or milliseconds, own formats.

The rules:

* A number below 100,000,000,000 counts seconds, any other milliseconds; digits in a text too.
* A text that names no zone is read in the zone that is given.
* With a format, the text has to be of that format.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from penstock_node_data.values.moment_tokens import luxon_format
from penstock_node_data.values.parse_format import parsed
from penstock_sdk.errors import NodeFailed
from penstock_sdk.moments import moment

_SECONDS_BELOW = 100_000_000_000
_DIGITS = re.compile(r"\s*-?[0-9]{1,17}(?:\.[0-9]{1,9})?\s*\Z")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MAX_SHOWN = 60

#: Reads a value of an item.
Reader = Callable[[Any, int], datetime]


@functools.lru_cache(maxsize=512)
def zone_of(name: str) -> ZoneInfo | None:
    """The time zone of this name, or None."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def zone(name: Any, field: str) -> ZoneInfo:
    """The time zone that a person has named.

    Raises:
        NodeFailed: There is none of this name.
    """
    found = zone_of(name) if isinstance(name, str) else None
    if found is None:
        raise NodeFailed(
            f"There is no time zone {_shown(name)}",
            hint="Use a name such as Europe/Berlin, America/New_York or UTC.",
            field=field,
        )
    return found


def reader(read_in: ZoneInfo, shown_in: ZoneInfo, options: Mapping[str, Any], field: str) -> Reader:
    """What reads the values of a field: the zone they are written in, and the one to show."""
    form = str(options.get("from_format") or "")
    if form and options.get("tokens") == "moment":
        form = luxon_format(form)
    plain = "UTC" if options.get("only_iso_in_zone") else read_in.key

    def read(value: Any, item: int) -> datetime:
        found: datetime | None = None
        if form in ("", "x", "X"):
            found = timestamp(value, form)
        if found is None and isinstance(value, str):
            if form:
                found = parsed(value, form, read_in)
            else:
                is_iso = value[:4].isdigit() and value[4:5] in ("", "-")
                found = moment(value, read_in.key if is_iso else plain)
        if found is None:
            raise unreadable(value, form, field, item)
        return found.astimezone(shown_in)

    return read


def timestamp(value: Any, form: str = "") -> datetime | None:
    """The moment that a number stands for; None for what is no number."""
    if isinstance(value, str) and _DIGITS.match(value) and (form or len(value.strip()) > 8):
        value = float(value) if "." in value else int(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    is_seconds = form == "X" or (form == "" and abs(value) < _SECONDS_BELOW)
    try:
        if is_seconds:
            return _EPOCH + timedelta(milliseconds=round(value * 1000))
        return _EPOCH + timedelta(milliseconds=int(value))
    except (OverflowError, ValueError):
        return None


def unreadable(value: Any, form: str, field: str, item: int) -> NodeFailed:
    """Say that a value is no date."""
    told = f"{_shown(value)} is not a date"
    return NodeFailed(
        f"{told} of the format {form!r}" if form else told,
        hint="Give an ISO 8601 text or a timestamp, or name the format that it is written in.",
        field=field,
        item=item,
    )


def _shown(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= _MAX_SHOWN else shown[: _MAX_SHOWN - 3] + "..."


def iso(at: datetime) -> str:
    """As `2024-02-15T08:30:00.000+01:00`; `Z` for UTC."""
    text = at.isoformat(timespec="milliseconds")
    return f"{text[:-6]}Z" if text.endswith("+00:00") and _is_utc(at) else text


def _is_utc(at: datetime) -> bool:
    return at.tzinfo is UTC or str(at.tzinfo) in ("UTC", "Etc/UTC", "GMT", "Etc/GMT")
