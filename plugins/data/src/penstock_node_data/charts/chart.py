"""The node that draws items as a picture.

The rules:

* Each item is one place from left to right, in the order of the items.
* A value that is no number, or is missing, is a gap; texts that hold a number count as one.
* Nothing is fetched and nothing is executed: letters and colours are built in.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from typing import Any

from penstock_node_data.charts.figure import DARK, LIGHT, PALETTE, Figure, Series
from penstock_node_data.charts.plots import draw
from penstock_node_data.charts.png import png
from penstock_node_data.charts.svg import svg
from penstock_sdk import (
    Context,
    Item,
    Node,
    NodeFailed,
    Output,
    Port,
    boolean,
    integer,
    options,
    text,
)
from penstock_sdk.paths import MISSING, read

_MAX_POINTS = 20_000
_KINDS = {"bar": "Bars", "line": "Lines", "area": "Areas", "scatter": "Points", "pie": "Pie"}
_WRITERS = {"svg": (svg, "image/svg+xml"), "png": (png, "image/png")}


class Chart(Node):
    """Draws items as a picture."""

    id = "penstock/data.chart"
    title = "Chart"
    description = "Draws items as bars, lines, areas, points or a pie, as SVG or PNG."
    group = "data"
    icon = "chart-column"
    aliases = ("plot", "graph", "diagram", "picture", "bar chart", "line chart", "pie chart", "png")
    docs = (
        "Every item is one place on the axis, with the label and the values that its fields hold. "
        "Several fields with values are several series. The picture travels as a file of one item; "
        "send it, save it, or show it."
    )
    outputs = (
        Port(name="main", sample={"title": "Orders", "kind": "bar", "points": 7, "series": 1}),
    )

    kind: str = options(_KINDS, default="bar", title="Kind")
    label_field: str = text("", title="Field for the labels", placeholder="e.g. start")
    value_fields: str = text(title="Fields with values", placeholder="e.g. count, sum_total")
    title_: str = text("", title="Title")
    format: str = options({"svg": "SVG", "png": "PNG"}, default="svg", title="Format")
    x_title: str = text("", title="Title of the horizontal axis", advanced=True)
    y_title: str = text("", title="Title of the vertical axis", advanced=True)
    width: int = integer(800, minimum=100, maximum=4_000, title="Width", advanced=True)
    height: int = integer(400, minimum=100, maximum=4_000, title="Height", advanced=True)
    dark: bool = boolean(False, title="Dark background", advanced=True)
    legend: bool = boolean(True, title="Legend", advanced=True)
    into: str = text("chart", title="Name of the file in the item", advanced=True)

    async def run(self, ctx: Context, items: Sequence[Item]) -> Output:
        """Draw one picture of all items."""
        if not items:
            return Output([])
        figure = _figure(ctx, items)
        form = str(ctx.param("format"))
        write, media_type = _WRITERS[form]
        data = await asyncio.to_thread(lambda: write(draw(figure)))
        name = f"{_file_name(figure.title)}.{form}"
        ref = await ctx.binary.write(data, media_type=media_type, file_name=name)
        json = {
            "title": figure.title,
            "kind": figure.kind,
            "points": len(figure.labels),
            "series": len(figure.series),
        }
        made = Item(json, {str(ctx.param("into") or "chart"): ref})
        return Output([made], [tuple(range(len(items)))])


def _figure(ctx: Context, items: Sequence[Item]) -> Figure:
    if len(items) > _MAX_POINTS:
        raise NodeFailed(
            f"{len(items):,} items are more than a chart can show; {_MAX_POINTS:,} are allowed",
            hint="Group them before, with the node Time buckets or Summarize.",
        )
    kind = str(ctx.param("kind"))
    names = [part.strip() for part in str(ctx.param("value_fields")).split(",") if part.strip()]
    if not names:
        hint = "Name at least one field that holds numbers."
        raise NodeFailed("No field with values is named", hint=hint, field="value_fields")
    labels = [_label(item, str(ctx.param("label_field")), i) for i, item in enumerate(items)]
    return Figure(
        kind=kind,
        title=str(ctx.param("title")),
        labels=labels,
        places=_places(labels) if kind == "scatter" else [],
        series=[_series(items, name, n) for n, name in enumerate(names)],
        theme=DARK if ctx.param("dark") else LIGHT,
        width=int(ctx.param("width")),
        height=int(ctx.param("height")),
        legend=ctx.param("legend") is True and len(names) > 1 and kind != "pie",
        x_title=str(ctx.param("x_title")),
        y_title=str(ctx.param("y_title")),
    )


def _label(item: Item, name: str, i: int) -> str:
    value = read(item.json, name) if name else i + 1
    if value is MISSING or value is None:
        return ""
    shown = str(value)
    # Midnight is not worth the room that it takes.
    return shown[:10] if shown[10:19] == "T00:00:00" else shown


def _places(labels: Sequence[str]) -> list[float]:
    places: list[float] = []
    for i, label in enumerate(labels):
        place = _number(label)
        if place is None:
            raise NodeFailed(
                f"A chart of points needs numbers from left to right, and this is {label!r}"[:300],
                hint="Choose a field that holds numbers, or another kind of chart.",
                item=i,
                field="label_field",
            )
        places.append(place)
    return places


def _series(items: Sequence[Item], name: str, n: int) -> Series:
    values = [_number(read(item.json, name)) for item in items]
    return Series(name=name, values=values, color=PALETTE[n % len(PALETTE)])


def _number(value: Any) -> float | None:
    if value is MISSING or value is None or isinstance(value, bool):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _file_name(title: str) -> str:
    kept = "".join(sign if sign.isalnum() else "-" for sign in title.lower()).strip("-")
    return kept[:60] or "chart"
