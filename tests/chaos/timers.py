"""Executions that wait for a moment, in great number, while processes are killed.

At full scale one execution is accepted and waits, and its rows are copied with moments of their
own: what is shown is that each moment comes once and in time, not how fast events are accepted.
"""

from __future__ import annotations

import asyncio
import random
import signal
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, insert, select, text

from penstock_kernel.store.sql import codec
from penstock_kernel.store.sql.codec import StepBody
from penstock_kernel.store.sql.rows import all_rows
from penstock_kernel.store.sql.tables import execution_steps, workflow_executions
from tests.chaos.leases import SHORT_S
from tests.chaos.soak import Event, Plan, Report, Scene, percentile, staged, within, workflow

_AT_ONCE = 500
_WOKEN = "SELECT due_ms, queued_ms FROM wakes"
_ENDED = """
SELECT e.finished_ms - w.due_ms FROM workflow_executions e JOIN wakes w ON w.id = e.id
WHERE e.status = 'success'
"""
_TWICE = "SELECT count(*) FROM (SELECT id FROM wakes GROUP BY id HAVING count(*) > 1) AS found"
_NEVER = """
SELECT count(*) FROM workflow_executions WHERE id NOT IN (SELECT id FROM wakes)
"""


class Timers(Plan, frozen=True, kw_only=True):
    """What is to be done."""

    #: The moments lie in a window that is so long.
    window_s: float
    #: Rows are copied instead of accepted.
    copies: bool = False


class Woken(Report, kw_only=True):
    """What came of it."""

    never_woken: int = 0
    woken_twice: int = 0
    #: From the moment to when the execution was queued, and to its end.
    wake_p50_ms: int = 0
    wake_p99_ms: int = 0
    end_p99_ms: int = 0

    @property
    def is_clean(self) -> bool:
        """Each once, and nothing lost?"""
        return super().is_clean and not (self.never_woken or self.woken_twice)


CI = Timers(executions=1_000, kills=1, seed=13, window_s=8, lease_s=SHORT_S)
FULL = Timers(
    executions=100_000, kills=20, seed=13, window_s=600, copies=True, patience_s=300, workers=3
)


async def play(plan: Timers, url: str, folder: Path) -> Woken:
    """Do it."""
    wait = {"resume": "interval", "amount": "={{ $json.wait }}", "unit": "seconds"}
    documents = {"chaos": workflow({"type": "penstock/flow.wait", "config": wait})}
    async with staged(plan, url, folder, documents=documents) as scene:
        await scene.db.transact(_watch)
        await (_copied(scene, plan) if plan.copies else scene.send(_events(plan)))
        kills = await _kill(scene, plan)
        await scene.settle()
        report = await scene.report(kills)
        woken = await scene.rows(_WOKEN)
        ended = await scene.rows(_ENDED)
        never, twice = await scene.count(_NEVER), await scene.count(_TWICE)
    late = [(queued - due) / 1_000 for due, queued in woken]
    return Woken(
        **msgspec.structs.asdict(report),
        never_woken=never,
        woken_twice=twice,
        wake_p50_ms=percentile(late, 50),
        wake_p99_ms=percentile(late, 99),
        end_p99_ms=percentile([one / 1_000 for (one,) in ended], 99),
    )


def _events(plan: Timers) -> list[Event]:
    """Each waits for so long that nobody keeps a place for it."""
    chance = random.Random(plan.seed)  # noqa: S311 - it has to be the same again
    return [
        {"key": f"event-{number}", "data": {"wait": round(chance.uniform(4, 4 + plan.window_s), 3)}}
        for number in range(plan.executions)
    ]


async def _kill(scene: Scene, plan: Timers) -> int:
    """Kill one worker after another, evenly over the window."""
    for _ in range(plan.kills):
        await asyncio.sleep(plan.window_s / (plan.kills + 1))
        scene.chance.choice(scene.workers).send(signal.SIGKILL)
    return plan.kills


async def _copied(scene: Scene, plan: Timers) -> None:
    """Have one execution wait, and as many others as there are to be."""
    # It is the last of all, so that it waits until everything was copied from it.
    longest_s = plan.window_s + plan.executions / 1_000
    await scene.send([{"key": "event-0", "data": {"wait": longest_s}}])
    waiting = (
        "SELECT count(*) FROM workflow_executions WHERE status = 'waiting' AND worker_id IS NULL"
    )

    async def waits() -> bool:
        return await scene.count(waiting) == 1

    assert await within(30, waits)
    from_ms = round(time.time() * 1_000) + plan.executions  # a millisecond for each, to be copied
    for first in range(1, plan.executions, _AT_ONCE):
        numbers = range(first, min(first + _AT_ONCE, plan.executions))
        due = [from_ms + round(scene.chance.random() * plan.window_s * 1_000) for _ in numbers]
        scene.kept |= await scene.db.transact(
            lambda one, numbers=numbers, due=due: _copy(one, numbers, due)  # type: ignore[misc]
        )
    await asyncio.sleep(max(0.0, from_ms / 1_000 - time.time()))


def _copy(connection: Connection, numbers: Sequence[int], due: Sequence[int]) -> dict[str, str]:
    execution = all_rows(
        connection.execute(
            select(workflow_executions).where(workflow_executions.c.idem_key == "event-0")
        )
    )[0]
    own = execution_steps.c.execution_id == execution["id"]
    steps = all_rows(connection.execute(select(execution_steps).where(own)))
    rows: list[dict[str, Any]] = []
    of_steps: list[dict[str, Any]] = []
    for number, due_ms in zip(numbers, due, strict=True):
        name = f"{execution['id']}-{number}"
        rows.append({**execution, "id": name, "idem_key": f"event-{number}", "due_ms": due_ms})
        of_steps += [{**step, "execution_id": name, "body": _due(step, due_ms)} for step in steps]
    connection.execute(insert(workflow_executions), rows)
    connection.execute(insert(execution_steps), of_steps)
    return {row["idem_key"]: row["id"] for row in rows}


def _due(step: Any, due_ms: int) -> bytes:
    body = codec.unpack(step["body"], StepBody)
    if body.due_ms is None:
        return bytes(step["body"])
    return codec.pack(msgspec.structs.replace(body, due_ms=due_ms))


def _watch(connection: Connection) -> None:
    """Have the database itself write down each time that a wait comes to its end."""
    connection.execute(
        text("CREATE TABLE wakes (id TEXT NOT NULL, due_ms BIGINT, queued_ms BIGINT)")
    )
    note = "INSERT INTO wakes VALUES (NEW.id, OLD.due_ms, NEW.queued_ms);"
    when = "WHEN (OLD.status = 'waiting' AND NEW.status = 'queued')"
    head = "CREATE TRIGGER woken AFTER UPDATE OF status ON workflow_executions"
    if connection.dialect.name == "sqlite":
        connection.execute(text(f"{head} {when} BEGIN {note} END"))
        return
    body = f"BEGIN {note} RETURN NEW; END"
    made = f"CREATE FUNCTION note_wake() RETURNS trigger LANGUAGE plpgsql AS '{body}'"
    connection.execute(text(made))
    connection.execute(text(f"{head} FOR EACH ROW {when} EXECUTE FUNCTION note_wake()"))
