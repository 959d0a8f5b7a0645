"""One release takes the place of another and gives it back, while executions come, run and wait.

The one before is code from the history. It runs first; the database is migrated under it, and it
goes on. Then each of its processes is replaced by one of ours, and later the other way round.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from itertools import count
from pathlib import Path

import msgspec
from sqlalchemy import Connection
from sqlalchemy.engine import make_url

from penstock_bus.server import open_server
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.postgres import PostgresDatabase
from penstock_kernel.store.sql.schema import version
from penstock_kernel.store.sql.sqlite import SqliteDatabase
from tests.chaos.releases import Release, before, here
from tests.chaos.soak import (
    Event,
    Plan,
    Process,
    Report,
    Scene,
    accepting,
    free_port,
    surroundings,
    watch,
    within,
    workflow,
    working,
    write,
)

_WAITING = "SELECT id FROM workflow_executions WHERE status = 'waiting' AND worker_id IS NULL"
_DONE = "SELECT id FROM workflow_executions WHERE status = 'success'"
_HAS_RULE = "its own code"
_WAS_GIVEN_RULE = "its own code, with our rule of which schema it may work with"


class Rolls(Plan, frozen=True, kw_only=True):
    """What is to be done; kills are the times that everything is replaced by another release."""

    #: A commit; empty: the last one with another schema than ours.
    commit: str = ""
    #: Every tenth execution waits for so long.
    waits_s: float


class Rolled(Report, kw_only=True):
    """What came of it."""

    commit: str = ""
    schema_before: str = ""
    schema_after: str = ""
    #: What the one before was when it was started on the schema after.
    going_back: str = ""
    failed_requests: int = 0
    bad_exits: int = 0
    #: Executions that were done by the one before, on the schema after.
    done_in_between: int = 0
    #: Those that waited when everything was replaced, and ended well.
    waited: int = 0
    stayed_waiting: int = 0

    @property
    def is_clean(self) -> bool:
        """Nothing failed, lost or twice, though there was something to lose?"""
        wrong = (self.failed_requests, self.bad_exits, self.stayed_waiting, self.redispatched)
        seen = (self.done_in_between, self.waited, self.schema_before < self.schema_after)
        return super().is_clean and not any(wrong) and all(seen)


CI = Rolls(executions=700, kills=2, seed=16, per_second=40, dispatch="nats", waits_s=30)
FULL = Rolls(
    executions=60_000,
    kills=10,
    seed=16,
    per_second=100,
    dispatch="nats",
    waits_s=120,
    patience_s=300,
)


async def play(plan: Rolls, url: str, folder: Path) -> Rolled:
    """Do it."""
    old = await asyncio.to_thread(before, folder / "before", plan.commit)
    async with _staged(plan, url, folder, old) as stage:
        scene = stage.scene
        rolling = asyncio.create_task(_roll(stage, plan, old))
        await scene.send(_events(stage, rolling), per_second=plan.per_second)
        await rolling
        await scene.settle()
        report = await scene.report(plan.kills)
        done = {one for (one,) in await scene.rows(_DONE)}
    found, told = stage.found, msgspec.structs.asdict(report)
    found.failed_requests = scene.failed + scene.refused.total()
    found.waited = len(stage.waited & done)
    found.stayed_waiting = len(stage.waited - done)
    return msgspec.structs.replace(found, **told)


def _events(stage: Stage, rolling: asyncio.Task[None]) -> Iterator[Event]:
    """As many as there are to be, and more as long as not everything was replaced."""
    plan = stage.scene.plan
    for number in count():
        if number >= plan.executions and rolling.done():
            return
        waits = stage.is_replaced_later and number % 10 == 0
        yield {"key": f"event-{number}", "document": "waiting" if waits else "chaos"}


class Stage:
    """The processes of one release, and of the other while they take their places."""

    def __init__(self, scene: Scene, environment: dict[str, str], found: Rolled) -> None:
        self.scene = scene
        self.found = found
        #: Ids of executions that waited while everything was replaced.
        self.waited: set[str] = set()
        #: Whoever waits from now on is there when somebody else goes on.
        self.is_replaced_later = True
        self._environment = environment

    async def start(self, release: Release) -> None:
        """Begin with a release; what is there already is replaced."""
        scene, known = self.scene, {**self._environment, **release.environment()}
        was = scene.port, getattr(scene, "gate", None), scene.workers
        scene.port = free_port()
        gate = accepting(scene, known)
        scene.port, port = was[0], scene.port
        assert await within(60, partial(_is_open, port)), "nobody accepts"
        scene.gate, scene.port = gate, port
        scene.workers = [working(scene, number, known) for number in range(scene.plan.workers)]
        assert await within(60, scene.all_work), "nobody works"
        if was[1] is not None:
            await self._leave(was[0], was[1], was[2])

    async def _leave(self, port: int, gate: Process, workers: Sequence[Process]) -> None:
        """End those before us, one after the other."""

        async def is_quiet() -> bool:
            return not self.scene.asking[port]

        assert await within(60, is_quiet), "requests do not end"
        await gate.end()
        for worker in workers:
            self.found.bad_exits += await worker.drain() != 0

    async def run(self, release: Release, *words: str) -> None:
        """A command of a release."""
        line = (sys.executable, "-m", "tests.chaos.unfenced", *words)
        environment = {**self._environment, **release.environment()}
        child = await asyncio.create_subprocess_exec(
            *line, env=environment, stdout=asyncio.subprocess.DEVNULL
        )
        assert await child.wait() == 0, f"{words} ended with {child.returncode}"


@asynccontextmanager
async def _staged(plan: Rolls, url: str, folder: Path, old: Release) -> AsyncGenerator[Stage]:
    pause = {"resume": "interval", "amount": plan.waits_s, "unit": "seconds"}
    waiting = workflow({"type": "penstock/flow.wait", "config": pause})
    write(folder, {"chaos": workflow(), "waiting": waiting})
    db = _opened(url)
    scene = Scene(plan, url, folder, db)
    async with open_server(folder / "nats") as server:
        address = f"nats://{server.token}@127.0.0.1:{server.port}"
        known = surroundings(scene, {"PENSTOCK_NATS_URL": address})
        stage = Stage(scene, known, Rolled(commit=old.commit, going_back=_HAS_RULE))
        try:
            await stage.run(old, "migrate")
            await db.transact(watch)
            await stage.start(old)
            yield stage
        finally:
            await asyncio.gather(*(one.end() for one in (scene.gate, *scene.workers)))
            await db.close()


def _opened(url: str) -> Database:
    """The database as it is."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return SqliteDatabase(Path(str(parsed.database)))
    driven = parsed.set(drivername="postgresql+asyncpg")
    return PostgresDatabase(driven.render_as_string(hide_password=False))


async def _roll(stage: Stage, plan: Rolls, old: Release) -> None:
    """Migrate under the old release; then ours, the old one, and so on."""
    scene, found = stage.scene, stage.found
    await _some_come(scene)
    found.schema_before = await scene.read(_schema)
    await stage.run(here(), "migrate")
    found.schema_after = await scene.read(_schema)
    done = len(await scene.rows(_DONE))
    await _some_come(scene)
    found.done_in_between = len(await scene.rows(_DONE)) - done
    for number in range(plan.kills):
        if number == 1 and await asyncio.to_thread(old.learns_to_go_back):
            found.going_back = _WAS_GIVEN_RULE
        waiting = {one for (one,) in await scene.rows(_WAITING)}
        stage.is_replaced_later = number < plan.kills - 1
        await stage.start(old if number % 2 else here())
        # Some were woken before all was replaced.
        stage.waited |= waiting & {one for (one,) in await scene.rows(_WAITING)}
        await _some_come(scene)


def _schema(connection: Connection) -> str:
    return version(connection) or ""


async def _some_come(scene: Scene) -> None:
    """Let a part of all executions be accepted."""
    goal = len(scene.kept) + scene.plan.executions / (scene.plan.kills + 2)

    async def did() -> bool:
        return len(scene.kept) >= goal

    assert await within(scene.plan.patience_s, did), "nothing comes"


async def _is_open(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True
