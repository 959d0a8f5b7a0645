"""Where values stand on an axis, and which of them are written beside it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

_STEPS = (1, 2, 2.5, 5, 10)
_HUGE = 1e15
_TINY = 1e-6


@dataclass(frozen=True)
class Scale:
    """From values to places; `low` and `high` are the ends of the axis."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """The place of a value."""
        share = (value - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)


def nice_ticks(low: float, high: float, count: int = 5) -> list[float]:
    """Round values from at or below `low` to at or above `high`, about `count` of them."""
    if low == high:
        low, high = (0.0, 1.0) if low == 0 else (min(low, 0.0), max(high, 0.0))
    raw = (high - low) / count
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(step * power for step in _STEPS if step * power >= raw * 0.999)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [round(n * step, 12) for n in range(first, last + 1)]


def written(value: float) -> str:
    """A value as it stands at an axis."""
    if abs(value) >= _HUGE or 0 < abs(value) < _TINY:
        return f"{value:.2e}"
    for limit, sign in ((1e12, "T"), (1e9, "G"), (1e6, "M")):
        if abs(value) >= limit:
            return f"{value / limit:.4g}{sign}"
    return f"{value:,.10g}"


def every(count: int, room: int) -> int:
    """Of so many labels where only `room` fit, each n-th one is written."""
    return max(1, math.ceil(count / max(1, room)))


def shortened(text: str, length: int) -> str:
    """A label that is not longer than this."""
    return text if len(text) <= length else text[: max(1, length - 1)] + "…"


def extent(values: Sequence[float], *, from_zero: bool) -> tuple[float, float]:
    """The smallest and the largest value that the axis shows."""
    low, high = min(values, default=0.0), max(values, default=1.0)
    return (min(low, 0.0), max(high, 0.0)) if from_zero else (low, high)
