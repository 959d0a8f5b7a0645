"""`penstock welcome`: the examples, and one of them run."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec
import typer

from penstock_web import exit_codes
from penstock_web.commands.run import Asked, run_file
from penstock_web.shipped import example_folders


class Example(msgspec.Struct, frozen=True):
    """One example: a folder with a workflow and, where it takes some, its input."""

    folder: Path
    name: str
    description: str

    @property
    def workflow(self) -> Path:
        return self.folder / "workflow.json"

    @property
    def items(self) -> str:
        path = self.folder / "input.json"
        return str(path) if path.exists() else ""


def examples() -> list[Example]:
    """The examples that come with Penstock, in their order."""
    found: list[Example] = []
    for folder in example_folders():
        document = msgspec.json.decode((folder / "workflow.json").read_bytes())
        found.append(Example(folder, document["name"], document.get("description", "")))
    return found


def greet() -> int:
    """List the examples and run the one that is chosen; without a terminal, the first."""
    known = examples()
    if not known:
        typer.echo("The examples that come with Penstock are not here.")
        typer.echo("Run a workflow of your own: penstock run FILE")
        return exit_codes.OK
    typer.echo("Welcome to Penstock. These examples run offline:\n")
    for number, example in enumerate(known, 1):
        typer.echo(f"  {number:2}  {example.name}: {example.description}")
    typer.echo(
        f"\nAny of them by hand:  penstock run {known[0].folder.parent}/NAME/workflow.json\n"
    )
    example = known[_choose(len(known)) - 1]
    return run_file(Asked(file=example.workflow, items=example.items))


def _choose(count: int) -> int:
    if sys.stdin is None or not sys.stdin.isatty():
        typer.echo("No terminal to ask at, so the first one runs.\n")
        return 1
    chosen: int = typer.prompt("Which one?", default=1, type=typer.IntRange(1, count))  # type: ignore[attr-defined]
    return chosen
