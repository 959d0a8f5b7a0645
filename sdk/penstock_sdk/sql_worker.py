"""The process that answers one SQL query over tables of objects; standard library only.

It is started as a file by `penstock_sdk.child`. The authorizer of SQLite refuses everything but
reading; a query without an end, or one that eats memory, ends with the process.
"""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from typing import Any

_MAX_COLUMNS = 1_000
_MAX_VALUE = 50_000_000  # bytes

_READS = frozenset(
    {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
)
_FORBIDDEN = frozenset({"load_extension", "readfile", "writefile", "edit", "fts3_tokenizer"})


def main(request: bytes) -> bytes:
    """Answer `{"tables", "query", "values", "most", "last_wins"}` with the rows, as JSON.

    Raises:
        ValueError: The query cannot be answered; the message is for a person.
    """
    asked = json.loads(request)
    with closing(sqlite3.connect(":memory:")) as database:
        for name, rows in asked["tables"].items():
            _fill(database, name, rows)
        _wall_off(database)
        try:
            found = database.execute(asked["query"], _named(asked["values"]))
            rows = _rows(found, asked["most"], last_wins=asked["last_wins"])
        except (sqlite3.Error, sqlite3.Warning, OverflowError) as error:
            raise ValueError(_reason(str(error))) from error
    return json.dumps(rows, ensure_ascii=False).encode(errors="replace")


def _fill(database: sqlite3.Connection, table: str, items: Sequence[dict[str, Any]]) -> None:
    names = list(dict.fromkeys(name for item in items for name in item))
    if len(names) > _MAX_COLUMNS:
        found = f"the items have {len(names):,} different fields"
        raise ValueError(f"{found}, and {_MAX_COLUMNS:,} can be columns")
    columns = ", ".join(map(_quoted, _distinct(names))) or '"_"'
    database.execute(f"CREATE TABLE {_quoted(table)} ({columns})")
    marks = ", ".join("?" * max(1, len(names)))
    rows = ([_cell(item.get(name)) for name in names] or [None] for item in items)
    into = f"INSERT INTO {_quoted(table)} VALUES ({marks})"  # noqa: S608  only marks
    database.executemany(into, rows)
    database.commit()


def _distinct(names: Sequence[str]) -> list[str]:
    """Names of columns: SQL does not tell upper from lower case, and items do."""
    taken: set[str] = set()
    found: list[str] = []
    for name in names:
        column, count = name, 1
        while column.lower() in taken:
            count += 1
            column = f"{name}_{count}"
        taken.add(column.lower())
        found.append(column)
    return found


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""').replace("\0", "") + '"'


def _cell(value: Any) -> Any:
    if value is None or isinstance(value, str | float):
        return value
    if isinstance(value, bool | int):
        return int(value) if -(1 << 63) <= value < 1 << 63 else float(value)
    return json.dumps(value, ensure_ascii=False)


def _named(values: dict[str, Any]) -> dict[str, Any]:
    return {name: _cell(value) for name, value in values.items()}


def _wall_off(database: sqlite3.Connection) -> None:
    # The temporary tables of a large query may not become files.
    database.execute("PRAGMA temp_store=MEMORY")
    database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MAX_VALUE)
    database.set_authorizer(_allowed)


def _allowed(action: int, first: str | None, second: str | None, *_: str | None) -> int:
    if action not in _READS:
        return sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_FUNCTION and (second or "").lower() in _FORBIDDEN:
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK


def _rows(cursor: sqlite3.Cursor, most: int, *, last_wins: bool) -> list[dict[str, Any]]:
    given = [str(column[0]) for column in cursor.description or ()]
    names = given if last_wins else _distinct(given)
    found = cursor.fetchmany(most + 1)
    if len(found) > most:
        raise ValueError(f"it gives more than {most:,} rows")
    return [dict(zip(names, map(_plain, row), strict=True)) for row in found]


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _reason(text: str) -> str:
    if "authoriz" in text or "prohibited" in text:
        return "it may only read"
    return text
