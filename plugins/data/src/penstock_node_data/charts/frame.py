"""What surrounds the data: title, legend, axes and their labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from penstock_node_data.charts.figure import Figure
from penstock_node_data.charts.scale import (
    Scale,
    every,
    extent,
    nice_ticks,
    shortened,
    written,
)
from penstock_node_data.charts.scene import Area, Label, Shape, Stroke, box

_TITLE = 30  # height of the line with the title
_LEGEND = 24
_MARGIN = 16
_LABEL = 12  # size of letters
_LETTER = 6.6  # width of one on average
_LONGEST_LABEL = 16


@dataclass(frozen=True, kw_only=True)
class Frame:
    """The room for the data, with what was drawn around it."""

    left: float
    top: float
    right: float
    bottom: float
    shapes: list[Shape]


def heading(figure: Figure) -> Frame:
    """Title and legend, and the room below them."""
    shapes: list[Shape] = []
    top = float(_MARGIN)
    if figure.title:
        room = int((figure.width - 2 * _MARGIN) / (_LETTER * 16 / _LABEL))
        title = shortened(figure.title, room)
        at = (float(_MARGIN), top + 8)
        shapes.append(Label(at=at, text=title, color=figure.theme.text, size=16, bold=True))
        top += _TITLE
    if figure.legend:
        shapes += _legend(figure, top + 6)
        top += _LEGEND
    right, bottom = figure.width - _MARGIN, figure.height - _MARGIN
    return Frame(left=_MARGIN, top=top, right=right, bottom=bottom, shapes=shapes)


def _legend(figure: Figure, y: float) -> list[Shape]:
    shapes: list[Shape] = []
    x = float(_MARGIN)
    for one in figure.series:
        name = shortened(one.name, 24)
        width = 16 + len(name) * _LETTER + 16
        if x + width > figure.width and x > _MARGIN:
            shapes.append(Label(at=(x, y), text="…", color=figure.theme.faint))
            break
        shapes.append(Area(points=box(x, y - 5, x + 10, y + 5), color=one.color))
        shapes.append(Label(at=(x + 16, y), text=name, color=figure.theme.faint, size=_LABEL))
        x += width
    return shapes


def axes(figure: Figure, *, from_zero: bool) -> tuple[Frame, Scale]:
    """Heading, the axis of the values with its grid, and the room that is left."""
    head = heading(figure)
    values = [v for one in figure.series for v in one.values if v is not None]
    ticks = nice_ticks(*extent(values, from_zero=from_zero))
    widest = max(len(written(tick)) for tick in ticks) * _LETTER
    left = head.left + widest + 8
    bottom = head.bottom - 22 - (18 if figure.x_title else 0)
    top = head.top + (18 if figure.y_title else 0)
    scale = Scale(ticks[0], ticks[-1], bottom, top + 8)
    frame = Frame(left=left, top=top, right=head.right, bottom=bottom, shapes=head.shapes)
    for tick in ticks:
        y = scale.at(tick)
        color = figure.theme.faint if tick == 0 else figure.theme.grid
        frame.shapes.append(Stroke(points=((left, y), (frame.right, y)), color=color))
        at = (left - 8, y)
        frame.shapes.append(
            Label(at=at, text=written(tick), color=figure.theme.faint, size=_LABEL, anchor="end")
        )
    frame.shapes.extend(_titles(figure, head, frame))
    return frame, scale


def _titles(figure: Figure, head: Frame, frame: Frame) -> list[Shape]:
    color = figure.theme.faint
    shapes: list[Shape] = []
    if figure.y_title:
        at = (head.left, head.top + 8)
        shapes.append(Label(at=at, text=shortened(figure.y_title, 40), color=color, size=_LABEL))
    if figure.x_title:
        at = ((frame.left + frame.right) / 2, head.bottom - 4)
        text = shortened(figure.x_title, 60)
        shapes.append(Label(at=at, text=text, color=color, size=_LABEL, anchor="middle"))
    return shapes


def name_places(figure: Figure, frame: Frame, places: Sequence[float]) -> None:
    """Write the labels below the axis, as many as fit."""
    if not figure.labels:
        return
    longest = min(_LONGEST_LABEL, max(map(len, figure.labels)))
    room = int((frame.right - frame.left) / ((longest + 2) * _LETTER))
    step = every(len(places), room)
    for i in range(0, len(places), step):
        text = shortened(figure.labels[i], _LONGEST_LABEL)
        at = (places[i], frame.bottom + 14)
        color = figure.theme.faint
        frame.shapes.append(Label(at=at, text=text, color=color, size=_LABEL, anchor="middle"))
