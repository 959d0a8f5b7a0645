"""How steps, failures and items look in a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from rich.console import RenderableType
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table

from penstock_kernel.execution.events import Event
from penstock_kernel.execution.result import Execution
from penstock_kernel.store.records import ErrorRecord, StepRecord
from penstock_kernel.workflow.document import Document
from penstock_sdk import Item
from penstock_web.commands.terminal import errors, print_json, short, shown

MARKS = {
    "ok": "[green]✓[/]",
    "cached": "[green]=[/]",
    "skipped": "[dim]-[/]",
    "error": "[bold red]✗[/]",
    "waiting": "[yellow]…[/]",
    "in_doubt": "[yellow]?[/]",
}
WORDS = {"success": "[green]success[/]", "error": "[bold red]failed[/]"}
WAITS = {
    "timer": "a time",
    "retry": "another attempt",
    "webhook": "a request",
    "form": "a form",
    "approval": "an approval",
    "debug": "a signal, at a breakpoint",
    "in_doubt": "a decision, because nobody knows whether its effect took place",
    "upgrade": "a package that was changed",
}
SHOWN_ITEMS = 20  # in a terminal
SHOWN_LOGS = 50
LONGEST_LOG = 500
LONGEST_DATA = 1_000
RECENT = 15  # steps that stay visible while more run


class Steps:
    """The live list: in a terminal it is redrawn, elsewhere each step is a line."""

    def __init__(self, document: Document) -> None:
        self._console = errors()
        self._started: dict[tuple[str, str, int], Event] = {}
        self._began: dict[tuple[str, str, int], int] = {}
        self._waiting: dict[tuple[str, str, int], Event] = {}
        self._live = Live(console=self._console, transient=True, refresh_per_second=8)
        self._count = 0
        self._console.print(f"[bold]{short(document.name)}[/]")

    def __enter__(self) -> Steps:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        # Also after Ctrl+C: otherwise the terminal stays without a cursor.
        self._live.stop()

    def show(self, event: Event) -> None:
        """Take in one event."""
        key = (event.body, event.node_id, event.run_index)
        self._waiting.pop(key, None)
        if event.kind in ("step.started", "step.progress"):
            self._began.setdefault(key, event.at_ms)
            self._started[key] = event
        elif event.kind == "step.finished" and event.status == "waiting":
            self._started.pop(key, None)
            self._waiting[key] = event
            self._console.print(waiting_line(event))
        elif event.kind == "step.finished":
            self._started.pop(key, None)
            self._count += 1
            began_ms = self._began.pop(key, event.at_ms)
            self._console.print(step_line(event, event.at_ms - began_ms))
        if self._live.is_started:
            self._live.update(self._running())

    def close(self, execution: Execution) -> None:
        """Leave the last line."""
        ends = [execution.finished_ms, *(step.finished_ms for step in execution.steps)]
        took_ms = max(*ends, execution.created_ms) - execution.created_ms
        status = WORDS.get(execution.status, execution.status)
        noun = "step" if self._count == 1 else "steps"
        self._console.print(f"{status}: {self._count} {noun} in {took_ms:,} ms")

    def _running(self) -> RenderableType:
        table = Table.grid(padding=(0, 1))
        for event in list(self._started.values())[-RECENT:]:
            share = f" {event.done:.0%} {short(event.message)}" if event.done else ""
            table.add_row(Spinner("dots"), f"{short(event.node_name or event.node_id)}{share}")
        for event in list(self._waiting.values())[-RECENT:]:
            table.add_row("[yellow]…[/]", _Countdown(event))
        return table


class _Countdown:
    """A step that waits; the live list asks for its text again and again."""

    def __init__(self, event: Event) -> None:
        self._name = short(event.node_name or event.node_id)
        self._due_ms = event.due_ms or 0

    def __rich__(self) -> str:
        left_s = max(0.0, self._due_ms / 1000 - time.time())
        return f"{self._name} goes on in {left_s:,.0f} s"


def waiting_line(event: Event) -> str:
    """One step that waits."""
    what = "tries again at" if event.waiting_for == "retry" else "waits until"
    name = short(event.node_name or event.node_id)
    return f"{_indent(event)}{MARKS['waiting']} {name}  [dim]{what} {moment(event.due_ms or 0)}[/]"


def _indent(event: Event) -> str:
    return "      " if event.body else "  "


def step_line(event: Event, took_ms: int) -> str:
    """One step that has ended."""
    mark = MARKS.get(str(event.status), "·")
    run = f" [dim]run {event.run_index}[/]" if event.run_index else ""
    attempt = f" [dim]attempt {event.attempt}[/]" if event.attempt > 1 else ""
    counts = ", ".join(
        f"{count:,} {'item' if count == 1 else 'items'}"
        + (f" on {short(port)}" if port != "main" else "")
        for port, count in event.counts.items()
        if count or port == "main"
    )
    facts = "  ".join(part for part in (counts, f"{max(took_ms, 0):,} ms") if part)
    name = short(event.node_name or event.node_id)
    return f"{_indent(event)}{mark} {name}{run}{attempt}  [dim]{facts}[/]"


def show_logs(document: Document, execution: Execution) -> None:
    """What nodes and guests logged, in the order of the steps."""
    lines = [line for step in execution.steps for line in log_lines(document, step)]
    console = errors()
    for line in lines[:SHOWN_LOGS]:
        console.print(line)
    if len(lines) > SHOWN_LOGS:
        console.print(f"  [dim]and {len(lines) - SHOWN_LOGS:,} more lines; --json has all[/]")


def log_lines(document: Document, step: StepRecord) -> list[str]:
    """The log of one step."""
    name = short(_names(document).get(step.key.node_id, step.key.node_id))
    return [
        f"  [dim]{name} {shown(line.level)}:[/] {short(line.message, LONGEST_LOG)}"
        for line in step.logs
    ]


def show_waiting(document: Document, execution: Execution) -> None:
    """What an execution waits for, where, and until when."""
    names = _names(document)
    nodes = [
        short(names.get(step.key.node_id, step.key.node_id))
        for step in execution.steps
        if step.waiting_for
    ]
    what = WAITS.get(execution.waiting_for or "", "a signal")
    place = f" at {', '.join(nodes)}" if nodes else ""
    until = f", until {moment(execution.due_ms)}" if execution.due_ms else ""
    console = errors()
    console.print(f"\n[yellow]Waits for {what}{place}{until}.[/]")
    console.print(
        "  It ends with this command: `penstock run` keeps nothing. "
        "A server (`penstock serve`) would wait."
    )


def moment(at_ms: int) -> str:
    """A time as people read it, with the zone of this machine."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone().isoformat(" ", "seconds")


def show_failure(document: Document, error: ErrorRecord) -> None:
    """What happened, where, and what to do."""
    console = errors()
    console.print(f"\n[bold red]{' · '.join(_place(document, error))}[/]")
    name = f"{shown(error.name)}: " if error.name and error.name not in error.message else ""
    console.print(f"  {name}{shown(error.message)}")
    if error.hint:
        console.print(f"  {shown(error.hint)}")
    for key, value in _told(error.data).items():
        console.print(f"  [dim]{shown(key)}:[/] {short(value, LONGEST_DATA)}")
    if error.stack:
        console.print(f"[dim]{shown(error.stack)}[/]")
    console.print(f"  [dim]{shown(error.code)}[/]")


def _place(document: Document, error: ErrorRecord) -> list[str]:
    known = _names(document).get(error.node_id, error.node_id)
    place = [short(error.node_name or known or document.name)]
    if error.field:
        place.append(f"field {shown(error.field)}")
    if error.item is not None:
        place.append(f"item {error.item}")
    if error.line is not None:
        place.append(f"line {error.line}" + (f", column {error.column}" if error.column else ""))
    return place


def _told(data: Mapping[str, Any]) -> dict[str, str]:
    return {
        key: value if isinstance(value, str) else msgspec.json.encode(value).decode()
        for key, value in data.items()
        if value not in (None, "", [], {})
    }


def _names(document: Document) -> dict[str, str]:
    return {node.id: node.name for node in document.nodes}


def show_items(items: Sequence[Item]) -> None:
    """The items that came out, as JSON on standard output; in a terminal the first ones."""
    limit = SHOWN_ITEMS if sys.stdout.isatty() else len(items)
    print_json(items[:limit])
    if len(items) > limit:
        errors().print(
            f"[dim]and {len(items) - limit:,} more; in a pipe or a file all are there[/]"
        )
