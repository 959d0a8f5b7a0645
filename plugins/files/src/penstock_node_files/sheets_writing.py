"""Spreadsheets of one sheet, written as the smallest archives that programs open.

Formulas are not made of data: a text that begins with `=` stays a text.
"""

from __future__ import annotations

import io
import math
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from penstock_node_files.cells import as_text
from penstock_node_files.xls_writing import write_xls

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NO_NAME = re.compile(r"[\[\]:*?/\\]")
_MAX_ROWS = 1_048_576
_LONGEST_CELL = 32_767
_OPEN_XML = "http://schemas.openxmlformats.org"
_MAIN = f"{_OPEN_XML}/spreadsheetml/2006/main"
_RELATIONS = f"{_OPEN_XML}/officeDocument/2006/relationships"
_PACKAGE = f"{_OPEN_XML}/package/2006"
_PARTS = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_OASIS = "urn:oasis:names:tc:opendocument:xmlns"
_ODS = "application/vnd.oasis.opendocument.spreadsheet"

Row = Sequence[Any]


def write_sheet(rows: Iterable[Row], format_: str, sheet: str) -> bytes:
    """A file with one sheet.

    Raises:
        ValueError: There are too many rows.
    """
    listed = list(rows)
    if len(listed) > _MAX_ROWS:
        raise ValueError(f"a sheet has {_MAX_ROWS:,} rows at most")
    name = _NO_NAME.sub("_", sheet)[:31] or "Sheet"
    writers = {"xlsx": _xlsx, "ods": _ods, "xls": write_xls}
    return writers[format_](listed, name)


def _packed(parts: Mapping[str, str]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            # The same items give the same bytes, whenever it was.
            entry = zipfile.ZipInfo(name)
            stored = name == "mimetype"
            entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return file.getvalue()


def _xlsx(rows: Sequence[Row], sheet: str) -> bytes:
    lines = "".join(f"<row>{''.join(map(_xlsx_cell, row))}</row>" for row in rows)
    document = f"{_RELATIONS}/officeDocument"
    return _packed(
        {
            "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_PARTS}.sheet.main+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_PARTS}.worksheet+xml"/>'
            "</Types>",
            "_rels/.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
            f'<Relationship Id="rId1" Type="{document}" Target="xl/workbook.xml"/>'
            "</Relationships>",
            "xl/workbook.xml": f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>'
            f'<sheet name={quoteattr(_clean(sheet))} sheetId="1" r:id="rId1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
            f'<Relationship Id="rId1" Type="{_RELATIONS}/worksheet" '
            'Target="worksheets/sheet1.xml"/></Relationships>',
            "xl/worksheets/sheet1.xml": f'{_HEAD}<worksheet xmlns="{_MAIN}">'
            f"<sheetData>{lines}</sheetData></worksheet>",
        }
    )


def _xlsx_cell(value: Any) -> str:
    if value is None:
        return "<c/>"
    if isinstance(value, bool):
        return f'<c t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float) and math.isfinite(value):
        return f"<c><v>{value!r}</v></c>"
    shown = escape(_clean(as_text(value)[:_LONGEST_CELL]))
    return f'<c t="inlineStr"><is><t xml:space="preserve">{shown}</t></is></c>'


def _ods(rows: Sequence[Row], sheet: str) -> bytes:
    lines = "".join(
        f"<table:table-row>{''.join(map(_ods_cell, row)) or '<table:table-cell/>'}"
        "</table:table-row>"
        for row in rows
    )
    content = (
        f'{_HEAD}<office:document-content xmlns:office="{_OASIS}:office:1.0" '
        f'xmlns:table="{_OASIS}:table:1.0" xmlns:text="{_OASIS}:text:1.0" office:version="1.2">'
        f"<office:body><office:spreadsheet><table:table table:name={quoteattr(_clean(sheet))}>"
        f"{lines}</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        f'{_HEAD}<manifest:manifest xmlns:manifest="{_OASIS}:manifest:1.0" manifest:version="1.2">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_ODS}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
        "</manifest:manifest>"
    )
    return _packed({"mimetype": _ODS, "META-INF/manifest.xml": manifest, "content.xml": content})


def _ods_cell(value: Any) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, bool):
        shown = "true" if value else "false"
        kind = f'office:value-type="boolean" office:boolean-value="{shown}"'
    elif isinstance(value, int | float) and math.isfinite(value):
        shown = repr(value)
        kind = f'office:value-type="float" office:value="{shown}"'
    else:
        shown = escape(_clean(as_text(value)))
        kind = 'office:value-type="string"'
    lines = "".join(f"<text:p>{line}</text:p>" for line in shown.split("\n"))
    return f"<table:table-cell {kind}>{lines}</table:table-cell>"


def _clean(text: str) -> str:
    """Without the signs that no XML may hold."""
    return _ILLEGAL.sub("", text)
