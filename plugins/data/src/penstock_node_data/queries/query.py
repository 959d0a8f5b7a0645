"""What all query nodes share: what is asked, and how the answers leave.

The rules:

* A query is asked of every item on its own, or of one field of it.
* Answers go into a field of their item, or each becomes an item that descends from it.
* An answer that is no object becomes an item with that one field.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from penstock_sdk import Context, Item, Node, Output, Port, options, text
from penstock_sdk.columns import as_list
from penstock_sdk.paths import MISSING, read


class Query(Node):
    """What query nodes share."""

    group = "data"
    icon = "search"
    outputs = (Port(name="main", sample={"name": "Ada", "result": ["Lovelace"]}),)

    of: str = text(
        "",
        title="Field to query",
        placeholder="e.g. body.orders",
        hint="The whole item where it is empty.",
        expression=False,
    )
    output: str = options(
        {"field": "A field of the item", "items": "One item for each result"},
        default="field",
        title="Put results into",
        expression=False,
    )
    into: str = text("result", title="Name of the field", expression=False)


class AllOrFirst(Query):
    """For languages whose queries give any number of results."""

    results: str = options(
        {"all": "All results", "first": "The first result"},
        default="all",
        title="Results",
        expression=False,
    )


def asked(ctx: Context, items: Sequence[Item]) -> list[Any]:
    """What the query is asked of, for each item; null where the field is missing."""
    name = str(ctx.param("of") or "")
    if not name:
        return [item.json for item in items]
    found = (read(item.json, name) for item in items)
    return [None if value is MISSING else value for value in found]


def queries_of(ctx: Context, name: str, count: int) -> list[str]:
    """The text of the query, for each item."""
    return [str(text or "") for text in as_list(ctx.columns(name), count)]


def answered(ctx: Context, items: Sequence[Item], results: Sequence[Sequence[Any]]) -> Output:
    """The items that leave; `results` has a list for each item that came."""
    into = str(ctx.param("into") or "result")
    if ctx.param("output") == "items":
        return _as_items(into, items, results)
    first = "results" in type_fields(ctx) and ctx.param("results") == "first"
    made = [
        Item({**item.json, into: (found[0] if found else None) if first else found}, item.binary)
        for item, found in zip(items, results, strict=True)
    ]
    return Output(cast("Sequence[Item]", made))


def type_fields(ctx: Context) -> frozenset[str]:
    """The parameters that this node has."""
    return frozenset(ctx.params(0))


def _as_items(into: str, items: Sequence[Item], results: Sequence[Sequence[Any]]) -> Output:
    made: list[Item] = []
    parents: list[int] = []
    for i, found in enumerate(results):
        for value in found:
            json = cast("dict[str, Any]", value) if isinstance(value, dict) else {into: value}
            made.append(Item(json))
            parents.append(i)
    return Output(made, parents)
