"""The node that puts items into another order.

The rules:

* Fields count in the order in which they are listed; items that are equal in all keep their order.
* Numbers come before texts, texts before everything else; what is missing or null comes last,
  whatever the direction.
* Texts are compared without regard to case; where they differ in nothing else they are equal.
* With an expression, its value is what is compared.
* With code, a JavaScript function compares two items; it runs in the sandbox.
"""

from __future__ import annotations

import json
import random
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from penstock_sdk import (
    Context,
    Item,
    Node,
    NodeFailed,
    Output,
    Result,
    boolean,
    code,
    list_of,
    options,
    text,
)
from penstock_sdk import json as json_field
from penstock_sdk.columns import as_list
from penstock_sdk.loose import tables
from penstock_sdk.paths import MISSING, read

_ORDERS = {"ascending": "Ascending", "descending": "Descending"}

Key = tuple[Any, ...]


class Sort(Node):
    """Puts items into another order."""

    id = "penstock/data.sort"
    title = "Sort"
    description = "Orders items by fields, by the value of an expression, or at random."
    group = "data"
    icon = "arrow-down-a-z"
    aliases = ("order", "arrange", "shuffle", "random", "rank", "reverse")
    docs = (
        "Several fields may be given: the second one decides where the first is equal. Items "
        "without a value come last. By expression, each item is placed by what the expression "
        "gives for it. By code, a function says which one of two items comes first."
    )

    mode: str = options(
        {
            "fields": "By fields",
            "expression": "By expression",
            "code": "By code",
            "random": "At random",
        },
        default="fields",
        title="Mode",
        expression=False,
    )
    fields_to_sort: list[Any] = list_of(
        {
            "name": text(title="Field", placeholder="e.g. customer.name"),
            "order": options(_ORDERS, default="ascending", title="Order"),
        },
        title="Fields",
        show_if={"mode": ["fields"]},
    )
    by: Any = json_field(
        title="Expression",
        placeholder="={{ $json.lines.length }}",
        show_if={"mode": ["expression"]},
    )
    order: str = options(
        _ORDERS, default="ascending", title="Order", show_if={"mode": ["expression"]}
    )
    source: str = code(
        "javascript",
        "return a.json.name < b.json.name ? -1 : 1;",
        title="Code that compares the items a and b",
        hint="Return a number below 0 where a comes first, above 0 where b does.",
        show_if={"mode": ["code"]},
    )
    dots: bool = boolean(
        True, title="Dots lead into objects", advanced=True, show_if={"mode": ["fields"]}
    )

    def run(self, ctx: Context, items: Sequence[Item]) -> Result | Awaitable[Result]:
        """Order the items."""
        if len(items) < 2:
            return items
        mode = ctx.param("mode")
        if mode == "code":
            return _compared(ctx, items)
        if mode == "random":
            order = _shuffled(ctx, len(items))
        elif mode == "expression":
            values = as_list(ctx.columns("by"), len(items))
            order = _ordered(range(len(items)), values, ctx.param("order") == "descending")
        else:
            order = _by_fields(ctx, items)
        return Output([items[i] for i in order], order)


async def _compared(ctx: Context, items: Sequence[Item]) -> Result:
    source = (
        f"const compare = (a, b) => {{\n{ctx.param('source')}\n}};\n"
        "const all = $input.all();\n"
        "const order = all.map((_, i) => i).sort((i, j) => compare(all[i], all[j]));\n"
        "return [{ json: { order } }];"
    )
    output = await ctx.run_code("javascript", source, items)
    order: list[int] = output.items[0].json["order"]
    return Output([items[i] for i in order], order)


def _shuffled(ctx: Context, count: int) -> list[int]:
    order = list(range(count))
    # Seeded by the step, so that running it again after a crash gives the same order.
    random.Random(ctx.idempotency_key()).shuffle(order)  # noqa: S311
    return order


def _by_fields(ctx: Context, items: Sequence[Item]) -> list[int]:
    rows = tables(ctx.param("fields_to_sort"))
    if not rows or not all(row.get("name") for row in rows):
        raise NodeFailed(
            "No field to sort by is named",
            hint="Name at least one field, or choose another mode.",
            field="fields_to_sort",
        )
    dots = bool(ctx.param("dots"))
    order: Sequence[int] = range(len(items))
    for row in reversed(rows):
        values = _values(items, str(row["name"]), dots=dots)
        order = _ordered(order, values, row.get("order") == "descending")
    return list(order)


def _values(items: Sequence[Item], name: str, *, dots: bool) -> list[Any]:
    values = [item.json.get(name, MISSING) for item in items]
    if MISSING in values:
        values = [read(item.json, name, dots=dots) for item in items]
        if all(value is MISSING for value in values):
            raise NodeFailed(
                f"No item has the field {name!r}",
                hint="Check its spelling; upper and lower case count.",
                field="fields_to_sort",
            )
    return [None if value is MISSING else value for value in values]


def _ordered(order: Sequence[int], values: Sequence[Any], descending: bool) -> list[int]:
    present = [i for i in order if values[i] is not None]
    absent = [i for i in order if values[i] is None]
    key = _key_for({type(values[i]) for i in present})

    def place(i: int) -> Any:
        return key(values[i])

    # `reverse` keeps equal items in their order, as a second pass over another field needs it.
    return [*sorted(present, key=place, reverse=descending), *absent]


def _key_for(types: set[type]) -> Callable[[Any], Any]:
    if types <= {int, float}:
        return _itself
    return _key


def _itself(value: Any) -> Any:
    return value


def _key(value: Any) -> Key:
    if isinstance(value, bool):
        return (2, value)
    if isinstance(value, int | float):
        return (0, value)
    if isinstance(value, str):
        return (1, value.lower())
    return (3, json.dumps(value, sort_keys=True))
