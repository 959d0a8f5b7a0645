"""A scene as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from penstock_node_data.charts.scene import Area, Dot, Label, Point, Scene, Shape, Stroke

_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"


def svg(scene: Scene) -> bytes:
    """The picture as one SVG document that needs nothing from outside."""
    shapes = "\n".join(_shape(shape) for shape in scene.shapes)
    title = escape(_clean(scene.description))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{scene.width}" height="{scene.height}" '
        f'viewBox="0 0 {scene.width} {scene.height}" role="img" font-family={quoteattr(_FONT)}>\n'
        f"<title>{title}</title>\n"
        f'<rect width="100%" height="100%" fill="{scene.background}"/>\n{shapes}\n</svg>\n'
    ).encode()


def _shape(shape: Shape) -> str:
    if isinstance(shape, Area):
        opacity = "" if shape.opacity == 1 else f' fill-opacity="{shape.opacity:g}"'
        return f'<polygon points="{_points(shape.points)}" fill="{shape.color}"{opacity}/>'
    if isinstance(shape, Stroke):
        return (
            f'<polyline points="{_points(shape.points)}" fill="none" stroke="{shape.color}" '
            f'stroke-width="{shape.width:g}" stroke-linejoin="round"/>'
        )
    if isinstance(shape, Dot):
        x, y = shape.center
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{shape.radius:g}" fill="{shape.color}"/>'
    return _label(shape)


def _label(label: Label) -> str:
    weight = ' font-weight="600"' if label.bold else ""
    return (
        f'<text x="{label.at[0]:.1f}" y="{label.at[1]:.1f}" fill="{label.color}" '
        f'font-size="{label.size:g}" text-anchor="{label.anchor}" dominant-baseline="central"'
        f"{weight}>{escape(_clean(label.text))}</text>"
    )


def _points(points: Sequence[Point]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _clean(text: str) -> str:
    """Without what XML has no way to write."""
    return "".join(sign for sign in text if sign.isprintable())
