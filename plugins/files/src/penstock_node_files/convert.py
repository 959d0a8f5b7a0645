"""The node that makes files out of items.

The rules:

* A table is made of all items at once, JSON of all or of each, everything else of each item.
* Columns are the fields of all items, in the order in which they appear; objects are flattened.
* The items that leave hold nothing but the file, unless their fields are kept.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, cast

from penstock_node_files.attached import encoded
from penstock_node_files.calendars import write_calendar
from penstock_node_files.cells import rows_of
from penstock_node_files.markup import write_html, write_rtf
from penstock_node_files.media import FORMATS, media_type_of
from penstock_node_files.separated import write_csv
from penstock_node_files.sheets_writing import write_sheet
from penstock_sdk import (
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
    date_time,
    integer,
    list_of,
    options,
    text,
)
from penstock_sdk.loose import table
from penstock_sdk.moments import moment
from penstock_sdk.paths import MISSING, read, remove

_TABLES = ("csv", "html", "xlsx", "xls", "ods", "rtf")
_BOM = "\ufeff"
_SHEETS = ("xlsx", "xls", "ods")
_CHOICES = {
    "csv": "CSV",
    "json": "JSON",
    "text": "Text",
    "html": "HTML table",
    "xlsx": "Excel (xlsx)",
    "xls": "Excel 97 (xls)",
    "ods": "OpenDocument spreadsheet (ods)",
    "rtf": "RTF table",
    "ics": "Calendar (ics)",
    "base64": "What base64 stands for",
}


class Convert(Node):
    """Makes files out of items."""

    id = "penstock/files.convert"
    title = "Convert to file"
    description = "Turns items into a file: CSV, JSON, Excel, calendar, text, or decoded base64."
    group = "files"
    icon = "file-input"
    aliases = ("export", "csv", "excel", "spreadsheet", "download", "save", "ics", "xlsx", "binary")
    docs = (
        "Tables hold all items. JSON holds all of them or each its own. Text and base64 are taken "
        "from a field of each item. The file travels with the item; write it, send it, or attach "
        "it in a later node."
    )
    outputs = (Port(name="main", title="File", sample={}),)

    format: str = options(_CHOICES, default="csv", title="Format", expression=False)
    mode: str = options(
        {"all": "One file for all items", "each": "One file for each item"},
        default="all",
        title="Files",
        show_if={"format": ["json"]},
        expression=False,
    )
    source: str = text(
        "",
        title="Field with the content",
        hint="Empty: the whole item.",
        placeholder="e.g. body",
        show_if={"format": ["text", "base64", "json"]},
    )
    event: dict[str, Any] = collection(
        {
            "title": text("", title="Title"),
            "start": date_time(title="Start"),
            "end": date_time(title="End"),
            "all_day": boolean(False, title="All day"),
            "description": text("", title="Description", multiline=True),
            "location": text("", title="Place"),
            "url": text("", title="Address"),
            "status": text("", title="Status", placeholder="CONFIRMED"),
            "busy": text("", title="Shown as", placeholder="BUSY"),
            "recurrence": text("", title="Recurrence", placeholder="FREQ=WEEKLY;COUNT=5"),
            "calendar": text("", title="Name of the calendar"),
            "uid": text("", title="Id"),
            "sequence": integer(0, minimum=0, title="Number of the revision"),
            "latitude": text("", title="Latitude"),
            "longitude": text("", title="Longitude"),
            "organizer_name": text("", title="Name of the organizer"),
            "organizer_email": text("", title="Email of the organizer"),
            "attendees": list_of(
                {
                    "name": text("", title="Name"),
                    "email": text("", title="Email"),
                    "rsvp": boolean(False, title="Asked to reply"),
                },
                default=(),
                title="People",
            ),
        },
        title="Event",
        show_if={"format": ["ics"]},
    )
    into: str = text("data", title="Name of the file in the item")
    file_name: str = text("", title="File name", placeholder="e.g. orders.csv")
    keep: str = options(
        {"none": "Nothing", "rest": "All but the content", "all": "All fields"},
        default="none",
        title="Keep of the item",
        advanced=True,
    )
    missing: str = options(
        {"fail": "Fail", "skip": "Leave the item out"},
        default="fail",
        title="Without the content",
        advanced=True,
        expression=False,
    )
    media_type: str = text("", title="Media type", advanced=True)
    encoding: str = text("utf-8", title="Encoding", advanced=True)
    more: dict[str, Any] = collection(
        {
            "delimiter": text(",", title="Delimiter", hint="Of CSV."),
            "header": boolean(True, title="A first row with the names"),
            "sheet": text("Sheet", title="Name of the sheet"),
            "bom": boolean(False, title="Begin with a byte order mark"),
            "indent": boolean(False, title="Indent JSON"),
            "raw": boolean(False, title="Text as it is, not as JSON"),
        },
        title="Options",
        advanced=True,
    )

    async def run(self, ctx: Context, items: Sequence[Item]) -> Output:
        """Make the files."""
        if not items:
            return Output([])
        format_ = str(ctx.param("format"))
        if format_ in _TABLES or (format_ == "json" and ctx.param("mode") != "each"):
            made = await _of_all(ctx, items, format_)
            return Output([made], [tuple(range(len(items)))])
        return await _of_each(ctx, items, format_)


async def _of_each(ctx: Context, items: Sequence[Item], format_: str) -> Output:
    made: list[Item] = []
    parents: list[int] = []
    failures: dict[int, PenstockError] = {}
    skips = ctx.param("missing") == "skip"
    for i, item in enumerate(items):
        source = "" if format_ == "ics" else str(ctx.param("source", i) or "")
        if skips and source and read(item.json, source) is MISSING:
            continue
        try:
            made.append(await _of_one(ctx, item, format_, source, i))
            parents.append(i)
        except NodeFailed as error:
            failures[i] = error
    if failures:
        raise PartlyFailed(failures, Output(made, parents))
    return Output(made, parents)


async def _of_all(ctx: Context, items: Sequence[Item], format_: str) -> Item:
    values = [item.json for item in items]
    more = _more(ctx, 0)
    encoding = str(ctx.param("encoding"))
    try:
        data = await asyncio.to_thread(_together, values, format_, more, encoding)
    except ValueError as error:
        hint = "Choose another format, or fewer items."
        raise NodeFailed(f"The file cannot be made: {error}", hint=hint, field="format") from error
    return await _item(ctx, Item({}), format_, data, 0)


def _together(
    values: Sequence[Mapping[str, Any]], format_: str, more: Mapping[str, Any], encoding: str
) -> bytes:
    if format_ == "json":
        return _encoded(_json(values, more), more, encoding, 0)
    rows = rows_of(values, header=more.get("header", True) is not False)
    if format_ in _SHEETS:
        return write_sheet(rows, format_, str(more.get("sheet") or "Sheet"))
    if format_ == "csv":
        delimiter, bom = str(more.get("delimiter") or ","), more.get("bom") is True
        return encoded(write_csv(rows, delimiter, bom=bom), encoding, 0)
    if format_ == "html":
        return encoded(write_html(rows, str(more.get("sheet") or "Sheet")), encoding, 0)
    return write_rtf(rows).encode("ascii")


def _json(value: Any, more: Mapping[str, Any]) -> str:
    indent = 2 if more.get("indent") else None
    separators = None if indent else (",", ":")
    return json.dumps(value, ensure_ascii=False, indent=indent, separators=separators)


def _encoded(content: str, more: Mapping[str, Any], encoding: str, i: int) -> bytes:
    marked = more.get("bom") is True and encoding.lower().startswith(("utf", "ucs"))
    return encoded(f"{_BOM}{content}" if marked else content, encoding, i)


async def _of_one(ctx: Context, item: Item, format_: str, source: str, i: int) -> Item:
    if format_ == "ics":
        return await _item(ctx, item, format_, _calendar(ctx, i), i)
    value = read(item.json, source) if source else item.json
    if value is MISSING:
        raise NodeFailed(
            f'The value in "{source}" is not set',
            hint="Name the field that holds the content.",
            item=i,
            field="source",
        )
    more = _more(ctx, i)
    if format_ == "base64":
        data = _from_base64(value, i)
    elif format_ == "text" or (more.get("raw") and isinstance(value, str)):
        shown = value if isinstance(value, str) else _json(value, more)
        data = _encoded(shown, more, str(ctx.param("encoding", i)), i)
    else:
        data = _encoded(_json(value, more), more, str(ctx.param("encoding", i)), i)
    return await _item(ctx, item, format_, data, i)


def _from_base64(value: Any, i: int) -> bytes:
    content = str(value).strip()
    if content.startswith("data:") and "," in content:
        content = content.partition(",")[2]
    plain = content.replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=False)
    except (binascii.Error, ValueError) as error:
        raise NodeFailed(
            f"The field holds no base64: {error}",
            hint="Choose the format Text to write it as it is.",
            item=i,
            field="source",
        ) from error


def _calendar(ctx: Context, i: int) -> bytes:
    event = dict(table(ctx.param("event", i)))
    for name in ("start", "end"):
        value = event.get(name)
        found = value if isinstance(value, datetime) else moment(value, ctx.timezone)
        if found is None:
            raise NodeFailed(
                f"The event has no {name}",
                hint="Give a moment like 2026-03-02T09:00:00.",
                item=i,
                field=f"event.{name}",
            )
        event[name] = found
    stamp = datetime.fromtimestamp(ctx.now_ms() / 1_000, UTC)
    uid = f"{ctx.idempotency_key(i)[:32]}@penstock"
    return write_calendar(event, stamp=stamp, uid=uid).encode()


async def _item(ctx: Context, item: Item, format_: str, data: bytes, i: int) -> Item:
    name = str(ctx.param("file_name", i) or "") or _default_name(format_)
    given = str(ctx.param("media_type", i) or "")
    known = FORMATS[format_][1] if format_ in FORMATS else media_type_of(name)
    if format_ == "base64" and known == "application/octet-stream":
        known = "text/plain" if _is_text(data) else known
    ref = await ctx.binary.write(data, media_type=given or known, file_name=name)
    into = str(ctx.param("into", i) or "data")
    return Item(_kept(ctx, item, i), {**_other_files(ctx, item, i), into: ref})


def _is_text(data: bytes) -> bool:
    try:
        return "\0" not in data[:4_096].decode()
    except UnicodeDecodeError:
        return False


def _default_name(format_: str) -> str:
    return f"file.{FORMATS[format_][0]}" if format_ in FORMATS else "file"


def _kept(ctx: Context, item: Item, i: int) -> dict[str, Any]:
    keep = ctx.param("keep", i)
    if keep == "none":
        return {}
    kept = dict(item.json)
    source = str(ctx.param("source", i) or "")
    if keep == "rest" and source:
        remove(kept, source)
    return {} if keep == "rest" and not source else kept


def _other_files(ctx: Context, item: Item, i: int) -> dict[str, Any]:
    return dict(item.binary or {}) if ctx.param("keep", i) != "none" else {}


def _more(ctx: Context, i: int) -> dict[str, Any]:
    return cast("dict[str, Any]", ctx.param("more", i) or {})
