"""The node that reads JSON texts and writes them."""

from __future__ import annotations

import json as codec
from collections.abc import Sequence
from typing import Any

from penstock_node_data.formats.sources import checked_text
from penstock_node_data.values.writing import with_values
from penstock_sdk import Context, Item, Node, NodeFailed, Port, Result, boolean, options, text
from penstock_sdk import json as json_field
from penstock_sdk.columns import as_list


class Json(Node):
    """Reads JSON texts, or writes values as JSON."""

    id = "penstock/data.json"
    title = "JSON"
    description = "Parses a JSON text into a value, or turns a value into a JSON text."
    group = "data"
    icon = "braces"
    aliases = ("parse json", "stringify", "serialize", "deserialize")
    docs = (
        "Parsing gives objects, arrays and plain values. What is no JSON is an error, or null "
        "where that is wished. Writing may be indented and have its keys in order."
    )
    outputs = (Port(name="main", sample={"data": {"id": 7}}),)

    mode: str = options(
        {"parse": "Text to value", "stringify": "Value to text"},
        default="parse",
        title="Mode",
        expression=False,
    )
    value: Any = json_field(title="Value", placeholder="={{ $json.body }}")
    output_field: str = text("data", title="Put the result in field")
    keep_fields: bool = boolean(True, title="Keep the other fields")
    null_on_error: bool = boolean(
        title="Give null for what is no JSON", show_if={"mode": ["parse"]}
    )
    indented: bool = boolean(title="Indent", show_if={"mode": ["stringify"]})
    sort_keys: bool = boolean(title="Keys in order", show_if={"mode": ["stringify"]})

    def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        """Read or write one value per item."""
        if not items:
            return []
        given = as_list(ctx.columns("value"), len(items))
        if ctx.param("mode") == "parse":
            forgiving = bool(ctx.param("null_on_error"))
            values = [_parsed(value, i, forgiving=forgiving) for i, value in enumerate(given)]
        else:
            values = _written(ctx, given)
        return with_values(ctx, items, values, keep=bool(ctx.param("keep_fields")))


def _parsed(value: Any, i: int, *, forgiving: bool) -> Any:
    if value is None or not isinstance(value, str):
        return value
    source = checked_text(value, i, field="value")
    try:
        return codec.loads(source, parse_constant=_refused)
    except (ValueError, RecursionError) as error:
        if forgiving:
            return None
        told = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise NodeFailed(
            f"The text is not JSON: {told}",
            hint="Look at the text at that place, or let the node give null.",
            field="value",
            item=i,
        ) from None


def _refused(name: str) -> Any:
    raise ValueError(f"{name} is no value of JSON")


def _written(ctx: Context, given: Sequence[Any]) -> list[str]:
    indented, in_order = bool(ctx.param("indented")), bool(ctx.param("sort_keys"))
    encoder = codec.JSONEncoder(
        ensure_ascii=False,
        indent=2 if indented else None,
        separators=None if indented else (",", ":"),
        sort_keys=in_order,
    )
    return [encoder.encode(value) for value in given]
