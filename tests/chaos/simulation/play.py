"""R21, the simulation: many stories, side by side on all processors."""

from __future__ import annotations

import asyncio
import os
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import msgspec

from tests.chaos.simulation.judge import Verdict
from tests.chaos.simulation.story import tell

_AT_A_TIME = 50
#: Stories with something wrong that are told of.
_MOST_TOLD = 20


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """How many stories, from which seed on."""

    stories: int
    seed: int = 0


class Report(msgspec.Struct, kw_only=True):
    """What they have shown."""

    stories: int = 0
    executions: int = 0
    succeeded: int = 0
    canceled: int = 0
    #: Executions that more than one has owned.
    taken_over: int = 0
    stories_wrong: int = 0
    #: What is wrong, by seed: `python3 -m tests.chaos.simulation SEED` tells it again.
    wrong: dict[int, list[str]] = {}
    seconds: float = 0.0
    seed: int = 0

    @property
    def is_clean(self) -> bool:
        """Is nothing wrong, in any of them?"""
        return self.stories > 0 and not self.stories_wrong


CI, FULL = Plan(stories=200), Plan(stories=20_000)


async def play(plan: Plan, _url: str, _folder: Path) -> Report:
    """Tell them."""
    return await asyncio.to_thread(_played, plan)


def _played(plan: Plan) -> Report:
    started = time.monotonic()
    seeds = range(plan.seed, plan.seed + plan.stories)
    # What has threads is not forked: each process begins from nothing.
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        report = _summed(pool.map(tell, seeds, chunksize=_AT_A_TIME))
    report.seed, report.seconds = plan.seed, round(time.monotonic() - started, 1)
    return report


def _summed(verdicts: Iterable[Verdict]) -> Report:
    report, ends = Report(), Counter[str]()
    for verdict in verdicts:
        ends.update(verdict.ends)
        report.stories += 1
        report.taken_over += verdict.again
        report.stories_wrong += bool(verdict.wrong)
        if verdict.wrong and len(report.wrong) < _MOST_TOLD:
            report.wrong[verdict.seed] = list(verdict.wrong)
    report.executions = ends.total()
    report.succeeded, report.canceled = ends["success"], ends["canceled"]
    return report
