"""Where the next page of a list begins that has its newest first, even if the last row goes."""

from __future__ import annotations

import re

_MOMENT = re.compile(r"[0-9]{1,15}")


def cursor_of(moment_ms: int, name: str) -> str:
    """What stands for the place behind a row."""
    return f"{moment_ms}.{name}"


def place_of(cursor: str) -> tuple[int, str]:
    """The row that a cursor stands for; behind one that nobody gave there is nothing."""
    moment, _, name = cursor.partition(".")
    return (int(moment) if _MOMENT.fullmatch(moment) else 0), name
