"""Rows of a table: found and sorted by the database, which looks into their JSON.

The rules:

* A table has `MOST_ROWS` rows at most, and a row `MOST_ROW_BYTES`.
* Pages go by the value that is sorted by, then by the id. Rows without a value come last.
* Texts are compared by their code points, whatever the language of the database.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal, cast

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Numeric,
    Text,
    and_,
    collate,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy import cast as as_type
from sqlalchemy.dialects import postgresql

from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql import data_tables
from penstock_kernel.store.sql.data_tables import DataTable
from penstock_kernel.store.sql.data_tables_cells import CellInvalid, Column, cell, cell_of_text
from penstock_kernel.store.sql.rows import Row, all_rows, first_row
from penstock_kernel.store.sql.tables import table_rows
from penstock_sdk import PenstockError

_R = table_rows.c
MOST_ROWS = 100_000
MOST_ROW_BYTES = 32_768
MOST_CONDITIONS = 20
Comparison = Literal["eq", "ne", "lt", "le", "gt", "ge", "contains", "empty"]
Cells = Mapping[str, Any]
_RowId = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]


class RowMissing(PenstockError):
    """There is no such row in this table."""

    code: ClassVar[str] = "row.missing"


class TableFull(PenstockError):
    """There are as many rows as a table may have."""

    code: ClassVar[str] = "table.full"


class QueryInvalid(PenstockError):
    """Rows cannot be asked for in this way."""

    code: ClassVar[str] = "table.query_invalid"


class TableRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row, with a value or null for each column, by its name."""

    id: int
    cells: Cells
    created_ms: int
    updated_ms: int


class Condition(msgspec.Struct, frozen=True):
    """What a column of a row has to be."""

    column: str
    comparison: Comparison
    value: str = ""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which rows, and in which order."""

    conditions: Sequence[Condition] = ()
    #: A column; empty: in the order in which they were added.
    sort: str = ""
    descending: bool = False
    cursor: str = ""
    most: int = 50


class RowPage(msgspec.Struct, frozen=True):
    """Some of the rows, and where the next ones begin."""

    rows: Sequence[TableRow]
    next: str | None = None


def find(connection: Connection, scope: Scope, table: str, wanted: Wanted) -> RowPage:
    """The rows of a table that are asked for.

    Raises:
        TableMissing: There is none with this id.
        QueryInvalid: They cannot be asked for in this way.
    """
    known = data_tables.get(connection, scope, table)
    query = _Query(connection, known)
    found = select(table_rows).where(_R.table_id == table, *query.all_of(wanted.conditions))
    if not wanted.sort:
        order = _R.id.desc() if wanted.descending else _R.id.asc()
        if wanted.cursor:
            place = _place_of(wanted.cursor)[1]
            found = found.where(_R.id < place if wanted.descending else _R.id > place)
        found = found.order_by(order)
    else:
        found = query.sorted(found, wanted)
    rows = all_rows(connection.execute(found.limit(wanted.most + 1)))
    page = [_row(known, row) for row in rows[: wanted.most]]
    more = len(rows) > wanted.most
    return RowPage(page, _cursor(page[-1], wanted.sort) if more and page else None)


def get(connection: Connection, scope: Scope, table: str, row: int) -> TableRow:
    """One row.

    Raises:
        TableMissing: There is no such table.
        RowMissing: There is no such row in it.
    """
    known = data_tables.get(connection, scope, table)
    return _row(known, _stored(connection, table, row, held=False))


def add(
    connection: Connection, scope: Scope, table: str, given: Sequence[Cells], now_ms: int
) -> Sequence[TableRow]:
    """Add rows, all of them or none.

    Raises:
        TableMissing: There is none with this id.
        TableFull: They would be too many.
        CellInvalid: A value does not fit.
    """
    known = data_tables.get(connection, scope, table, grant="table:write", held=True)
    rows = _new(connection, known, given, now_ms)
    if not rows:
        return []
    new = insert(table_rows).returning(table_rows, sort_by_parameter_order=True)
    return [_row(known, row) for row in all_rows(connection.execute(new, rows))]


def fill(
    connection: Connection, scope: Scope, table: str, given: Sequence[Cells], now_ms: int
) -> None:
    """Add many rows as `add` does, without telling which they became."""
    known = data_tables.get(connection, scope, table, grant="table:write", held=True)
    rows = _new(connection, known, given, now_ms)
    if rows:
        connection.execute(insert(table_rows), rows)


def _new(
    connection: Connection, table: DataTable, given: Sequence[Cells], now_ms: int
) -> list[dict[str, Any]]:
    check_room(table, len(given))
    data_tables.count(connection, table.id, len(given))
    moments = {"created_ms": now_ms, "updated_ms": now_ms}
    return [
        {"table_id": table.id, "content": content_of(table, cells), **moments} for cells in given
    ]


def change(
    connection: Connection, scope: Scope, table: str, row: int, given: Cells, now_ms: int
) -> TableRow:
    """Change cells of a row; what is not named stays.

    Raises:
        TableMissing: There is no such table.
        RowMissing: There is no such row in it.
        CellInvalid: A value does not fit.
    """
    known = data_tables.get(connection, scope, table, grant="table:write", held=True)
    before = _row(known, _stored(connection, table, row, held=True))
    content = content_of(known, {**before.cells, **given})
    changed = update(table_rows).where(_R.id == row, _R.table_id == table)
    changed = changed.values(content=content, updated_ms=now_ms)
    return _row(known, all_rows(connection.execute(changed.returning(table_rows)))[0])


def remove(connection: Connection, scope: Scope, table: str, rows: Sequence[int]) -> int:
    """Remove rows; say how many there were.

    Raises:
        TableMissing: There is no such table.
    """
    data_tables.get(connection, scope, table, grant="table:write", held=True)
    own = (_R.table_id == table) & _R.id.in_(rows)
    gone = int(connection.execute(delete(table_rows).where(own)).rowcount)
    data_tables.count(connection, table, -gone)
    return gone


def check_room(table: DataTable, more: int) -> None:
    """Refuse more rows than a table may have.

    Raises:
        TableFull: They would be too many.
    """
    if table.rows + more > MOST_ROWS:
        message = f"The table {table.name!r} has {table.rows:,} rows; {MOST_ROWS:,} are allowed."
        raise TableFull(message, hint="Delete rows, or use a database for more than that.")


def content_of(table: DataTable, cells: Cells) -> str:
    """The cells of a row as they are kept.

    Raises:
        CellInvalid: A value does not fit, or the table has no such column.
    """
    columns = {one.name: one for one in table.columns}
    content: dict[str, Any] = {}
    for name, value in cells.items():
        if name not in columns:
            known = ", ".join(list(columns)[:10])
            message = f"The table {table.name!r} has no column {name[:80]!r}."
            raise CellInvalid(name, message, f"There are: {known}.")
        kept = cell(columns[name], value)
        if kept is not None:
            content[columns[name].id] = kept
    text = msgspec.json.encode(content).decode()
    if len(text) > MOST_ROW_BYTES:
        message = f"The row would have {len(text):,} bytes; {MOST_ROW_BYTES:,} are allowed."
        raise CellInvalid("", message, "Keep large values in files.")
    return text


class _Query:
    """Conditions and orders of a table, in the words of a database."""

    def __init__(self, connection: Connection, table: DataTable) -> None:
        self._is_sqlite = connection.dialect.name == "sqlite"
        self._table = table
        self._columns = {one.name: one for one in table.columns}

    def all_of(self, conditions: Sequence[Condition]) -> list[ColumnElement[bool]]:
        if len(conditions) > MOST_CONDITIONS:
            raise QueryInvalid(f"There are more than {MOST_CONDITIONS} conditions.")
        return [self._holds(one) for one in conditions]

    def sorted(self, found: Any, wanted: Wanted) -> Any:
        column = self._column(wanted.sort)
        if column.kind == "json":
            message = f"The column {column.name!r} holds JSON, which has no order."
            raise QueryInvalid(message, hint="Sort by another column.")
        sql = self._cell(column)
        if wanted.cursor:
            found = found.where(self._after(column, sql, wanted))
        order = sql.desc() if wanted.descending else sql.asc()
        return found.order_by(sql.is_(None), order, _R.id)

    def _after(self, column: Column, sql: Any, wanted: Wanted) -> ColumnElement[bool]:
        value, row = _place_of(wanted.cursor)
        if value is None:
            return and_(sql.is_(None), _R.id > row)
        try:
            bound = self._bound(column, cell(column, value))
        except CellInvalid as error:
            raise _strange_cursor() from error
        further = sql < bound if wanted.descending else sql > bound
        return or_(further, and_(sql == bound, _R.id > row), sql.is_(None))

    def _holds(self, one: Condition) -> ColumnElement[bool]:
        column = self._column(one.column)
        sql = self._cell(column)
        if one.comparison == "empty":
            empty: ColumnElement[bool] = sql.is_(None)
            return empty if one.value != "false" else ~empty
        if one.comparison == "contains":
            return self._contains(column, sql, one.value)
        if column.kind == "json":
            message = f"The column {column.name!r} holds JSON: it can be asked whether it is empty."
            raise QueryInvalid(message, hint="Use the comparison `empty`.")
        bound = self._bound(column, self._value(column, one.value))
        if one.comparison == "ne":
            return or_(sql != bound, sql.is_(None))
        holds = {
            "eq": sql == bound,
            "lt": sql < bound,
            "le": sql <= bound,
            "gt": sql > bound,
            "ge": sql >= bound,
        }
        return cast("ColumnElement[bool]", holds[one.comparison])

    def _contains(self, column: Column, sql: Any, value: str) -> ColumnElement[bool]:
        if column.kind != "text":
            message = f"Only texts contain something, and the column {column.name!r} holds none."
            raise QueryInvalid(message, hint="Use another comparison.")
        wanted = str(self._value(column, value)).lower()
        # What orders by code points knows the letters of ASCII alone.
        lowered = func.lower(sql if self._is_sqlite else collate(sql, "default"))
        return lowered.contains(wanted, autoescape=True)

    def _value(self, column: Column, text: str) -> Any:
        try:
            value = cell_of_text(column, text)
        except CellInvalid as error:
            raise QueryInvalid(error.message, hint=error.hint) from error
        if value is None and column.kind != "text":
            message = f"There is no value to compare the column {column.name!r} with."
            raise QueryInvalid(message, hint="Write one, or use the comparison `empty`.")
        return "" if value is None else value

    def _bound(self, column: Column, value: Any) -> Any:
        if column.kind != "boolean":
            return value
        if self._is_sqlite:
            return int(value)
        return "true" if value else "false"

    def _cell(self, column: Column) -> Any:
        if self._is_sqlite:
            return func.json_extract(_R.content, f'$."{column.id}"')
        text = as_type(_R.content, postgresql.JSONB)[column.id].astext
        if column.kind == "number":
            return as_type(text, Numeric(asdecimal=False))
        return as_type(text, Text).collate("C")

    def _column(self, name: str) -> Column:
        if name not in self._columns:
            message = f"The table {self._table.name!r} has no column {name[:80]!r}."
            raise QueryInvalid(message, hint=f"There are: {', '.join(list(self._columns)[:10])}.")
        return self._columns[name]


def _cursor(row: TableRow, sort: str) -> str:
    place = [row.cells[sort] if sort else None, row.id]
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).decode().rstrip("=")


def _place_of(cursor: str) -> tuple[Any, int]:
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        return msgspec.json.decode(raw, type=tuple[str | int | float | bool | None, _RowId])
    except (binascii.Error, ValueError, msgspec.MsgspecError) as error:
        raise _strange_cursor() from error


def _strange_cursor() -> QueryInvalid:
    message = "This cursor does not come from here."
    return QueryInvalid(message, hint="Send `next_cursor` of the page before.")


def _stored(connection: Connection, table: str, row: int, *, held: bool) -> Row:
    own = select(table_rows).where(_R.id == row, _R.table_id == table)
    found = first_row(connection.execute(own.with_for_update() if held else own))
    if found is None:
        raise RowMissing(f"There is no row {row} in this table.", hint="Look at its rows.")
    return found


def _row(table: DataTable, row: Row) -> TableRow:
    content: dict[str, Any] = msgspec.json.decode(row["content"])
    return TableRow(
        id=row["id"],
        cells={one.name: content.get(one.id) for one in table.columns},
        created_ms=row["created_ms"],
        updated_ms=row["updated_ms"],
    )
