"""Schedules that are due every second, while the processes that look after them are killed."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, text

from penstock_kernel.kernel import Kernel
from penstock_kernel.settings import Settings
from penstock_kernel.store.scope import Scope
from tests.chaos.soak import Process, within

SECOND_MS = 1_000
_STATED = "SELECT id, last_ms FROM schedules"
_FIRED = "SELECT schedule_id, fire_ms, outcome FROM schedule_fires"
_STARTED = "SELECT idem_key, created_ms, status FROM workflow_executions"

#: A schedule, and when it is due.
Moment = tuple[str, int]


class Watch(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be done."""

    workflows: int = 50
    seconds: int
    kills: int
    seed: int
    schedulers: int = 3
    #: How long the last moments may take.
    patience_s: float = 60.0


class Told(msgspec.Struct, kw_only=True):
    """What came of it."""

    moments: int = 0
    kills: int = 0
    missed: int = 0
    #: Executions beyond one for a moment, and executions for what is no moment.
    twice: int = 0
    strange: int = 0
    unfinished: int = 0
    late_p99_ms: int = 0
    seconds: float = 0.0
    seed: int = 0

    @property
    def is_clean(self) -> bool:
        """None left out, none twice?"""
        return not (self.missed or self.twice or self.strange or self.unfinished)


CI = Watch(seconds=10, kills=4, seed=12)
FULL = Watch(seconds=62, kills=15, seed=12)


async def play(watch: Watch, url: str, folder: Path) -> Told:
    """Do it."""
    begun_s = time.monotonic()
    settings = Settings(database=url, data_dir=folder / "d", dispatch="db")
    async with Kernel.open(settings) as kernel:
        db = kernel.db
        assert db is not None
        for number in range(watch.workflows):
            await _activate(kernel, number)
        begins = dict(await db.read(lambda one: _rows(one, _STATED)))
        until_ms = kernel.now_ms() + watch.seconds * SECOND_MS
        crowd = _started(watch, url, folder)
        try:
            kills = await _kill(watch, crowd[1:])
            wanted = _wanted(begins, until_ms)
            await within(watch.patience_s, lambda: db.read(lambda one: _is_done(one, wanted)))
            found = await db.read(lambda one: _look(one, wanted))
        finally:
            await asyncio.gather(*(one.end() for one in crowd))
    found.kills, found.seed = kills, watch.seed
    found.seconds = round(time.monotonic() - begun_s, 1)
    return found


async def _activate(kernel: Kernel, number: int) -> None:
    rules = [{"unit": "cron", "cron": "* * * * * *"}]
    when = {
        "id": "when",
        "name": "When",
        "type": "penstock/flow.schedule",
        "config": {"rules": rules},
    }
    document = {"format": "penstock/1", "name": f"every second {number}", "nodes": [when]}
    added = await kernel.workflows.add(Scope(), document)
    await kernel.workflows.publish(Scope(), added.id)
    await kernel.workflows.activate(Scope(), added.id)


def _started(watch: Watch, url: str, folder: Path) -> list[Process]:
    """A worker, and the processes that look after schedules."""
    environment = {
        **os.environ,
        "PENSTOCK_DATABASE": url,
        "PENSTOCK_DATA_DIR": str(folder / "d"),
        "PENSTOCK_DISPATCH": "db",
    }
    penstock = [sys.executable, "-m", "tests.chaos.unfenced"]
    scheduler = [*penstock, "serve", "--role", "scheduler", "--port", "0"]
    worker = [*penstock, "worker", "--health-port", "0"]
    return [
        Process(worker, environment, folder / "worker.log"),
        *(
            Process(scheduler, environment, folder / f"scheduler{number}.log")
            for number in range(watch.schedulers)
        ),
    ]


async def _kill(watch: Watch, crowd: list[Process]) -> int:
    chance = random.Random(watch.seed)  # noqa: S311 - it has to be the same again
    for _ in range(watch.kills):
        await asyncio.sleep(watch.seconds / watch.kills * chance.uniform(0.5, 1.5))
        chance.choice(crowd).send(signal.SIGKILL)
    return watch.kills


def _wanted(begins: dict[str, int], until_ms: int) -> set[Moment]:
    """The moments that there are, but for the last, which may have just begun."""
    return {
        (schedule, moment)
        for schedule, begin_ms in begins.items()
        for moment in range(
            begin_ms - begin_ms % SECOND_MS + SECOND_MS, until_ms - SECOND_MS, SECOND_MS
        )
    }


def _is_done(connection: Connection, wanted: set[Moment]) -> bool:
    """Came of each moment what is to come of it, however late that began?"""
    rows = _rows(connection, _STARTED)
    return wanted <= {_moment(key) for key, _, status in rows if status == "success"}


def _look(connection: Connection, wanted: set[Moment]) -> Told:
    """Compare the moments that there were with what is kept of them."""
    schedules = {schedule for schedule, _ in wanted}
    fired = {(row[0], row[1]) for row in _rows(connection, _FIRED) if row[2] == "started"}
    rows = _rows(connection, _STARTED)
    started = Counter(_moment(row[0]) for row in rows)
    late = sorted(row[1] - _moment(row[0])[1] for row in rows)
    return Told(
        moments=len(wanted),
        missed=len(wanted - fired) + len(wanted - started.keys()),
        twice=sum(count - 1 for count in started.values()),
        strange=sum(one[0] not in schedules or one[1] % SECOND_MS != 0 for one in started),
        unfinished=sum(row[2] != "success" and _moment(row[0]) in wanted for row in rows),
        late_p99_ms=late[len(late) * 99 // 100] if late else 0,
    )


def _moment(key: str) -> Moment:
    """The schedule and the moment of an event's key."""
    schedule, _, moment = key.removeprefix("schedule:").rpartition(":")
    return schedule, int(moment)


def _rows(connection: Connection, query: str) -> list[Any]:
    return [tuple(row) for row in connection.execute(text(query))]
