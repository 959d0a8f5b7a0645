"""What is drawn: labels and series, without a word about how."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from penstock_node_data.charts.scene import Color

#: Told apart by people who see few colours, too, and readable on both backgrounds.
PALETTE: Sequence[Color] = (
    "#3b6fd4",
    "#d9822b",
    "#2a9d6f",
    "#c44e6b",
    "#7d5bbe",
    "#8c7a3d",
    "#2596a8",
    "#a1567e",
)


@dataclass(frozen=True, kw_only=True)
class Theme:
    """The colours that are not data."""

    background: Color
    text: Color
    faint: Color
    grid: Color


LIGHT = Theme(background="#ffffff", text="#1f2430", faint="#5c6370", grid="#e3e6eb")
DARK = Theme(background="#161a22", text="#eceff4", faint="#a3acba", grid="#2c3340")


@dataclass(frozen=True, kw_only=True)
class Series:
    """Named values, one for each label; None where there is none."""

    name: str
    values: Sequence[float | None]
    color: Color


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A chart."""

    kind: str
    title: str
    labels: Sequence[str]
    #: Of scatter charts: where the points stand from left to right.
    places: Sequence[float]
    series: Sequence[Series]
    theme: Theme
    width: int
    height: int
    legend: bool
    x_title: str = ""
    y_title: str = ""

    @property
    def is_empty(self) -> bool:
        """Is there nothing to draw?"""
        return not any(value is not None for one in self.series for value in one.values)

    @property
    def description(self) -> str:
        """What somebody is told who cannot see it."""
        names = ", ".join(one.name for one in self.series)
        return f"{self.title or 'Chart'}: {self.kind} chart of {names}, {len(self.labels)} points"
