"""What reaches a terminal or a pipe.

The rules:

* Standard output is for results, standard error for everything else.
* Text that comes from a workflow, a guest or a server may hold control characters, which would let
  it steer the terminal: they are shown, never sent.
* Colours and fixed widths are for terminals; in a pipe every line is whole.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from io import StringIO
from typing import Any

import msgspec
from rich.console import Console, RenderableType
from rich.markup import escape

from penstock_sdk import PenstockError
from penstock_web.errors import CommandRefused

#: C0 but tab and line feed, DEL, C1, and the marks that turn the direction of writing.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_PIPE_WIDTH = 10_000
_LONGEST = 60


def plain(text: str) -> str:
    """The text with control characters made visible."""
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def shown(text: str) -> str:
    """The text for rich: no control characters, and nothing that counts as markup."""
    return escape(plain(text))


def short(text: str, longest: int = _LONGEST) -> str:
    """The text for rich, cut where it is long."""
    return shown(text if len(text) <= longest else f"{text[: longest - 1]}…")


class _ErrorConsole(Console):
    """Standard error, whose reader may go away as that of standard output may."""

    def on_broken_pipe(self) -> None:
        """Leave the end to the command; rich would end the program by itself, with code 1."""
        raise BrokenPipeError

    def print(self, *given: Any, **named: Any) -> None:
        """What there is no room for is not told: the exit code says how it ended."""
        try:
            super().print(*given, **named)
        except BrokenPipeError:
            raise
        except OSError:
            return


def errors() -> Console:
    """Standard error."""
    return _ErrorConsole(stderr=True, highlight=False, soft_wrap=True, emoji=False)


def print_rich(what: RenderableType) -> None:
    """Markup or a table on standard output; in a pipe lines are as long as they have to be."""
    terminal = Console()
    width = terminal.width if terminal.is_terminal else _PIPE_WIDTH
    drawn = StringIO()
    Console(
        file=drawn,
        width=width,
        force_terminal=terminal.is_terminal,
        highlight=False,
        emoji=False,  # ids have colons, and are not meant as pictures
        soft_wrap=isinstance(what, str),
    ).print(what)
    # A table whose rows end in empty cells is padded to its width.
    _write("".join(f"{line.rstrip()}\n" for line in drawn.getvalue().splitlines()))


def compact(value: object) -> str:
    """JSON on one line."""
    return msgspec.json.encode(value).decode()


def print_json(value: object) -> None:
    """JSON for programs, indented for people who look."""
    text = _json(value)
    # JSON is UTF-8, whatever the encoding of the terminal.
    _write(f"{plain(text)}\n", "utf-8")


def _json(value: object) -> str:
    try:
        return msgspec.json.format(msgspec.json.encode(value)).decode()
    except UnicodeEncodeError:  # halves of characters, as in names of files that are no UTF-8
        return json.dumps(msgspec.to_builtins(value, enc_hook=str), indent=2)


def print_text(text: str) -> None:
    """Lines on standard output."""
    _write(f"{plain(text)}\n")


def _write(text: str, encoding: str = "") -> None:
    data = text.encode(encoding or sys.stdout.encoding, "backslashreplace")
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        message = f"The output cannot be written: {error.strerror}."
        raise CommandRefused(message, hint="Make room, or write it somewhere else.") from error


def show_error(error: PenstockError, hint: str) -> None:
    """What happened and how to get unstuck."""
    console = errors()
    console.print(f"[bold red]{shown(error.message)}[/]")
    if hint:
        console.print(f"  {shown(hint)}")
    console.print(f"  [dim]{error.code}[/]")


def warn(lines: Sequence[str]) -> None:
    """What a person should know, although it keeps nothing from running."""
    for line in lines:
        errors().print(f"[yellow]warning[/] {shown(line)}")


def end_with(error: PenstockError, *, as_json: bool) -> None:
    """Tell an error that ended a command, to a person or as the one JSON document of `--json`."""
    # What goes on tries again by itself; whoever ends does not.
    hint = error.hint.replace("Penstock tries again;", "Try again later;")
    if not as_json:
        show_error(error, hint)
        return
    told = {"code": error.code, "message": error.message, "hint": hint}
    findings = getattr(error, "findings", ())
    print_json({"status": "invalid", "error": told, "findings": findings})
