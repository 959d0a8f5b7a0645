"""Executions in great number, while processes are killed at random; and what is left in the end.

What is counted comes from the database: a trigger of its own writes down every time that an
execution becomes a success, so that doing it twice leaves a trace that our code has no part in.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import socket
import sys
import time
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, text

from penstock_kernel.store.sql.database import Database, Query, StoreUnavailable
from penstock_kernel.store.sql.opening import open_database
from tests.chaos.leases import LEASE_S, named
from tests.chaos.stopping import LEFT, stop_in_the_middle

NODES = 5
_AT_ONCE = 32
#: How many leases somebody is asleep: until somebody has noticed.
_ASLEEP = 1.6
#: What is sent to be accepted: its key, and what else it says.
Event = dict[str, Any]
Found = TypeVar("Found")

_FEW = """
SELECT e.id FROM workflow_executions e
LEFT JOIN execution_steps s ON s.execution_id = e.id AND s.status = 'ok'
WHERE e.status = 'success' GROUP BY e.id HAVING count(s.node_id) <> 5
"""
_DONE = """
SELECT count(*) FROM workflow_executions
WHERE status IN ('success', 'error', 'canceled', 'dead') OR waiting_for = 'in_doubt'
"""
_WORKING = "SELECT pid FROM workers WHERE role = 'worker' AND state = 'working'"


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be done."""

    executions: int
    kills: int
    seed: int
    workers: int = 2
    #: Events that are sent in a second; 0: as many as are taken.
    per_second: float = 0
    #: Of all kills, those that hit the process that accepts.
    gate_share: float = 0.2
    #: SIGKILL, or SIGSTOP for longer than a lease and then SIGCONT.
    stops: bool = False
    #: How long the rest may take once everything was accepted.
    patience_s: float = 120.0
    unfenced: bool = False
    #: Over NATS, whose server is killed with the process that accepts; otherwise workers look.
    dispatch: str = "db"
    #: Who was not heard of for so long is dead.
    lease_s: float = LEASE_S

    @property
    def asleep_s(self) -> float:
        """For how long somebody is stopped."""
        return self.lease_s * _ASLEEP


class Report(msgspec.Struct, kw_only=True):
    """What came of it."""

    executions: int = 0
    kills: int = 0
    lost: int = 0
    unfinished: int = 0
    #: Executions that no key stands for, or that two stand for.
    accepted_twice: int = 0
    completed_twice: int = 0
    missing_steps: int = 0
    redispatched: int = 0
    #: Of those that needed one attempt.
    accept_p99_ms: int = 0
    seconds: float = 0.0
    seed: int = 0

    @property
    def is_clean(self) -> bool:
        """Nothing lost, nothing twice, nothing missing?"""
        wrong = (self.lost, self.accepted_twice, self.completed_twice, self.missing_steps)
        return not (any(wrong) or self.unfinished)


class Process:
    """A child that is started again whenever it ends."""

    def __init__(self, words: Sequence[str], environment: dict[str, str], log: Path) -> None:
        self.pid = 0
        #: With what each child ended, in order.
        self.ends: list[int] = []
        self._words = words
        self._environment = environment
        self._log = log
        self._again = True
        self._task = asyncio.create_task(self._keep())

    async def _keep(self) -> None:
        while self._again:
            with self._log.open("ab") as log:
                child = await asyncio.create_subprocess_exec(
                    *self._words, env=self._environment, stdout=log, stderr=log
                )
            self.pid = child.pid
            try:
                self.ends.append(await child.wait())
            except asyncio.CancelledError:
                with suppress(ProcessLookupError):
                    child.send_signal(signal.SIGCONT)
                    child.kill()
                await child.wait()
                raise

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the child that runs now."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    async def drain(self) -> int:
        """Tell it to end, and start it no more; gives with what it ended."""
        self._again = False
        self.send(signal.SIGTERM)
        await self._task
        return self.ends[-1]

    async def end(self) -> None:
        """Kill it, and start it no more."""
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task


class Scene:
    """The processes of a row, and what was promised to those that sent something."""

    def __init__(self, plan: Plan, url: str, folder: Path, db: Database) -> None:
        self.plan = plan
        self.url = url
        self.folder = folder
        self.db = db
        self.port = free_port()
        self._begun_s = time.monotonic()
        self.chance = random.Random(plan.seed)  # noqa: S311 - it has to be the same again
        #: Ids of executions by the keys of their events.
        self.kept: dict[str, str] = {}
        #: How long each acceptance took that needed no other attempt, and those that were refused.
        self.took_s: list[float] = []
        self.refused: Counter[str] = Counter()
        #: Requests that nobody answered, and those by port that are under way.
        self.failed = 0
        self.asking: Counter[int] = Counter()
        self.gate: Process
        self.workers: list[Process] = []

    async def send(
        self, events: Iterable[Event], *, per_second: float = 0, insists: bool = True
    ) -> None:
        """Have events accepted at a rate, or at once; who insists sends again what was refused."""
        paced = Pace(events, per_second)
        # Who is never taken on must not wait for ever.
        async with asyncio.timeout(self.plan.patience_s + self.plan.executions / 10):
            await asyncio.gather(*(self._send(paced, insists=insists) for _ in range(_AT_ONCE)))

    async def _send(self, events: Pace, *, insists: bool) -> None:
        while (event := await events.next()) is not None:
            sent_s = time.monotonic()
            if await self._accepted(event):
                self.took_s.append(time.monotonic() - sent_s)
                continue
            while insists and not await self._accepted(event):  # noqa: ASYNC110 - nobody rings
                await asyncio.sleep(0.05)

    async def _accepted(self, event: Event) -> bool:
        port = self.port
        self.asking[port] += 1
        try:
            found = await ask(port, event)
        except (OSError, ValueError):
            self.failed += 1
            return False
        finally:
            self.asking[port] -= 1
        if "id" not in found:
            self.refused[found["error"]] += 1
            return False
        self.kept[event["key"]] = found["id"]
        return True

    async def is_open(self) -> bool:
        """Does the process that accepts do so?"""
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        writer.close()
        return True

    async def all_work(self) -> bool:
        """Does each worker say that it is there?"""
        there = {pid for (pid,) in await self.rows(_WORKING)}
        return {one.pid for one in self.workers} <= there

    async def settle(self) -> None:
        """Wait until everything rests that was accepted, or for as long as it may take."""

        async def rests() -> bool:
            return await self.count(LEFT) == 0

        await within(self.plan.patience_s, rests)

    async def ended(self, goal: float) -> None:
        """Wait until so many executions have ended, or wait for a person."""
        while await self.count(_DONE) < goal:  # noqa: ASYNC110 - others bring it about
            await asyncio.sleep(0.05)

    async def count(self, query: str) -> int:
        """The number that a query gives."""
        return await self.read(lambda connection: int(connection.execute(text(query)).scalar_one()))

    async def rows(self, query: str, **values: Any) -> list[Any]:
        """The rows that a query gives."""
        return await self.read(lambda one: [tuple(row) for row in one.execute(text(query), values)])

    async def read(self, query: Query[Found]) -> Found:
        """Ask the database something; it may be away for a while."""
        while True:
            try:
                return await self.db.read(query)
            except StoreUnavailable:
                await asyncio.sleep(0.05)

    async def report(self, kills: int) -> Report:
        """What came of it."""
        found = await self.read(lambda connection: look(connection, self.kept))
        found.kills, found.seed = kills, self.plan.seed
        found.accept_p99_ms = percentile(self.took_s, 99)
        found.seconds = round(time.monotonic() - self._begun_s, 1)
        return found


class Pace:
    """Gives one thing after another, to many, so many a second."""

    def __init__(self, things: Iterable[Event], per_second: float) -> None:
        self._things = iter(things)
        self._gap_s = 1 / per_second if per_second else 0.0
        self._due_s = time.monotonic()

    async def next(self) -> Event | None:
        """The next one, when it is its time; None at the end."""
        event = next(self._things, None)
        self._due_s += self._gap_s
        await asyncio.sleep(max(0.0, self._due_s - time.monotonic()) if self._gap_s else 0)
        return event


def workflow(*middle: dict[str, Any]) -> dict[str, Any]:
    """Five nodes, one after the other; in the middle one that waits a bit, or others."""
    value = {"assignments": [{"name": "a", "value": "={{ $json.a }}"}]}
    pause = {"resume": "interval", "amount": 0.1, "unit": "seconds"}
    chosen = list(middle) or [{"type": "penstock/flow.wait", "config": pause}]
    plain = {"type": "penstock/data.set", "config": value}
    steps = [plain, plain, *chosen, plain, plain][:NODES]
    nodes = [
        {"id": f"n{number}", "name": f"N{number}", **step} for number, step in enumerate(steps)
    ]
    edges = [
        {"from": [f"n{number}", "main"], "to": [f"n{number + 1}", "main"]}
        for number in range(NODES - 1)
    ]
    return {"format": "penstock/1", "name": "chaos", "nodes": nodes, "edges": edges}


def events(count: int, **more: Any) -> list[Event]:
    """Plain ones."""
    return [{"key": f"event-{number}", **more} for number in range(count)]


async def soak(plan: Plan, url: str, folder: Path) -> Report:
    """Kill processes while executions come in, and look."""
    async with staged(plan, url, folder) as scene:
        sending = scene.send(events(plan.executions), per_second=plan.per_second)
        _, kills = await asyncio.gather(sending, breaking(scene))
        await scene.settle()
        return await scene.report(kills)


def percentile(seconds: Sequence[float], share: int) -> int:
    """So many percent of them are not above it; in milliseconds."""
    found = sorted(seconds)
    return round(1_000 * found[min(len(found) - 1, len(found) * share // 100)]) if found else 0


@asynccontextmanager
async def staged(
    plan: Plan,
    url: str,
    folder: Path,
    *,
    documents: Mapping[str, Any] | None = None,
    environment: Mapping[str, str] | None = None,
    of_gate: Mapping[str, str] | None = None,
    of_worker: Callable[[int], Mapping[str, str]] = lambda _number: {},
) -> AsyncGenerator[Scene]:
    """The process that accepts and those that run, until the block ends.

    Args:
        plan: What is to be done.
        url: The database.
        folder: Where everything lies.
        documents: Workflows by name; an event without one is for `chaos`.
        environment: What is set for every process.
        of_gate: What is set for the one that accepts.
        of_worker: What is set for one of the workers.
    """
    db = await open_database(url)
    scene = Scene(plan, url, folder, db)
    await db.transact(watch)
    write(folder, documents or {"chaos": workflow()})
    known = surroundings(scene, environment or {})
    scene.gate = accepting(scene, {**known, **(of_gate or {})})
    try:
        # A worker that comes before the broker works without, for as long as it is there.
        assert await within(60, scene.is_open), "nobody accepts"
        scene.workers = [
            working(scene, number, {**known, **of_worker(number)}) for number in range(plan.workers)
        ]
        assert await within(60, scene.all_work), "nobody works"
        yield scene
    finally:
        await asyncio.gather(*(one.end() for one in (scene.gate, *scene.workers)))
        await db.close()


def write(folder: Path, documents: Mapping[str, Any]) -> None:
    """Leave workflows where the process that accepts finds them."""
    folder.mkdir(exist_ok=True)
    (folder / "chaos.json").write_text(json.dumps(documents))


def surroundings(scene: Scene, more: Mapping[str, str]) -> dict[str, str]:
    """What is set for every process."""
    known = {
        **os.environ,
        "PENSTOCK_DATABASE": scene.url,
        "PENSTOCK_DATA_DIR": str(scene.folder / "d"),
        "PENSTOCK_DISPATCH": scene.plan.dispatch,
        "PENSTOCK_EGRESS_ALLOW": "127.0.0.0/8",
        **named(scene.plan.lease_s),
        **more,
    }
    return {**known, "PENSTOCK_CHAOS_UNFENCED": "1"} if scene.plan.unfenced else known


def accepting(scene: Scene, environment: dict[str, str]) -> Process:
    """A process that accepts."""
    words = (sys.executable, "-m", "tests.chaos.gate", str(scene.port))
    file, log = scene.folder / "chaos.json", scene.folder / "gate.log"
    return Process([*words, str(file)], environment, log)


def working(scene: Scene, number: int, environment: dict[str, str]) -> Process:
    """A worker."""
    words = (sys.executable, "-m", "tests.chaos.unfenced", "worker")
    more = ("--health-port", "0", "--concurrency", "16")
    return Process([*words, *more], environment, scene.folder / f"worker{number}.log")


async def ask(port: int, event: Event) -> dict[str, str]:
    """Send one event, and what is answered."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(json.dumps(event).encode() + b"\n")
        return dict(json.loads(await asyncio.wait_for(reader.readline(), 30)))
    finally:
        writer.close()


async def breaking(scene: Scene) -> int:
    """Break one process after another, evenly over the executions that come to their end."""
    plan, chance = scene.plan, scene.chance
    for number in range(plan.kills):
        await scene.ended(plan.executions * (number + 0.5) / plan.kills)
        hit = scene.gate if chance.random() < plan.gate_share else chance.choice(scene.workers)
        if plan.stops:
            await stop_in_the_middle(scene, hit)
            asyncio.get_running_loop().call_later(plan.asleep_s, hit.send, signal.SIGCONT)
        else:
            hit.send(signal.SIGKILL)
    if plan.stops:
        await asyncio.sleep(plan.asleep_s + 2)  # whoever was asleep wakes up, and tries to go on
    return plan.kills


def look(connection: Connection, kept: dict[str, str]) -> Report:
    """Compare what was promised with what is there."""

    def count(query: str) -> int:
        counted = text(f"SELECT count(*) FROM ({query}) AS found")  # noqa: S608 - our own words
        return int(connection.execute(counted).scalar_one())

    ids = set(connection.execute(text("SELECT id FROM workflow_executions")).scalars())
    return Report(
        executions=len(kept),
        lost=sum(one not in ids for one in kept.values()),
        accepted_twice=len(ids - set(kept.values())) + len(kept) - len(set(kept.values())),
        unfinished=count("SELECT id FROM workflow_executions WHERE status <> 'success'"),
        completed_twice=count("SELECT id FROM completions GROUP BY id HAVING count(*) > 1"),
        missing_steps=count(_FEW),
        redispatched=count("SELECT id FROM workflow_executions WHERE dispatches > 1"),
    )


def watch(connection: Connection) -> None:
    """Have the database itself write down each completion."""
    connection.execute(text("CREATE TABLE completions (id TEXT NOT NULL)"))
    if connection.dialect.name == "sqlite":
        body = "BEGIN INSERT INTO completions VALUES (NEW.id); END"
        when = "AFTER UPDATE OF status ON workflow_executions WHEN NEW.status = 'success'"
        connection.execute(text(f"CREATE TRIGGER completed {when} {body}"))
        return
    body = "BEGIN INSERT INTO completions VALUES (NEW.id); RETURN NEW; END"
    head = "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS"
    connection.execute(text(f"{head} '{body}'"))
    when = "AFTER UPDATE OF status ON workflow_executions FOR EACH ROW"
    condition = "WHEN (NEW.status = 'success')"
    connection.execute(text(f"CREATE TRIGGER completed {when} {condition} EXECUTE FUNCTION note()"))


async def within(seconds: float, holds: Callable[[], Awaitable[bool]]) -> bool:
    """Wait until something holds, for so long at most; and say whether it does."""
    end = time.monotonic() + seconds
    while not await holds():
        if time.monotonic() > end:
            return False
        await asyncio.sleep(0.1)
    return True


def free_port() -> int:
    """A port that nobody uses now."""
    return free_ports(1)[0]


def free_ports(count: int) -> list[int]:
    """Ports that nobody uses now, each another."""
    with ExitStack() as held:
        found = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in found:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in found]
