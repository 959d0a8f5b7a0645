"""How steps, failures and items look in a terminal."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from rich.console import Console, RenderableType
from rich.live import Live
from rich.markup import escape
from rich.spinner import Spinner
from rich.table import Table

from penstock_kernel.document import Document
from penstock_kernel.events import Event
from penstock_kernel.records import ErrorRecord
from penstock_kernel.result import Execution
from penstock_sdk import Item

MARKS = {
    "ok": "[green]✓[/]",
    "cached": "[green]=[/]",
    "skipped": "[dim]-[/]",
    "error": "[bold red]✗[/]",
    "waiting": "[yellow]…[/]",
    "in_doubt": "[yellow]?[/]",
}
SHOWN_ITEMS = 20
RECENT = 15  # steps that stay visible while more run


class Steps:
    """The live list: in a terminal it is redrawn, elsewhere each step is a line."""

    def __init__(self, document: Document) -> None:
        self._console = Console(stderr=True, highlight=False)
        self._started: dict[tuple[str, int], Event] = {}
        self._live = Live(console=self._console, transient=True, refresh_per_second=8)
        self._is_live = self._console.is_terminal
        self._count = 0
        self._console.print(f"[bold]{escape(document.name)}[/]")
        if self._is_live:
            self._live.start()

    def show(self, event: Event) -> None:
        """Take in one event."""
        key = (event.node_id, event.run_index)
        if event.kind in ("step.started", "step.progress"):
            self._started[key] = event
        elif event.kind == "step.finished":
            begun = self._started.pop(key, event)
            self._count += 1
            self._console.print(_line(event, event.at_ms - begun.at_ms))
        if self._is_live:
            self._live.update(self._running())

    def close(self, execution: Execution) -> None:
        """Leave the last line."""
        if self._is_live:
            self._live.stop()
        took_ms = execution.finished_ms - execution.created_ms
        word = {"success": "[green]success[/]", "error": "[bold red]failed[/]"}
        status = word.get(execution.status, execution.status)
        waiting = f" for {execution.waiting_for}" if execution.waiting_for else ""
        noun = "step" if self._count == 1 else "steps"
        self._console.print(f"{status}{waiting}: {self._count} {noun} in {took_ms:,} ms")

    def _running(self) -> RenderableType:
        table = Table.grid(padding=(0, 1))
        for event in list(self._started.values())[-RECENT:]:
            share = f" {event.done:.0%} {escape(event.message)}" if event.done else ""
            table.add_row(Spinner("dots"), f"{escape(event.node_name or event.node_id)}{share}")
        return table


def _line(event: Event, took_ms: int) -> str:
    mark = MARKS.get(str(event.status), "·")
    run = f" [dim]run {event.run_index}[/]" if event.run_index else ""
    attempt = f" [dim]attempt {event.attempt}[/]" if event.attempt > 1 else ""
    counts = ", ".join(
        f"{count} {'item' if count == 1 else 'items'}" + (f" on {port}" if port != "main" else "")
        for port, count in event.counts.items()
        if count or port == "main"
    )
    return f"  {mark} {escape(event.node_name)}{run}{attempt}  [dim]{counts}  {took_ms} ms[/]"


def show_failure(document: Document, error: ErrorRecord) -> None:
    """What happened, where, and what to do."""
    console = Console(stderr=True, highlight=False)
    names = {node.id: node.name for node in document.nodes}
    place = [escape(error.node_name or names.get(error.node_id, error.node_id) or document.name)]
    if error.field:
        place.append(f"field {escape(error.field)}")
    if error.item is not None:
        place.append(f"item {error.item}")
    if error.line is not None:
        place.append(f"line {error.line}" + (f", column {error.column}" if error.column else ""))
    console.print(f"\n[bold red]{' · '.join(place)}[/]")
    name = f"{escape(error.name)}: " if error.name and error.name not in error.message else ""
    console.print(f"  {name}{escape(error.message)}")
    if error.hint:
        console.print(f"  {escape(error.hint)}")
    if error.stack:
        console.print(f"[dim]{escape(error.stack)}[/]")
    console.print(f"  [dim]{error.code}[/]")


def show_items(items: Sequence[Item]) -> None:
    """The items that came out, as JSON on standard output."""
    shown = msgspec.json.encode(items[:SHOWN_ITEMS])
    print(msgspec.json.format(shown).decode())  # noqa: T201  # standard output is for the result
    if len(items) > SHOWN_ITEMS:
        more = len(items) - SHOWN_ITEMS
        Console(stderr=True).print(f"and {more:,} more; --json prints all")
