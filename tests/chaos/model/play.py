"""R21, the model: worlds of several sizes, each searched to its end."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import msgspec

from tests.chaos.model import sizes


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """How many of the worlds; nothing is left to chance."""

    worlds: int
    seed: int = 0


class Report(msgspec.Struct, kw_only=True):
    """What was found."""

    worlds: int = 0
    states: int = 0
    moves: int = 0
    largest: int = 0
    #: The shortest way to a broken promise, by the name of its world.
    broken: dict[str, str] = {}
    seconds: float = 0.0

    @property
    def is_clean(self) -> bool:
        """Is every promise kept?"""
        return self.worlds > 0 and not self.broken


CI, FULL = Plan(worlds=len(sizes.CI)), Plan(worlds=len(sizes.FULL))


async def play(plan: Plan, _url: str, _folder: Path) -> Report:
    """Search them."""
    return await asyncio.to_thread(_played, plan)


def _played(plan: Plan) -> Report:
    started, report = time.monotonic(), Report()
    for named in sizes.FULL[: plan.worlds]:
        found = sizes.look(named.size)
        report.worlds += 1
        report.states += found.states
        report.moves += found.moves
        report.largest = max(report.largest, found.states)
        if found.broken or not found.is_whole:
            report.broken[named.name] = str(found)
    report.seconds = round(time.monotonic() - started, 1)
    return report
