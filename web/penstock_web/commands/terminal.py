"""What reaches a terminal or a pipe.

The rules:

* Standard output is for results, standard error for everything else.
* Text that comes from a workflow, a guest or a server may hold control characters, which would let
  it steer the terminal: they are shown, never sent.
* Colours and fixed widths are for terminals; in a pipe every line is whole.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence

import msgspec
from rich.console import Console, RenderableType
from rich.markup import escape

from penstock_sdk import PenstockError

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


def errors() -> Console:
    """Standard error."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


def results() -> Console:
    """Standard output."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=_PIPE_WIDTH)


def print_table(table: RenderableType) -> None:
    """A table on standard output; in a pipe its lines are as long as they have to be."""
    console = results()
    with console.capture() as capture:
        console.print(table)
    # What ends in empty cells is padded to the width of the table.
    text = "\n".join(line.rstrip() for line in capture.get().splitlines())
    _write(f"{text}\n")


def print_json(value: object) -> None:
    """JSON for programs, indented for people who look."""
    text = msgspec.json.format(msgspec.json.encode(value)).decode()
    # JSON is UTF-8, whatever the encoding of the terminal.
    _write(f"{plain(text)}\n", "utf-8")


def print_text(text: str) -> None:
    """Lines on standard output."""
    _write(f"{plain(text)}\n")


def _write(text: str, encoding: str = "") -> None:
    if sys.stdout is None:  # closed by whoever started us
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode(encoding or sys.stdout.encoding, "backslashreplace"))
    sys.stdout.buffer.flush()


def show_error(error: PenstockError) -> None:
    """What happened and how to get unstuck."""
    console = errors()
    console.print(f"[bold red]{shown(error.message)}[/]")
    if error.hint:
        console.print(f"  {shown(error.hint)}")
    console.print(f"  [dim]{error.code}[/]")


def warn(lines: Sequence[str]) -> None:
    """What a person should know, although it keeps nothing from running."""
    for line in lines:
        errors().print(f"[yellow]warning[/] {shown(line)}")


def end_with(error: PenstockError, *, as_json: bool) -> None:
    """Tell an error that ended a command, to a person or as the one JSON document of `--json`."""
    if not as_json:
        show_error(error)
        return
    told = {"code": error.code, "message": error.message, "hint": error.hint}
    findings = getattr(error, "findings", ())
    print_json({"status": "invalid", "error": told, "findings": findings})
