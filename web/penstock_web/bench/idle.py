"""`penstock bench idle`: how long a server takes to be ready, and what it takes while it rests.

The rules:

* What is measured is the whole tree of processes: server, broker, and the runners that a first
  execution with code has left warm.
* The first start makes the database and does not count: the next ones are warm.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from penstock_kernel.kernel import Kernel
from penstock_kernel.settings import Settings
from penstock_web.bench import documents
from penstock_web.bench.measure import Row, calibration_ms
from penstock_web.bench.processes import cpu_ns, pss_bytes, tree

READY_LIMIT_MS = 3_000.0
MEMORY_LIMIT_MB = 250.0
STARTS = 3
_SETTLE_S = 5.0
_PATIENCE_S = 60.0


def measure_idle() -> list[Row]:
    """One row for the start and two for the memory."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _once(folder)
        starts, cpus = zip(*(_once(folder) for _ in range(STARTS)), strict=True)
        cold_mb, warm_mb = _memory(folder)
    return [
        Row(
            name="penstock serve, until it is ready (warm)",
            value=statistics.median(starts),
            minimum=min(starts),
            maximum=max(starts),
            cpu_ms=statistics.median(cpus),
            limit=READY_LIMIT_MS,
            calibration_ms=calibration_ms(),
        ),
        _row("idle, before anything ran: server and broker", cold_mb),
        _row("idle, runners warm: the whole tree", warm_mb),
    ]


def _row(name: str, value: float) -> Row:
    return Row(name=name, value=value, unit="MB", limit=MEMORY_LIMIT_MB)


def _once(folder: Path) -> tuple[float, float]:
    """Milliseconds from the command to the greeting, which comes when it is ready; and of CPU."""
    begun = time.perf_counter()
    process = _start(folder)
    try:
        took_ms = (time.perf_counter() - begun) * 1e3
        return took_ms, sum(cpu_ns(tree(process.pid)).values()) / 1e6
    finally:
        _stop(process)


def _memory(folder: Path) -> tuple[float, float]:
    process = _start(folder)
    try:
        time.sleep(_SETTLE_S)
        cold = pss_bytes(tree(process.pid)) / 1e6
        asyncio.run(_warm(folder))
        time.sleep(_SETTLE_S)
        return cold, pss_bytes(tree(process.pid)) / 1e6
    finally:
        _stop(process)


async def _warm(folder: Path) -> None:
    """Let the server run code, so that its runners are there."""
    settings = Settings(data_dir=folder, database=f"sqlite:///{folder / 'penstock.db'}")
    document = documents.chain("idle", [documents.code("return items;")])
    async with Kernel.open(settings) as kernel:
        execution = await kernel.journal.accept(kernel.record(document))
        end = time.monotonic() + _PATIENCE_S
        while (await kernel.journal.execution(execution)).status != "success":
            if time.monotonic() > end:
                raise TimeoutError("the server did not run an execution")
            await asyncio.sleep(0.1)


def _start(folder: Path) -> subprocess.Popen[bytes]:
    program = "from penstock_web.cli import main; main()"
    environment = {**os.environ, "PENSTOCK_DATA_DIR": str(folder), "PENSTOCK_DATABASE": ""}
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-c", program, "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    )
    assert process.stdout is not None  # noqa: S101 - asked for above
    if not process.stdout.readline().startswith(b"penstock"):
        _stop(process)
        raise RuntimeError("the server did not start")
    return process


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.communicate(timeout=_PATIENCE_S)
