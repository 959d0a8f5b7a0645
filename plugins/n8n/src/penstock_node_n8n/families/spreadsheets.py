"""Spreadsheet File, which later became Convert to File and Extract from File."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from penstock_node_n8n.families.files import CONVERT, EXTRACT, optional, reading_rows, writing_rows
from penstock_node_n8n.source import Mapped, Mapper, Source

_FORMATS = {name: name for name in ("csv", "html", "ods", "rtf", "xls", "xlsx")}


def _spreadsheet(source: Source) -> Mapped:
    if source.get("operation", "fromFile") == "toFile":
        return _to_file(source)
    found = source.get("fileFormat", "autodetect") if source.version >= 2 else "autodetect"
    format_ = found if found in _FORMATS else "auto"
    more = reading_rows(source, "csv" if format_ == "csv" else "")
    if format_ != "csv":
        # There one library read them all, and took numbers out of texts.
        more["typed"] = True
    config: dict[str, Any] = {
        "format": format_,
        "file": source.text("binaryPropertyName", "data") or "data",
        "more": more,
        **optional(source, {"encoding": "encoding"}),
    }
    return Mapped(type=EXTRACT, config=config)


def _to_file(source: Source) -> Mapped:
    format_ = source.one_of("fileFormat", _FORMATS, "xls")
    config: dict[str, Any] = {
        "format": format_,
        "into": source.text("binaryPropertyName", "data") or "data",
        "file_name": source.text("options.fileName") or f"spreadsheet.{format_}",
        "more": writing_rows(source, format_),
    }
    return Mapped(type=CONVERT, config=config)


MAPPINGS: Mapping[str, Mapper] = {"n8n-nodes-base.spreadsheetFile": _spreadsheet}
