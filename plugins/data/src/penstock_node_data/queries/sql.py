"""SQL over items, in a database that lives in memory for one step.

The rules:

* Items become the table `items`: one column per field, in the order of their first appearance.
  Objects and arrays are columns of JSON text, which `json_extract` reads.
* One statement, and it only reads.
* It runs in a process of its own with limits on time and memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from penstock_sdk import (
    Context,
    Item,
    Node,
    Output,
    Port,
    boolean,
    code,
    integer,
    list_of,
    text,
)
from penstock_sdk import json as json_field
from penstock_sdk.sql import ask

_MAX_ROWS = 1_000_000


class Sql(Node):
    """Asks all items at once in SQL."""

    id = "penstock/data.sql"
    title = "SQL over items"
    description = "Selects, joins, groups and orders items with an SQL query."
    group = "data"
    icon = "database"
    aliases = ("query", "select", "group by", "join", "sqlite", "window", "pivot")
    docs = (
        "The items are the table `items`, with a column for each field. Objects and arrays are "
        "JSON text: `json_extract(address, '$.city')`. Values are given by name, as `:limit`, and "
        "never become part of the statement. The dialect is that of SQLite."
    )
    outputs = (Port(name="main", sample={"city": "London", "people": 2}),)

    query: str = code("sql", "SELECT * FROM items", title="Query")
    values: list[Any] = list_of(
        {"name": text(title="Name"), "value": json_field(None, title="Value")},
        default=(),
        title="Values",
        hint="Named in the query as :name.",
    )
    json_columns: bool = boolean(
        True,
        title="Read JSON in results",
        hint="Texts that hold an object or an array become one.",
        advanced=True,
    )
    max_rows: int = integer(
        100_000, minimum=1, maximum=_MAX_ROWS, title="Rows at most", advanced=True
    )

    async def run(self, ctx: Context, items: Sequence[Item]) -> Output:
        """Fill the table, ask, and make the rows items."""
        rows = await ask(
            str(ctx.param("query")),
            {"items": [item.json for item in items]},
            values={str(row["name"]): row.get("value") for row in ctx.param("values") or ()},
            most=int(ctx.param("max_rows")),
            read_json=ctx.param("json_columns") is True,
        )
        # A row may come from many items, and nobody can know from which.
        return Output([Item(row) for row in rows], [-1] * len(rows))
