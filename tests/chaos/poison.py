"""Workflows that kill the process that runs them, among others that do no harm.

The node calls a server, and that one answers by killing the process which the database names as the
owner of the execution.
"""

from __future__ import annotations

import os
import signal
from collections import Counter
from contextlib import suppress
from functools import partial
from pathlib import Path

import msgspec
from sqlalchemy import Connection, update

from penstock_kernel.store.sql.queue import MOST_DISPATCHES
from penstock_kernel.store.sql.tables import workers
from tests.chaos.ledger import Call, Reply, answering
from tests.chaos.soak import Event, Plan, Report, Scene, free_port, staged, workflow

_OWNER = """
SELECT w.id, w.pid FROM workers w JOIN workflow_executions e ON e.worker_id = w.id
WHERE e.idem_key = :key
"""
_DEAD = "SELECT e.idem_key, e.dispatches FROM workflow_executions e JOIN dead_letters d ON d.execution_id = e.id"
_GOOD = (
    "SELECT count(*) FROM workflow_executions WHERE status = 'success' AND idem_key LIKE 'event%'"
)


class Poison(Plan, frozen=True, kw_only=True):
    """What is to be done."""

    poisoned: int
    #: The lease of who was killed runs out at once; otherwise after its time.
    impatient: bool = False


class Poisoned(Report, kw_only=True):
    """What came of it."""

    poisoned: int = 0
    dead: int = 0
    #: Dead ones that did no harm, and dead ones that were tried more or less often than is said.
    dead_good: int = 0
    wrong_dispatches: int = 0
    good: int = 0

    @property
    def is_clean(self) -> bool:
        """Are all that did harm dead, and no others?"""
        wrong = (self.lost, self.accepted_twice, self.completed_twice, self.missing_steps)
        all_good = self.good == self.executions - self.poisoned and self.dead == self.poisoned
        return all_good and not (any(wrong) or self.dead_good or self.wrong_dispatches)


CI = Poison(executions=300, kills=0, seed=14, poisoned=3, impatient=True)
FULL = Poison(executions=10_100, kills=0, seed=14, poisoned=100, patience_s=1_200)


async def play(plan: Poison, url: str, folder: Path) -> Poisoned:
    """Do it."""
    hits: Counter[str] = Counter()
    port = free_port()
    call = {"method": "GET", "url": f"={{{{ 'http://127.0.0.1:{port}/' + $json.key }}}}"}
    bad = workflow({"type": "penstock/http.request", "config": call})
    documents = {"chaos": workflow(), "poison": bad}
    async with (
        staged(plan, url, folder, documents=documents) as scene,
        answering(_kills(scene, hits, impatient=plan.impatient), port),
    ):
        await scene.send(_events(plan, scene))
        await scene.settle()
        report = await scene.report(hits.total())
        dead, good = dict(await scene.rows(_DEAD)), await scene.count(_GOOD)
    return Poisoned(
        **msgspec.structs.asdict(report),
        poisoned=plan.poisoned,
        dead=sum(key.startswith("poison") for key in dead),
        dead_good=sum(not key.startswith("poison") for key in dead),
        wrong_dispatches=sum(count != MOST_DISPATCHES for count in dead.values()),
        good=good,
    )


def _events(plan: Poison, scene: Scene) -> list[Event]:
    """Poison at places by chance."""
    bad = [
        {"key": f"poison-{number}", "document": "poison", "data": {"key": f"poison-{number}"}}
        for number in range(plan.poisoned)
    ]
    good = [{"key": f"event-{number}"} for number in range(plan.executions - plan.poisoned)]
    mixed: list[Event] = [*bad, *good]
    scene.chance.shuffle(mixed)
    return mixed


def _kills(scene: Scene, hits: Counter[str], *, impatient: bool) -> Reply:
    """Answers by killing whoever runs the execution that calls."""

    async def reply(call: Call) -> bytes | None:
        key = call.path.removeprefix("/")
        for worker, pid in await scene.rows(_OWNER, key=key):
            hits[key] += 1
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            if impatient:
                await scene.db.transact(partial(_silence, worker=worker))
        return None

    return reply


def _silence(connection: Connection, *, worker: str) -> None:
    """Have the lease of a process that is dead run out at once."""
    connection.execute(update(workers).where(workers.c.id == worker).values(heartbeat_ms=0))
