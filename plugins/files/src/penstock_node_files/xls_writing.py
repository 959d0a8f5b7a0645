"""Excel 97 files of one sheet: BIFF8 records in a compound file, as the format's documents say.

The rules:

* The workbook stream holds the book (fonts, cell formats, the list of sheets), then the sheet.
* The compound file has sectors of 512 bytes: a header, the stream, its directory, the table of
  sectors. The stream is filled up to 4,096 bytes, below which it would need a second table.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator, Sequence
from typing import Any

from penstock_node_files.cells import as_text

_SECTOR = 512
_SMALLEST = 4_096
_MAX_ROWS = 65_536
_MAX_COLUMNS = 256
_LONGEST_CELL = 4_000  # characters, so that a record stays below its 8,224 bytes
_MAX_TABLE = 109  # sectors of the table that fit into the header
_FREE, _END, _TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_NONE = _FREE
_CELL_STYLES = 16


def write_xls(rows: Sequence[Sequence[Any]], sheet: str) -> bytes:
    """The file.

    Raises:
        ValueError: There are more rows or columns than the format has.
    """
    widest = max(map(len, rows), default=0)
    if len(rows) > _MAX_ROWS or widest > _MAX_COLUMNS:
        limits = f"{_MAX_ROWS:,} rows and {_MAX_COLUMNS} columns"
        raise ValueError(f"an xls sheet has {limits} at most; xlsx has more")
    page = b"".join(_sheet(rows, widest))
    before = len(_book(sheet, 0))
    return _compound(_book(sheet, before) + page)


def _record(kind: int, *parts: bytes) -> bytes:
    data = b"".join(parts)
    return struct.pack("<HH", kind, len(data)) + data


def _start(kind: int) -> bytes:
    return _record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 0x07CC, 0, 6))


def _book(sheet: str, offset: int) -> bytes:
    name = sheet.encode("utf-16-le", "replace")
    font = struct.pack("<HHHHHBBBB", 200, 0, 0x7FFF, 400, 0, 0, 0, 0, 0)
    face = "Arial".encode("utf-16-le")
    window = struct.pack("<HHHHHHHHH", 0, 0, 16_000, 9_000, 0x38, 0, 0, 1, 600)
    return b"".join(
        [
            _start(0x0005),
            _record(0x0042, struct.pack("<H", 1_200)),
            _record(0x003D, window),
            # Excel expects four fonts and sixteen styles before those of cells.
            *[_record(0x0031, font, bytes([5, 1]), face)] * 4,
            *[_record(0x00E0, _style(True))] * (_CELL_STYLES - 1),
            _record(0x00E0, _style(False)),
            _record(0x0293, struct.pack("<HBB", 0x8000, 0, 0xFF)),
            _record(0x0085, struct.pack("<IBBBB", offset, 0, 0, len(name) // 2, 1), name),
            _record(0x000A),
        ]
    )


def _style(is_parent: bool) -> bytes:
    parent = 0xFFF5 if is_parent else 0x0001
    return struct.pack("<HHHBBBBIIH", 0, 0, parent, 0x20, 0, 0, 0, 0, 0, 0x20C0)


def _sheet(rows: Sequence[Sequence[Any]], widest: int) -> Iterator[bytes]:
    yield _start(0x0010)
    yield _record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, widest, 0))
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if value is not None:
                yield _cell(struct.pack("<HHH", number, column, _CELL_STYLES - 1), value)
    yield _record(0x023E, struct.pack("<HHHIHHI", 0x06B6, 0, 0, 64, 0, 0, 0))
    yield _record(0x000A)


def _cell(place: bytes, value: Any) -> bytes:
    if isinstance(value, bool):
        return _record(0x0205, place, bytes([value, 0]))
    if isinstance(value, int | float) and abs(value) < 1e300 and math.isfinite(value):
        return _record(0x0203, place, struct.pack("<d", value))
    text = as_text(value).encode("utf-16-le", "replace")[: _LONGEST_CELL * 2]
    return _record(0x0204, place, struct.pack("<HB", len(text) // 2, 1), text)


def _compound(stream: bytes) -> bytes:
    data = _filled(stream.ljust(_SMALLEST, b"\0"))
    sectors = len(data) // _SECTOR
    tables = 1
    while tables * (_SECTOR // 4) < sectors + 1 + tables:
        tables += 1
    if tables > _MAX_TABLE:
        raise ValueError("an xls file of this size cannot be written; xlsx has no such limit")
    first = sectors + 1
    chain = [*range(1, sectors), _END, _END, *[_TABLE] * tables]
    chain += [_FREE] * (tables * (_SECTOR // 4) - len(chain))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6xIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, tables, sectors, 0, _SMALLEST)
    header += struct.pack("<IIII", _END, 0, _END, 0)
    places = [*range(first, first + tables), *[_FREE] * (_MAX_TABLE - tables)]
    directory = _entry("Root Entry", 5, _END, 0, child=1) + _entry("Workbook", 2, 0, len(data))
    return b"".join(
        [
            header,
            struct.pack(f"<{_MAX_TABLE}I", *places),
            data,
            _filled(directory + _entry("", 0, 0, 0) * 2),
            struct.pack(f"<{len(chain)}I", *chain),
        ]
    )


def _filled(data: bytes) -> bytes:
    return data + bytes(-len(data) % _SECTOR)


def _entry(name: str, kind: int, start: int, size: int, *, child: int = _NONE) -> bytes:
    letters = name.encode("utf-16-le")
    length = len(letters) + 2 if name else 0
    links = struct.pack("<HBBIII", length, kind, 1, _NONE, _NONE, child)
    return letters.ljust(64, b"\0") + links + bytes(36) + struct.pack("<III", start, size, 0)
