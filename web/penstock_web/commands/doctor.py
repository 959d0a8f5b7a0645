"""`penstock doctor`: what stands on this machine."""

from __future__ import annotations

import asyncio
import platform
from importlib.metadata import version
from typing import Any

import msgspec
from rich.table import Table

from penstock_kernel.settings import SECRET, Settings, load_settings
from penstock_sandbox.contract import Wall
from penstock_sandbox.guests.engine import cache_directory, guest_path
from penstock_sandbox.runners.pool import RunnerPool
from penstock_sandbox.walls.probe import Attempt
from penstock_sdk import PenstockError
from penstock_web import exit_codes
from penstock_web.commands.doctor_store import State, look
from penstock_web.commands.terminal import print_json, print_rich, print_text, shown

GUESTS = ("expression", "javascript", "python")


class Report(msgspec.Struct, kw_only=True):
    """Everything that was looked at."""

    versions: dict[str, str]
    guests: dict[str, str]
    settings: dict[str, Any]
    warnings: list[str]
    walls: list[Wall] = []
    attempts: list[Attempt] = []
    store: State = msgspec.field(default_factory=State)
    problems: list[str] = []


def examine(*, probe: bool, as_json: bool) -> int:
    """Look, and end with 1 where something does not stand."""
    report = asyncio.run(_look(probe=probe))
    if as_json:
        print_json(report)
    else:
        _print(report)
    return exit_codes.FAILED if report.problems else exit_codes.OK


async def _look(*, probe: bool) -> Report:
    loaded = load_settings()
    report = Report(
        versions={
            "penstock": version("penstock"),
            "python": platform.python_version(),
            "wasmtime": version("wasmtime"),
        },
        guests={name: _guest(name) for name in GUESTS},
        settings=told(loaded.settings),
        warnings=loaded.warnings,
    )
    report.problems += [
        f"The {name} guest is missing: run `make setup`."
        for name, state in report.guests.items()
        if state == "missing"
    ]
    report.problems += _cache_problems()
    report.store = await look(loaded.settings)
    report.problems += report.store.problems
    if "missing" not in report.guests.values():
        await _look_at_walls(report, loaded.settings.required_walls, probe=probe)
    return report


def told(settings: Settings) -> dict[str, Any]:
    """The settings, without the names and passwords that addresses may hold."""
    told: dict[str, Any] = msgspec.to_builtins(settings, enc_hook=str, order="sorted")
    told |= dict.fromkeys((name for name in SECRET if told[name]), "…")
    for name in ("egress_proxy", "database", "nats_url", "blob_store"):
        told[name] = _without_names(told[name]) if told[name] else told[name]
    return told


def _without_names(address: str) -> str:
    """An address without whom to be there, and without what a question mark adds to it."""
    place, question, more = address.partition("?")
    scheme, colon, _ = place.partition("://")
    start = f"{scheme if colon else 'proxy'}://…"
    if "@" in more:
        return start  # where a password begins and ends cannot be seen
    host = place.rpartition("@")[2]
    return (place if host == place else f"{start}@{host}") + ("?…" if question else "")


async def _look_at_walls(report: Report, required: frozenset[str], *, probe: bool) -> None:
    pool = RunnerPool(required_walls=required)
    try:
        await pool.start()
        report.walls = list(pool.walls())
        if probe:
            report.attempts = await pool.probe()
    except PenstockError as error:
        report.problems.append(f"{error.message} {error.hint}".strip())
    finally:
        await pool.close()
    standing = {wall.name for wall in report.walls if wall.stands}
    report.problems += [
        f"The required wall {name!r} does not stand." for name in required - standing
    ]
    report.problems += [
        f"Native code in a runner could {attempt.group} {attempt.name} ({attempt.detail})."
        for attempt in report.attempts
        if attempt.succeeded
    ]


def _store(store: State) -> dict[str, str]:
    counts = ", ".join(f"{count:,} {name}" for name, count in sorted(store.executions.items()))
    told = {
        "database": store.database,
        "schema": store.schema,
        "broker": store.broker,
        "executions": counts,
        "processes": str(store.servers) if store.schema else "",
    }
    return {name: value for name, value in told.items() if value}


def _guest(name: str) -> str:
    try:
        path = guest_path(name)
    except PenstockError:
        return "missing"
    return f"{path.stat().st_size >> 10:,} KB" if path.exists() else "missing"


def _cache_problems() -> list[str]:
    try:
        cache_directory()
    except PenstockError as error:
        return [f"{error.message} {error.hint}".strip()]
    return []


def _print(report: Report) -> None:
    for title, rows in (("Versions", report.versions), ("Guests", report.guests)):
        print_rich(f"[bold]{title}[/]")
        for name, value in rows.items():
            print_rich(f"  {name:12} {value}")
    print_rich("[bold]Store[/]")
    for name, value in _store(report.store).items():
        print_rich(f"  {name:12} {shown(value)}")
    table = Table("wall", "stands", "", box=None, pad_edge=False)
    for wall in report.walls:
        table.add_row(wall.name, "yes" if wall.stands else "[bold red]no[/]", shown(wall.detail))
    print_rich("[bold]Walls around a runner[/]")
    print_rich(table)
    if report.attempts:
        held = sum(not attempt.succeeded for attempt in report.attempts)
        print_rich(f"Probe: {held} of {len(report.attempts)} attempts to break out were held.")
    for warning in report.warnings:
        print_rich(f"[yellow]warning[/] {shown(warning)}")
    for problem in report.problems:
        print_rich(f"[bold red]problem[/] {shown(problem)}")
    if not report.problems:
        print_text("Everything stands.")
