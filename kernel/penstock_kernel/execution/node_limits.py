"""How many steps of a node type run at once, in all processes together.

The rules:

* A step waits for a place before it says that it starts, so what waits can be repeated.
* It looks again and again, less and less often, up to each second.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

from penstock_kernel.execution.policy import Clock
from penstock_kernel.store.permits import Permits

_FIRST_S, _LONGEST_S = 0.02, 1.0


class NodeLimits:
    """The limits of the settings, `TYPE=NUMBER` each."""

    def __init__(self, limits: Sequence[str], permits: Permits, clock: Clock) -> None:
        pairs = (limit.rpartition("=") for limit in limits)
        self._limits = {kind: int(number) for kind, _, number in pairs}
        self._permits = permits
        self._clock = clock

    def __contains__(self, kind: object) -> bool:
        return kind in self._limits

    @asynccontextmanager
    async def place(self, kind: str, holder: str) -> AsyncGenerator[None]:
        """A place for a step of a limited type, until the block ends."""
        name, pause_s = f"node:{kind}", _FIRST_S
        while not await self._permits.take(name, holder, self._limits[kind]):
            await self._clock.sleep(pause_s)
            pause_s = min(_LONGEST_S, pause_s * 1.5)
        try:
            yield
        finally:
            await self._permits.give_back(name, holder)
