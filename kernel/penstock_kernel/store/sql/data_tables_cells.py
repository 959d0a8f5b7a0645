"""Values of the cells of a table: what each kind of column takes, and how it is written in CSV.

The rules:

* A cell without a value is None, in every kind of column.
* Dates are days, or moments in UTC with milliseconds, so that their texts sort as they do.
* Numbers are finite, and whole ones fit into 64 bits.
* No text has a character 0, which not every database can keep.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar, Literal, cast

import msgspec

from penstock_sdk import PenstockError

ColumnKind = Literal["text", "number", "boolean", "date", "json"]
#: What is not shown of a value that does not fit.
_SHOWN = 60
_WHOLE = 2**63
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_NUMBER = re.compile(r"[+-]?(\d+|\d*\.\d+|\d+\.)([eE][+-]?\d+)?")
_WORDS = {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False}


class CellInvalid(PenstockError):
    """A value does not fit into its column.

    Attributes:
        field: The name of the column.
    """

    code: ClassVar[str] = "table.cell_invalid"

    def __init__(self, column: str, message: str, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.field = column

    def __reduce__(self) -> tuple[type[CellInvalid], tuple[str, str, str]]:
        return type(self), (self.field, self.message, self.hint)


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """A column of a table."""

    #: Stays, whatever the column is called.
    id: str
    name: str
    kind: ColumnKind


def cell(column: Column, value: Any) -> Any:
    """A value as it is kept.

    Raises:
        CellInvalid: It does not fit into the column.
    """
    return None if value is None else _KEPT[column.kind](column, value)


def cell_of_text(column: Column, text: str) -> Any:
    """A value from a text, as CSV has it; an empty one is none.

    Raises:
        CellInvalid: It does not fit into the column.
    """
    if text == "":
        return None
    if column.kind == "text":
        return _text(column, text)
    return cell(column, _READ[column.kind](column, text.strip()))


def text_of(column: Column, value: Any) -> str:
    """A value as a text that `cell_of_text` reads."""
    if value is None:
        return ""
    if column.kind == "json":
        return msgspec.json.encode(value).decode()
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _text(column: Column, value: Any) -> str:
    if not isinstance(value, str):
        raise _misfit(column, value, "a text")
    if "\x00" in value or not _is_whole(value):
        raise CellInvalid(
            column.name,
            f"The text for {column.name!r} has a character that cannot be kept.",
            "Leave out characters 0 and halves of characters.",
        )
    return value


def _is_whole(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _number(column: Column, value: Any) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _misfit(column, value, "a number")
    fits = -_WHOLE <= value < _WHOLE if isinstance(value, int) else math.isfinite(value)
    if not fits:
        raise _misfit(column, value, "a finite number, of 64 bits where it is whole,")
    return value


def _boolean(column: Column, value: Any) -> bool:
    if not isinstance(value, bool):
        raise _misfit(column, value, "true or false")
    return value


def _date(column: Column, value: Any) -> str:
    wanted = "a day such as 2026-03-01, or a moment such as 2026-03-01T09:30:00Z,"
    if not isinstance(value, str):
        raise _misfit(column, value, wanted)
    try:
        moment = datetime.fromisoformat(value)
        if _DAY.fullmatch(value):
            return value
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return aware.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    except (ValueError, OverflowError) as error:
        raise _misfit(column, value, wanted) from error


def _json(column: Column, value: Any) -> Any:
    for text in _texts(value):
        _text(column, text)
    return value


def _texts(value: Any) -> list[str]:
    found: list[str] = []
    left = [value]
    while left:
        one = left.pop()
        if isinstance(one, str):
            found.append(one)
        elif isinstance(one, dict):
            members = cast("dict[str, Any]", one)
            left += [*members.keys(), *members.values()]
        elif isinstance(one, list):
            left += cast("list[Any]", one)
    return found


def _number_of(column: Column, text: str) -> int | float:
    if not _NUMBER.fullmatch(text) or len(text) > _SHOWN:
        raise _misfit(column, text, "a number")
    return int(text) if text.lstrip("+-").isdigit() else float(text)


def _boolean_of(column: Column, text: str) -> bool:
    if text.lower() not in _WORDS:
        raise _misfit(column, text, "true or false")
    return _WORDS[text.lower()]


def _date_of(_column: Column, text: str) -> str:
    return text


def _json_of(column: Column, text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError) as error:
        raise _misfit(column, text, "JSON") from error


def _misfit(column: Column, value: Any, wanted: str) -> CellInvalid:
    shown = repr(value)
    if len(shown) > _SHOWN:
        shown = f"{shown[:_SHOWN]}…"
    message = f"{shown} does not fit into the column {column.name!r}: {wanted} is expected."
    return CellInvalid(column.name, message.replace(", is", " is"), "Correct the value.")


_KEPT: Mapping[ColumnKind, Callable[[Column, Any], Any]] = {
    "text": _text,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "json": _json,
}
_READ: Mapping[ColumnKind, Callable[[Column, str], Any]] = {
    "number": _number_of,
    "boolean": _boolean_of,
    "date": _date_of,
    "json": _json_of,
}
