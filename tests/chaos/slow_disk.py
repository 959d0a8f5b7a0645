"""The disk under the database takes long for everything that is written.

Where we may set one, it is a limit of the kernel to what the processes write in a second. Where we
may not, each commit of theirs waits before it is made, holding what it holds.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import Generator, Iterable
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec
from sqlalchemy import Connection, Engine, event

from tests.chaos.slow_network import MOST_AGAIN
from tests.chaos.soak import Plan, Report, Scene, events, staged

#: Names how long a commit takes in a process of ours, in milliseconds.
WAITS = "PENSTOCK_CHAOS_COMMIT_MS"
_GROUPS = (
    # Where the controllers lie, the file of a group that has the limit, and its line.
    (Path("/sys/fs/cgroup"), "io.max", "{device} wbps={bytes}"),
    (Path("/sys/fs/cgroup/blkio"), "blkio.throttle.write_bps_device", "{device} {bytes}"),
)


class Slowness(Plan, frozen=True, kw_only=True):
    """What is to be done."""

    bytes_per_second: int = 1 << 20
    commit_ms: int = 150
    may_limit: bool = True


class Slowed(Report, kw_only=True):
    """What came of it."""

    mechanism: str = ""
    is_whole: bool = False

    @property
    def is_clean(self) -> bool:
        """Did everybody keep what he had, though he was slow?"""
        flaps = self.redispatched > MOST_AGAIN * self.executions
        return super().is_clean and self.is_whole and not flaps


CI = Slowness(executions=100, kills=0, seed=8, per_second=10, dispatch="nats")
FULL = Slowness(executions=6_000, kills=0, seed=8, per_second=10, dispatch="nats", patience_s=300)


@contextmanager
def limited(plan: Slowness, folder: Path) -> Generator[Path | None]:
    """A group of processes that may write only so much, until the block ends; none: not allowed."""
    device = folder.stat().st_dev
    told = {"device": f"{os.major(device)}:{os.minor(device)}", "bytes": plan.bytes_per_second}
    for place, file, line in _GROUPS if plan.may_limit else ():
        group = place / f"penstock-chaos-{os.getpid()}"
        if _is_made(group, file, line.format(**told)):
            try:
                yield group
            finally:
                _leave(place, group)
            return
    yield None


def _is_made(group: Path, file: str, line: str) -> bool:
    """Make a group with a limit; say whether that was allowed."""
    try:
        group.mkdir()
    except OSError:
        return False
    with suppress(OSError):
        # Made by the system, where groups are made here; elsewhere it is a folder like others.
        if (group / file).exists():
            (group / file).write_text(line)
            return True
    group.rmdir()
    return False


def _leave(place: Path, group: Path) -> None:
    for pid in (group / "cgroup.procs").read_text().split():
        with suppress(OSError):
            (place / "cgroup.procs").write_text(pid)
    group.rmdir()


def _join(group: Path, pids: Iterable[int]) -> None:
    for pid in pids:
        (group / "cgroup.procs").write_text(str(pid))


def wait_at_commits() -> None:
    """In a process of ours: wait before each commit, if that is asked for."""
    milliseconds = int(os.environ.pop(WAITS, "0"))
    chance = random.Random(milliseconds)  # noqa: S311 - nothing depends on it

    def wait(_connection: Connection) -> None:
        # A disk that is slow is now and then a lot slower.
        time.sleep(milliseconds / 1_000 * (10 if chance.random() < 0.02 else 1))

    if milliseconds:
        event.listen(Engine, "commit", wait)


async def play(plan: Slowness, url: str, folder: Path) -> Slowed:
    """Do it."""
    with limited(plan, folder) as group:
        waits = {} if group else {WAITS: str(plan.commit_ms)}
        async with staged(plan, url, folder, environment=waits) as scene:
            if group is not None:
                await asyncio.to_thread(_join, group, _pids(scene))
            await scene.send(events(plan.executions), per_second=plan.per_second)
            await scene.settle()
            report = await scene.report(0)
            (whole,) = (await scene.rows("PRAGMA integrity_check"))[0]
    kernels = f"a limit of the kernel to {plan.bytes_per_second >> 10} KB a second"
    commits = f"{plan.commit_ms} ms before each commit, and ten times that before some"
    return Slowed(
        **msgspec.structs.asdict(report),
        mechanism=commits if group is None else kernels,
        is_whole=whole == "ok",
    )


def _pids(scene: Scene) -> list[int]:
    return [one.pid for one in (scene.gate, *scene.workers)]
