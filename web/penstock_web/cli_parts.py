"""What the commands of the command line share: options, and how they end."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from penstock_sdk import PenstockError
from penstock_web import exit_codes

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Packages = Annotated[
    list[Path],
    typer.Option(
        "--package",
        metavar="DIR",
        help="Load a sandboxed package from this folder.",
        exists=True,
        file_okay=False,
    ),
]
WorkflowFile = Annotated[Path, typer.Argument(help="A workflow file; - reads standard input.")]


def end(command: Callable[..., int], *given: object, **named: object) -> NoReturn:
    """Do it and end: errors that are ours are told as a sentence, or as JSON where it was asked."""
    try:
        code = command(*given, **named)
    except PenstockError as error:
        from penstock_web.commands.terminal import end_with

        end_with(error, as_json=bool(named.get("as_json")))
        code = exit_codes.USAGE
    except BrokenPipeError:
        # Whoever read our output went away, as `head` does: no message, and none at exit either.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        code = exit_codes.PIPE_CLOSED
    raise typer.Exit(code)
