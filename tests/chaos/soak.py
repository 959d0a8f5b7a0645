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
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, text

from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.opening import open_database

NODES = 5
_AT_ONCE = 32
#: Longer than a lease.
ASLEEP_S = 18.0


_FEW = """
SELECT e.id FROM workflow_executions e
LEFT JOIN execution_steps s ON s.execution_id = e.id AND s.status = 'ok'
WHERE e.status = 'success' GROUP BY e.id HAVING count(s.node_id) <> 5
"""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be done."""

    executions: int
    kills: int
    seed: int
    workers: int = 2
    #: Of all kills, those that hit the process that accepts.
    gate_share: float = 0.2
    #: SIGKILL, or SIGSTOP for longer than a lease and then SIGCONT.
    stops: bool = False
    #: How long the rest may take once everything was accepted.
    patience_s: float = 120.0
    unfenced: bool = False
    #: Over NATS, whose server is killed with the process that accepts; otherwise workers look.
    dispatch: str = "db"


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
        self._words = words
        self._environment = environment
        self._log = log
        self._task = asyncio.create_task(self._keep())

    async def _keep(self) -> None:
        while True:
            with self._log.open("ab") as log:
                child = await asyncio.create_subprocess_exec(
                    *self._words, env=self._environment, stdout=log, stderr=log
                )
            self.pid = child.pid
            try:
                await child.wait()
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

    async def end(self) -> None:
        """Kill it, and start it no more."""
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task


def workflow() -> dict[str, Any]:
    """Five nodes, one after the other: four that compute, and in the middle one that waits a bit."""
    value = {"assignments": [{"name": "a", "value": "={{ $json.a }}"}]}
    pause = {"resume": "interval", "amount": 0.1, "unit": "seconds"}
    nodes = [
        {
            "id": f"n{number}",
            "name": f"N{number}",
            "type": "penstock/flow.wait" if number == NODES // 2 else "penstock/data.set",
            "config": pause if number == NODES // 2 else value,
        }
        for number in range(NODES)
    ]
    edges = [
        {"from": [f"n{number}", "main"], "to": [f"n{number + 1}", "main"]}
        for number in range(NODES - 1)
    ]
    return {"format": "penstock/1", "name": "chaos", "nodes": nodes, "edges": edges}


async def soak(plan: Plan, url: str, folder: Path) -> Report:
    """Do it."""
    started = time.monotonic()
    db = await open_database(url)
    await db.transact(_watch)
    document = folder / "chaos.json"
    document.write_text(json.dumps(workflow()))
    port = free_port()
    gate, workers = start(plan, url, folder, document, port)
    try:
        kept, kills = await _run(plan, db, port, gate, workers)
        await _wait_for_all(db, plan)
        report = await db.read(lambda connection: look(connection, kept))
    finally:
        await asyncio.gather(*(one.end() for one in (gate, *workers)))
        await db.close()
    report.kills, report.seed = kills, plan.seed
    report.seconds = round(time.monotonic() - started, 1)
    return report


def start(
    plan: Plan, url: str, folder: Path, document: Path, port: int
) -> tuple[Process, list[Process]]:
    """The process that accepts, and those that run."""
    environment = {**os.environ, "PENSTOCK_DATABASE": url, "PENSTOCK_DATA_DIR": str(folder / "d")}
    if plan.unfenced:
        environment["PENSTOCK_CHAOS_UNFENCED"] = "1"
    penstock = [sys.executable, "-m", "tests.chaos.unfenced"]
    accept = [
        sys.executable,
        "-m",
        "tests.chaos.gate",
        url,
        str(folder / "d"),
        str(port),
        plan.dispatch,
    ]
    gate = Process([*accept, str(document)], environment, folder / "gate.log")
    run = [*penstock, "worker", "--health-port", "0", "--concurrency", "16"]
    workers = [
        Process(run, environment, folder / f"worker{number}.log") for number in range(plan.workers)
    ]
    return gate, workers


async def _run(
    plan: Plan, db: Database, port: int, gate: Process, workers: Sequence[Process]
) -> tuple[dict[str, str], int]:
    """Send everything, and break things meanwhile; gives the ids that were promised."""
    kept: dict[str, str] = {}
    keys = iter(range(plan.executions))
    sending = [asyncio.create_task(_send(keys, port, kept)) for _ in range(_AT_ONCE)]
    breaking = asyncio.create_task(_break(plan, db, gate, workers))
    await asyncio.gather(*sending)
    return kept, await breaking


async def _send(keys: Any, port: int, kept: dict[str, str]) -> None:
    for key in keys:
        while True:
            with suppress(OSError, ValueError):
                found = await _ask(port, f"event-{key}")
                if "id" in found:
                    kept[f"event-{key}"] = found["id"]
                    break
            await asyncio.sleep(0.05)


async def _ask(port: int, key: str) -> dict[str, str]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(json.dumps({"key": key}).encode() + b"\n")
        return dict(json.loads(await asyncio.wait_for(reader.readline(), 30)))
    finally:
        writer.close()


async def _break(plan: Plan, db: Database, gate: Process, workers: Sequence[Process]) -> int:
    """Break one process after another, evenly over the executions that come to their end."""
    chance = random.Random(plan.seed)  # noqa: S311 - it has to be the same again
    for number in range(plan.kills):
        goal = plan.executions * (number + 0.5) / plan.kills
        while await db.read(_done) < goal:  # noqa: ASYNC110 - others bring it about
            await asyncio.sleep(0.02)
        hit = gate if chance.random() < plan.gate_share else chance.choice(workers)
        if plan.stops:
            hit.send(signal.SIGSTOP)
            asyncio.get_running_loop().call_later(ASLEEP_S, hit.send, signal.SIGCONT)
        else:
            hit.send(signal.SIGKILL)
    if plan.stops:
        await asyncio.sleep(ASLEEP_S + 2)  # whoever was asleep wakes up, and tries to go on
    return plan.kills


async def _wait_for_all(db: Database, plan: Plan) -> None:
    end = time.monotonic() + plan.patience_s
    while await db.read(_left) and time.monotonic() < end:  # noqa: ASYNC110 - the database has none
        await asyncio.sleep(0.5)


def _done(connection: Connection) -> int:
    done = "SELECT count(*) FROM workflow_executions WHERE status = 'success'"
    return int(connection.execute(text(done)).scalar_one())


def _left(connection: Connection) -> int:
    left = "SELECT count(*) FROM workflow_executions WHERE status NOT IN ('success', 'dead')"
    return int(connection.execute(text(left)).scalar_one())


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


def _watch(connection: Connection) -> None:
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


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
