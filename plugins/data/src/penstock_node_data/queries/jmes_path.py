"""JMESPath. It runs in the sandbox, because `[@,@][]` doubles a list and may stand there often."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from penstock_node_data.queries.query import Query, answered, asked, queries_of
from penstock_sdk import Context, Item, Output, text


class JmesPathQuery(Query):
    """Asks items by JMESPath."""

    id = "penstock/data.jmespath"
    title = "JMESPath"
    description = "Selects and reshapes values of items with JMESPath."
    aliases = ("query", "select", "extract", "project", "reshape", "jmes")
    docs = (
        "A query gives one value: a field, a list, or a new object as in "
        "`orders[?total > `100`].{id: id, total: total}`. With one item for each result, the "
        "members of a list become items."
    )

    query: str = text("@", title="Query", placeholder="e.g. orders[?total > `100`].id")

    async def run(self, ctx: Context, items: Sequence[Item]) -> Output:
        """Ask every item, all in one call."""
        if not items:
            return Output([])
        queries = queries_of(ctx, "query", len(items))
        rows = [
            {"value": value, "query": query}
            for value, query in zip(asked(ctx, items), queries, strict=True)
        ]
        values = await ctx.evaluate("$jmespath($json.value, $json.query)", rows)
        if ctx.param("output") == "items":
            return answered(ctx, items, [_members(value) for value in values])
        into = str(ctx.param("into") or "result")
        return Output(
            [
                Item({**item.json, into: value}, item.binary)
                for item, value in zip(items, values, strict=True)
            ]
        )


def _members(value: Any) -> list[Any]:
    found = cast("list[Any]", value if isinstance(value, list) else [value])
    return [member for member in found if member is not None]
