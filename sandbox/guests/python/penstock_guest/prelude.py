"""Make the interpreter fit for a call that has no files, no clock to wait on and no terminal.

Nothing here is a wall: code can undo all of it. It gives a clear sentence where the sandbox
would otherwise give an odd one. The walls are WASI without grants, fuel, limits and the parent.
"""

from __future__ import annotations

import asyncio
import gc
import io
import json
import os
import random
import sys
import time
import warnings
from typing import Any, NoReturn

from wit_world.imports import notes

from penstock_guest.text import whole
from penstock_guest.zones import load_zones

# The SDK, for packages.
import penstock_sdk  # noqa: F401  isort: skip


#: Characters of one line of the log; a longer one is cut.
_MAX_LINE = 16_384
_to_json = json.JSONEncoder(ensure_ascii=False, default=str).encode
_seed = random.seed


def _seed_later(*_arguments: Any) -> None:
    pass


class WaitingRefused(RuntimeError):  # noqa: D101
    pass


def prepare_image() -> None:
    """Everything that is the same for all calls, while the image is built."""
    load_zones()
    time.sleep = refuse_to_wait  # type: ignore[assignment]
    asyncio.sleep = _yield_or_refuse  # type: ignore[assignment]
    time.strptime("2000-01-01", "%Y-%m-%d")  # fills the cache of formats
    warnings.simplefilter("ignore")
    # The runtime calls what `random.seed` was when the image was made, which would cost each call
    # 2,496 bytes of entropy, fetched in ten crossings; `begin` seeds anyway.
    random.seed = _seed_later  # type: ignore[assignment]
    sys.setrecursionlimit(1_000)
    sys.dont_write_bytecode = True
    WaitingRefused.__module__ = "builtins"
    gc.collect()
    gc.freeze()


def begin(seed: Any) -> None:
    """What must differ from call to call, and streams that lead to the step's log."""
    random.seed = _seed
    random.seed(int.from_bytes(os.urandom(16)) if seed is None else seed)
    sys.stdout = Lines("info")
    sys.stderr = Lines("warning")
    sys.stdin = io.StringIO()


def refuse_to_wait(_seconds: float = 0) -> NoReturn:
    """Stand in for `time.sleep`."""
    raise WaitingRefused(
        "Code cannot wait in the sandbox: put a Wait node before or after this one, "
        "which costs nothing while it waits"
    )


_real_sleep = asyncio.sleep


async def _yield_or_refuse(delay: float, result: Any = None) -> Any:
    if delay > 0:
        refuse_to_wait()
    return await _real_sleep(0, result)


class Lines(io.TextIOBase):
    """Text that was printed, sent line by line."""

    def __init__(self, level: str) -> None:
        self._level = level
        self._rest = ""

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        *lines, self._rest = (self._rest + text).split("\n")
        for line in lines:
            log(self._level, line)
        return len(text)

    def finish(self) -> None:
        """Send what has no line end."""
        if self._rest:
            log(self._level, self._rest)
            self._rest = ""


def log(level: str, message: str, **more: Any) -> None:
    """Send one line to the step's log."""
    line = {"level": level, "message": str(message)[:_MAX_LINE], **more}
    notes.log(whole(_to_json(line)))


def finish() -> None:
    """Flush what was printed."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, Lines):
            stream.finish()


__all__ = ["WaitingRefused", "asyncio", "begin", "finish", "log", "prepare_image"]
