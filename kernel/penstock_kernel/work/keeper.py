"""Keeps things in order: wakes what is due, and queues again what dead workers have left.

The rules:

* Any number of processes may do this at once; each step is one transaction that is right whoever
  makes it. A lease saves work and nothing hangs on it.
* It looks every `LOOK_S`.
* What is to be rung is handed over to the bus as soon as it is known here, and forgotten then.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from penstock_kernel.store.sql import asks, changes, outbox, queue, step_cache
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.outbox import Ring
from penstock_kernel.store.sql.queue import Watched
from penstock_kernel.work.doorbell import Doorbells
from penstock_sdk import PenstockError

LOOK_S = 1.0
#: So many looks lie between two clean-ups.
CLEAN_UP_LOOKS = 30
log = logging.getLogger(__name__)


class Keeper:
    """Made for one kernel; its loops go on until they are canceled."""

    def __init__(
        self,
        db: Database,
        bells: Doorbells | None,
        woken: Callable[[], None],
        tells: Callable[[str], Awaitable[None]],
    ) -> None:
        """With what to call when something was queued, and when somebody is to be told."""
        self._tells = tells
        self._db = db
        self._bells = bells
        self._woken = woken
        self._rung = asyncio.Event()
        self._looks = 0
        self._watched: Watched | None = None
        #: Rings that were handed over, for figures.
        self.handed_over = 0
        #: Did the last ring fail? It is said once.
        self._is_cut_off = False

    async def sweeps(self) -> None:
        """Keep things in order until canceled."""
        while True:
            try:
                while await self.sweep() >= queue.MOST_AT_ONCE:
                    pass
            except PenstockError as error:
                log.warning("sweep_failed: %s: %s", error.code, error.message)
            await self._tell()
            self.queued()
            await self._clean_up()
            await asyncio.sleep(LOOK_S)

    async def _tell(self) -> None:
        """Tell of failures whose own process did not come to it."""
        try:
            untold = await self._db.read(
                lambda reading: changes.system_untold(reading, self._db.now_ms(reading))
            )
            for execution in untold:
                await self._tells(execution)
        except PenstockError as error:
            log.warning("not_told: %s: %s", error.code, error.message)

    async def _clean_up(self) -> None:
        """Forget results that do not count any more, a few at a time."""
        self._looks += 1
        if self._looks % CLEAN_UP_LOOKS:
            return
        try:
            await self._db.transact(
                lambda one: step_cache.system_clean_up(one, self._db.now_ms(one))
            )
        except PenstockError as error:
            log.warning("clean_up_failed: %s: %s", error.code, error.message)

    async def relays(self) -> None:
        """Ring for what was queued, until canceled."""
        while True:
            await self._rung.wait()
            self._rung.clear()
            try:
                await self.relay()
            except PenstockError as error:
                log.warning("relay_failed: %s: %s", error.code, error.message)

    def queued(self) -> None:
        """Something was queued: ring for it."""
        self._rung.set()

    async def sweep(self) -> int:
        """Put in order what there is, and say how much was queued."""
        before = self._watched
        swept = await self._db.transact(lambda one: queue.sweep(self._db, one, before))
        self._watched = swept.watched
        answered = await self._db.transact(
            lambda connection: asks.system_take(connection, self._db.now_ms(connection))
        )
        if swept.requeued or swept.dead:
            log.warning("swept: %d queued again, %d dead", swept.requeued, len(swept.dead))
        queued = swept.requeued + swept.due + answered
        if queued:
            self._woken()
        return queued

    async def relay(self) -> None:
        """Hand what is to be rung over to the bus; without one, forget it."""
        rings = await self._db.read(outbox.pending)
        handed: list[int] = []
        for ring in rings:
            if not await self._hand_over(ring):
                break
            handed.append(ring.id)
        self.handed_over += len(handed)
        if handed:
            await self._db.change(outbox.rung, handed)

    async def _hand_over(self, ring: Ring) -> bool:
        if self._bells is None:
            return True
        try:
            await self._bells.ring(ring.pool, ring.message_id)
        except Exception as error:  # noqa: BLE001 - the bus is away; the ring is kept for later
            if not self._is_cut_off:
                log.warning("rings_kept: %s", error)
            self._is_cut_off = True
            return False
        self._is_cut_off = False
        return True
