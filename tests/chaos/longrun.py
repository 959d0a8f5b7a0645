"""Half as much as can be done, for a long time: what grows that should stay as it is?

Looked at is all that the processes hold, with those that they have started: memory, open files, and
the log of the database. The first part of the time does not count, as that is when a process takes
what it keeps.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from statistics import fmean, median
from typing import NamedTuple

import msgspec

from tests.chaos.soak import Event, Plan, Report, Scene, percentile, staged, workflow

#: Of the time, that does not count.
_WARM = 1 / 3
#: What a process may open and close again at any time: connections, and files that it reads.
_MOST_FILES = 12
_MOST_LOG_MB = 64.0
_TOOK = "SELECT finished_ms - created_ms FROM workflow_executions WHERE status = 'success'"


class Hours(Plan, frozen=True, kw_only=True):
    """What is to be done: so many executions at so many a second."""

    looks_every_s: float = 1.0
    #: That all processes together may have more at the end than after the first part.
    grows_mb: float


class Grown(Report, kw_only=True):
    """What came of it."""

    refused: int = 0
    #: Lines of the processes that tell of an error.
    errors: int = 0
    restarts: int = 0
    rss_mb: int = 0
    #: By a line through all that was seen after the first part; and so much for the rest of it.
    rss_mb_per_hour: float = 0.0
    rss_grew_mb: float = 0.0
    most_mb: float = 0.0
    #: By who holds it, in MB an hour.
    slopes: dict[str, float] = msgspec.field(default_factory=dict[str, float])
    files_more: int = 0
    longest_log_mb: float = 0.0
    took_p50_ms: int = 0
    took_p99_ms: int = 0

    @property
    def is_clean(self) -> bool:
        """Did nothing grow, and nothing go wrong?"""
        wrong = self.refused or self.errors or self.restarts or self.redispatched
        grew = self.rss_grew_mb > self.most_mb or self.files_more > _MOST_FILES
        return super().is_clean and not (wrong or grew or self.longest_log_mb > _MOST_LOG_MB)


CI = Hours(executions=800, kills=0, seed=20, per_second=40, dispatch="nats", grows_mb=24)
FULL = Hours(
    executions=144_000,
    kills=0,
    seed=20,
    per_second=40,
    dispatch="nats",
    grows_mb=16,
    looks_every_s=5,
    patience_s=600,
)


class Held(NamedTuple):
    """What a process and its children hold."""

    rss_mb: float
    files: int


class Look(NamedTuple):
    """What was seen at a moment."""

    at_s: float
    held: Mapping[str, Held]
    log_mb: float


async def play(plan: Hours, url: str, folder: Path) -> Grown:
    """Do it."""
    script = {"assignments": [{"name": "b", "value": "={{ $json.name.toUpperCase() + 3 }}"}]}
    other = workflow({"type": "penstock/data.set", "config": script})
    documents = {"chaos": workflow(), "script": other}
    async with staged(plan, url, folder, documents=documents) as scene:
        looks: list[Look] = []
        looking = asyncio.create_task(_look(scene, plan, looks))
        await scene.send(_events(plan), per_second=plan.per_second)
        looking.cancel()
        await scene.settle()
        report = await scene.report(0)
        took = [one / 1_000 for (one,) in await scene.rows(_TOOK)]
        restarts = sum(len(one.ends) for one in (scene.gate, *scene.workers))
    late = looks[round(len(looks) * _WARM) :]
    return _judged(
        Grown(
            **msgspec.structs.asdict(report),
            refused=scene.refused.total(),
            errors=_errors(folder),
            restarts=restarts,
            most_mb=plan.grows_mb,
            took_p50_ms=percentile(took, 50),
            took_p99_ms=percentile(took, 99),
        ),
        late,
    )


def _events(plan: Hours) -> list[Event]:
    """Every tenth has JavaScript."""
    plain: Event = {"document": "chaos"}
    other: Event = {"document": "script", "data": {"name": "n"}}
    return [
        {"key": f"event-{number}", **(plain if number % 10 else other)}
        for number in range(plan.executions)
    ]


def _judged(grown: Grown, late: Sequence[Look]) -> Grown:
    hours = [look.at_s / 3_600 for look in late]
    whole = [sum(one.rss_mb for one in look.held.values()) for look in late]
    names = sorted({name for look in late for name in look.held})
    for name in names:
        own = [look.held[name].rss_mb if name in look.held else 0.0 for look in late]
        grown.slopes[name] = round(slope(hours, own), 2)
    grown.rss_mb = round(median(whole))
    grown.rss_mb_per_hour = round(slope(hours, whole), 2)
    grown.rss_grew_mb = round(slope(hours, whole) * (hours[-1] - hours[0]), 2)
    files = [sum(one.files for one in look.held.values()) for look in late]
    part = len(files) // 3
    grown.files_more = round(median(files[-part:]) - median(files[:part]))
    grown.longest_log_mb = round(max(look.log_mb for look in late), 1)
    return grown


def slope(along: Sequence[float], values: Sequence[float]) -> float:
    """By how much values grow for each one along, by the least squares."""
    middle, level = fmean(along), fmean(values)
    spread = sum((one - middle) ** 2 for one in along)
    return sum((a - middle) * (v - level) for a, v in zip(along, values, strict=True)) / spread


async def _look(scene: Scene, plan: Hours, looks: list[Look]) -> None:
    begun_s = time.monotonic()
    while True:
        looks.append(Look(time.monotonic() - begun_s, _held(scene), _log_mb(scene)))
        await asyncio.sleep(plan.looks_every_s)


def _log_mb(scene: Scene) -> float:
    log = Path(scene.url.removeprefix("sqlite:///") + "-wal")
    return log.stat().st_size / (1 << 20) if log.exists() else 0.0


def _held(scene: Scene) -> dict[str, Held]:
    """What each of the processes holds, and what those hold that it has started."""
    parents = _parents()
    found: dict[str, Held] = {}
    for number, own in enumerate((scene.gate, *scene.workers)):
        name = f"worker {number}" if number else "gate"
        found[name] = _of([own.pid])
        children = [pid for pid in parents if own.pid in _line(pid, parents)]
        found[f"started by {name}"] = _of(children)
    return found


def _parents() -> dict[int, int]:
    found: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, IndexError):
            found[int(folder.name)] = int(
                (folder / "stat").read_text().rpartition(")")[2].split()[1]
            )
    return found


def _line(pid: int, parents: Mapping[int, int]) -> list[int]:
    """The process that has started it, the one before, and so on."""
    line: list[int] = []
    while (pid := parents.get(pid, 0)) and pid not in line:
        line.append(pid)
    return line


def _of(pids: Sequence[int]) -> Held:
    rss, files = 0.0, 0
    for pid in pids:
        with suppress(OSError):
            lines = Path(f"/proc/{pid}/status").read_text().splitlines()
            rss += sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1_024
            files += len(list(Path(f"/proc/{pid}/fd").iterdir()))
    return Held(rss, files)


def _errors(folder: Path) -> int:
    """Lines in which a process tells of an error."""
    told = [line.lower() for log in folder.glob("*.log") for line in log.read_text().splitlines()]
    return sum("error" in line or line.startswith("traceback") for line in told)
