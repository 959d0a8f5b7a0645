"""`penstock bench start`: from the command to the result, on a small file."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from penstock_kernel.workflow.document import canonical
from penstock_web.bench import documents
from penstock_web.bench.measure import REPEATS, Row, calibration_ms

LIMIT_MS = 700.0


def measure_start() -> list[Row]:
    """One row without guests and one with an expression."""
    return [
        _row("penstock run, small file, plain paths", plain=True),
        _row("penstock run, small file, JavaScript", plain=False),
    ]


def _row(name: str, *, plain: bool) -> Row:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "small.json"
        value = "={{ $json.a }}" if plain else documents.PLUS_ONE
        document = documents.chain("small", [documents.set_field(("a", value))] * 3)
        path.write_text(canonical(document))
        seconds = [_once(path) for _ in range(REPEATS + 1)][1:]
    return Row(
        name=name,
        value=statistics.median(seconds) * 1e3,
        minimum=min(seconds) * 1e3,
        maximum=max(seconds) * 1e3,
        limit=LIMIT_MS,
        calibration_ms=calibration_ms(),
    )


def _once(path: Path) -> float:
    program = "from penstock_web.cli import main; main()"
    words = [sys.executable, "-c", program, "run", str(path)]
    started = time.perf_counter()
    subprocess.run(words, check=True, capture_output=True)  # noqa: S603
    return time.perf_counter() - started
