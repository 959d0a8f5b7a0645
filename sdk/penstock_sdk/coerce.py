"""Turn a value into another type, as JavaScript and the people who use it expect.

The rules:

* Nothing stays nothing: `None` is of every type.
* A number is read as JavaScript's `Number` reads it: `" 12 "`, `"0x1f"`, `"1e3"`, and true is 1.
* A boolean is true, false, 1, 0 or a text that says one of these.
* A text is what JavaScript's `String` makes of plain values, and JSON of arrays and objects.
* An array or an object may come as the text of its JSON, an object also as people write it.
* What cannot be turned raises `ValueError` with a sentence.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, cast

from penstock_sdk.relaxed import relaxed

Coercion = Callable[[Any], Any]

_NUMBER = re.compile(r"[+-]?(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(?:[eE][+-]?[0-9]++)?\Z")
_PREFIXED = re.compile(r"0(?:[xX][0-9a-fA-F]++|[oO][0-7]++|[bB][01]++)\Z")
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?:[+-][0-9]{2}(?::?[0-9]{2})?)?")
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*+")
_MAX_DIGITS = 1_000  # of a whole number given as text: int() is quadratic


def kind_of(value: Any) -> str:
    """The type of a JSON value, in the words of JSON."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list | tuple) else "object"


def to_number(value: Any) -> int | float | None:
    """A number; `ValueError` where it is none."""
    if isinstance(value, bool):
        return int(value)
    if value is None or isinstance(value, int | float):
        return value
    number = _number_of(value.strip()) if isinstance(value, str) else None
    if number is None:
        raise ValueError(_cannot(value, "a number"))
    return number


def _number_of(text: str) -> int | float | None:
    if not text:
        return 0
    if text.isascii() and text.isdigit() and len(text) < _MAX_DIGITS:
        return int(text)
    if _NUMBER.match(text):
        number = float(text)
        return int(number) if number.is_integer() and abs(number) < 2**53 else number
    if _PREFIXED.match(text):
        return int(text, 0)
    return None


def to_boolean(value: Any) -> bool | None:
    """True or false; `ValueError` where it is neither."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    number = _number_of(value.strip()) if isinstance(value, str) and value.strip() else value
    if number in (0, 1):
        return bool(number == 1)
    raise ValueError(_cannot(value, "true or false"))


def to_text(value: Any) -> str | None:
    """A text; every value has one."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return number_text(value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


def to_array(value: Any) -> list[Any] | None:
    """An array; `ValueError` where it is none."""
    parsed = _parsed(value)
    if parsed is None or isinstance(parsed, list):
        return cast("list[Any] | None", parsed)
    raise ValueError(_cannot(value, "an array"))


def to_object(value: Any) -> dict[str, Any] | None:
    """An object; `ValueError` where it is none."""
    parsed = _parsed(value)
    if isinstance(parsed, str) and parsed.lstrip().startswith("{"):
        try:
            parsed = relaxed(parsed)
        except ValueError as error:
            raise ValueError(_cannot(value, "an object")) from error
    if parsed is None or isinstance(parsed, dict):
        return cast("dict[str, Any] | None", parsed)
    raise ValueError(_cannot(value, "an object"))


def to_time(value: Any) -> str | None:
    """A time of day, with or without an offset; `ValueError` where it is none."""
    if value is None or (isinstance(value, str) and _TIME.fullmatch(value)):
        return value
    raise ValueError(_cannot(value, "a time of day such as 08:30"))


def to_identifier(value: Any) -> str | None:
    """A name of letters, digits and underscores that begins with no digit."""
    if value is None or (isinstance(value, str) and _IDENTIFIER.fullmatch(value)):
        return value
    raise ValueError(_cannot(value, "a name of letters, digits and underscores"))


def to_file(value: Any) -> dict[str, Any] | None:
    """A file as data: an object with `mimeType` and `data` or `id`."""
    if value is None:
        return None
    found = cast("dict[str, Any]", value) if isinstance(value, dict) else {}
    if isinstance(found.get("mimeType"), str) and ("data" in found or "id" in found):
        return found
    raise ValueError(_cannot(value, "a file with mimeType and data"))


def to_choice(value: Any, choices: Sequence[Any]) -> Any:
    """One of these values; `ValueError` where it is another."""
    if value is None or value in choices:
        return value
    listed = ", ".join(map(str, choices[:20]))
    raise ValueError(_cannot(value, f"one of {listed}"))


def unchanged(value: Any) -> Any:
    """The value as it is."""
    return value


#: By the names that the fields of nodes use.
COERCIONS: dict[str, Coercion] = {
    "string": to_text,
    "number": to_number,
    "boolean": to_boolean,
    "array": to_array,
    "object": to_object,
    "any": unchanged,
    "time": to_time,
    "identifier": to_identifier,
    "file": to_file,
}


def number_text(value: float) -> str:
    """A number as JavaScript writes it: `1`, not `1.0`."""
    if isinstance(value, int):
        return str(value)
    if not math.isfinite(value):
        return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"
    if not value:
        return "0"
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    text = "".join(map(str, digits))
    return ("-" if sign else "") + _placed(text, len(text) + int(exponent))


def _placed(text: str, point: int) -> str:
    if len(text) <= point <= 21:
        return text + "0" * (point - len(text))
    if 0 < point <= 21:
        return f"{text[:point]}.{text[point:]}"
    if -6 < point <= 0:
        return "0." + "0" * -point + text
    mantissa = text[0] + (f".{text[1:]}" if len(text) > 1 else "")
    return f"{mantissa}e{'+' if point > 0 else '-'}{abs(point - 1)}"


def _parsed(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def _cannot(value: Any, what: str) -> str:
    shown = to_text(value) or ""
    shown = shown if len(shown) <= 60 else shown[:57] + "..."
    return f"the {kind_of(value)} {shown!r} is not {what}"
