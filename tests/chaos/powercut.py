"""The power fails: of what was written and not flushed, anything may be missing, torn or out of order.

SQLite's writes and flushes are written down while executions come and run. From that, the files are
made again as they may look after a cut at any moment: what was flushed is there; of the rest each
sector is there or not. Then somebody looks what became of what was acknowledged.

Left out is what no program can help: disks that lie about flushing. That they are found out is the
test of this one. So is PostgreSQL: its files are written by processes that are not ours.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
import time
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import msgspec

from penstock_kernel.kernel import Kernel
from penstock_kernel.settings import Settings
from penstock_kernel.store.records import ExecutionRecord
from penstock_kernel.store.sql.changes import Written
from penstock_kernel.work.serving import Serving
from penstock_sdk import Item
from tests.chaos.recording_vfs import Recording, Step
from tests.chaos.soak import workflow

MECHANISM = "writes and flushes as SQLite made them, of which the files are made again"
_SECTOR = 512
_AT_ONCE = 32
_GONE = ("error", "canceled", "dead")


class Cuts(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be done."""

    executions: int
    cuts: int
    seed: int
    #: Of the files that are made again, so many are worked with until everything has ended.
    resumed: int = 2
    #: The disk says that it has flushed, and has not.
    lies: bool = False


class Survived(msgspec.Struct, kw_only=True):
    """What came of it."""

    mechanism: str = MECHANISM
    executions: int = 0
    cuts: int = 0
    writes: int = 0
    flushes: int = 0
    #: Sectors that were written when the power failed, and are missing.
    dropped: int = 0
    acknowledged: int = 0
    damaged: int = 0
    #: Acknowledged acceptances and ends that are not there.
    lost: int = 0
    forgotten: int = 0
    resumed: int = 0
    unfinished: int = 0
    seconds: float = 0.0
    seed: int = 0

    @property
    def is_clean(self) -> bool:
        """Is everything there that was acknowledged, however the power failed?"""
        wrong = (self.damaged, self.lost, self.forgotten, self.unfinished)
        return not any(wrong) and self.dropped > 0 and self.acknowledged > 0


CI = Cuts(executions=150, cuts=40, seed=10)
FULL = Cuts(executions=2_000, cuts=1_000, seed=10, resumed=10)


async def play(plan: Cuts, url: str, folder: Path) -> Survived:
    """Do it."""
    begun_s = time.monotonic()
    path = Path(url.removeprefix("sqlite:///"))
    async with _kernel(path, folder):
        pass  # it has its tables: what follows changes files, and makes none
    base = {str(path): await asyncio.to_thread(path.read_bytes), f"{path}-wal": b""}
    recording = Recording()
    with recording.listening():
        await _work(plan, path, folder, recording)
    found = Survived(executions=plan.executions, cuts=plan.cuts, seed=plan.seed)
    found.writes = sum(step.kind == "write" for step in recording.steps)
    found.flushes = sum(step.kind == "sync" for step in recording.steps)
    await _cut(plan, folder, base, recording.steps, found)
    found.seconds = round(time.monotonic() - begun_s, 1)
    return found


@asynccontextmanager
async def _kernel(path: Path, folder: Path) -> AsyncGenerator[tuple[Kernel, Serving]]:
    settings = Settings(
        database=f"sqlite:///{path}", data_dir=folder / "d", sandbox="inprocess", dispatch="db"
    )
    async with Kernel.open(settings) as kernel, kernel.serve() as serving:
        yield kernel, serving


async def _work(plan: Cuts, path: Path, folder: Path, recording: Recording) -> None:
    """Accept and run executions; what is acknowledged is written down among the writes."""
    async with _kernel(path, folder) as (kernel, serving):
        _listen(kernel.db, recording)
        limit = asyncio.Semaphore(_AT_ONCE)

        async def accepted(number: int) -> None:
            async with limit:
                record = _record(kernel, f"event-{number}")
                recording.acknowledged(f"accepted {(await serving.accept(record)).execution}")

        await asyncio.gather(*(accepted(number) for number in range(plan.executions)))
        assert await _rest(path), "executions do not end"


def _record(kernel: Kernel, key: str) -> ExecutionRecord:
    record = kernel.record(workflow(), [Item({"a": 1})], mode="webhook")
    record.idem_key, record.workflow_id = key, "chaos"
    return record


def _listen(db: Any, recording: Recording) -> None:
    """Hear which ends are acknowledged."""
    real = db.change

    async def change(made: Any, asked: Any) -> Any:
        answer = await real(made, asked)
        if isinstance(asked, Written) and asked.commit.status == "success":
            recording.acknowledged(f"ended {asked.commit.execution}")
        return answer

    db.change = change


async def _rest(path: Path) -> bool:
    """Wait until everything has ended."""
    async with asyncio.timeout(120):
        while set(await asyncio.to_thread(_statuses, path)) - {"success", *_GONE}:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    return True


def _statuses(path: Path) -> Counter[str]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        return Counter(status for (status,) in db.execute("SELECT status FROM workflow_executions"))


class Platter:
    """What is on the disk for certain, and what may be."""

    def __init__(self, base: dict[str, bytes]) -> None:
        self.files = {name: bytearray(data) for name, data in base.items()}
        self._open: dict[str, list[tuple[int, Step]]] = {name: [] for name in base}

    def take(self, number: int, step: Step, *, lies: bool) -> None:
        """One more step."""
        if step.kind == "ack" or step.file not in self.files:
            return
        if step.kind != "sync":
            self._open[step.file].append((number, step))
        elif not lies:
            rest = self._open[step.file]
            for _, one in (pair for pair in rest if pair[0] < step.at):
                _apply(self.files[step.file], one)
            self._open[step.file] = [pair for pair in rest if pair[0] >= step.at]

    def after_a_cut(self, chance: random.Random) -> tuple[dict[str, bytes], int]:
        """Files as they may be, and how many sectors are missing; each time others."""
        share = chance.choice((0.0, 0.5, 0.9))
        found, dropped = {}, 0
        for name, data in self.files.items():
            made = bytearray(data)
            sectors = [one for _, step in self._open[name] for one in _sectors(step)]
            for one in sectors:
                if chance.random() < share:
                    _apply(made, one)
                else:
                    dropped += 1
            found[name] = bytes(made)
        return found, dropped


def _sectors(step: Step) -> list[Step]:
    """The parts of a write that a disk takes whole."""
    if step.kind == "truncate":
        return [step]
    parts: list[Step] = []
    at, end = step.at, step.at + len(step.data)
    while at < end:
        until = min(end, (at // _SECTOR + 1) * _SECTOR)
        parts.append(step._replace(at=at, data=step.data[at - step.at : until - step.at]))
        at = until
    return parts


def _apply(made: bytearray, step: Step) -> None:
    if step.kind == "truncate":
        del made[step.at :]
        return
    made.extend(bytes(max(0, step.at - len(made))))
    made[step.at : step.at + len(step.data)] = step.data


async def _cut(
    plan: Cuts, folder: Path, base: dict[str, bytes], steps: Sequence[Step], found: Survived
) -> None:
    """Cut the power at moments of which half come right after somebody was told something."""
    chance = random.Random(plan.seed)  # noqa: S311 - it has to be the same again
    told = [number + 1 for number, step in enumerate(steps) if step.kind == "ack"]
    moments = [
        chance.choice(told) if number % 2 else chance.randrange(len(steps))
        for number in range(plan.cuts)
    ]
    resumed = set(chance.sample(range(plan.cuts), min(plan.resumed, plan.cuts)))
    platter, at = Platter(base), 0
    acknowledged: set[str] = set()
    for number, moment in enumerate(sorted(moments)):
        for step_number in range(at, moment):
            step = steps[step_number]
            platter.take(step_number, step, lies=plan.lies)
            acknowledged |= {step.file} if step.kind == "ack" else set()
        at = max(at, moment)
        files, dropped = platter.after_a_cut(chance)
        found.dropped += dropped
        found.acknowledged = max(found.acknowledged, len(acknowledged))
        place = folder / f"cut{number}"
        path = await asyncio.to_thread(_made, place, files)
        if await asyncio.to_thread(_look, path, acknowledged, found) and number in resumed:
            await _resume(path, folder, found)


def _made(place: Path, files: dict[str, bytes]) -> Path:
    place.mkdir()
    for name, data in files.items():
        (place / Path(name).name).write_bytes(data)
    return place / Path(min(files, key=len)).name


def _look(path: Path, acknowledged: set[str], found: Survived) -> bool:
    """Is it whole, and is everything in it?"""
    rows = "SELECT id, status FROM workflow_executions"
    try:
        with closing(sqlite3.connect(path)) as db:
            whole = str(db.execute("PRAGMA integrity_check").fetchone()[0])
            there: dict[str, str] = dict(db.execute(rows).fetchall())
    except sqlite3.DatabaseError:
        whole, there = "not a database", {}
    found.damaged += whole != "ok"
    for one in acknowledged:
        what, _, execution = one.partition(" ")
        found.lost += what == "accepted" and execution not in there
        found.forgotten += what == "ended" and there.get(execution) != "success"
    return whole == "ok"


async def _resume(path: Path, folder: Path, found: Survived) -> None:
    """Begin again with what is left."""
    async with _kernel(path, folder):
        await _rest(path)
    statuses = _statuses(path)
    found.resumed += 1
    found.unfinished += statuses.total() - statuses["success"]
