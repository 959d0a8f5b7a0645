"""The node that reads what is in a file.

The rules:

* Tables (CSV, HTML, RTF, spreadsheets) give one item for each row; everything else gives one item.
* Numbers and truth values of HTML, RTF and spreadsheets are read as such; cells of CSV are texts
  unless that is asked for.
* The file that was read does not travel on unless it is kept; other files of the item do, where
  one item gives one.
* What a stranger wrote in a complicated format is read in a process of its own, with limits.
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, cast

from penstock_node_files.attached import bytes_of, decoded
from penstock_node_files.calendars import read_calendar
from penstock_node_files.cells import Layout, items_of
from penstock_node_files.documents import read_pdf, read_sheet
from penstock_node_files.markup import read_html, read_rtf
from penstock_node_files.separated import read_csv
from penstock_sdk import (
    BinaryRef,
    Context,
    Item,
    Node,
    NodeFailed,
    Output,
    PartlyFailed,
    PenstockError,
    Port,
    boolean,
    collection,
    integer,
    options,
    text,
)
from penstock_sdk.paths import is_plain, read, write

_FORMATS = {
    "csv": "CSV",
    "json": "JSON",
    "text": "Text",
    "xml": "XML, as text",
    "html": "HTML table",
    "xlsx": "Excel (xlsx)",
    "xls": "Excel 97 (xls)",
    "ods": "OpenDocument spreadsheet (ods)",
    "rtf": "RTF table",
    "ics": "Calendar (ics)",
    "pdf": "PDF",
    "base64": "Base64",
    "auto": "By its name",
}
_TABLES = ("csv", "html", "xlsx", "xls", "ods", "rtf", "auto")
_SHEETS = ("xlsx", "xls", "ods")
_TYPED = ("html", "rtf")
_BOM = "\ufeff"
_SMALL = 200_000  # bytes
_HINT = "Choose its format, or look at what the step before put out."

Made = dict[str, Any]


class Extract(Node):
    """Reads what is in a file."""

    id = "penstock/files.extract"
    title = "Extract from file"
    description = "Turns a file into items: CSV, JSON, spreadsheets, PDF text, calendars and more."
    group = "files"
    icon = "file-output"
    aliases = ("parse", "read csv", "excel", "spreadsheet", "pdf text", "import", "xlsx", "base64")
    docs = (
        "Tables give an item for each row, with the first row as names. Other formats put what "
        "they hold into a field. The rest of the item is dropped unless you keep it. Files of "
        "strangers are read in a process of its own with limits on time and memory."
    )
    outputs = (Port(name="main", title="Content", sample={"name": "Ada", "age": "36"}),)

    format: str = options(_FORMATS, default="csv", title="Format", expression=False)
    file: str = text("data", title="Name of the file in the item")
    into: str = text(
        "data",
        title="Field for the content",
        hint="Empty: an object becomes the item itself.",
        show_if={"format": ["json", "text", "xml", "ics", "base64"]},
    )
    keep: str = options(
        {"none": "Nothing", "json": "Its fields", "file": "Its file", "both": "Both"},
        default="none",
        title="Keep of the item",
        expression=False,
    )
    missing: str = options(
        {"fail": "Fail", "skip": "Leave the item out"},
        default="fail",
        title="Without the file",
        advanced=True,
        expression=False,
    )
    encoding: str = text("", title="Encoding", hint="Empty: found out.", advanced=True)
    more: dict[str, Any] = collection(
        {
            "delimiter": text(",", title="Delimiter", hint="Of CSV."),
            "header": boolean(True, title="The first row has the names"),
            "sheet": text("", title="Name of the sheet", hint="The first where it is empty."),
            "range": text("", title="Range", placeholder="B2:D10"),
            "first_row": integer(1, minimum=1, title="First row"),
            "max_rows": integer(0, minimum=0, title="Rows at most", hint="0: all of them."),
            "keep_empty": boolean(False, title="Keep empty cells"),
            "typed": boolean(False, title="Read numbers in CSV"),
            "texts": boolean(False, title="Every cell as text"),
            "serial_dates": boolean(False, title="Dates as numbers of days, as spreadsheets do"),
            "uneven": options(
                {"accept": "Accept", "skip": "Leave out", "fail": "Fail"},
                default="accept",
                title="Rows of another length than the first",
                hint="Of CSV.",
            ),
            "unnamed": text(
                "", title="Name of columns without one", hint="Empty: after their number."
            ),
            "keep_bom": boolean(False, title="Keep a byte order mark"),
            "password": text("", title="Password", hint="Of a PDF."),
            "max_pages": integer(0, minimum=0, title="Pages at most", hint="Of a PDF; 0: all."),
            "join": boolean(True, title="Join the pages of a PDF"),
        },
        title="Options",
        advanced=True,
        show_if={"format": [*_TABLES, "pdf", "text", "json"]},
    )

    async def run(self, ctx: Context, items: Sequence[Item]) -> Output:
        """Read the file of each item.

        Raises:
            PartlyFailed: Some could not be read.
        """
        made: list[Item] = []
        parents: list[int] = []
        failures: dict[int, PenstockError] = {}
        skips = ctx.param("missing") == "skip"
        for i, item in enumerate(items):
            name = str(ctx.param("file", i) or "")
            if skips and name not in (item.binary or {}):
                continue
            try:
                found = await _content(ctx, item, name, i)
            except NodeFailed as error:
                error.item, error.hint = i, error.hint or _HINT
                failures[i] = error
                continue
            made += [_kept(ctx, item, name, json_, i) for json_ in found]
            parents += [i] * len(found)
            if not i % 100:
                ctx.progress((i + 1) / len(items))
        if failures:
            raise PartlyFailed(failures, Output(made, parents))
        return Output(made, parents)


def _kept(ctx: Context, item: Item, name: str, json_: Made, i: int) -> Item:
    keep, files = ctx.param("keep", i), dict(item.binary or {})
    if keep not in ("file", "both"):
        files.pop(name, None)
        if str(ctx.param("format", i)) in _TABLES:
            files = {}
    fields = _merged(item.json, json_, ctx, i) if keep in ("json", "both") else json_
    return Item(fields, files or None)


def _merged(fields: Made, json_: Made, ctx: Context, i: int) -> Made:
    into = str(ctx.param("into", i) or "")
    if len(json_) == 1 and not is_plain(into) and into:
        merged = dict(fields)
        write(merged, into, read(json_, into))
        return merged
    return {**fields, **json_}


async def _content(ctx: Context, item: Item, name: str, i: int) -> list[Made]:
    data = await bytes_of(ctx, item, name, i)
    format_ = _format(ctx, cast("dict[str, BinaryRef]", item.binary)[name], i)
    try:
        return await _read(ctx, data, format_, i)
    except ValueError as error:
        raise NodeFailed(
            f"The file {name!r} cannot be read as {_FORMATS[format_]}: {error}",
            hint=_HINT,
            item=i,
            field="format",
        ) from error


def _format(ctx: Context, ref: BinaryRef, i: int) -> str:
    chosen = str(ctx.param("format", i))
    if chosen != "auto":
        return chosen
    extension = (ref.file_name or "").rpartition(".")[2].lower()
    by_name = {"txt": "text", "htm": "html", "md": "text", "ical": "ics"}
    return by_name.get(extension, extension if extension in _FORMATS else "csv")


async def _read(ctx: Context, data: bytes, format_: str, i: int) -> list[Made]:
    more = cast("dict[str, Any]", ctx.param("more", i) or {})
    if format_ == "base64":
        return [_single(ctx, base64.b64encode(data).decode(), i)]
    if format_ == "pdf":
        return [await _pdf(data, more)]
    if format_ in _SHEETS:
        sheet, range_ = str(more.get("sheet") or ""), str(more.get("range") or "")
        serial = bool(more.get("serial_dates"))
        rows = await read_sheet(data, format_, sheet, range_, serial=serial)
        return await asyncio.to_thread(items_of, rows, _layout(more, format_))
    content = decoded(data, str(ctx.param("encoding", i)), i)
    if not more.get("keep_bom"):
        content = content.removeprefix(_BOM)
    if format_ in ("csv", "html", "rtf"):
        made: list[Made] = await _elsewhere(len(data), _table, content, format_, more)
        return made
    return [_single(ctx, await _elsewhere(len(data), _value, content, format_), i)]


async def _elsewhere(size: int, work: Callable[..., Any], *given: Any) -> Any:
    """In a thread where it takes long enough to be noticed."""
    return work(*given) if size < _SMALL else await asyncio.to_thread(work, *given)


def _table(content: str, format_: str, more: dict[str, Any]) -> list[Made]:
    rows: Iterable[Sequence[Any]]
    if format_ == "csv":
        delimiter = str(more.get("delimiter") or ",")
        first = int(more.get("first_row") or 1)
        rows = read_csv(content, delimiter, first_line=first)
    else:
        rows = read_html(content) if format_ == "html" else read_rtf(content)
    return items_of(rows, _layout(more, format_))


def _layout(more: dict[str, Any], format_: str) -> Layout:
    return Layout(
        header=more.get("header", True) is not False,
        # Whoever writes CSV writes something between any two delimiters.
        keep_empty=bool(more.get("keep_empty", format_ == "csv")),
        # The lines before it, in CSV, need not be rows.
        first_row=1 if format_ == "csv" else int(more.get("first_row") or 1),
        max_rows=int(more.get("max_rows") or 0) or None,
        typed=format_ in _TYPED or bool(more.get("typed")),
        texts=bool(more.get("texts")),
        unnamed=str(more.get("unnamed") or ""),
        uneven=str(more.get("uneven") or "accept"),
    )


async def _pdf(data: bytes, more: dict[str, Any]) -> Made:
    return await read_pdf(
        data,
        password=str(more.get("password") or ""),
        max_pages=int(more.get("max_pages") or 0),
        join=more.get("join", True) is not False,
    )


def _value(content: str, format_: str) -> Any:
    if format_ == "json":
        try:
            return json.loads(content, parse_constant=_no_number)
        except RecursionError as error:
            raise ValueError("it is nested too deeply") from error
    return read_calendar(content) if format_ == "ics" else content


def _no_number(word: str) -> Any:
    raise ValueError(f"{word} is no JSON")


def _single(ctx: Context, value: Any, i: int) -> Made:
    into = str(ctx.param("into", i) or "")
    if into:
        made: Made = {}
        write(made, into, value)
        return made
    return cast("Made", value) if isinstance(value, dict) else {"data": value}
