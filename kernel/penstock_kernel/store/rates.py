"""How often something may be done: the contract, and its twin for one process.

The rules:

* Each rate is a bucket: it fills steadily up to its burst, and each use takes one out.
* Who finds it empty takes his turn all the same and is told how long to wait for it, so that those
  who ask together go one after the other, and nobody asks again and again.
* A wait over `LONGEST_S` is no turn: nothing is taken, and the one who asked comes again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec

LONGEST_S = 60.0


class Rate(msgspec.Struct, frozen=True):
    """So many each second, and so many at once."""

    name: str
    per_s: float
    burst: float


class Bucket(msgspec.Struct, frozen=True):
    """What was left at a moment; less than nothing where turns are given away."""

    tokens: float
    at_ms: int


class Rates(Protocol):
    """Counts for all that share it."""

    async def take(self, rates: Sequence[Rate]) -> float:
        """Take a turn with each of these; seconds to wait before it is used.

        A wait over `LONGEST_S`: no turn was taken.
        """
        ...


def spend(bucket: Bucket | None, rate: Rate, now_ms: int) -> tuple[Bucket, float]:
    """A bucket after one more use, and the seconds to wait for it."""
    before = bucket or Bucket(rate.burst, now_ms)
    passed_s = max(0, now_ms - before.at_ms) / 1_000
    tokens = min(rate.burst, before.tokens + passed_s * rate.per_s) - 1
    return Bucket(tokens, max(now_ms, before.at_ms)), max(0.0, -tokens / rate.per_s)


class MemoryRates:
    """Counts for one process."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._buckets: dict[str, Bucket] = {}

    async def take(self, rates: Sequence[Rate]) -> float:
        """Take a turn with each of these; see the contract."""
        now_ms = self._now_ms()
        found = {rate.name: spend(self._buckets.get(rate.name), rate, now_ms) for rate in rates}
        wait_s = max((wait for _, wait in found.values()), default=0.0)
        if wait_s <= LONGEST_S:
            self._buckets |= {name: bucket for name, (bucket, _) in found.items()}
        return wait_s
