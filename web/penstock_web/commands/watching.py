"""Do something again whenever a file changes, until Ctrl+C.

The rules:

* A change is told by time, size and identity, so that an editor that writes a new file and renames
  it is noticed; a file that is gone is waited for.
* What changed while the work was being done counts.
* A failure is shown and waited out, as a person who edits a file expects.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from penstock_sdk import PenstockError
from penstock_web.commands.terminal import end_with, errors, shown

LOOK_S = 0.3  # between two looks

Mark = tuple[int, int, int] | None


def watch(
    files: Sequence[Path],
    work: Callable[[], object],
    *,
    as_json: bool = False,
    wait: Callable[[float], None] = time.sleep,
) -> None:
    """Work now and after each change; ends only by an exception, of which Ctrl+C is one."""
    while True:
        seen = [mark(file) for file in files]
        try:
            work()
        except PenstockError as error:
            end_with(error, as_json=as_json)
        names = " or ".join(shown(str(file)) for file in files)
        errors().print(f"[dim]Waiting for a change of {names}; Ctrl+C ends.[/]")
        while not _changed(files, seen):
            wait(LOOK_S)


def _changed(files: Sequence[Path], seen: Sequence[Mark]) -> bool:
    now = [mark(file) for file in files]
    return now != list(seen) and None not in now


def mark(file: Path) -> Mark:
    """What tells one state of a file from another; None where it is not there."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
