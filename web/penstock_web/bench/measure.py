"""Measuring: medians of several runs, with CPU time and a calibration loop beside them."""

from __future__ import annotations

import statistics
import time
from collections.abc import Awaitable, Callable

import msgspec

from penstock_web.bench.processes import CpuClock

REPEATS = 5


class Row(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One line of the table."""

    name: str
    value: float
    unit: str = "ms"
    minimum: float | None = None
    maximum: float | None = None
    cpu_ms: float | None = None
    #: What is promised on a 2-core machine; None: shown for information.
    limit: float | None = None
    #: For what is the better the more: at least this is promised.
    floor: float | None = None
    #: How long the calibration loop took beside this row; compare it before you compare rows.
    calibration_ms: float = 0.0
    note: str = ""

    @property
    def good(self) -> bool:
        """Within what is promised."""
        if self.floor is not None:
            return self.value >= self.floor
        return self.limit is None or self.value <= self.limit


def calibration_ms() -> float:
    """A fixed piece of pure Python: slow moments of the machine show here."""
    started = time.perf_counter()
    total = 0
    for number in range(200_000):
        total = (total * 31 + number) & 0xFFFFFFFF
    return (time.perf_counter() - started) * 1e3


async def timed(
    name: str,
    run: Callable[[], Awaitable[object]],
    *,
    limit: float | None = None,
    repeats: int = REPEATS,
    warm: int = 1,
    note: str = "",
) -> Row:
    """The median of several runs, after some that do not count."""
    for _ in range(warm):
        await run()
    walls: list[float] = []
    cpus: list[float] = []
    before = calibration_ms()
    for _ in range(repeats):
        clock, started = CpuClock(), time.perf_counter()
        await run()
        walls.append((time.perf_counter() - started) * 1e3)
        cpus.append(clock.ms())
    return Row(
        name=name,
        value=statistics.median(walls),
        minimum=min(walls),
        maximum=max(walls),
        cpu_ms=statistics.median(cpus),
        limit=limit,
        calibration_ms=(before + calibration_ms()) / 2,
        note=note,
    )
