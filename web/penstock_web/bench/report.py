"""The table that a person reads and the JSON that a program reads."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from typing import Any

import msgspec
from rich.console import Console
from rich.table import Table

from penstock_web.bench.measure import Row


def as_json(rows: Sequence[Row], costs: Sequence[Row]) -> str:
    """Everything, with what the machine is."""
    found: dict[str, Any] = {
        "machine": {
            "cores": len(os.sched_getaffinity(0)),
            "python": platform.python_version(),
            "system": f"{platform.system()} {platform.machine()}",
        },
        "rows": [{**msgspec.to_builtins(row), "good": row.good} for row in rows],
        "costs": [msgspec.to_builtins(row) for row in costs],
    }
    return msgspec.json.format(msgspec.json.encode(found)).decode()


def print_table(title: str, rows: Sequence[Row]) -> None:
    """A row each; what exceeds its limit is marked in words, not only in colour."""
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    table.add_column("what", overflow="fold", min_width=30)
    for name in ("median", "CPU ms", "limit", "", "calib."):
        table.add_column(name, justify="right", no_wrap=True)
    for row in rows:
        promised = row.limit if row.floor is None else row.floor
        wrong = "over" if row.floor is None else "under"
        verdict = "" if promised is None else "ok" if row.good else f"[bold red]{wrong}[/]"
        table.add_row(
            row.name + (f"\n[dim]{row.note}[/]" if row.note else ""),
            f"{row.value:,.2f} {row.unit}",
            _number(row.cpu_ms),
            _number(promised),
            verdict,
            f"{row.calibration_ms:.1f}",
        )
    Console().print(table)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,.2f}"
