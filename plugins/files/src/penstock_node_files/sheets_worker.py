"""The process that reads and writes spreadsheets: they come from strangers, and are archives.

Started as a file by `penstock_sdk.child`, with its limits on memory and time.
"""

from __future__ import annotations

import base64
import io
import json
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import Any
from xml.sax.saxutils import escape

_MAX_UNPACKED = 500_000_000  # bytes
_MAX_ROWS = 1_048_576
_MAX_COLUMNS = 16_384
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
_TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
_ODS = "application/vnd.oasis.opendocument.spreadsheet"


def main(request: bytes) -> bytes:
    """Read `{"do": "read", "data", …}` or write `{"do": "write", "rows", …}`.

    Raises:
        ValueError: It cannot be done; the message is for a person.
    """
    asked = json.loads(request)
    if asked["do"] == "write":
        return _WRITERS[asked["format"]](asked["rows"], asked["sheet"])
    data = base64.b64decode(asked["data"])
    rows = _READERS[_format(data, asked["format"])](data, asked["sheet"])
    return json.dumps(list(_cut(rows, asked.get("range") or "")), default=_plain).encode()


def _format(data: bytes, wanted: str) -> str:
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        return "xls"
    if data[:2] != b"PK":
        raise ValueError(f"it is no {wanted} file")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _MAX_UNPACKED:
                raise ValueError("unpacked it is larger than allowed")
            return "ods" if "content.xml" in archive.namelist() else "xlsx"
    except zipfile.BadZipFile as error:
        raise ValueError(f"it is damaged ({error})") from error


def _cut(rows: Iterator[list[Any]], range_: str) -> Iterator[list[Any]]:
    """The rows and columns of a range such as B2:D10."""
    first, last = _corners(range_)
    for number, row in enumerate(rows):
        if number > min(last[0], _MAX_ROWS):
            return
        if number >= first[0]:
            yield _trimmed(row[first[1] : last[1] + 1])


def _trimmed(row: list[Any]) -> list[Any]:
    while row and row[-1] is None:
        row = row[:-1]
    return row


def _corners(range_: str) -> tuple[tuple[int, int], tuple[int, int]]:
    whole = (0, 0), (_MAX_ROWS, _MAX_COLUMNS)
    if not range_:
        return whole
    start, _, end = range_.replace("$", "").partition(":")
    return _place(start, whole[0]), _place(end, whole[1])


def _place(name: str, otherwise: tuple[int, int]) -> tuple[int, int]:
    letters = "".join(sign for sign in name.upper() if sign.isalpha())
    digits = "".join(sign for sign in name if sign.isdigit())
    column = 0
    for sign in letters:
        column = column * 26 + ord(sign) - 64
    return int(digits) - 1 if digits else otherwise[0], column - 1 if letters else otherwise[1]


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
        raise ValueError(f"there is no sheet {wanted!r}; there are {', '.join(names[:20])}")
    return wanted


def _read_xlsx(data: bytes, sheet: str) -> Iterator[list[Any]]:
    import openpyxl

    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except (KeyError, OSError, TypeError, zipfile.BadZipFile) as error:
        raise ValueError(f"it is no xlsx file ({error})") from error
    chosen = book[_sheet_name(book.sheetnames, sheet)]
    for row in chosen.iter_rows(values_only=True):
        yield list(row[:_MAX_COLUMNS])


def _read_xls(data: bytes, sheet: str) -> Iterator[list[Any]]:
    import xlrd

    try:
        book = xlrd.open_workbook(file_contents=data)
    except Exception as error:
        raise ValueError(f"it is no xls file ({error})") from error
    chosen = book.sheet_by_name(_sheet_name(book.sheet_names(), sheet))
    for number in range(chosen.nrows):
        yield [_xls(cell, book.datemode) for cell in chosen.row(number)]


def _xls(cell: Any, datemode: int) -> Any:
    import xlrd

    if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
        return None
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_DATE:
        return xlrd.xldate_as_datetime(cell.value, datemode).isoformat()
    if isinstance(cell.value, float) and cell.value.is_integer():
        return int(cell.value)
    return cell.value


def _read_ods(data: bytes, sheet: str) -> Iterator[list[Any]]:
    from lxml import etree

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        content = archive.read("content.xml")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        tree = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"it is damaged ({error})") from error
    tables = {str(one.get(f"{{{_TABLE}}}name")): one for one in tree.iter(f"{{{_TABLE}}}table")}
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
        for _ in range(min(repeated, _MAX_COLUMNS - count)):
            count += 1
            yield value


def _ods_value(cell: Any) -> Any:
    kind = cell.get(f"{{{_OFFICE}}}value-type")
    if kind in ("float", "percentage", "currency"):
        number = float(cell.get(f"{{{_OFFICE}}}value"))
        return int(number) if number.is_integer() else number
    if kind == "boolean":
        return cell.get(f"{{{_OFFICE}}}boolean-value") == "true"
    if kind == "date":
        return cell.get(f"{{{_OFFICE}}}date-value")
    lines = ["".join(part.itertext()) for part in cell.iter(f"{{{_TEXT}}}p")]
    return "\n".join(lines) or None


def _write_xlsx(rows: Sequence[Sequence[Any]], sheet: str) -> bytes:
    import openpyxl
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet(sheet[:31] or "Sheet")
    for row in rows:
        page.append(
            [ILLEGAL_CHARACTERS_RE.sub("", cell) if isinstance(cell, str) else cell for cell in row]
        )
    file = io.BytesIO()
    # Formulas are not made of data: a text that begins with `=` stays a text.
    book.save(file)
    return file.getvalue()


def _write_ods(rows: Sequence[Sequence[Any]], sheet: str) -> bytes:
    lines = "".join(
        f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows
    )
    content = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<office:document-content xmlns:office="{_OFFICE}" xmlns:table="{_TABLE}" '
        f'xmlns:text="{_TEXT}" office:version="1.2"><office:body><office:spreadsheet>'
        f'<table:table table:name="{escape(sheet, {chr(34): "&quot;"})}">{lines}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest '
        'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" '
        f'manifest:version="1.2"><manifest:file-entry manifest:full-path="/" '
        f'manifest:media-type="{_ODS}"/><manifest:file-entry manifest:full-path="content.xml" '
        'manifest:media-type="text/xml"/></manifest:manifest>'
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", _ODS, zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", content)
    return file.getvalue()


def _ods_cell(value: Any) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, bool):
        shown = "true" if value else "false"
        kind = f'office:value-type="boolean" office:boolean-value="{shown}"'
    elif isinstance(value, int | float):
        shown = repr(value)
        kind = f'office:value-type="float" office:value="{shown}"'
    else:
        shown = "".join(sign for sign in str(value) if sign.isprintable() or sign in "\n\t")
        kind = 'office:value-type="string"'
    return f"<table:table-cell {kind}><text:p>{escape(shown)}</text:p></table:table-cell>"


_READERS = {"xlsx": _read_xlsx, "xls": _read_xls, "ods": _read_ods}
_WRITERS = {"xlsx": _write_xlsx, "ods": _write_ods}
