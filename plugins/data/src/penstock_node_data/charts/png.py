"""A scene as PNG, drawn twice as large and made smaller so that edges are smooth."""

from __future__ import annotations

import io
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from penstock_node_data.charts.scene import Area, Dot, Label, Scene, Shape, Stroke

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

_SCALE = 2
_ANCHORS = {"start": "lm", "middle": "mm", "end": "rm"}


def png(scene: Scene) -> bytes:
    """The picture as PNG."""
    # Costs 60 ms, which only the workflows that draw PNGs should pay.
    from PIL import Image, ImageDraw  # noqa: PLC0415

    size = (scene.width * _SCALE, scene.height * _SCALE)
    image = Image.new("RGB", size, scene.background)
    draw = ImageDraw.Draw(image, "RGBA")
    for shape in scene.shapes:
        _draw(draw, shape)
    half = (scene.width, scene.height)
    small = cast("Any", image).resize(half, Image.Resampling.LANCZOS)
    file = io.BytesIO()
    small.save(file, "PNG", optimize=True)
    return file.getvalue()


def _draw(draw: ImageDraw, shape: Shape) -> None:
    if isinstance(shape, Area):
        opacity = round(shape.opacity * 255)
        draw.polygon(_scaled(shape.points), fill=f"{shape.color}{opacity:02x}")
    elif isinstance(shape, Stroke):
        width = max(1, round(shape.width * _SCALE))
        draw.line(_scaled(shape.points), fill=shape.color, width=width, joint="curve")
    elif isinstance(shape, Dot):
        (x, y), radius = _scaled([shape.center])[0], shape.radius * _SCALE
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=shape.color)
    else:
        _write(draw, shape)


def _write(draw: ImageDraw, label: Label) -> None:
    draw.text(
        _scaled([label.at])[0],
        "".join(sign for sign in label.text if sign.isprintable()),
        fill=label.color,
        font=_font(round(label.size * _SCALE)),
        anchor=_ANCHORS[label.anchor],
        stroke_width=0.4 * _SCALE if label.bold else 0,
        stroke_fill=label.color,
    )


@cache
def _font(size: int) -> Any:
    from PIL import ImageFont  # noqa: PLC0415

    # The one that Pillow brings, so that a picture is the same on every machine.
    return ImageFont.load_default(size)


def _scaled(points: Any) -> list[tuple[float, float]]:
    return [(x * _SCALE, y * _SCALE) for x, y in points]
