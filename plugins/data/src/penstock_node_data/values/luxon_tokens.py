"""Write moments in a format of Luxon's tokens, such as `yyyy-MM-dd HH:mm`.

A format is compiled once to a list of functions; texts in single quotes stand for themselves.
Names are English. Tokens with a backslash are what Moment.js has and Luxon has not.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

Write = Callable[[datetime], str]

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
TOKEN = re.compile(
    r"'[^']*+'?|\\(?:[MQDdwW]o|DDDo|YYYYYY|gggg|gg|kk|ww|dd|[dwakzSN])"
    r"|([A-Za-z])\1*+|[^A-Za-z'\\]++|\\"
)


def written(at: datetime, form: str) -> str:
    """The moment in this format."""
    return "".join([part if isinstance(part, str) else part(at) for part in _compiled(form)])


@functools.lru_cache(maxsize=512)
def _compiled(form: str) -> Sequence[str | Write]:
    return [_part(match[0]) for match in TOKEN.finditer(form)]


def _part(token: str) -> str | Write:
    if token.startswith("'"):
        return token.strip("'")
    whole = _WHOLE.get(token)
    return _as_whole(whole) if whole is not None else _TOKENS.get(token, token)


def _as_whole(form: str) -> Write:
    return lambda at: written(at, form)


def _padded(get: Callable[[datetime], int], width: int) -> Write:
    return lambda at: str(get(at)).zfill(width)


def millisecond(at: datetime) -> int:
    """Of the second."""
    return at.microsecond // 1000


def hour12(at: datetime) -> int:
    """From 1 to 12."""
    return at.hour % 12 or 12


def milliseconds(at: datetime) -> int:
    """Since the epoch."""
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def _seconds(at: datetime) -> str:
    return str(milliseconds(at) // 1000)


def quarter(at: datetime) -> int:
    """Of the year, from 1 to 4."""
    return (at.month + 2) // 3


def day_of_year(at: datetime) -> int:
    """From 1 to 366."""
    return at.timetuple().tm_yday


def week(at: datetime) -> int:
    """By ISO 8601."""
    return at.isocalendar().week


def _week_year(at: datetime) -> int:
    return at.isocalendar().year


def _local_week(at: datetime) -> tuple[int, int]:
    """Year and week where weeks begin on Sunday and the first one holds January 1."""
    saturday = at.date() + timedelta(days=5 - at.weekday() if at.weekday() < 6 else 6)
    return saturday.year, (saturday.timetuple().tm_yday - 1) // 7 + 1


def _sunday(at: datetime) -> int:
    return at.isoweekday() % 7


def offset(at: datetime, *, colon: bool, short: bool = False) -> str:
    """`+01:00`, `+0100` or `+1`."""
    minutes = (at.utcoffset() or timedelta()) // timedelta(minutes=1)
    sign, minutes = ("-" if minutes < 0 else "+"), abs(minutes)
    if short:
        return f"{sign}{minutes // 60}" + (f":{minutes % 60:02}" if minutes % 60 else "")
    return f"{sign}{minutes // 60:02}{':' if colon else ''}{minutes % 60:02}"


def _zone_short(at: datetime) -> str:
    name = at.tzname() or ""
    return name if name[:1].isalpha() else f"GMT{offset(at, colon=True, short=True)}"


def _zone_name(at: datetime) -> str:
    return str(at.tzinfo)


def _half(at: datetime) -> str:
    return "AM" if at.hour < 12 else "PM"


def ordinal(number: int) -> str:
    """`1st`, `2nd`, `11th`."""
    if 10 <= number % 100 <= 20:
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


def _day_name(at: datetime) -> str:
    return DAYS[at.weekday()]


def _month_name(at: datetime) -> str:
    return MONTHS[at.month - 1]


#: Tokens that stand for a format.
_WHOLE: Mapping[str, str] = {
    "D": "L/d/yyyy",
    "DD": "LLL d, yyyy",
    "DDD": "LLLL d, yyyy",
    "DDDD": "cccc, LLLL d, yyyy",
    "t": "h:mm a",
    "tt": "h:mm:ss a",
    "ttt": "h:mm:ss a \\z",
    "tttt": "h:mm:ss a \\z",
    "T": "HH:mm",
    "TT": "HH:mm:ss",
    "TTT": "HH:mm:ss \\z",
    "TTTT": "HH:mm:ss \\z",
    "f": "L/d/yyyy, h:mm a",
    "ff": "LLL d, yyyy, h:mm a",
    "fff": "LLLL d, yyyy 'at' h:mm a \\z",
    "ffff": "cccc, LLLL d, yyyy 'at' h:mm a \\z",
    "F": "L/d/yyyy, h:mm:ss a",
    "FF": "LLL d, yyyy, h:mm:ss a",
    "FFF": "LLLL d, yyyy 'at' h:mm:ss a \\z",
    "FFFF": "cccc, LLLL d, yyyy 'at' h:mm:ss a \\z",
}

_TOKENS: dict[str, Write] = {
    "S": _padded(millisecond, 1),
    "SSS": _padded(millisecond, 3),
    "u": _padded(millisecond, 3),
    "uu": lambda at: str(millisecond(at) // 10).zfill(2),
    "uuu": lambda at: str(millisecond(at) // 100),
    "s": lambda at: str(at.second),
    "ss": lambda at: f"{at.second:02}",
    "m": lambda at: str(at.minute),
    "mm": lambda at: f"{at.minute:02}",
    "h": _padded(hour12, 1),
    "hh": _padded(hour12, 2),
    "H": lambda at: str(at.hour),
    "HH": lambda at: f"{at.hour:02}",
    "Z": lambda at: offset(at, colon=True, short=True),
    "ZZ": lambda at: offset(at, colon=True),
    "ZZZ": lambda at: offset(at, colon=False),
    "ZZZZ": _zone_short,
    "ZZZZZ": _zone_name,
    "z": _zone_name,
    "a": _half,
    "d": lambda at: str(at.day),
    "dd": lambda at: f"{at.day:02}",
    "y": lambda at: str(at.year),
    "yy": lambda at: f"{at.year % 100:02}",
    "yyyy": _padded(lambda at: at.year, 4),
    "yyyyyy": _padded(lambda at: at.year, 6),
    "G": lambda _: "AD",
    "GG": lambda _: "Anno Domini",
    "GGGGG": lambda _: "A",
    "kk": lambda at: f"{_week_year(at) % 100:02}",
    "kkkk": _padded(_week_year, 4),
    "W": _padded(week, 1),
    "WW": _padded(week, 2),
    "n": lambda at: str(_local_week(at)[1]),
    "nn": lambda at: f"{_local_week(at)[1]:02}",
    "ii": lambda at: f"{_local_week(at)[0] % 100:02}",
    "iiii": lambda at: f"{_local_week(at)[0]:04}",
    "o": _padded(day_of_year, 1),
    "ooo": _padded(day_of_year, 3),
    "q": _padded(quarter, 1),
    "qq": _padded(quarter, 2),
    "X": _seconds,
    "x": lambda at: str(milliseconds(at)),
    "\\Mo": lambda at: ordinal(at.month),
    "\\Qo": lambda at: ordinal(quarter(at)),
    "\\Do": lambda at: ordinal(at.day),
    "\\DDDo": lambda at: ordinal(day_of_year(at)),
    "\\d": _padded(_sunday, 1),
    "\\do": lambda at: ordinal(_sunday(at)),
    "\\dd": lambda at: _day_name(at)[:2],
    "\\w": lambda at: str(_local_week(at)[1]),
    "\\wo": lambda at: ordinal(_local_week(at)[1]),
    "\\ww": lambda at: f"{_local_week(at)[1]:02}",
    "\\Wo": lambda at: ordinal(week(at)),
    "\\YYYYYY": lambda at: f"+{at.year:06}",
    "\\N": lambda _: "AD",
    "\\gg": lambda at: f"{_local_week(at)[0] % 100:02}",
    "\\gggg": lambda at: f"{_local_week(at)[0]:04}",
    "\\a": lambda at: _half(at).lower(),
    "\\k": lambda at: str(at.hour or 24),
    "\\kk": lambda at: f"{at.hour or 24:02}",
    "\\z": _zone_short,
    "\\S": lambda at: str(millisecond(at) // 100),
}
for _letter in ("L", "M"):
    _TOKENS[_letter] = lambda at: str(at.month)
    _TOKENS[_letter * 2] = lambda at: f"{at.month:02}"
    _TOKENS[_letter * 3] = lambda at: _month_name(at)[:3]
    _TOKENS[_letter * 4] = _month_name
    _TOKENS[_letter * 5] = lambda at: _month_name(at)[0]
for _letter in ("c", "E"):
    _TOKENS[_letter] = lambda at: str(at.isoweekday())
    _TOKENS[_letter * 3] = lambda at: _day_name(at)[:3]
    _TOKENS[_letter * 4] = _day_name
    _TOKENS[_letter * 5] = lambda at: _day_name(at)[0]
