"""The disk under the database and the broker is full for a while.

Where we may mount one, it is a small disk in memory that is filled and freed. Where we may not, the
processes are forbidden to make their files longer, which looks the same to them, but for the name
of the error.
"""

from __future__ import annotations

import asyncio
import errno
import resource
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

import msgspec

from tests.chaos.leases import SHORT_S
from tests.chaos.soak import Plan, Report, Scene, events, staged, within

LONGEST_WAY_BACK_S = 30.0
_SIZE_MB = 48
_BLOCK = b"\0" * (1 << 16)


class Filling(Plan, frozen=True, kw_only=True):
    """What is to be done; kills are the times that the disk is full."""

    lasts_s: float


class Freed(Report, kw_only=True):
    """What came of it."""

    mechanism: str = ""
    refused: int = 0
    refused_as_full: int = 0
    #: From when there was room to the next acceptance.
    slowest_way_back_ms: int = 0
    is_whole: bool = False

    @property
    def is_clean(self) -> bool:
        """Was something refused, and nothing lost that was not?"""
        back = self.slowest_way_back_ms <= LONGEST_WAY_BACK_S * 1_000
        return super().is_clean and self.refused > 0 and back and self.is_whole


CI = Filling(
    executions=600, kills=1, seed=9, per_second=60, lasts_s=4, dispatch="nats", lease_s=SHORT_S
)
FULL = Filling(executions=20_000, kills=12, seed=9, per_second=60, lasts_s=10, dispatch="nats")


class Disk(Protocol):
    """A disk that can be full."""

    mechanism: str

    def fill(self, scene: Scene, /) -> None: ...
    def free(self, scene: Scene, /) -> None: ...


class SmallDisk:
    """One in memory, filled by a file of ours."""

    mechanism = f"a file system of {_SIZE_MB} MB, filled and freed"

    def __init__(self, folder: Path) -> None:
        self._ballast = folder / "ballast"

    def fill(self, _scene: Scene, /) -> None:
        """Take whatever is left."""
        try:
            with self._ballast.open("ab", buffering=0) as file:
                while True:
                    file.write(_BLOCK)
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise

    def free(self, _scene: Scene, /) -> None:
        """Give it back."""
        self._ballast.unlink(missing_ok=True)


class Quota:
    """None: the processes may not write beyond a place in a file."""

    mechanism = "a limit to the length of the files of the processes"

    def fill(self, scene: Scene, /) -> None:
        """Let no file of theirs be longer than one block."""
        self._limit(scene, len(_BLOCK))

    def free(self, scene: Scene, /) -> None:
        """Let them go on."""
        self._limit(scene, resource.RLIM_INFINITY)

    def _limit(self, scene: Scene, most: int) -> None:
        for one in (scene.gate, *scene.workers):
            with suppress(ProcessLookupError):
                _, hard = resource.prlimit(one.pid, resource.RLIMIT_FSIZE)
                resource.prlimit(one.pid, resource.RLIMIT_FSIZE, (most, hard))


@contextmanager
def small_disk(folder: Path, *, may_mount: bool = True) -> Generator[Disk]:
    """A disk in a folder, until the block ends."""
    folder.mkdir()
    size = f"size={_SIZE_MB}m"
    words = ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)]
    if not (may_mount and _succeeds(words)):
        yield Quota()
        return
    try:
        yield SmallDisk(folder)
    finally:
        _succeeds(["umount", "--lazy", str(folder)])


def _succeeds(words: list[str]) -> bool:
    try:
        done = subprocess.run(words, capture_output=True, check=False)  # noqa: S603 - our words
    except OSError:
        return False
    return done.returncode == 0


async def play(plan: Filling, _url: str, folder: Path, *, may_mount: bool = True) -> Freed:
    """Do it, with a database on that disk."""
    place = folder / "disk"
    with small_disk(place, may_mount=may_mount) as disk:
        url = f"sqlite:///{place / 'chaos.db'}"
        async with staged(plan, url, place) as scene:
            sending = scene.send(events(plan.executions), per_second=plan.per_second)
            _, took = await asyncio.gather(sending, _fill(scene, plan, disk))
            await scene.settle()
            report = await scene.report(plan.kills)
            (whole,) = (await scene.rows("PRAGMA integrity_check"))[0]
    return Freed(
        **msgspec.structs.asdict(report),
        mechanism=disk.mechanism,
        refused=scene.refused.total(),
        refused_as_full=scene.refused["store.full"],
        slowest_way_back_ms=round(1_000 * max(took)),
        is_whole=whole == "ok",
    )


async def _fill(scene: Scene, plan: Filling, disk: Disk) -> list[float]:
    """Fill the disk again and again; gives how long it took until something was accepted."""
    took: list[float] = []
    for number in range(plan.kills):
        goal = plan.executions * (number + 0.5) / (plan.kills + 1)
        await _kept(scene, goal)
        before = scene.refused.total()
        disk.fill(scene)
        try:

            async def is_refused(before: int = before) -> bool:
                disk.fill(scene)  # what somebody gave back
                return scene.refused.total() > before

            assert await within(60, is_refused), "nothing was refused"
            await asyncio.sleep(plan.lasts_s)
        finally:
            disk.free(scene)
        begun_s, kept = time.monotonic(), len(scene.kept)
        await _kept(scene, kept + 1)
        took.append(time.monotonic() - begun_s)
    return took


async def _kept(scene: Scene, goal: float) -> None:
    """Wait until so many were accepted."""

    async def are() -> bool:
        return len(scene.kept) >= min(goal, scene.plan.executions)

    assert await within(scene.plan.patience_s, are), "nothing is accepted"
