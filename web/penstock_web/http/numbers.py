"""Whole numbers that stand in addresses and headers: digits of ASCII, and not too many of them."""

from __future__ import annotations

import re

from starlette.convertors import IntegerConvertor, register_url_convertor

#: So many digits fit into 64 bits, whatever they are.
_WHOLE = re.compile(r"[0-9]{1,18}")


class _Bounded(IntegerConvertor):
    """What no number of 64 bits is as long as leads nowhere: Python reads no text of any length."""

    regex = "[0-9]{1,40}"


register_url_convertor("whole", _Bounded())


def route_path(path: str) -> str:
    """The path of an endpoint as it is routed."""
    return path.replace(":int}", ":whole}")


def whole_number(text: str) -> int | None:
    """The number that a text is; none: it is none, or too large for a column."""
    return int(text) if _WHOLE.fullmatch(text) else None
