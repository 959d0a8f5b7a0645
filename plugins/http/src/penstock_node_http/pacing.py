"""When the request of an item may start, where a person spread the requests out in batches.

The rules:

* Batch k starts k intervals after the step began, however long the batches before it take: items
  are in flight at once, and each finds its own moment.
* What is tried again is not spread out: the delay before the attempt did that.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from penstock_sdk import Context


def wall_ms() -> int:
    """The machine's clock, as `ctx.now_ms()` counts."""
    return time.time_ns() // 1_000_000


class Pacer:
    """Lets each item wait for its batch. The clock is passed in so that tests need not wait."""

    def __init__(
        self,
        now_ms: Callable[[], int] = wall_ms,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._now_ms = now_ms
        self._sleep = sleep

    async def turn(self, ctx: Context, *, size: int, interval_ms: int) -> None:
        """Wait until the batch of this item is due."""
        if size < 1 or interval_ms < 1 or ctx.attempt > 1:
            return
        due_ms = ctx.now_ms() + (ctx.index // size) * interval_ms
        # A clock that was set back must not make anybody wait longer than the plan was.
        now_ms = max(self._now_ms(), ctx.now_ms())
        if due_ms > now_ms:
            await self._sleep((due_ms - now_ms) / 1000)
