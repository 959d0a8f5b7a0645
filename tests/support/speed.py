"""How fast this machine is just now."""

from __future__ import annotations

from penstock_web.bench.measure import calibration_ms

#: What the fixed piece of Python takes where the limits of the tests were found.
USUAL_MS = 13.0


def slowness() -> float:
    """How many times longer Python takes than usual, for whatever reason; at least once."""
    return max(1.0, min(calibration_ms() for _ in range(3)) / USUAL_MS)
