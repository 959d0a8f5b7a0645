"""Tables of data: what they are called, and which columns they have.

The rules:

* A column has an id that stays: giving it another name touches no row.
* What is in a column that is taken away is gone. The kind of a column does not change.
* Whoever changes the columns, or adds or removes rows, holds the table meanwhile.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, ClassVar

import msgspec
from sqlalchemy import Connection, cast, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql

from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql import audit, codec
from penstock_kernel.store.sql.data_tables_cells import Column, ColumnKind
from penstock_kernel.store.sql.rows import Row, all_rows, first_row
from penstock_kernel.store.sql.tables import data_tables, table_rows
from penstock_kernel.store.sql.turns import take_turn
from penstock_sdk import PenstockError

_T, _R = data_tables.c, table_rows.c
MOST_TABLES = 200
MOST_COLUMNS = 100
LONGEST_NAME = 100


class TableMissing(PenstockError):
    """There is no such table."""

    code: ClassVar[str] = "table.missing"


class TableTaken(PenstockError):
    """There is a table of this name."""

    code: ClassVar[str] = "table.taken"


class TableInvalid(PenstockError):
    """A table cannot be so: its name, its columns, or one too many."""

    code: ClassVar[str] = "table.invalid"


class DataTable(msgspec.Struct, frozen=True, kw_only=True):
    """A table, without its rows."""

    id: str
    name: str
    columns: Sequence[Column]
    created_ms: int
    rows: int = 0


class ColumnGiven(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a column is to be."""

    name: str
    kind: ColumnKind = "text"
    #: Of a column that there is; empty: it is new.
    id: str = ""


class TableChange(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be changed; None stays as it is."""

    name: str | None = None
    #: All columns from now on, in their order.
    columns: Sequence[ColumnGiven] | None = None


def listed(connection: Connection, scope: Scope) -> Sequence[DataTable]:
    """The tables of a workspace, by name."""
    scope.require("table:read")
    mine = _T.workspace_id == scope.workspace
    rows = all_rows(connection.execute(select(data_tables).where(mine).order_by(_T.name)))
    return [_table(row) for row in rows]


def get(
    connection: Connection,
    scope: Scope,
    table: str,
    *,
    grant: str = "table:read",
    held: bool = False,
) -> DataTable:
    """One table; held: nobody else changes it until this change is made.

    Raises:
        TableMissing: There is none with this id.
    """
    scope.require(grant)
    own = select(data_tables).where(_T.id == table, _T.workspace_id == scope.workspace)
    row = first_row(connection.execute(own.with_for_update() if held else own))
    if row is None:
        message = f"There is no table {table[:80]!r}."
        raise TableMissing(message, hint="Look at the list of tables.")
    return _table(row)


def add(
    connection: Connection, scope: Scope, name: str, columns: Sequence[ColumnGiven], now_ms: int
) -> DataTable:
    """Make a table.

    Raises:
        TableTaken: There is one of this name.
        TableInvalid: It cannot be so, or is one too many.
    """
    scope.require("table:write")
    take_turn(connection, f"tables:{scope.workspace}")
    _check_name(connection, scope, name)
    mine = select(func.count()).where(_T.workspace_id == scope.workspace)
    if connection.execute(mine).scalar_one() >= MOST_TABLES:
        message = f"There are {MOST_TABLES} tables already."
        raise TableInvalid(message, hint="Delete some that are not used.")
    row: dict[str, Any] = {
        "id": f"dt_{os.urandom(8).hex()}",
        "workspace_id": scope.workspace,
        "name": name,
        "columns": codec.pack(_columns((), columns)),
        "row_count": 0,
        "created_ms": now_ms,
    }
    connection.execute(insert(data_tables).values(row))
    return _table(row)


def change(connection: Connection, scope: Scope, table: str, wanted: TableChange) -> DataTable:
    """Give a table another name, or other columns.

    Raises:
        TableMissing: There is none with this id.
        TableTaken: There is one of this name.
        TableInvalid: It cannot be so.
    """
    take_turn(connection, f"tables:{scope.workspace}")
    before = get(connection, scope, table, grant="table:write", held=True)
    values: dict[str, Any] = {}
    if wanted.name is not None and wanted.name != before.name:
        _check_name(connection, scope, wanted.name)
        values["name"] = wanted.name
    if wanted.columns is not None:
        columns = _columns(before.columns, wanted.columns)
        kept = {one.id for one in columns}
        _drop(connection, table, [one.id for one in before.columns if one.id not in kept])
        values["columns"] = codec.pack(columns)
    if values:
        connection.execute(update(data_tables).where(_T.id == table).values(values))
    return get(connection, scope, table, grant="table:write")


def remove(connection: Connection, scope: Scope, table: str, now_ms: int) -> None:
    """Remove a table with its rows.

    Raises:
        TableMissing: There is none with this id.
    """
    gone = get(connection, scope, table, grant="table:delete", held=True)
    connection.execute(delete(table_rows).where(_R.table_id == table))
    connection.execute(delete(data_tables).where(_T.id == table))
    told = {"name": gone.name, "rows": gone.rows}
    audit.record(connection, scope, "table.removed", table, told, now_ms)


def count(connection: Connection, table: str, more: int) -> None:
    """Note that a table, which is held, has more rows, or fewer."""
    changed = update(data_tables).where(_T.id == table).values(row_count=_T.row_count + more)
    connection.execute(changed)


def _columns(before: Sequence[Column], given: Sequence[ColumnGiven]) -> Sequence[Column]:
    known = {one.id: one for one in before}
    columns: list[Column] = []
    for one in given:
        if one.id and one.id not in known:
            raise TableInvalid(f"There is no column {one.id!r}.", hint="Leave the id of it out.")
        if one.id and one.kind != known[one.id].kind:
            message = f"The column {one.name!r} keeps {known[one.id].kind}, and not {one.kind}."
            raise TableInvalid(message, hint="Add a column, and remove the old one.")
        _check_word(one.name, "column")
        # Never the id of a column that is gone: what was in that must not come back.
        name = one.id or f"c_{os.urandom(6).hex()}"
        columns.append(Column(id=name, name=one.name, kind=one.kind))
    _check_columns(columns)
    return columns


def _check_columns(columns: Sequence[Column]) -> None:
    if not 1 <= len(columns) <= MOST_COLUMNS:
        message = f"A table has 1 to {MOST_COLUMNS} columns, and not {len(columns)}."
        raise TableInvalid(message, hint="Keep what belongs together in one column of JSON.")
    for field in ("name", "id"):
        names = [getattr(one, field) for one in columns]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise TableInvalid(f"Two columns are {twice[0]!r}.", hint="Each is there once.")


def _check_name(connection: Connection, scope: Scope, name: str) -> None:
    _check_word(name, "table")
    same = select(_T.id).where(_T.workspace_id == scope.workspace, _T.name == name)
    if connection.execute(same).first() is not None:
        message = f"There is a table {name!r} already."
        raise TableTaken(message, hint="Choose another name.")


def _check_word(name: str, what: str) -> None:
    """Names stand in queries, as `price:gt:5`, and in the first line of CSV."""
    strange = any(ord(one) < 32 or one == ":" for one in name)
    if not name or len(name) > LONGEST_NAME or name != name.strip() or strange or name[0] == "-":
        message = f"A {what} cannot be called {name[:LONGEST_NAME]!r}."
        hint = f"Use 1 to {LONGEST_NAME} characters without a colon or a line break."
        raise TableInvalid(message, hint=hint)


def _drop(connection: Connection, table: str, columns: Sequence[str]) -> None:
    """Forget what is in columns."""
    for column in columns:
        if connection.dialect.name == "sqlite":
            left: Any = func.json_remove(_R.content, f'$."{column}"')
        else:
            left = cast(cast(_R.content, postgresql.JSONB).op("-")(column), postgresql.TEXT)
        connection.execute(update(table_rows).where(_R.table_id == table).values(content=left))


def _table(row: Row) -> DataTable:
    columns = codec.unpack(row["columns"], list[Column])
    return DataTable(
        id=row["id"],
        name=row["name"],
        columns=columns,
        created_ms=row["created_ms"],
        rows=row["row_count"],
    )
