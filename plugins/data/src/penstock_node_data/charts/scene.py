"""A picture as a list of shapes, before anybody decides how to write it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Point = tuple[float, float]
#: `#rrggbb`.
Color = str


@dataclass(frozen=True, kw_only=True)
class Area:
    """A filled polygon."""

    points: Sequence[Point]
    color: Color
    opacity: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Stroke:
    """A line through points."""

    points: Sequence[Point]
    color: Color
    width: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Dot:
    """A filled circle."""

    center: Point
    radius: float
    color: Color


@dataclass(frozen=True, kw_only=True)
class Label:
    """One line of text; `at` is its anchor on the middle of the line."""

    at: Point
    text: str
    color: Color
    size: float = 12
    anchor: Literal["start", "middle", "end"] = "start"
    bold: bool = False


Shape = Area | Stroke | Dot | Label


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A picture."""

    width: int
    height: int
    background: Color
    shapes: Sequence[Shape]
    #: For those who cannot see it.
    description: str


def box(left: float, top: float, right: float, bottom: float) -> Sequence[Point]:
    """The corners of a rectangle."""
    return ((left, top), (right, top), (right, bottom), (left, bottom))
