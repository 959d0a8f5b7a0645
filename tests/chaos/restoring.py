"""A backup is made while executions come and run, and is restored elsewhere, where they go on.

Some executions wait while it is made, with input that lies encrypted in the store of binary data:
to go on they need the key. Others had ended: those must not run again.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from functools import partial
from pathlib import Path

import msgspec
from sqlalchemy import Connection, insert

from penstock_kernel.store.sql.opening import open_database
from penstock_kernel.store.sql.tables import execution_steps
from tests.chaos.leases import SHORT_S
from tests.chaos.soak import (
    Event,
    Plan,
    Report,
    Scene,
    accepting,
    staged,
    surroundings,
    watch,
    within,
    workflow,
    working,
    write,
)
from tests.support.databases import new_postgres_url

_ENDED = "SELECT id FROM workflow_executions WHERE status = 'success'"
_ALL = "SELECT id FROM workflow_executions"
_EPOCHS = """
SELECT id, epoch FROM workflow_executions WHERE status IN ('queued', 'running', 'waiting')
"""
_COMPLETED = "SELECT id FROM completions"
_WITH_LARGE = "SELECT DISTINCT execution_id FROM execution_steps WHERE blob_id IS NOT NULL"
_RINGS = "SELECT count(*) FROM outbox"
#: More than a row keeps of an input.
_LARGE = 100_000
_ROW = 60_000


class Copies(Plan, frozen=True, kw_only=True):
    """What is to be done."""

    #: So much is there before, of executions that have ended.
    fill_mb: int = 0
    #: Every tenth execution waits for so long.
    waits_s: float
    most_s: float = 300.0


class Restored(Report, kw_only=True):
    """What came of it."""

    backup_mb: int = 0
    backup_s: float = 0.0
    restore_s: float = 0.0
    most_s: float = 0.0
    #: Of those that were acknowledged before the backup began.
    acknowledged: int = 0
    missing: int = 0
    #: Those that had not ended in it, and then did.
    went_on: int = 0
    went_on_with_large_input: int = 0
    not_ended: int = 0
    ran_again: int = 0
    with_old_epoch: int = 0
    rings: int = 0

    @property
    def is_clean(self) -> bool:
        """Is everything there, and does it go on once?"""
        wrong = (self.missing, self.not_ended, self.ran_again, self.with_old_epoch)
        seen = (self.acknowledged, self.went_on, self.went_on_with_large_input, self.rings)
        in_time = self.restore_s <= self.most_s
        return super().is_clean and in_time and not any(wrong) and all(seen)


CI = Copies(executions=300, kills=0, seed=17, per_second=40, waits_s=8, lease_s=SHORT_S)
FULL = Copies(
    executions=12_000, kills=0, seed=17, per_second=40, waits_s=60, fill_mb=4_000, patience_s=600
)


class Before(msgspec.Struct):
    """What there was when the backup began."""

    kept: set[str]
    ended: set[str]
    epochs: dict[str, int]


async def play(plan: Copies, url: str, folder: Path) -> Restored:
    """Do it."""
    pause = {"resume": "interval", "amount": plan.waits_s, "unit": "seconds"}
    waiting = workflow({"type": "penstock/flow.wait", "config": pause})
    documents = {"chaos": workflow(), "waiting": waiting}
    found, file = Restored(most_s=plan.most_s), folder / "backup"
    async with staged(plan, url, folder, documents=documents) as scene:
        await _fill(scene, plan.fill_mb)
        sending = asyncio.create_task(scene.send(_events(plan), per_second=plan.per_second))
        await _half_came(scene)
        was = await _before(scene)
        found.backup_s = await _run(scene, "backup", str(file), "--with-key")
        await sending
        await scene.settle()
        report = msgspec.structs.asdict(await scene.report(0))
    found.acknowledged = len(was.kept)
    found.backup_mb = (await asyncio.to_thread(file.stat)).st_size >> 20
    other = new_postgres_url() if url.startswith("postgresql") else f"{url}.restored"
    place = folder / "restored"
    write(place, documents)
    scene = Scene(plan, other, place, scene.db)
    found.restore_s = await _run(scene, "restore", str(file))
    await _go_on(scene, was, found)
    return msgspec.structs.replace(found, **report)


def _events(plan: Copies) -> list[Event]:
    """Every tenth waits, with an input that lies elsewhere."""
    large: Event = {"document": "waiting", "random": _LARGE}
    return [
        {"key": f"event-{number}", **({} if number % 10 else large)}
        for number in range(plan.executions)
    ]


async def _fill(scene: Scene, megabytes: int) -> None:
    """Rows that nothing can make smaller."""
    rows = 100

    def some(first: int, connection: Connection) -> None:
        values = [
            {
                "execution_id": "fill",
                "node_id": "fill",
                "run_index": first + number,
                "status": "skipped",
                "effects": "none",
                "outputs": os.urandom(_ROW),
            }
            for number in range(rows)
        ]
        connection.execute(insert(execution_steps), values)

    for first in range(0, (megabytes << 20) // _ROW, rows):
        await scene.db.transact(partial(some, first))


async def _half_came(scene: Scene) -> None:
    async def did() -> bool:
        return len(scene.kept) >= scene.plan.executions / 2

    assert await within(scene.plan.patience_s, did), "nothing comes"


async def _before(scene: Scene) -> Before:
    kept = set(scene.kept.values())
    ended = {one for (one,) in await scene.rows(_ENDED)}
    return Before(kept, ended, dict(await scene.rows(_EPOCHS)))


async def _run(scene: Scene, *words: str) -> float:
    """A command, as a person gives it; says how long it took."""
    begun_s = time.monotonic()
    line = (sys.executable, "-m", "tests.chaos.unfenced", *words)
    child = await asyncio.create_subprocess_exec(
        *line, env=surroundings(scene, {}), stdout=asyncio.subprocess.DEVNULL
    )
    assert await child.wait() == 0, f"{words} ended with {child.returncode}"
    return round(time.monotonic() - begun_s, 1)


async def _go_on(scene: Scene, was: Before, found: Restored) -> None:
    """Look at what was restored, and have it go on."""
    scene.db = await open_database(scene.url)
    try:
        ids = {one for (one,) in await scene.rows(_ALL)}
        ended = {one for (one,) in await scene.rows(_ENDED)}
        epochs = dict(await scene.rows(_EPOCHS))
        found.missing = len(was.kept - ids) + len(was.ended - ended)
        both = was.epochs.keys() & epochs.keys()
        found.with_old_epoch = sum(epochs[one] <= was.epochs[one] for one in both)
        found.rings = await scene.count(_RINGS)
        await scene.db.transact(watch)
        await _work(scene)
        completed = {one for (one,) in await scene.rows(_COMPLETED)}
        large = {one for (one,) in await scene.rows(_WITH_LARGE)}
        found.not_ended = len(ids - {one for (one,) in await scene.rows(_ENDED)})
    finally:
        await scene.db.close()
    found.ran_again = len(completed & ended)
    found.went_on = len(completed - ended)
    found.went_on_with_large_input = len((completed - ended) & large)


async def _work(scene: Scene) -> None:
    """Have processes go on with what is there, until all rests."""
    known = surroundings(scene, {})
    scene.gate = accepting(scene, known)
    try:
        scene.workers = [working(scene, number, known) for number in range(scene.plan.workers)]
        await scene.settle()
    finally:
        await asyncio.gather(*(one.end() for one in (scene.gate, *scene.workers)))
