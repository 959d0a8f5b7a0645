"""`penstock bench large`: runs whose memory counts, each in a process of its own.

python -m penstock_web.bench.large CASE      prints the row as JSON
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time

import msgspec

from penstock_web.bench import documents
from penstock_web.bench.executions import bench_kernel, runs
from penstock_web.bench.measure import Row, calibration_ms
from penstock_web.bench.processes import CpuClock, PeakMemory

HUNDRED_THOUSAND = 100_000
CASES = {
    "chain": ("10 set, filter, sort nodes, 100,000 items, outputs kept", 100, 4_000.0, 700.0),
    "wide": ("the same with items of 1 KB", 1_000, None, 900.0),
}


def measure_large() -> list[Row]:
    """Two rows per case: time and peak memory of the whole process tree."""
    rows: list[Row] = []
    for case in CASES:
        words = [sys.executable, "-m", __name__, case]
        printed = subprocess.run(words, check=True, capture_output=True).stdout  # noqa: S603
        rows.extend(msgspec.json.decode(printed, type=list[Row]))
    return rows


async def _measure(case: str) -> list[Row]:
    name, size, limit, memory_limit = CASES[case]
    items = (
        documents.peer_items(HUNDRED_THOUSAND)
        if size <= 100
        else documents.sized_items(HUNDRED_THOUSAND, size)
    )
    async with bench_kernel() as kernel:
        await runs(kernel, documents.chain10(), items[:1_000])()
        before = calibration_ms()
        with PeakMemory() as peak:
            clock, started = CpuClock(), time.perf_counter()
            await runs(kernel, documents.chain10(), items)()
            wall, cpu = (time.perf_counter() - started) * 1e3, clock.ms()
    calibration = (before + calibration_ms()) / 2
    return [
        Row(name=name, value=wall, cpu_ms=cpu, limit=limit, calibration_ms=calibration),
        Row(
            name=f"{name}: peak memory (PSS of all processes)",
            value=peak.bytes / 1e6,
            unit="MB",
            limit=memory_limit,
            calibration_ms=calibration,
        ),
    ]


if __name__ == "__main__":
    print(msgspec.json.encode(asyncio.run(_measure(sys.argv[1]))).decode())  # noqa: T201
