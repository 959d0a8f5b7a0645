"""The bus and the doorbells, which lose things, bring them late, or bring them twice."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence

from penstock_bus import BusUnavailable, MemoryBus
from penstock_bus.contract import Subscription
from tests.chaos.simulation.fate import Chance, Life


class Wire:
    """The bus, as one process reaches it."""

    def __init__(self, bus: MemoryBus, life: Life) -> None:
        self._bus = bus
        self._life = life
        self._own: list[Subscription] = []

    async def publish(self, subject: str, data: bytes) -> None:
        await self._life.awake()
        if self._life.chance.random.random() < 0.8:
            await self._bus.publish(subject, data)

    async def subscribe(self, pattern: str, *, limit: int = 1_000) -> Subscription:
        subscription = await self._bus.subscribe(pattern, limit=limit)
        self._own.append(subscription)
        return subscription

    def has_listener(self, subject: str) -> bool:
        return self._bus.has_listener(subject)

    async def close(self) -> None:
        for subscription in self._own:
            subscription.close()


class Belfry:
    """The rings that nobody has heard yet."""

    def __init__(self, chance: Chance) -> None:
        self.chance = chance
        self._rings: Counter[str] = Counter()
        self._known: set[tuple[str, str]] = set()
        self._waiting: list[tuple[Sequence[str], asyncio.Future[None]]] = []

    def put(self, pool: str, message_id: str) -> None:
        """Take in a ring, unless it has come before."""
        if message_id and (pool, message_id) in self._known:
            return
        self._known.add((pool, message_id))
        self._rings[pool] += 1
        for place, (pools, heard) in enumerate(self._waiting):
            if pool in pools and not heard.done():
                del self._waiting[place]
                heard.set_result(None)
                return

    def take(self, pools: Sequence[str]) -> bool:
        """Take a ring for one of these pools, if there is any."""
        for pool in pools:
            if self._rings[pool]:
                self._rings[pool] -= 1
                return True
        return False

    def lose_all(self) -> None:
        """The directory of the broker is deleted."""
        self._rings.clear()
        self._known.clear()

    async def come(self, pools: Sequence[str]) -> None:
        """Until there may be a ring."""
        heard: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((pools, heard))
        await heard


class Bells:
    """The doorbells, as one process reaches them."""

    def __init__(self, belfry: Belfry, life: Life) -> None:
        self._belfry = belfry
        self._life = life

    async def ring(self, pool: str, message_id: str) -> None:
        await self._life.awake()
        chance = self._belfry.chance
        kind = chance.random.random()
        if kind < 0.05:
            raise BusUnavailable("The broker is away.", hint="Try again.")
        for _ in range(2 if kind < 0.1 else kind < 0.95):
            loop = asyncio.get_running_loop()
            loop.call_later(chance.delay_s(), self._belfry.put, pool, message_id)

    async def wait(self, pools: Sequence[str], timeout_s: float) -> bool:
        await self._life.awake()
        try:
            async with asyncio.timeout(timeout_s):
                while not self._belfry.take(pools):
                    await self._belfry.come(pools)
        except TimeoutError:
            return False
        await self._life.awake()
        return True
