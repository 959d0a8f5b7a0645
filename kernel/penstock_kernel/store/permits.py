"""Places that many share, of which there are only so many: the contract, and its twin."""

from __future__ import annotations

from collections import defaultdict
from typing import Protocol


class Permits(Protocol):
    """Counts for all that share it."""

    async def take(self, name: str, holder: str, limit: int) -> bool:
        """Take one of so many places, if one is free; who has one already keeps it."""
        ...

    async def give_back(self, name: str, holder: str) -> None:
        """Leave a place to others."""
        ...


class MemoryPermits:
    """Counts for one process."""

    def __init__(self) -> None:
        self._held: defaultdict[str, set[str]] = defaultdict(set)

    async def take(self, name: str, holder: str, limit: int) -> bool:
        """Take a place; see the contract."""
        held = self._held[name]
        if holder not in held and len(held) >= limit:
            return False
        held.add(holder)
        return True

    async def give_back(self, name: str, holder: str) -> None:
        """Leave a place; see the contract."""
        self._held[name].discard(holder)
