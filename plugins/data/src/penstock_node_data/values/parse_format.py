"""Read moments that are written in a format of Luxon's tokens."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

from penstock_node_data.values.luxon_tokens import DAYS, MONTHS, TOKEN

_MAX_LENGTH = 200
_NAMES = "|".join
#: Token to the pattern of what it reads and the name of the part.
_READS: Mapping[str, tuple[str, str]] = {
    "yyyy": (r"\d{4}", "year"),
    "y": (r"\d{1,6}", "year"),
    "yy": (r"\d{2,4}", "short_year"),
    "L": (r"\d{1,2}", "month"),
    "LL": (r"\d{1,2}", "month"),
    "LLL": (_NAMES(name[:3] for name in MONTHS), "month_name"),
    "LLLL": (_NAMES(MONTHS), "month_name"),
    "d": (r"\d{1,2}", "day"),
    "dd": (r"\d{1,2}", "day"),
    "\\Do": (r"\d{1,2}(?:st|nd|rd|th)", "day_ordinal"),
    "o": (r"\d{1,3}", "ordinal"),
    "ooo": (r"\d{3}", "ordinal"),
    "H": (r"\d{1,2}", "hour"),
    "HH": (r"\d{1,2}", "hour"),
    "\\k": (r"\d{1,2}", "hour"),
    "\\kk": (r"\d{1,2}", "hour"),
    "h": (r"\d{1,2}", "hour"),
    "hh": (r"\d{1,2}", "hour"),
    "m": (r"\d{1,2}", "minute"),
    "mm": (r"\d{1,2}", "minute"),
    "s": (r"\d{1,2}", "second"),
    "ss": (r"\d{1,2}", "second"),
    "S": (r"\d{1,3}", "millisecond"),
    "SSS": (r"\d{3}", "millisecond"),
    "u": (r"\d{1,9}", "fraction"),
    "uu": (r"\d{1,2}", "fraction"),
    "uuu": (r"\d", "fraction"),
    "\\S": (r"\d", "fraction"),
    "a": (r"[ap]\.?m\.?", "half"),
    "\\a": (r"[ap]\.?m\.?", "half"),
    "Z": (r"[+-]\d{1,2}(?::?\d{2})?|Z", "offset"),
    "ZZ": (r"[+-]\d{2}:?\d{2}|Z", "offset"),
    "ZZZ": (r"[+-]\d{2}:?\d{2}|Z", "offset"),
    "z": (r"[A-Za-z_]+(?:/[A-Za-z_+-]+){0,2}", "zone"),
    "\\z": (r"[A-Za-z_]+(?:/[A-Za-z_+-]+){0,2}", "zone"),
    "ccc": (_NAMES(name[:3] for name in DAYS), "ignored"),
    "cccc": (_NAMES(DAYS), "ignored"),
    "c": (r"\d", "ignored"),
    "\\d": (r"\d", "ignored"),
    "X": (r"-?\d{1,12}(?:\.\d{1,3})?", "seconds"),
    "x": (r"-?\d{1,15}", "milliseconds"),
    "D": (r"\d{1,2}/\d{1,2}/\d{4}", "us_date"),
    "T": (r"\d{1,2}:\d{2}", "clock"),
    "TT": (r"\d{1,2}:\d{2}:\d{2}", "clock"),
}
_SAME = {"M": "L", "E": "c"}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def parsed(text: str, form: str, zone: ZoneInfo) -> datetime | None:
    """The moment that the text stands for, or None where it is not of this format."""
    pattern, names = _compiled(form)
    if pattern is None or len(text) > _MAX_LENGTH:
        return None
    match = pattern.match(text)
    if match is None:
        return None
    parts = dict(zip(names, match.groups(), strict=True))
    try:
        return _moment(parts, zone)
    except (ValueError, OverflowError):
        return None


@functools.lru_cache(maxsize=512)
def _compiled(form: str) -> tuple[re.Pattern[str] | None, list[str]]:
    pattern, names = r"\s*", list[str]()
    for match in TOKEN.finditer(form):
        token = match[0]
        token = _SAME.get(token[0], token[0]) * len(token) if token[0] in _SAME else token
        known = _READS.get(token)
        if token.startswith("'"):
            pattern += re.escape(token.strip("'"))
        elif known is not None:
            pattern += f"({known[0]})"
            names.append(known[1])
        elif token[0].isalpha() or token[0] == "\\":
            return None, []
        else:
            pattern += r"\s+" if token.isspace() else re.escape(token)
    return re.compile(pattern + r"\s*\Z", re.IGNORECASE), names


def _moment(parts: Mapping[str, str], zone: ZoneInfo) -> datetime:
    if "milliseconds" in parts:
        return _EPOCH + timedelta(milliseconds=int(parts["milliseconds"]))
    if "seconds" in parts:
        return _EPOCH + timedelta(seconds=float(parts["seconds"]))
    year, month, day = _date(parts)
    at = datetime(year, month, day, *_time(parts), tzinfo=_zone(parts, zone))
    if "ordinal" in parts:
        at += timedelta(days=int(parts["ordinal"]) - 1)
    return at


def _date(parts: Mapping[str, str]) -> tuple[int, int, int]:
    if "us_date" in parts:
        us_month, us_day, us_year = map(int, parts["us_date"].split("/"))
        return us_year, us_month, us_day
    year = int(parts.get("year", "0"))
    if "short_year" in parts:
        short = int(parts["short_year"])
        year = short if short > 99 else short + (2000 if short <= 60 else 1900)
    month = int(parts.get("month", "1"))
    if "month_name" in parts:
        prefix = parts["month_name"][:3].lower()
        month = next(i for i, name in enumerate(MONTHS, 1) if name[:3].lower() == prefix)
    day = int(parts.get("day", "1"))
    if "day_ordinal" in parts:
        day = int(parts["day_ordinal"][:-2])
    return year or 1970, month, day


def _time(parts: Mapping[str, str]) -> tuple[int, int, int, int]:
    if "clock" in parts:
        hour, minute, second = [*map(int, parts["clock"].split(":")), 0][:3]
        return hour, minute, second, 0
    hour = int(parts.get("hour", "0")) % 24
    half = parts.get("half", "").lower()
    if half:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    micro = int(parts.get("millisecond", "0")) * 1000
    if "fraction" in parts:
        micro = int(f"{parts['fraction'][:3]:0<3}") * 1000
    return hour, int(parts.get("minute", "0")), int(parts.get("second", "0")), micro


def _zone(parts: Mapping[str, str], zone: ZoneInfo) -> Any:
    if "offset" in parts:
        text = parts["offset"]
        if text in "Zz":
            return UTC
        digits = text[1:].replace(":", "")
        hours, minutes = (digits, "0") if len(digits) <= 2 else (digits[:-2], digits[-2:])
        delta = timedelta(hours=int(hours), minutes=int(minutes))
        return timezone(-delta if text.startswith("-") else delta)
    if "zone" in parts:
        return ZoneInfo(parts["zone"])
    return zone
