"""The broker is killed and its directory is deleted, while executions come in and run."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from contextlib import suppress
from pathlib import Path

import msgspec

from tests.chaos.leases import SHORT_S
from tests.chaos.soak import Plan, Report, Scene, events, percentile, staged, within

#: What a lost ring may cost: another one comes when nobody has heard of an execution for so long.
MOST_ADDED_MS = 25_000
_TOOK = "SELECT finished_ms - created_ms FROM workflow_executions WHERE status = 'success'"


class Amnesia(Plan, frozen=True, kw_only=True):
    """What is to be done; kills are the times that the broker loses everything."""

    #: Events come meanwhile, and for so long after the last time.
    every_s: float = 4.0


class Remembered(Report, kw_only=True):
    """What came of it."""

    brokers: int = 0
    took_p50_ms: int = 0
    took_p99_ms: int = 0
    slowest_ms: int = 0

    @property
    def is_clean(self) -> bool:
        """Nothing lost, and nothing much later?"""
        return super().is_clean and self.slowest_ms <= MOST_ADDED_MS


CI = Amnesia(executions=1_200, kills=3, seed=3, per_second=80, dispatch="nats", lease_s=SHORT_S)
FULL = Amnesia(executions=16_000, kills=20, seed=3, per_second=100, dispatch="nats", every_s=7)


async def play(plan: Amnesia, url: str, folder: Path) -> Remembered:
    """Do it."""
    async with staged(plan, url, folder) as scene:
        sending = scene.send(events(plan.executions), per_second=plan.per_second)
        _, pids = await asyncio.gather(sending, _forget(scene, plan))
        await scene.settle()
        report = await scene.report(plan.kills)
        took = [one / 1_000 for (one,) in await scene.rows(_TOOK)]
    return Remembered(
        **msgspec.structs.asdict(report),
        brokers=len(set(pids)),
        took_p50_ms=percentile(took, 50),
        took_p99_ms=percentile(took, 99),
        slowest_ms=percentile(took, 100),
    )


async def _forget(scene: Scene, plan: Amnesia) -> list[int]:
    """Take from the broker what it has kept, and kill it; gives the ones that were killed."""
    found: list[int] = []
    for _ in range(plan.kills):
        await asyncio.sleep(plan.every_s)

        async def runs() -> bool:
            return bool(set(_children(scene.gate.pid)) - set(found))

        assert await within(30, runs), "no broker"
        pid = next(one for one in _children(scene.gate.pid) if one not in found)
        kept = scene.folder / "d" / "nats" / "jetstream"
        assert kept.is_dir()
        shutil.rmtree(kept, ignore_errors=True)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        found.append(pid)
    return found


def _children(parent: int) -> list[int]:
    """The brokers that a process has started."""
    found: list[int] = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, IndexError):
            words = (folder / "stat").read_text().rpartition(")")[2].split()
            name = (folder / "cmdline").read_bytes().split(b"\0")[0]
            if int(words[1]) == parent and name.endswith(b"nats-server"):
                found.append(int(folder.name))
    return found
