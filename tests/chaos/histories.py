"""A cluster of three brokers and PostgreSQL, while everything is killed, stopped and cut off.

Each process writes down what it asked of the database and what it heard; afterwards `history` looks
whether that makes sense.
"""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import msgspec

from tests.chaos import history
from tests.chaos.cluster import MEMBERS, Cluster
from tests.chaos.leases import SHORT_S
from tests.chaos.partition import Wire, database_through, to_database
from tests.chaos.recorder import FOLDER
from tests.chaos.soak import NODES, Plan, Process, Report, Scene, events, staged, workflow
from tests.chaos.stopping import stop_in_the_middle
from tests.support.databases import new_postgres_url

_STATUS = "SELECT id, status FROM workflow_executions"
_STEPS = "SELECT execution_id, node_id, run_index FROM execution_steps WHERE status = 'ok'"
_COMPLETIONS = "SELECT id, count(*) FROM completions GROUP BY id"


class Nemeses(Plan, frozen=True, kw_only=True):
    """What is to be done; kills are the times that something is broken, in each round."""

    rounds: int = 1
    #: How long something is stopped or cut off, at least and at most.
    lasts_s: tuple[float, float]
    every_s: float


class Checked(Report, kw_only=True):
    """What came of it."""

    rounds: int = 0
    operations: int = 0
    #: Of them, those of which nobody heard what came of them, and those that were refused.
    unsure: int = 0
    refused: int = 0
    broken: dict[str, int] = msgspec.field(default_factory=dict[str, int])
    anomalies: dict[str, int] = msgspec.field(default_factory=dict[str, int])

    @property
    def is_clean(self) -> bool:
        """Does the history make sense?"""
        return super().is_clean and self.operations > 0 and not self.anomalies


CI = Nemeses(
    executions=800,
    kills=6,
    # Here nobody is paused while another one is cut off: somebody is left to notice.
    seed=43,
    per_second=40,
    dispatch="nats",
    lasts_s=(1, 9),
    every_s=3,
    lease_s=SHORT_S,
)
FULL = Nemeses(
    executions=24_000,
    kills=100,
    seed=22,
    per_second=40,
    dispatch="nats",
    lasts_s=(3, 25),
    every_s=6,
    rounds=10,
    patience_s=300,
)


async def play(plan: Nemeses, url: str, folder: Path) -> Checked:
    """Do it, round by round, with a database of its own for each."""
    whole = Checked(seed=plan.seed)
    for number in range(plan.rounds):
        one = msgspec.structs.replace(plan, seed=plan.seed + number)
        database = url if number == 0 else new_postgres_url()
        whole = _together(whole, await _round(one, database, folder / f"round{number}"))
    return whole


def _together(whole: Checked, one: Checked) -> Checked:
    told, more = msgspec.structs.asdict(whole), msgspec.structs.asdict(one)
    added: dict[str, Any] = {}
    for name, value in told.items():
        if isinstance(value, dict):
            added[name] = dict(Counter(value) + Counter(more[name]))
        elif name == "accept_p99_ms":
            added[name] = max(value, more[name])
        elif name != "seed":
            added[name] = value + more[name]
    return Checked(**{**added, "seed": whole.seed})


async def _round(plan: Nemeses, url: str, folder: Path) -> Checked:
    written = folder / "history"
    written.mkdir(parents=True)
    # Long enough that whoever is hit has something to lose.
    pause = {"resume": "interval", "amount": 0.5, "unit": "seconds"}
    slow = workflow({"type": "penstock/flow.wait", "config": pause})
    async with AsyncExitStack() as stack:
        wires = [Wire(to_database(url)) for _ in range(1 + plan.workers)]
        for wire in wires:
            await stack.enter_async_context(wire.listening())
        cluster = await stack.enter_async_context(Cluster(folder).running())
        through = [{"PENSTOCK_DATABASE": database_through(url, wire.port)} for wire in wires]
        stage = staged(
            plan,
            url,
            folder,
            documents={"chaos": slow},
            environment={"PENSTOCK_NATS_URL": cluster.url, FOLDER: str(written)},
            of_gate=through[0],
            of_worker=lambda number: through[1 + number],
        )
        scene = await stack.enter_async_context(stage)
        sending = scene.send(events(plan.executions), per_second=plan.per_second)
        _, broken = await asyncio.gather(sending, _break(scene, plan, wires, cluster))
        await scene.settle()
        report = await scene.report(plan.kills)
        final = await _final(scene)
    operations = await asyncio.to_thread(history.read, written)
    follows = [f"n{number}" for number in range(NODES)]
    return Checked(
        **msgspec.structs.asdict(report),
        rounds=1,
        operations=len(operations),
        unsure=sum(one.outcome == "info" for one in operations),
        refused=sum(one.outcome == "fail" for one in operations),
        broken=dict(broken),
        anomalies=dict(history.anomalies(operations, final, follows)),
    )


async def _break(scene: Scene, plan: Nemeses, wires: list[Wire], cluster: Cluster) -> Counter[str]:
    """Break one thing after another; some last for longer than it takes to the next one."""
    broken: Counter[str] = Counter()
    names: list[str] = []
    async with asyncio.TaskGroup() as under_way:
        for _ in range(plan.kills):
            await asyncio.sleep(plan.every_s)
            # Each in its turn, in an order that is another one each time.
            names = names or scene.chance.sample(sorted(_NEMESES), len(_NEMESES))
            name = names.pop()
            seconds = scene.chance.uniform(*plan.lasts_s)
            # Once for longer than a lease, and until somebody has noticed.
            seconds = seconds if broken[name] else plan.lasts_s[1]
            broken[name] += 1
            under_way.create_task(_NEMESES[name](scene, wires, cluster, seconds))
    return broken


async def _kill(scene: Scene, _wires: list[Wire], _cluster: Cluster, _seconds: float) -> None:
    scene.chance.choice([scene.gate, *scene.workers]).send(signal.SIGKILL)


async def _pause(scene: Scene, _wires: list[Wire], _cluster: Cluster, seconds: float) -> None:
    hit: Process = scene.chance.choice(scene.workers)
    await stop_in_the_middle(scene, hit)
    await asyncio.sleep(seconds)
    hit.send(signal.SIGCONT)


async def _cut(scene: Scene, wires: list[Wire], _cluster: Cluster, seconds: float) -> None:
    there = scene.chance.random() < 0.7
    await scene.chance.choice(wires).cut(seconds, there=there, back=not there)


async def _kill_broker(scene: Scene, _wires: list[Wire], cluster: Cluster, _seconds: float) -> None:
    await cluster.kill(scene.chance.randrange(MEMBERS))


async def _pause_broker(scene: Scene, _wires: list[Wire], cluster: Cluster, seconds: float) -> None:
    await cluster.pause(scene.chance.randrange(MEMBERS), seconds)


async def _isolate_broker(
    scene: Scene, _wires: list[Wire], cluster: Cluster, seconds: float
) -> None:
    await cluster.isolate(scene.chance.randrange(MEMBERS), seconds)


_NEMESES: dict[str, Callable[[Scene, list[Wire], Cluster, float], Coroutine[Any, Any, None]]] = {
    "kill": _kill,
    "pause": _pause,
    "cut from the database": _cut,
    "kill a broker": _kill_broker,
    "pause a broker": _pause_broker,
    "cut off a broker": _isolate_broker,
}


async def _final(scene: Scene) -> history.Final:
    steps: dict[str, set[history.Step]] = {}
    for execution, node, run in await scene.rows(_STEPS):
        steps.setdefault(execution, set()).add((node, run))
    return history.Final(
        kept=frozenset(scene.kept.values()),
        status=dict(await scene.rows(_STATUS)),
        steps={execution: frozenset(done) for execution, done in steps.items()},
        completions=dict(await scene.rows(_COMPLETIONS)),
    )
