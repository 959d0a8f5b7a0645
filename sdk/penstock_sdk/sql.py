"""SQL over tables of objects, for native nodes.

The rules:

* A table has one column per field, in the order of their first appearance. Objects and arrays are
  JSON text, which `json_extract` reads.
* One statement, and it only reads.
* It runs in a process of its own with limits on time and memory (`sql_worker.py`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import msgspec

from penstock_sdk.child import call_child
from penstock_sdk.errors import NodeFailed

_WORKER = Path(__file__).with_name("sql_worker.py")

Row = dict[str, Any]


async def ask(
    query: str,
    tables: Mapping[str, Sequence[Row]],
    *,
    values: Mapping[str, Any] | None = None,
    most: int = 100_000,
    last_wins: bool = False,
    read_json: bool = True,
    field: str = "query",
) -> list[Row]:
    """The rows that answer a query.

    Args:
        query: One SELECT.
        tables: Their names and rows.
        values: Named in the query as `:name`.
        most: Rows at most.
        last_wins: Of columns with the same name the last one counts; else each has a name.
        read_json: Texts that hold an object or an array become one.
        field: Parameter of the node that an error is about.

    Raises:
        NodeFailed: It cannot be answered, or took too long.
    """
    request = {
        "tables": tables,
        "query": query,
        "values": values or {},
        "most": most,
        "last_wins": last_wins,
    }
    try:
        # Large tables take a while, in which other executions have their turn.
        asked = await asyncio.to_thread(msgspec.json.encode, request)
        reply = await call_child(_WORKER, asked, what="The query")
    except NodeFailed as error:
        named = ", ".join(tables)
        hint = error.hint or f"A query is one SELECT; the tables are {named}."
        raise NodeFailed(error.message, hint=hint, field=field) from error
    return await asyncio.to_thread(_rows, reply, read_json)


def _rows(reply: bytes, read_json: bool) -> list[Row]:
    rows = cast("list[Row]", msgspec.json.decode(reply))
    if not read_json:
        return rows
    return [{name: _read(value) for name, value in row.items()} for row in rows]


def _read(value: Any) -> Any:
    if not isinstance(value, str) or value[:1] not in ("{", "["):
        return value
    try:
        # Unlike Python's own reader it takes no NaN and no infinity.
        return msgspec.json.decode(value)
    except (msgspec.DecodeError, RecursionError):
        return value
