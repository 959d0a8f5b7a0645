"""How a worker learns that there may be something to do, with a bus or without.

The rules:

* A ring is a hint. What is to be done stands in the database, and whoever wakes looks there.
* What is rung in this process is heard at once; what is rung elsewhere comes over the bus, or is
  found by looking every `POLL_S` where there is none.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Protocol

POLL_S = 0.5
#: With a bus: how long to wait for a ring before looking without one.
PATIENCE_S = 20.0


class Doorbells(Protocol):
    """What the bus has for it."""

    async def ring(self, pool: str, message_id: str) -> None: ...
    async def wait(self, pools: Sequence[str], timeout_s: float) -> bool: ...


class Doorbell:
    """The doorbell of one process."""

    def __init__(self, bells: Doorbells | None) -> None:
        """With the bells of a bus, or with none."""
        self._bells = bells
        self._near = asyncio.Event()

    def ring_near(self) -> None:
        """Something was queued in this process."""
        self._near.set()

    async def ring_on(self, pools: Sequence[str]) -> None:
        """There is more than was taken on: somebody else may look."""
        if self._bells is None:
            return
        for pool in pools:
            try:
                await self._bells.ring(pool, "")
            except Exception:  # noqa: BLE001 - a hint; the sweeper rings again
                return

    async def wait(self, pools: Sequence[str]) -> None:
        """Until somebody rings, or it is time to look anyway."""
        near = asyncio.create_task(self._near.wait())
        far = asyncio.create_task(self._far(pools))
        try:
            await asyncio.wait({near, far}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            near.cancel()
            far.cancel()
        self._near.clear()

    async def _far(self, pools: Sequence[str]) -> None:
        if self._bells is None:
            await asyncio.sleep(POLL_S)
            return
        try:
            await self._bells.wait(pools, PATIENCE_S)
        except Exception:  # noqa: BLE001 - without the bus, work goes on by looking
            await asyncio.sleep(POLL_S)
