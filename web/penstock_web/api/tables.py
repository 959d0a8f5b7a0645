"""Tables of data, and their rows."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Sequence
from typing import IO, Annotated, Any, Literal, get_args
from urllib.parse import quote

import msgspec
from msgspec import Meta
from starlette.responses import StreamingResponse

from penstock_kernel.store.sql import data_tables, data_tables_rows
from penstock_kernel.store.sql.data_tables import ColumnGiven, DataTable, TableChange
from penstock_kernel.store.sql.data_tables_rows import (
    Comparison,
    Condition,
    QueryInvalid,
    TableRow,
    Wanted,
)
from penstock_kernel.work.data_tables_csv import CsvDone, CsvForm, TableFiles
from penstock_web.api.streams import parts_of
from penstock_web.http.endpoint import Call, Given, Page, Paged, endpoint

MOST_CSV_BYTES = 64 * 1024 * 1024
MOST_AT_ONCE = 1_000
_COMPARISONS = frozenset(get_args(Comparison))
_MEMORY = 1 << 20
RowId = Annotated[int, Meta(ge=1, le=2**63 - 1)]
Delimiter = Literal["comma", "semicolon", "tab", "pipe"]
_DELIMITERS: dict[Delimiter, Literal[",", ";", "\t", "|"]] = {
    "comma": ",",
    "semicolon": ";",
    "tab": "\t",
    "pipe": "|",
}


class OneTable(Given, frozen=True):
    """Which table."""

    table: str


class OneRow(Given, frozen=True):
    """Which row of which table."""

    table: str
    row: RowId


class TableGiven(Given, frozen=True):
    """A table to be made."""

    name: str
    columns: Sequence[ColumnGiven]


class TableChanged(Given, frozen=True):
    """What is to be changed; what is left out stays."""

    name: str | None = None
    #: All columns from now on, in their order: those with an `id` stay, and may have another name;
    #: those without are new; what is in one that is not named is gone.
    columns: Sequence[ColumnGiven] | None = None


class RowsWanted(Paged, frozen=True):
    """Which rows, and in which order."""

    #: `COLUMN:COMPARISON:VALUE`, with `eq ne lt le gt ge contains empty`; several: all of them.
    filter: Sequence[str] = ()
    #: A column; with a `-` in front, the largest first. Empty: in the order they were added.
    sort: str = ""


class RowsGiven(Given, frozen=True):
    """Rows to be added, each a value for some of the columns."""

    rows: Annotated[Sequence[dict[str, Any]], Meta(max_length=MOST_AT_ONCE)]


class CellsGiven(Given, frozen=True):
    """Cells to be changed, by the names of their columns; null empties one."""

    cells: dict[str, Any]


class RowsRemoved(Given, frozen=True):
    """Rows to be deleted."""

    ids: Annotated[Sequence[RowId], Meta(max_length=MOST_AT_ONCE)]


class Removed(msgspec.Struct, frozen=True):
    """How many there were."""

    removed: int


class ReadingIn(Given, frozen=True):
    """How a file is to be read."""

    delimiter: Delimiter = "comma"
    #: Add columns of text for those that the table does not have.
    add_columns: bool = False
    #: Add the lines that are right, and tell which are not. Else nothing is added.
    skip_wrong: bool = False


class WritingOut(Given, frozen=True):
    """How a file is to be written."""

    delimiter: Delimiter = "comma"
    #: Put a `'` in front of what a spreadsheet would run as a formula.
    for_spreadsheets: bool = False


@endpoint("GET", "/tables", needs="table:read")
async def list_tables(call: Call) -> Page[DataTable]:
    """The tables of the workspace, by name, with how many rows each has."""
    return Page(await call.server.db.read(lambda one: data_tables.listed(one, call.scope)))


@endpoint("POST", "/tables", needs="table:write", status=201)
async def add_table(call: Call, body: TableGiven) -> DataTable:
    """Make a table."""
    now_ms = call.kernel.now_ms()
    return await call.server.db.transact(
        lambda one: data_tables.add(one, call.scope, body.name, body.columns, now_ms)
    )


@endpoint("GET", "/tables/{table}", needs="table:read")
async def show_table(call: Call, path: OneTable) -> DataTable:
    """A table, without its rows."""
    return await call.server.db.read(lambda one: data_tables.get(one, call.scope, path.table))


@endpoint("PATCH", "/tables/{table}", needs="table:write")
async def change_table(call: Call, path: OneTable, body: TableChanged) -> DataTable:
    """Give a table another name, or other columns."""
    wanted = TableChange(name=body.name, columns=body.columns)
    return await call.server.db.transact(
        lambda one: data_tables.change(one, call.scope, path.table, wanted)
    )


@endpoint("DELETE", "/tables/{table}", needs="table:delete")
async def remove_table(call: Call, path: OneTable) -> None:
    """Delete a table with its rows."""
    now_ms = call.kernel.now_ms()
    await call.server.db.transact(
        lambda one: data_tables.remove(one, call.scope, path.table, now_ms)
    )


@endpoint("GET", "/tables/{table}/rows", needs="table:read")
async def list_rows(call: Call, path: OneTable, query: RowsWanted) -> Page[TableRow]:
    """The rows that are asked for, a page at a time; those without a value to sort by come last."""
    wanted = Wanted(
        conditions=[_condition(text) for text in query.filter],
        sort=query.sort.removeprefix("-"),
        descending=query.sort.startswith("-"),
        cursor=query.cursor,
        most=max(1, min(query.limit, MOST_AT_ONCE)),
    )
    page = await call.server.db.read(
        lambda one: data_tables_rows.find(one, call.scope, path.table, wanted)
    )
    return Page(page.rows, page.next)


@endpoint("POST", "/tables/{table}/rows", needs="table:write", status=201)
async def add_rows(call: Call, path: OneTable, body: RowsGiven) -> Page[TableRow]:
    """Add rows, all of them or none."""
    now_ms = call.kernel.now_ms()
    added = await call.server.db.transact(
        lambda one: data_tables_rows.add(one, call.scope, path.table, body.rows, now_ms)
    )
    return Page(added)


@endpoint("GET", "/tables/{table}/rows/{row:int}", needs="table:read")
async def show_row(call: Call, path: OneRow) -> TableRow:
    """One row."""
    return await call.server.db.read(
        lambda one: data_tables_rows.get(one, call.scope, path.table, path.row)
    )


@endpoint("PATCH", "/tables/{table}/rows/{row:int}", needs="table:write")
async def change_row(call: Call, path: OneRow, body: CellsGiven) -> TableRow:
    """Change cells of a row; those that are not named stay."""
    now_ms = call.kernel.now_ms()
    return await call.server.db.transact(
        lambda one: data_tables_rows.change(
            one, call.scope, path.table, path.row, body.cells, now_ms
        )
    )


@endpoint("DELETE", "/tables/{table}/rows/{row:int}", needs="table:write")
async def remove_row(call: Call, path: OneRow) -> Removed:
    """Delete a row."""
    return await _remove(call, path.table, [path.row])


@endpoint("POST", "/tables/{table}/rows/delete", needs="table:write")
async def remove_rows(call: Call, path: OneTable, body: RowsRemoved) -> Removed:
    """Delete rows; those that are not there are passed over."""
    return await _remove(call, path.table, body.ids)


@endpoint("POST", "/tables/{table}/import", needs="table:write", consumes="text/csv")
async def import_rows(call: Call, path: OneTable, query: ReadingIn) -> CsvDone:
    """Add the rows of a CSV file, which is the body.

    UTF-8, and the first line names the columns. Everything is looked at before the first row is
    added; the problem that is answered lists the lines that are wrong under `findings`.
    """
    form = CsvForm(
        delimiter=_DELIMITERS[query.delimiter],
        add_columns=query.add_columns,
        skip_wrong=query.skip_wrong,
    )
    with tempfile.SpooledTemporaryFile(max_size=_MEMORY) as file:
        await _spooled(parts_of(call.request, MOST_CSV_BYTES), file)
        return await _files(call).read_in(call.scope, path.table, file, form)


@endpoint("GET", "/tables/{table}/export", needs="table:read", produces="text/csv")
async def export_rows(call: Call, path: OneTable, query: WritingOut) -> StreamingResponse:
    """The rows as CSV, in the order in which they were added."""
    form = CsvForm(delimiter=_DELIMITERS[query.delimiter], for_spreadsheets=query.for_spreadsheets)
    scope, db = call.scope, call.server.db
    table = await db.read(lambda one: data_tables.get(one, scope, path.table))
    name = quote(f"{table.name}.csv", safe="")
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{name}"}
    written = _files(call).written(scope, path.table, form)
    return StreamingResponse(written, headers=headers, media_type="text/csv")


async def _remove(call: Call, table: str, rows: Sequence[int]) -> Removed:
    removed = await call.server.db.transact(
        lambda one: data_tables_rows.remove(one, call.scope, table, rows)
    )
    return Removed(removed)


async def _spooled(parts: AsyncIterator[bytes], file: IO[bytes]) -> None:
    async for part in parts:
        await asyncio.to_thread(file.write, part)


def _files(call: Call) -> TableFiles:
    return TableFiles(call.server.db, call.kernel.host.clock)


def _condition(text: str) -> Condition:
    column, _, rest = text.partition(":")
    comparison, _, value = rest.partition(":")
    if comparison not in _COMPARISONS:
        known = ", ".join(get_args(Comparison))
        message = f"{text[:80]!r} is no condition."
        raise QueryInvalid(message, hint=f"Write COLUMN:COMPARISON:VALUE, with one of {known}.")
    return Condition(column, msgspec.convert(comparison, Comparison), value)


ENDPOINTS = [
    list_tables,
    add_table,
    show_table,
    change_table,
    remove_table,
    list_rows,
    add_rows,
    show_row,
    change_row,
    remove_row,
    remove_rows,
    import_rows,
    export_rows,
]
