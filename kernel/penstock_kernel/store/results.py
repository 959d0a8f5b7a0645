"""Results of steps that may be used again: the contract, and its twin for one process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import msgspec


class Kept(msgspec.Struct, frozen=True):
    """Where a result is kept, and for how long."""

    workspace: str
    key: str
    node_type: str
    ttl_s: float


class Results(Protocol):
    """Keeps results, for all processes that share it."""

    async def get(self, kept: Kept) -> bytes | None:
        """The result, if there is one that still counts."""
        ...

    async def put(self, kept: Kept, outputs: bytes) -> None:
        """Keep a result."""
        ...


class MemoryResults:
    """Keeps the latest results for one process."""

    def __init__(self, now_ms: Callable[[], int], most: int = 1_000) -> None:
        self._now_ms = now_ms
        self._kept: dict[tuple[str, str], tuple[float, bytes]] = {}
        self._most = most

    async def get(self, kept: Kept) -> bytes | None:
        """The result; see the contract."""
        found = self._kept.get((kept.workspace, kept.key))
        return None if found is None or found[0] <= self._now_ms() else found[1]

    async def put(self, kept: Kept, outputs: bytes) -> None:
        """Keep a result; see the contract."""
        self._kept[kept.workspace, kept.key] = (self._now_ms() + kept.ttl_s * 1_000, outputs)
        while len(self._kept) > self._most:
            del self._kept[next(iter(self._kept))]
