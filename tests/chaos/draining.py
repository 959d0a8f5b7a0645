"""Workers are told to end, one after the other and again and again, while executions run.

One execution in so many calls a server that answers only the second time: who ends cannot wait for
that, and puts the execution back.
"""

from __future__ import annotations

import asyncio
import signal
import time
from collections import Counter
from pathlib import Path

import msgspec

from tests.chaos.ledger import Call, answering
from tests.chaos.soak import Event, Plan, Process, Report, Scene, free_port, staged, workflow

LONGEST_EXIT_S = 25.0
_HANGS_S = 120.0


class Drains(Plan, frozen=True, kw_only=True):
    """What is to be done; kills are the times that a worker is told to end."""

    #: Executions whose call hangs the first time.
    hanging: int


class Drained(Report, kw_only=True):
    """What came of it."""

    #: Calls that were broken off, and made again by somebody else.
    put_back: int = 0
    bad_exits: int = 0
    slowest_exit_ms: int = 0

    @property
    def is_clean(self) -> bool:
        """None failed, none dispatched again but what was put back, and each ended in time?"""
        late = self.slowest_exit_ms > LONGEST_EXIT_S * 1_000
        return super().is_clean and not (self.redispatched or self.bad_exits or late)


CI = Drains(executions=1_000, kills=2, seed=15, per_second=100, hanging=1)
FULL = Drains(executions=24_000, kills=12, seed=15, per_second=100, hanging=8)


async def play(plan: Drains, url: str, folder: Path) -> Drained:
    """Do it."""
    calls: Counter[str] = Counter()

    async def reply(call: Call) -> bytes:
        calls[call.path] += 1
        if calls[call.path] == 1:
            await asyncio.sleep(_HANGS_S)
        return b"{}"

    port = free_port()
    config = {
        "method": "GET",
        "url": f"={{{{ 'http://127.0.0.1:{port}/' + $json.name }}}}",
        "timeout_s": 2 * _HANGS_S,
    }
    hanging = workflow({"type": "penstock/http.request", "config": config})
    documents = {"chaos": workflow(), "hanging": hanging}
    async with answering(reply, port), staged(plan, url, folder, documents=documents) as scene:
        sending = scene.send(_events(plan), per_second=plan.per_second)
        _, exits = await asyncio.gather(sending, _drain(scene))
        await scene.settle()
        report = await scene.report(plan.kills)
        codes = [code for one in scene.workers for code in one.ends]
    return Drained(
        **msgspec.structs.asdict(report),
        put_back=sum(count - 1 for count in calls.values()),
        bad_exits=sum(code != 0 for code in codes) + plan.kills - len(codes),
        slowest_exit_ms=round(1_000 * max(exits)),
    )


def _events(plan: Drains) -> list[Event]:
    every = plan.executions // plan.hanging
    return [
        {"key": f"event-{number}"}
        if number % every
        else {"key": f"event-{number}", "document": "hanging", "data": {"name": f"e{number}"}}
        for number in range(plan.executions)
    ]


async def _drain(scene: Scene) -> list[float]:
    """Tell one worker after the other to end, once all of them work; gives how long each took."""
    exits: list[float] = []
    for number in range(scene.plan.kills):
        await _all_work(scene)
        exits.append(await _ended(scene.workers[number % len(scene.workers)]))
    return exits


async def _all_work(scene: Scene) -> None:
    """Wait until each worker says that it is there, and a little is done."""
    while not await scene.all_work():  # noqa: ASYNC110 - the processes know nothing of us
        await asyncio.sleep(0.1)
    await asyncio.sleep(2)


async def _ended(worker: Process) -> float:
    begun_s, before = time.monotonic(), len(worker.ends)
    worker.send(signal.SIGTERM)
    while len(worker.ends) == before:  # noqa: ASYNC110 - the process knows nothing of us
        await asyncio.sleep(0.02)
    return time.monotonic() - begun_s
