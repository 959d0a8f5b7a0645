"""What chance does to a process and to what it sends."""

from __future__ import annotations

import asyncio
import random
from typing import Literal

from penstock_kernel.store.sql.database import StoreUnavailable

Fate = Literal["answered", "unsent", "unheard"]


class Chance:
    """All that is left to chance; the same seed gives the same."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - it has to be the same again
        #: How many requests fail, of a thousand.
        self.failing = 5
        self.is_over = False

    def fate(self) -> Fate:
        """What becomes of a request to the database."""
        if self.random.random() * 1000 >= self.failing:
            return "answered"
        return self.random.choice(("unsent", "unheard"))

    def delay_s(self) -> float:
        """How long something is on its way: most of it is quick."""
        kind = self.random.random()
        if kind < 0.97:
            return self.random.expovariate(200)
        return self.random.uniform(0, 1) if kind < 0.998 else self.random.uniform(1, 20)


class Life:
    """Whether a process is there: it may stand still for a while, or be gone."""

    def __init__(self, name: str, chance: Chance) -> None:
        self.name = name
        self.chance = chance
        self.is_gone = False
        self._goes_on = asyncio.Event()
        self._goes_on.set()
        self._never = asyncio.Event()

    async def awake(self) -> None:
        """Go on only if the process does: who is gone waits for ever.

        Raises:
            StoreUnavailable: The story is over.
        """
        while not self.chance.is_over:
            if self.is_gone:
                await self._never.wait()
            elif self._goes_on.is_set():
                return
            else:
                await self._goes_on.wait()
        raise StoreUnavailable("The story is over.", hint="")

    def die(self) -> None:
        """Be gone, as after `kill -9`."""
        self.is_gone = True

    def freeze(self) -> None:
        """Stand still, as after SIGSTOP."""
        self._goes_on.clear()

    def thaw(self) -> None:
        """Go on."""
        self._goes_on.set()

    def end(self) -> None:
        """The story is over: let everybody who waits hear of it."""
        self._goes_on.set()
        self._never.set()
