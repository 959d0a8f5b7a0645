"""Formats in the tokens of Moment.js, turned into those of Luxon.

Older workflows write `YYYY-MM-DD` where Luxon, and Penstock, write `yyyy-MM-dd`.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping

_TOKEN = re.compile(
    r"\[([^\]]*+)\]|Mo|MMMM|MMM|MM|M|Qo|Q|DDDo|DDDD|DDD|Do|DD|D|do|dddd|ddd|dd|d|e|E|wo|ww|w|Wo|WW|W"
    r"|YYYYYY|YYYY|YY|Y|y|NNNN|N|gggg|gg|GGGG|GG|A|a|HH|H|hh|h|kk|k|mm|m|ss|s|S{1,9}|zz|z|ZZ|Z|X|x"
    r"|LTS|LT|LLLL|LLL|LL|L|llll|lll|ll|l|[A-Za-z]|[^A-Za-z\[]++|\["
)
#: Tokens with a backslash are of our own: what Luxon has no token for.
_SAME: Mapping[str, str] = {
    "M": "L",
    "MM": "LL",
    "MMM": "LLL",
    "MMMM": "LLLL",
    "Mo": "\\Mo",
    "Q": "q",
    "Qo": "\\Qo",
    "D": "d",
    "DD": "dd",
    "Do": "\\Do",
    "DDD": "o",
    "DDDD": "ooo",
    "DDDo": "\\DDDo",
    "d": "\\d",
    "do": "\\do",
    "dd": "\\dd",
    "ddd": "ccc",
    "dddd": "cccc",
    "e": "\\d",
    "E": "c",
    "w": "\\w",
    "wo": "\\wo",
    "ww": "\\ww",
    "W": "W",
    "Wo": "\\Wo",
    "WW": "WW",
    "YY": "yy",
    "YYYY": "yyyy",
    "YYYYYY": "\\YYYYYY",
    "Y": "y",
    "y": "y",
    "N": "\\N",
    "NNNN": "GG",
    "gg": "\\gg",
    "gggg": "\\gggg",
    "GG": "kk",
    "GGGG": "kkkk",
    "A": "a",
    "a": "\\a",
    "HH": "HH",
    "H": "H",
    "hh": "hh",
    "h": "h",
    "kk": "\\kk",
    "k": "\\k",
    "mm": "mm",
    "m": "m",
    "ss": "ss",
    "s": "s",
    "S": "\\S",
    "SS": "uu",
    "SSS": "SSS",
    "z": "\\z",
    "zz": "\\z",
    "Z": "ZZ",
    "ZZ": "ZZZ",
    "X": "X",
    "x": "x",
    "LT": "h:mm a",
    "LTS": "h:mm:ss a",
    "L": "LL/dd/yyyy",
    "LL": "LLLL d, yyyy",
    "LLL": "LLLL d, yyyy h:mm a",
    "LLLL": "cccc, LLLL d, yyyy h:mm a",
    "l": "L/d/yyyy",
    "ll": "LLL d, yyyy",
    "lll": "LLL d, yyyy h:mm a",
    "llll": "ccc, LLL d, yyyy h:mm a",
}


@functools.lru_cache(maxsize=512)
def luxon_format(form: str) -> str:
    """The same format in the tokens of Luxon."""
    return "".join(_luxon(match) for match in _TOKEN.finditer(form))


def _luxon(match: re.Match[str]) -> str:
    text = match[0]
    if match[1] is not None:
        return _quoted(match[1])
    found = _SAME.get(text)
    if found is not None:
        return found
    if text.startswith("SSSS"):
        return "SSS" + _quoted("0" * (len(text) - 3))
    return _quoted(text)


def _quoted(text: str) -> str:
    return "".join(f"'{part}'" if part else "" for part in text.split("'"))
