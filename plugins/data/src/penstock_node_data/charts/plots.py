"""The kinds of charts: each turns a figure into shapes."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from penstock_node_data.charts.figure import PALETTE, Figure, Series
from penstock_node_data.charts.frame import Frame, axes, heading, name_places
from penstock_node_data.charts.scale import Scale, extent, nice_ticks, shortened, written
from penstock_node_data.charts.scene import (
    Area,
    Dot,
    Label,
    Point,
    Scene,
    Shape,
    Stroke,
    box,
)

_GAP = 0.25  # share of a bar's place that stays free
_MAX_SLICES = len(PALETTE)


def draw(figure: Figure) -> Scene:
    """The picture of a figure; of one without data, a word about that."""
    shapes = _nothing(figure) if figure.is_empty else _PLOTS[figure.kind](figure)
    return Scene(
        width=figure.width,
        height=figure.height,
        background=figure.theme.background,
        shapes=shapes,
        description=figure.description,
    )


def _nothing(figure: Figure) -> Sequence[Shape]:
    middle = (figure.width / 2, figure.height / 2)
    color = figure.theme.faint
    word = Label(at=middle, text="No data", color=color, size=14, anchor="middle")
    return [*heading(figure).shapes, word]


def _bars(figure: Figure) -> Sequence[Shape]:
    frame, scale = axes(figure, from_zero=True)
    count = max(1, len(figure.labels))
    place = (frame.right - frame.left) / count
    width = place * (1 - _GAP) / len(figure.series)
    for i in range(count):
        start = frame.left + i * place + place * _GAP / 2
        for n, one in enumerate(figure.series):
            value = one.values[i]
            if value is not None:
                left = start + n * width
                top, bottom = sorted((scale.at(value), scale.at(0)))
                right = left + max(width - (1 if width > 4 else 0), 0.5)
                frame.shapes.append(Area(points=box(left, top, right, bottom), color=one.color))
    name_places(figure, frame, [frame.left + (i + 0.5) * place for i in range(count)])
    return frame.shapes


def _lines(figure: Figure, *, filled: bool = False) -> Sequence[Shape]:
    frame, scale = axes(figure, from_zero=filled)
    places = _spread(frame, len(figure.labels))
    for one in figure.series:
        for run in _runs(one, places, scale):
            if filled and len(run) > 1:
                base = scale.at(0)
                ends = ((run[-1][0], base), (run[0][0], base))
                frame.shapes.append(Area(points=(*run, *ends), color=one.color, opacity=0.25))
            if len(run) > 1:
                frame.shapes.append(Stroke(points=run, color=one.color, width=2))
            else:
                frame.shapes.append(Dot(center=run[0], radius=3, color=one.color))
    name_places(figure, frame, places)
    return frame.shapes


def _areas(figure: Figure) -> Sequence[Shape]:
    return _lines(figure, filled=True)


def _spread(frame: Frame, count: int) -> list[float]:
    if count == 1:
        return [(frame.left + frame.right) / 2]
    step = (frame.right - frame.left - 16) / max(1, count - 1)
    return [frame.left + 8 + i * step for i in range(count)]


def _runs(series: Series, places: Sequence[float], scale: Scale) -> list[list[Point]]:
    """The points of a line, parted where values are missing."""
    runs: list[list[Point]] = [[]]
    for x, value in zip(places, series.values, strict=True):
        if value is None:
            runs.append([])
        else:
            runs[-1].append((x, scale.at(value)))
    return [run for run in runs if run]


def _points(figure: Figure) -> Sequence[Shape]:
    frame, scale = axes(figure, from_zero=False)
    ticks = nice_ticks(*extent(figure.places, from_zero=False), count=6)
    across = Scale(ticks[0], ticks[-1], frame.left + 8, frame.right - 8)
    color = figure.theme.faint
    for tick in ticks:
        at = (across.at(tick), frame.bottom + 14)
        frame.shapes.append(Label(at=at, text=written(tick), color=color, anchor="middle"))
    for one in figure.series:
        for x, y in zip(figure.places, one.values, strict=True):
            if y is not None:
                center = (across.at(x), scale.at(y))
                frame.shapes.append(Dot(center=center, radius=3.5, color=one.color))
    return frame.shapes


def _pie(figure: Figure) -> Sequence[Shape]:
    head = heading(figure)
    slices = _slices(figure)
    total = sum(value for _, value in slices)
    height = head.bottom - head.top
    radius = max(10.0, min(height / 2, (head.right - head.left) * 0.3))
    center = (head.left + radius, head.top + height / 2)
    angle = -math.pi / 2
    shapes = head.shapes
    for n, (name, value) in enumerate(slices):
        color = PALETTE[n % len(PALETTE)]
        end = angle + value / total * 2 * math.pi
        shapes.append(Area(points=_wedge(center, radius, angle, end), color=color))
        angle = end
        shapes += _entry(figure, center, radius, n, len(slices), f"{value / total:.1%}", name)
    return shapes


def _slices(figure: Figure) -> list[tuple[str, float]]:
    """Name and value, largest first; of many small ones one is made."""
    values = figure.series[0].values
    found = [
        (label, value)
        for label, value in zip(figure.labels, values, strict=True)
        if value is not None and value > 0
    ]
    found.sort(key=lambda pair: -pair[1])
    if len(found) > _MAX_SLICES:
        rest = sum(value for _, value in found[_MAX_SLICES - 1 :])
        found = [*found[: _MAX_SLICES - 1], ("Others", rest)]
    return found or [("Nothing above 0", 1.0)]


def _wedge(center: Point, radius: float, start: float, end: float) -> list[Point]:
    steps = max(2, math.ceil((end - start) / math.radians(2)))
    arc = [start + (end - start) * n / steps for n in range(steps + 1)]
    x, y = center
    return [center, *((x + radius * math.cos(a), y + radius * math.sin(a)) for a in arc)]


def _entry(
    figure: Figure, center: Point, radius: float, n: int, count: int, share: str, name: str
) -> list[Shape]:
    line = min(22.0, 2 * radius / count)
    x, y = center[0] + radius + 28, center[1] + (n - (count - 1) / 2) * line
    room = int((figure.width - x - 90) / 6.6)
    text = f"{shortened(name, max(4, room))}  {share}"
    color = PALETTE[n % len(PALETTE)]
    return [
        Area(points=box(x, y - 5, x + 10, y + 5), color=color),
        Label(at=(x + 16, y), text=text, color=figure.theme.text),
    ]


_PLOTS: Mapping[str, Callable[[Figure], Sequence[Shape]]] = {
    "bar": _bars,
    "line": _lines,
    "area": _areas,
    "scatter": _points,
    "pie": _pie,
}
