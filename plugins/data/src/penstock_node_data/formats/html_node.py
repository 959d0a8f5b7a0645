"""The node that takes values out of HTML, and makes HTML."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from typing import Any, cast

from penstock_node_data.formats.html_extract import extracted
from penstock_node_data.formats.html_table import table
from penstock_node_data.formats.sources import MAX_TEXT, checked_text
from penstock_node_data.values.writing import with_value, with_values
from penstock_sdk import (
    Context,
    Item,
    Node,
    NodeFailed,
    Output,
    Port,
    Result,
    boolean,
    collection,
    list_of,
    options,
    text,
)
from penstock_sdk.columns import as_list
from penstock_sdk.paths import MISSING, read

_AT_ONCE = 500  # items before others have their turn
_MAX_ROWS = 200
_TEMPLATE = "<h1>Hello {{ $json.name }}</h1>"


class Html(Node):
    """Takes values out of HTML, and makes HTML."""

    id = "penstock/data.html"
    title = "HTML"
    description = "Extracts values by CSS selectors, fills a template, or makes a table of items."
    group = "data"
    icon = "file-code"
    aliases = ("scrape", "css selector", "extract", "template", "table", "web page", "parse html")
    docs = (
        "Extracting takes readable text, the exact text, HTML, an attribute or the value of an "
        "input from the first element that a selector finds, or from all as a list. A template is "
        "HTML with expressions. What expressions bring into a template is not escaped: take care "
        "with texts of strangers."
    )
    outputs = (Port(name="main", sample={"title": "My page", "links": ["https://example.com"]}),)

    mode: str = options(
        {
            "extract": "Extract values",
            "generate": "Fill a template",
            "table": "Make a table of the items",
        },
        default="extract",
        title="Mode",
        expression=False,
    )
    source: str = options(
        {"field": "A field", "file": "A file"},
        default="field",
        title="Where the HTML is",
        show_if={"mode": ["extract"]},
        expression=False,
    )
    field: str = text("data", title="Field or file with the HTML", show_if={"mode": ["extract"]})
    values: list[Any] = list_of(
        {
            "name": text(title="Name", placeholder="e.g. title"),
            "selector": text(title="CSS selector", placeholder="e.g. h1.title"),
            "take": options(
                {
                    "text": "Readable text",
                    "content": "Exact text",
                    "html": "HTML",
                    "attribute": "Attribute",
                    "value": "Value of an input",
                },
                default="text",
                title="Take",
            ),
            "attribute": text("", title="Attribute", hint="Empty: all of them."),
            "skip": text("", title="Leave out", placeholder="e.g. img, .ads"),
            "as_list": boolean(title="All elements, as a list"),
        },
        title="Values",
        show_if={"mode": ["extract"]},
    )
    template: str = text(
        _TEMPLATE, title="Template", multiline=True, show_if={"mode": ["generate"]}
    )
    output_field: str = text(
        "html", title="Put the result in field", show_if={"mode": ["generate", "table"]}
    )
    keep_fields: bool = boolean(
        title="Keep the other fields", show_if={"mode": ["extract", "generate"]}
    )
    more: dict[str, Any] = collection(
        {
            "trim": boolean(title="Trim values"),
            "clean_up": boolean(title="Remove line ends and double spaces"),
            "caption": text("", title="Caption of the table"),
            "capitalize": boolean(title="Capitalize the titles of columns"),
            "unstyled": boolean(title="Table without styles"),
            "table_attributes": text("", title="Attributes of the table"),
            "head_attributes": text("", title="Attributes of titles"),
            "row_attributes": text("", title="Attributes of rows"),
            "cell_attributes": text("", title="Attributes of cells"),
        },
        title="More",
    )

    def run(self, ctx: Context, items: Sequence[Item]) -> Result | Awaitable[Result]:
        """Extract from each item, or make HTML."""
        if not items:
            return []
        mode = ctx.param("mode")
        if mode == "extract":
            return _extract(ctx, items)
        if mode == "generate":
            filled = as_list(ctx.columns("template"), len(items))
            return with_values(ctx, items, filled, keep=bool(ctx.param("keep_fields")))
        made = table([item.json for item in items], ctx.param("more") or {})
        whole = with_value(Item({}), str(ctx.param("output_field")), made)
        return Output([whole], [tuple(range(len(items)))])


async def _extract(ctx: Context, items: Sequence[Item]) -> Result:
    count = len(items)
    fields, rows, more = (as_list(ctx.columns(name), count) for name in ("field", "values", "more"))
    from_file, keep = ctx.param("source") == "file", bool(ctx.param("keep_fields"))
    found, parents = list[Item](), list[int]()
    for i, item in enumerate(items):
        if i % _AT_ONCE == _AT_ONCE - 1:
            await asyncio.sleep(0)
        wanted = cast("list[Mapping[str, Any]]", rows[i] or [])
        if not wanted or len(wanted) > _MAX_ROWS:
            raise NodeFailed(
                f"Give between one and {_MAX_ROWS} values to extract", field="values", item=i
            )
        name = str(fields[i])
        sources = [await _file(ctx, item, name, i)] if from_file else _texts(item, name, i)
        for source in sources:
            values = extracted(source, wanted, more[i], i)
            found.append(Item({**item.json, **values} if keep else values, item.binary))
            parents.append(i)
    return Output(found, parents)


def _texts(item: Item, name: str, i: int) -> list[str]:
    """The HTML in a field, or each one of a list."""
    value = read(item.json, name)
    if value is MISSING:
        raise NodeFailed(
            f'No property named "{name}" exists!',
            hint="Name the field that holds the HTML.",
            field="field",
            item=i,
        )
    listed = cast("list[Any]", value) if isinstance(value, list) else [value]
    return [checked_text(one, i, field="field") for one in listed]


async def _file(ctx: Context, item: Item, name: str, i: int) -> str:
    ref = (item.binary or {}).get(name)
    if ref is None:
        raise NodeFailed(
            f"The item has no file {name!r}",
            hint="Name a file of the item.",
            field="field",
            item=i,
        )
    data = await ctx.binary.read(ref, size=MAX_TEXT + 1)
    if len(data) > MAX_TEXT:
        raise NodeFailed(f"The file is larger than {MAX_TEXT:,} bytes", field="field", item=i)
    return data.decode("utf-8", errors="replace")
