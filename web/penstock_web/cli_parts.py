"""What the commands of the command line share: options, and how they end."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from penstock_sdk import PenstockError
from penstock_web import exit_codes
from penstock_web.errors import CommandRefused

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
    except (PenstockError, OSError) as error:
        code = tell(error, as_json=bool(named.get("as_json")))
    raise typer.Exit(code)


def tell(error: PenstockError | OSError, *, as_json: bool) -> int:
    """Tell what ended the program; the exit code, which says it too where nothing can be written.

    Whoever read our output may have gone away, as `head` does: then there is no message.
    """
    from penstock_web.commands.terminal import end_with

    if isinstance(error, BrokenPipeError):
        return exit_codes.PIPE_CLOSED
    ours = error if isinstance(error, PenstockError) else _of_system(error)
    try:
        end_with(ours, as_json=as_json)
    except BrokenPipeError:
        return exit_codes.PIPE_CLOSED
    except (PenstockError, OSError):
        end_with(ours, as_json=False)  # there is no room on standard output
    return exit_codes.USAGE


def _of_system(error: OSError) -> PenstockError:
    """What the system refused, in our words."""
    place = f"{error.filename} cannot be used" if error.filename else "The system refuses"
    hint = (
        "Look whether it is there, and who may read and write it: the settings `data_dir` and "
        "`database` say where things are kept."
    )
    return CommandRefused(f"{place}: {error.strerror or repr(error)}.", hint=hint)


def let_go() -> None:
    """Write what is left for standard output and error; what nobody takes is given up.

    Otherwise Python would try it again at its exit, and end with a code of its own.
    """
    for number, stream in ((1, sys.stdout), (2, sys.stderr)):
        try:
            stream.flush()
        except (OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, number)
            os.close(nowhere)
