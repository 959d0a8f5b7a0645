"""The process that reads spreadsheets: they come from strangers, and are archives.

Started as a file by `penstock_sdk.child`, with its limits on memory and time.
"""

from __future__ import annotations

import base64
import io
import json
import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

_MAX_UNPACKED = 500_000_000  # bytes
_MAX_ROWS = 1_048_576
_MAX_COLUMNS = 16_384
_MAX_CELLS = 5_000_000
_RANGE = re.compile(r"\$?[A-Za-z]{1,3}\$?[0-9]{1,7}(:\$?[A-Za-z]{1,3}\$?[0-9]{1,7})?")
_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001  a spreadsheet knows no zone
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
_TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"


def main(request: bytes) -> bytes:
    """Answer `{"data", "format", "sheet", "range", "serial"}` with rows of cells.

    Raises:
        ValueError: It cannot be done; the message is for a person.
    """
    asked = json.loads(request)
    data = base64.b64decode(asked["data"])
    format_ = _format(data, asked["format"])
    try:
        rows = list(_cut(_READERS[format_](data, asked["sheet"]), asked.get("range") or ""))
    except (ValueError, MemoryError, RecursionError):
        raise
    except Exception as error:  # libraries raise anything on files that are none
        raise ValueError(f"it is no {format_} file ({type(error).__name__})") from error
    return json.dumps(rows, default=_serial if asked.get("serial") else _plain).encode()


def _format(data: bytes, wanted: str) -> str:
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        return "xls"
    if data[:2] != b"PK":
        raise ValueError(f"it is no {wanted} file")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _MAX_UNPACKED:
                raise ValueError("unpacked it is larger than allowed")
            _refuse_entities(archive)
            return "ods" if "content.xml" in archive.namelist() else "xlsx"
    except zipfile.BadZipFile as error:
        raise ValueError(f"it is damaged ({error})") from error


def _refuse_entities(archive: zipfile.ZipFile) -> None:
    """An entity can grow a small file without end; no spreadsheet has one."""
    for name in archive.namelist():
        if name.endswith((".xml", ".rels")):
            with archive.open(name) as part:
                start = part.read(10_000).replace(b"\0", b"")
            if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
                raise ValueError("it declares entities, which spreadsheets never do")


def _cut(rows: Iterator[list[Any]], range_: str) -> Iterator[list[Any]]:
    """The rows and columns of a range such as B2:D10."""
    first, last = _corners(range_)
    cells = 0
    for number, row in enumerate(rows):
        if number > min(last[0], _MAX_ROWS):
            return
        cells += len(row) + 1
        if cells > _MAX_CELLS:
            raise ValueError(f"it has more than {_MAX_CELLS:,} cells")
        if number >= first[0]:
            yield _trimmed(row[first[1] : last[1] + 1])


def _trimmed(row: list[Any]) -> list[Any]:
    end = len(row)
    while end and row[end - 1] is None:
        end -= 1
    return row[:end]


def _corners(range_: str) -> tuple[tuple[int, int], tuple[int, int]]:
    whole = (0, 0), (_MAX_ROWS, _MAX_COLUMNS)
    if not range_ or range_.isdigit():
        return (int(range_ or 0), 0), whole[1]
    if not _RANGE.fullmatch(range_):
        raise ValueError(f"the range {range_!r} is not one like B2:D10")
    start, _, end = range_.replace("$", "").partition(":")
    return _place(start, whole[0]), _place(end or start, whole[1])


def _place(name: str, otherwise: tuple[int, int]) -> tuple[int, int]:
    letters = "".join(sign for sign in name.upper() if sign.isalpha())
    digits = "".join(sign for sign in name if sign.isdigit())
    column = 0
    for sign in letters:
        column = column * 26 + ord(sign) - 64
    return int(digits) - 1 if digits else otherwise[0], column - 1 if letters else otherwise[1]


def _serial(value: Any) -> Any:
    """A moment as the number of days that spreadsheets keep."""
    if isinstance(value, time):
        return (value.hour * 3_600 + value.minute * 60 + value.second) / 86_400
    if isinstance(value, date):
        moment = datetime.fromisoformat(value.isoformat())
        days = round((moment.replace(tzinfo=None) - _DAY_ZERO) / timedelta(days=1), 9)
        return int(days) if days.is_integer() else days
    return str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value)


def _sheet_name(names: Sequence[str], wanted: str) -> str:
    if not names:
        raise ValueError("there is no sheet in it")
    if not wanted:
        return names[0]
    if wanted not in names:
        known = ", ".join(names[:20])
        raise ValueError(f'Spreadsheet does not contain sheet called "{wanted}", but {known}')
    return wanted


def _read_xlsx(data: bytes, sheet: str) -> Iterator[list[Any]]:
    import openpyxl  # noqa: PLC0415  only what this format needs

    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    chosen: Any = book[_sheet_name(book.sheetnames, sheet)]
    # What a file says about its own size may be wrong, and that on purpose.
    chosen.reset_dimensions()
    for row in chosen.iter_rows(values_only=True):
        yield list(row[:_MAX_COLUMNS])


def _read_xls(data: bytes, sheet: str) -> Iterator[list[Any]]:
    import xlrd  # noqa: PLC0415  only what this format needs

    book = xlrd.open_workbook(file_contents=data, logfile=io.StringIO())
    chosen = book.sheet_by_name(_sheet_name(book.sheet_names(), sheet))
    for number in range(chosen.nrows):
        yield [_xls(cell, book.datemode) for cell in chosen.row(number)]


def _xls(cell: Any, datemode: Any) -> Any:
    import xlrd  # noqa: PLC0415  only what this format needs

    if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
        return None
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_DATE:
        return xlrd.xldate_as_datetime(cell.value, datemode)
    if isinstance(cell.value, float) and cell.value.is_integer():
        return int(cell.value)
    return cell.value


def _read_ods(data: bytes, sheet: str) -> Iterator[list[Any]]:
    from lxml import etree  # noqa: PLC0415  only what this format needs

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        content = archive.read("content.xml")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        tree = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"it is damaged ({error})") from error
    tables: dict[str, Any] = {
        str(one.get(f"{{{_TABLE}}}name")): one for one in tree.iter(f"{{{_TABLE}}}table")
    }
    chosen = tables[_sheet_name(list(tables), sheet)]
    for row in chosen.iter(f"{{{_TABLE}}}table-row"):
        cells = _trimmed(list(_ods_cells(row)))
        repeated = int(row.get(f"{{{_TABLE}}}number-rows-repeated") or 1)
        # Programs repeat the empty rows below the last one to the end of the sheet.
        yield from [cells] * (repeated if cells else min(repeated, 1))


def _ods_cells(row: Any) -> Iterator[Any]:
    count = 0
    for cell in row:
        repeated = int(cell.get(f"{{{_TABLE}}}number-columns-repeated") or 1)
        value = _ods_value(cell)
        # Programs repeat the last, empty cell to the end of the sheet.
        for _ in range(min(repeated, _MAX_COLUMNS - count)):
            count += 1
            yield value


def _moment(text: str) -> Any:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return text


def _ods_value(cell: Any) -> Any:
    kind = cell.get(f"{{{_OFFICE}}}value-type")
    if kind in ("float", "percentage", "currency"):
        number = float(cell.get(f"{{{_OFFICE}}}value"))
        return int(number) if number.is_integer() else number
    if kind == "boolean":
        return cell.get(f"{{{_OFFICE}}}boolean-value") == "true"
    if kind == "date":
        return _moment(cell.get(f"{{{_OFFICE}}}date-value") or "")
    lines = ["".join(part.itertext()) for part in cell.iter(f"{{{_TEXT}}}p")]
    return "\n".join(lines) or None


_READERS = {"xlsx": _read_xlsx, "xls": _read_xls, "ods": _read_ods}
