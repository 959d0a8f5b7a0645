"""Doorbells within one process."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence

from penstock_bus.contract import REMEMBERED_S, BusUnavailable


class MemoryDoorbells:
    """Rings in order, each for one waiter."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._rings: dict[str, OrderedDict[str, None]] = {}
        self._remembered: OrderedDict[tuple[str, str], float] = OrderedDict()
        self._changed = asyncio.Condition()
        self._closed = False

    async def ring(self, pool: str, message_id: str) -> None:
        """Say that there may be work in a pool.

        Raises:
            BusUnavailable: They are closed.
        """
        if self._closed:
            raise BusUnavailable("The doorbells are closed.")
        if self._is_known(pool, message_id):
            return
        self._remembered[pool, message_id] = self._now()
        self._rings.setdefault(pool, OrderedDict())[message_id] = None
        async with self._changed:
            self._changed.notify_all()

    async def wait(self, pools: Sequence[str], timeout_s: float) -> bool:
        """Take a ring for one of the pools; False when none came in time, or it was closed."""
        try:
            async with asyncio.timeout(timeout_s), self._changed:
                while not (taken := self._take(pools)) and not self._closed:
                    await self._changed.wait()
                return taken
        except TimeoutError:
            return self._take(pools)

    async def close(self) -> None:
        """Let everyone go who waits."""
        self._closed = True
        async with self._changed:
            self._changed.notify_all()

    def _is_known(self, pool: str, message_id: str) -> bool:
        limit = self._now() - REMEMBERED_S
        while self._remembered and next(iter(self._remembered.values())) <= limit:
            self._remembered.popitem(last=False)
        return (pool, message_id) in self._remembered or message_id in self._rings.get(pool, ())

    def _take(self, pools: Sequence[str]) -> bool:
        for pool in pools:
            rings = self._rings.get(pool)
            if rings:
                rings.popitem(last=False)
                if not rings:
                    del self._rings[pool]
                return True
        return False
