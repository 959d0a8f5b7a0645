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
    #: Name of the first column without one; empty: each is called after its number.
    unnamed: str = ""
    #: Refuse, or leave out, rows that are longer or shorter than the first.
    uneven: str = "accept"


def items_of(rows: Iterable[Row], layout: Layout) -> list[dict[str, Any]]:
    """The items that rows are."""
    found: list[dict[str, Any]] = []
    names: list[str] | None = None
    for number, row in enumerate(rows, 1):
        if number < layout.first_row:
            continue
        if layout.header and names is None:
            names = _names(row, layout.unnamed)
            continue
        if names is not None and len(row) != len(names) and not _fits(row, names, layout, number):
            continue
        if layout.max_rows is not None and len(found) >= layout.max_rows:
            break
        cells = [_cell(value, layout) for value in row]
        if all(cell in (None, "") for cell in cells):
            continue
        found.append(_listed(cells, layout) if names is None else _named(names, cells, layout))
    return found


def _fits(row: Row, names: Sequence[str], layout: Layout, number: int) -> bool:
    if layout.uneven == "fail" and row:
        lengths = f"columns length is {len(names)}, got {len(row)} on line {number}"
        raise ValueError(f"Invalid Record Length: {lengths}")
    return layout.uneven == "accept"


def _listed(cells: Sequence[Any], layout: Layout) -> dict[str, Any]:
    if layout.keep_empty:
        return {"row": ["" if cell is None else cell for cell in cells]}
    return {"row": [cell for cell in cells if cell not in (None, "")]}


def _names(row: Row, unnamed: str) -> list[str]:
    names: dict[str, None] = {}
    counts: dict[str, int] = {}
    for number, value in enumerate(row):
        otherwise = unnamed or f"column_{number + 1}"
        name = base = as_text(value) if value not in (None, "") else otherwise
        while name in names:
            counts[base] = counts.get(base, 0) + 1
            name = f"{base}_{counts[base]}"
        names[name] = None
    return list(names)


def _named(names: Sequence[str], cells: Sequence[Any], layout: Layout) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for number, cell in enumerate(cells):
        name = names[number] if number < len(names) else f"column_{number + 1}"
        if cell not in (None, "") or layout.keep_empty:
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
