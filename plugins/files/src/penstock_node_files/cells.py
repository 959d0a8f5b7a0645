"""Rows of cells and items, one into the other.

The rules:

* The first row names the fields unless there is no such row; then an item has the cells as `row`.
* A column without a name is called after its number; of two with one name the second gets a number.
* Empty cells are left out unless they are asked for.
* What is written of objects is flat: `address.city` is a column of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

_NUMBER = re.compile(r"[+-]?(?:[0-9]++\.?[0-9]*+|\.[0-9]++)(?:[eE][+-]?[0-9]++)?")
_MAX_DIGITS = 15  # what a number of a spreadsheet can hold
_MAX_DEPTH = 20

Row = Sequence[Any]


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How rows are items."""

    header: bool = True
    keep_empty: bool = False
    #: Rows before this one are left out; the first is 1.
    first_row: int = 1
    max_rows: int | None = None
    #: Read numbers and truth values out of texts.
    typed: bool = False
    #: Every cell as text.
    texts: bool = False


def items_of(rows: Iterable[Row], layout: Layout) -> list[dict[str, Any]]:
    """The items that rows are."""
    found: list[dict[str, Any]] = []
    names: list[str] | None = None
    for number, row in enumerate(rows, 1):
        if number < layout.first_row:
            continue
        if layout.header and names is None:
            names = _names(row)
            continue
        if layout.max_rows is not None and len(found) >= layout.max_rows:
            break
        cells = [_cell(value, layout) for value in row]
        if all(cell in (None, "") for cell in cells):
            continue
        found.append({"row": cells} if names is None else _named(names, cells, layout))
    return found


def _names(row: Row) -> list[str]:
    names: list[str] = []
    for number, value in enumerate(row):
        name = base = str(value) if value not in (None, "") else f"column_{number + 1}"
        count = 1
        while name in names:
            name, count = f"{base}_{count}", count + 1
        names.append(name)
    return names


def _named(names: Sequence[str], cells: Sequence[Any], layout: Layout) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for number, cell in enumerate(cells):
        name = names[number] if number < len(names) else f"column_{number + 1}"
        if cell is not None or layout.keep_empty:
            found[name] = "" if cell is None else cell
    return found


def _cell(value: Any, layout: Layout) -> Any:
    if layout.typed and isinstance(value, str):
        value = typed(value)
    if layout.texts and value is not None:
        return as_text(value)
    return value


def typed(text: str) -> Any:
    """The value that a text stands for in a spreadsheet."""
    bare = text.strip()
    if not bare:
        return None
    if bare in ("TRUE", "FALSE"):
        return bare == "TRUE"
    if _NUMBER.fullmatch(bare) and sum(map(str.isdigit, bare)) <= _MAX_DIGITS:
        number = float(bare)
        return int(number) if number.is_integer() else number
    return text


def as_text(value: Any) -> str:
    """A cell as text."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def rows_of(items: Iterable[Mapping[str, Any]], *, header: bool) -> Iterator[list[Any]]:
    """Rows with a column for every field of every item, in the order of their appearance."""
    flat = [dict(_flat(item)) for item in items]
    names = list(dict.fromkeys(name for item in flat for name in item))
    if header:
        yield list(names)
    for item in flat:
        yield [item.get(name) for name in names]


def _flat(value: Any, path: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping) and depth < _MAX_DEPTH:
        for name, member in cast("Mapping[str, Any]", value).items():
            yield from _flat(member, f"{path}.{name}" if path else name, depth + 1)
    elif isinstance(value, list) and depth < _MAX_DEPTH:
        for number, member in enumerate(cast("list[Any]", value)):
            yield from _flat(member, f"{path}.{number}" if path else str(number), depth + 1)
    else:
        yield path, value
