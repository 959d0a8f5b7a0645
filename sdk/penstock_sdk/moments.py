"""Read a date and time from what people and other systems write."""

from __future__ import annotations

import email.utils
import re
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

#: Tried in this order when a text is neither ISO 8601 nor of the kind that mails carry.
_FORMATS = (
    "%d-%b-%Y",
    "%d %b %Y",
    "%d %B %Y",
    "%b %d, %Y",
    "%B %d, %Y",
    "%b %d %Y",
    "%B %d %Y",
    "%d-%b-%Y %H:%M:%S",
    "%d %b %Y %H:%M:%S",
    "%b %d, %Y %H:%M:%S",
    "%B %d, %Y %H:%M:%S",
    "%m/%d/%Y",
    "%m/%d/%Y %H:%M:%S",
    "%Y/%m/%d",
    "%Y/%m/%d %H:%M:%S",
)
_WEEKDAY = re.compile(r"[A-Za-z]{3,9},\s+")
_MAX_LENGTH = 100


def moment(value: Any, zone: str = "UTC") -> datetime | None:
    """The moment that a value stands for, or None where it stands for none.

    Args:
        value: A text; a number is none, because nobody can know its unit.
        zone: Taken where the text names no zone.
    """
    if not isinstance(value, str) or not 4 <= len(value.strip()) <= _MAX_LENGTH:
        return None
    text = value.strip()
    found = _iso(text) or _mail(text) or _other(_WEEKDAY.sub("", text, count=1))
    if found is None:
        return None
    # To the millisecond, as the guests count: what is equal there is equal here.
    found = found.replace(microsecond=found.microsecond // 1000 * 1000)
    return found if found.tzinfo is not None else found.replace(tzinfo=_zone(zone))


def _iso(text: str) -> datetime | None:
    if not text[:4].isdigit():
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _mail(text: str) -> datetime | None:
    try:
        return email.utils.parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None


def _other(text: str) -> datetime | None:
    for pattern in _FORMATS:
        try:
            return datetime.strptime(text, pattern)  # noqa: DTZ007  the caller adds the zone
        except ValueError:
            continue
    return None


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC
