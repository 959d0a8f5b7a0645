"""The node between Markdown and HTML."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from penstock_node_data.formats.html_markdown import to_markdown
from penstock_node_data.formats.markdown_html import to_html
from penstock_node_data.formats.sources import checked_text
from penstock_node_data.values.writing import with_values
from penstock_sdk import (
    Context,
    Item,
    Node,
    NodeFailed,
    Port,
    Result,
    boolean,
    collection,
    integer,
    list_of,
    options,
    text,
)
from penstock_sdk import json as json_field
from penstock_sdk.columns import as_list

_MAX_TEXT = 2_000_000  # characters: nested markup takes more than linear time
_AT_ONCE = 200  # texts that are converted before others have their turn
_PLAIN = re.compile(r"[^\\^$.*+?()\[\]{}|/]*+\Z")
_REPLACE = "String($json.text).replace(new RegExp($json.pattern, 'g'), $json.replacement)"

Convert = Callable[[str, Mapping[str, Any]], str]


class Markdown(Node):
    """Turns Markdown into HTML and back."""

    id = "penstock/data.markdown"
    title = "Markdown"
    description = "Writes Markdown as HTML, or HTML as Markdown."
    group = "data"
    icon = "file-type"
    aliases = ("md", "html to markdown", "markdown to html", "convert", "rich text")
    docs = (
        "HTML becomes Markdown with headings, lists, links, images, code and tables; scripts and "
        "styles are left out. Markdown becomes HTML with ids on headings; HTML inside it stays as "
        "it is unless it is to be escaped, so take care with texts of strangers."
    )
    outputs = (Port(name="main", sample={"data": "# Title\n\nA paragraph."}),)

    mode: str = options(
        {"to_markdown": "HTML to Markdown", "to_html": "Markdown to HTML"},
        default="to_markdown",
        title="Mode",
        expression=False,
    )
    source: Any = json_field(title="Text", placeholder="={{ $json.body }}")
    output_field: str = text("data", title="Put the result in field")
    keep_fields: bool = boolean(True, title="Keep the other fields")
    html_options: dict[str, Any] = collection(
        {
            "tables": boolean(title="Tables"),
            "strikethrough": boolean(title="Strikethrough"),
            "tasks": boolean(title="Task lists"),
            "bare_links": boolean(title="Link bare addresses"),
            "new_window": boolean(title="Open links in a new window"),
            "line_breaks": boolean(title="Line ends are line breaks"),
            "fences": boolean(True, title="Fenced code"),
            "escape_html": boolean(title="Show HTML as text"),
            "emoji": boolean(title="Names of emoji"),
            "mentions": boolean(title="Link mentions"),
            "mention_link": text("", title="Address of mentions, with {u} for the name"),
            "first_level": integer(1, title="Level of the first heading", minimum=1, maximum=6),
            "no_ids": boolean(title="Headings without ids"),
            "custom_ids": boolean(title="Headings name their ids, as in {id}"),
            "github_ids": boolean(title="Ids as GitHub makes them"),
            "id_prefix": text("", title="Prefix of ids"),
            "raw_id_prefix": boolean(title="Leave the prefix as it is"),
            "space_before_heading": boolean(title="Headings need a space"),
            "table_ids": boolean(title="Ids on titles of columns"),
            "image_sizes": boolean(title="Sizes of images, as in =100x80"),
            "whole_page": boolean(title="A whole page"),
        },
        title="Options",
        show_if={"mode": ["to_html"]},
    )
    markdown_options: dict[str, Any] = collection(
        {
            "bullet": text("*", title="Sign of list items"),
            "strong": text("**", title="Sign of bold text"),
            "emphasis": text("_", title="Sign of emphasis"),
            "code_fence": text("```", title="Fence of code"),
            "indented_code": boolean(title="Indent code instead of fencing it"),
            "ignore": text("", title="Elements to leave out", placeholder="e.g. nav, footer"),
            "block_elements": text("", title="More elements that are blocks"),
            "data_images": boolean(title="Keep images that are inside the text"),
            "references": boolean(title="Addresses of links at the end"),
            "max_line_ends": integer(3, title="Line ends in a row, at most", minimum=1),
        },
        title="Options",
        show_if={"mode": ["to_markdown"]},
    )
    replacements: list[Any] = list_of(
        {"pattern": text(title="Pattern"), "replacement": text("", title="Replacement")},
        title="Replace in the result",
        description="Patterns are regular expressions of JavaScript; they run in the sandbox.",
        advanced=True,
        show_if={"mode": ["to_markdown"]},
    )

    async def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        """Convert one text per item."""
        if not items:
            return []
        is_markdown = ctx.param("mode") == "to_markdown"
        convert, name = (
            (to_markdown, "markdown_options") if is_markdown else (to_html, "html_options")
        )
        sources = as_list(ctx.columns("source"), len(items))
        given = cast("list[Mapping[str, Any]]", as_list(ctx.columns(name), len(items)))
        texts = [_source(source, i) for i, source in enumerate(sources)]
        values = await _converted(convert, texts, given)
        rows: list[Mapping[str, Any]] = ctx.param("replacements") or [] if is_markdown else []
        for row in rows:
            values = await _replaced(ctx, values, row)
        return with_values(ctx, items, values, keep=bool(ctx.param("keep_fields")))


def _source(value: Any, i: int) -> str:
    source = checked_text(value, i, field="source")
    if len(source) > _MAX_TEXT:
        raise NodeFailed(
            f"The text is longer than {_MAX_TEXT:,} characters",
            hint="Split it before.",
            field="source",
            item=i,
        )
    return source


async def _converted(
    convert: Convert, texts: Sequence[str], given: Sequence[Mapping[str, Any]]
) -> list[str]:
    def some(start: int) -> list[str]:
        end = start + _AT_ONCE
        return [convert(*pair) for pair in zip(texts[start:end], given[start:end], strict=True)]

    found = list[str]()
    for start in range(0, len(texts), _AT_ONCE):
        found += await asyncio.to_thread(some, start)
    return found


async def _replaced(ctx: Context, values: list[str], row: Mapping[str, Any]) -> list[str]:
    pattern, replacement = str(row.get("pattern") or ""), str(row.get("replacement") or "")
    if _PLAIN.match(pattern) and "$" not in replacement:
        return [value.replace(pattern, replacement) for value in values] if pattern else values
    rows = [{"text": value, "pattern": pattern, "replacement": replacement} for value in values]
    return [str(value) for value in await ctx.evaluate(_REPLACE, rows)]
