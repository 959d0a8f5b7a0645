"""Time that passes when nobody has anything to do: an hour takes no longer than its work."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Mapping
from typing import Any

#: What the clock shows in the beginning.
BEGIN_MS = 1_700_000_000_000


class _Skips(selectors.SelectSelector):
    """Waits for nothing: where it would, the time has come at once."""

    def __init__(self) -> None:
        super().__init__()
        self.now_s = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise Standstill
        if timeout > 0:
            self.now_s += timeout
        return []


class Standstill(RuntimeError):
    """Everybody waits for somebody else."""


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop with a time of its own; nothing outside of it can wake it."""

    def __init__(self) -> None:
        self._skips = _Skips()
        super().__init__(self._skips)

    def time(self) -> float:
        return self._skips.now_s

    def call_exception_handler(self, context: Mapping[str, Any]) -> None:
        error = context.get("exception")
        raise error if isinstance(error, BaseException) else RuntimeError(context["message"])


class LocalClock:
    """The clock of one machine, which is never quite right."""

    def __init__(self, wrong_by_ms: int) -> None:
        self._wrong_by_ms = wrong_by_ms

    def now_ms(self) -> int:
        return now_ms() + self._wrong_by_ms

    async def sleep(self, delay_s: float) -> None:
        await asyncio.sleep(delay_s)


def now_ms() -> int:
    """The moment, in the loop that runs."""
    return BEGIN_MS + round(asyncio.get_running_loop().time() * 1000)
