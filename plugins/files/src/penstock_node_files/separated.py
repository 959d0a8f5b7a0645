"""CSV: reading what others write, writing what others read."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from penstock_node_files.cells import as_text

_LONGEST_CELL = 10_000_000
_BOM = "\ufeff"


def read_csv(text: str, delimiter: str, *, first_line: int = 1) -> Iterator[list[str]]:
    """The rows of a text.

    Raises:
        ValueError: It cannot be read.
    """
    csv.field_size_limit(_LONGEST_CELL)
    lines = io.StringIO(text, newline="")
    for _ in range(first_line - 1):
        lines.readline()
    try:
        yield from filter(None, csv.reader(lines, delimiter=_separator(delimiter)))
    except csv.Error as error:
        raise ValueError(f"it is no CSV: {error}") from error


def _separator(given: str) -> str:
    found = {"": ",", "\\t": "\t", "tab": "\t"}.get(given, given)
    if len(found) != 1 or found in '"\r\n':
        raise ValueError(f"the delimiter has to be one character, and {given!r} is not")
    return found


def write_csv(rows: Iterable[Sequence[Any]], delimiter: str, *, bom: bool) -> str:
    """The text of rows."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=_separator(delimiter), lineterminator="\n")
    for row in rows:
        writer.writerow(["" if cell is None else as_text(cell) for cell in row])
    return (_BOM if bom else "") + file.getvalue().rstrip("\n")
