"""More comes than can be done: what is too much is refused, and what was accepted is done."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec

from tests.chaos.soak import Plan, Report, Scene, events, staged, workflow

_QUEUED = "SELECT count(*) FROM workflow_executions WHERE status = 'queued'"


class Burst(Plan, frozen=True, kw_only=True):
    """What is to be done."""

    #: That may be queued.
    most: int
    #: Beyond a tenth, that the process that accepts may grow by from the middle to the end.
    grows_mb: int = 5


class Held(Report, kw_only=True):
    """What came of it."""

    sent: int = 0
    refused: int = 0
    refused_otherwise: int = 0
    longest_line: int = 0
    #: Of the process that accepts: in the middle, and at the end.
    rss_middle_mb: int = 0
    rss_end_mb: int = 0
    grows_mb: int = 0

    @property
    def is_clean(self) -> bool:
        """Was something refused, and everything else done?"""
        told = self.executions + self.refused == self.sent and not self.refused_otherwise
        is_flat = self.rss_end_mb <= 1.1 * self.rss_middle_mb + self.grows_mb
        return super().is_clean and told and self.refused > 0 and is_flat


CI = Burst(executions=4_500, kills=0, seed=18, most=300, per_second=600, grows_mb=20)
FULL = Burst(executions=300_000, kills=0, seed=18, most=1_000, per_second=600, patience_s=600)


async def play(plan: Burst, url: str, folder: Path) -> Held:
    """Do it."""
    pause = {"resume": "interval", "amount": 0.5, "unit": "seconds"}
    slow = workflow({"type": "penstock/flow.wait", "config": pause})
    more = {"PENSTOCK_MAX_QUEUED": str(plan.most)}
    async with staged(plan, url, folder, documents={"chaos": slow}, environment=more) as scene:
        line: list[int] = []
        watching = asyncio.create_task(_watch(scene, line))
        every = events(plan.executions)
        half = plan.executions // 2
        await scene.send(every[:half], per_second=plan.per_second, insists=False)
        middle = _rss_mb(scene.gate.pid)
        await scene.send(every[half:], per_second=plan.per_second, insists=False)
        watching.cancel()
        await scene.settle()
        report = await scene.report(0)
        refused, end = scene.refused, _rss_mb(scene.gate.pid)
    return Held(
        **msgspec.structs.asdict(report),
        sent=plan.executions,
        refused=refused["queue.full"],
        refused_otherwise=refused.total() - refused["queue.full"],
        longest_line=max(line, default=0),
        rss_middle_mb=middle,
        rss_end_mb=end,
        grows_mb=plan.grows_mb,
    )


async def _watch(scene: Scene, line: list[int]) -> None:
    while True:
        line.append(await scene.count(_QUEUED))
        await asyncio.sleep(0.5)


def _rss_mb(pid: int) -> int:
    for entry in Path(f"/proc/{pid}/status").read_text().splitlines():
        if entry.startswith("VmRSS:"):
            return int(entry.split()[1]) // 1_024
    return 0
