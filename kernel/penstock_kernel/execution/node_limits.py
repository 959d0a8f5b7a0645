"""How many steps of a node type run at once, in all processes together.

The rules:

* A step waits for a place before it says that it starts, so what waits can be repeated.
* It looks again and again, less and less often, up to each second.
* Whatever becomes of a step, its place is given back: also where it was canceled while it took it,
  or where nobody knows whether it got it. What cannot be given back now is given back later.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

from penstock_kernel.execution.ending import to_the_end
from penstock_kernel.execution.policy import Clock
from penstock_kernel.store.permits import Permits
from penstock_kernel.store.sql.database import StoreClosed
from penstock_sdk import PenstockError

_FIRST_S, _LONGEST_S = 0.02, 1.0
log = logging.getLogger(__name__)


class NodeLimits:
    """The limits of the settings, `TYPE=NUMBER` each."""

    def __init__(self, limits: Sequence[str], permits: Permits, clock: Clock) -> None:
        pairs = (limit.rpartition("=") for limit in limits)
        self._limits = {kind: int(number) for kind, _, number in pairs}
        self._permits = permits
        self._clock = clock
        self._leaving: dict[tuple[str, str], asyncio.Task[None]] = {}

    def __contains__(self, kind: object) -> bool:
        return kind in self._limits

    @asynccontextmanager
    async def place(self, kind: str, holder: str) -> AsyncGenerator[None]:
        """A place for a step of a limited type, until the block ends."""
        name = f"node:{kind}"
        # The same step, again: what gives its last place back would take away the new one.
        if left := self._leaving.get((name, holder)):
            await asyncio.wait([left])
        try:
            await self._wait(name, holder, self._limits[kind])
            yield
        finally:
            await self._leave(name, holder)

    async def _wait(self, name: str, holder: str, limit: int) -> None:
        pause_s = _FIRST_S
        while not await self._take(name, holder, limit):
            await self._clock.sleep(pause_s)
            pause_s = min(_LONGEST_S, pause_s * 1.5)

    async def _take(self, name: str, holder: str, limit: int) -> bool:
        got = False

        async def take() -> None:
            nonlocal got
            got = await self._permits.take(name, holder, limit)

        # What is given back before it is taken is taken for good.
        if await to_the_end(take()):
            raise asyncio.CancelledError
        return got

    async def _leave(self, name: str, holder: str) -> None:
        place = (name, holder)
        task = self._leaving[place] = asyncio.create_task(self._give_back(name, holder))
        task.add_done_callback(lambda _: self._leaving.pop(place))
        # The step has ended by now, and does not wait for a database that is not there.
        await asyncio.wait([task], timeout=_LONGEST_S)

    async def _give_back(self, name: str, holder: str) -> None:
        pause_s = _FIRST_S
        while True:
            try:
                return await self._permits.give_back(name, holder)
            except StoreClosed:
                return None  # with the process, its places are free
            except PenstockError as error:
                log.warning("place_not_given_back: %s: %s", error.code, error.message)
            await self._clock.sleep(pause_s)
            pause_s = min(_LONGEST_S, pause_s * 1.5)
