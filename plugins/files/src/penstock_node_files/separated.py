"""CSV: reading what others write, writing what others read."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from penstock_node_files.cells import as_text

_LONGEST_CELL = 10_000_000
_BOM = "\ufeff"


def read_csv(text: str, delimiter: str, *, keep_bom: bool = False) -> Iterator[list[str]]:
    """The rows of a text.

    Raises:
        ValueError: It cannot be read.
    """
    csv.field_size_limit(_LONGEST_CELL)
    given = text if keep_bom else text.removeprefix(_BOM)
    try:
        yield from csv.reader(io.StringIO(given, newline=""), delimiter=delimiter[:1] or ",")
    except csv.Error as error:
        raise ValueError(f"it is no CSV: {error}") from error


def write_csv(rows: Iterable[Sequence[Any]], delimiter: str, *, bom: bool) -> str:
    """The text of rows."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter[:1] or ",", lineterminator="\n")
    for row in rows:
        writer.writerow(["" if cell is None else as_text(cell) for cell in row])
    return (_BOM if bom else "") + file.getvalue().rstrip("\n")
