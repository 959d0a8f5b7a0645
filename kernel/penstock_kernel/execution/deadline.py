"""A limit on the time an execution may work; waits do not count."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Deadline:
    """Calls back when the time between `start` and `stop` adds up to the limit."""

    def __init__(self, limit_s: float | None, call: Callable[[], None]) -> None:
        self._left_s = limit_s
        self._call = call
        self._handle: asyncio.TimerHandle | None = None
        self._started = 0.0

    def start(self) -> None:
        """Count from now on."""
        if self._left_s is None or self._handle is not None:
            return
        loop = asyncio.get_running_loop()
        self._started = loop.time()
        self._handle = loop.call_later(max(0.0, self._left_s), self._call)

    def stop(self) -> None:
        """Count no more, until it is started again."""
        if self._handle is None or self._left_s is None:
            return
        self._handle.cancel()
        self._handle = None
        self._left_s -= asyncio.get_running_loop().time() - self._started
