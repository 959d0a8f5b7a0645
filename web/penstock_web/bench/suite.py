"""`penstock bench`: which groups there are, and how they end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import typer

from penstock_web import exit_codes
from penstock_web.bench.durable import measure_durable
from penstock_web.bench.executions import run_executions
from penstock_web.bench.guests import measure_guests
from penstock_web.bench.http import measure_http
from penstock_web.bench.idle import measure_idle
from penstock_web.bench.large import measure_large
from penstock_web.bench.measure import Row
from penstock_web.bench.nodes import measure_nodes
from penstock_web.bench.report import as_json as json_report
from penstock_web.bench.report import print_table
from penstock_web.bench.start import measure_start
from penstock_web.errors import CommandRefused

Measured = tuple[list[Row], list[Row]]

GROUPS: dict[str, Callable[[], Measured]] = {
    "guests": lambda: (asyncio.run(measure_guests()), []),
    "executions": lambda: (measure_durable(), []),
    "http": lambda: (measure_http(), []),
    "steps": run_executions,
    "nodes": lambda: (measure_nodes(), []),
    "large": lambda: (measure_large(), []),
    "start": lambda: (measure_start(), []),
    "idle": lambda: (measure_idle(), []),
}


def run_bench(names: Sequence[str], *, as_json: bool) -> int:
    """Measure the groups one after another; ends with 1 where a limit was exceeded."""
    unknown = [name for name in names if name not in GROUPS]
    if unknown:
        message = f"There is no group {unknown[0]!r}; there are {', '.join(GROUPS)}."
        raise CommandRefused(message)
    rows: list[Row] = []
    costs: list[Row] = []
    for name in names or GROUPS:
        typer.echo(f"measuring {name} …", err=True)
        found, phases = GROUPS[name]()
        rows += found
        costs += phases
        if not as_json:
            _print(name, found, phases)
    if as_json:
        typer.echo(json_report(rows, costs))
    return exit_codes.OK if all(row.good for row in rows) else exit_codes.FAILED


def _print(name: str, rows: Sequence[Row], costs: Sequence[Row]) -> None:
    print_table(name, rows)
    if costs:
        print_table("per execution: 50 set nodes that cross into JavaScript", costs)
