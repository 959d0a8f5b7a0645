"""One story: some processes, some executions, some accidents, and what is left in the end.

The rules:

* Everything that chance decides follows from the seed: the same one tells the same story.
* The processes are real kernels with all their loops. Not real are the time, the line to the
  database, which is one in memory, and the bus.
* After the last accident everything works again, and has `PATIENCE_S` to come to its end.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import select

from penstock_bus import MemoryBus
from penstock_kernel.execution.host import DataDir
from penstock_kernel.kernel import Kernel
from penstock_kernel.settings import Settings
from penstock_kernel.store.blobs import FileBlobs
from penstock_kernel.store.records import ExecutionId, ExecutionRecord
from penstock_kernel.store.sql import doubt, queue
from penstock_kernel.store.sql.journal import SqlJournal
from penstock_kernel.store.sql.tables import workflow_executions
from penstock_kernel.work import keeper
from penstock_kernel.work.serving import Role, Serving
from penstock_sandbox.egress.egress import Egress
from penstock_sdk import Item, PenstockError
from tests.chaos.simulation.fate import Chance, Life
from tests.chaos.simulation.judge import Verdict, judge
from tests.chaos.simulation.nodes import WORKFLOWS, Workflow, plugins
from tests.chaos.simulation.store import Line, Store
from tests.chaos.simulation.virtual_time import LocalClock, VirtualLoop, now_ms
from tests.chaos.simulation.wires import Belfry, Bells, Wire

PATIENCE_S = 300
#: Accidents happen within this time.
TROUBLE_S = 25.0
#: Looks at what others left cost more than all the rest: they are made less often here.
LOOK_S = 4.0
_E = workflow_executions.c
_ENDED = ("success", "error", "canceled", "dead")
#: Nothing is written there: what these workflows put out is small.
_NOWHERE = Path("/nonexistent")


class Scale(NamedTuple):
    """How much there is of everything."""

    workers: int = 2
    executions: int = 6
    accidents: int = 4
    workflows: Sequence[Workflow] = WORKFLOWS


class Gate(NamedTuple):
    """A process that accepts."""

    life: Life
    kernel: Kernel
    serving: Serving
    task: asyncio.Task[None]


class Story:
    """Made for one seed."""

    def __init__(self, seed: int, scale: Scale) -> None:
        self.chance = Chance(seed)
        self.store = Store()
        self.ledger: Counter[int] = Counter()
        #: How often somebody said that a payment may be made again.
        self.licences: Counter[int] = Counter()
        #: Events, by the ids that were promised for them.
        self.promised: dict[str, int] = {}
        self._seed = seed
        self._scale = scale
        self._bus = MemoryBus()
        self._belfry = Belfry(self.chance)
        self._lives: list[Life] = []
        self._gates: list[Gate] = []
        self._sent = 0
        #: What goes on beside the processes: nothing waits for it.
        self._beside: list[asyncio.Task[Any]] = []

    async def run(self) -> Verdict:
        """Tell it to its end."""
        scale = self._scale
        for _ in range(scale.workers):
            self._begin("worker")
        self._begin(self.chance.random.choice(("api", "worker")))
        clients = [asyncio.create_task(self._client(event)) for event in range(scale.executions)]
        self._beside.append(asyncio.create_task(self._person()))
        try:
            await self._accidents()
            await asyncio.wait(clients, timeout=PATIENCE_S)
            await self._rest()
            return judge(
                self._seed,
                self.store,
                scale.workflows,
                events=scale.executions,
                promised=list(self.promised),
                ledger=self.ledger,
                licences=self.licences,
            )
        finally:
            await self._end()

    # --- processes -----------------------------------------------------------------------------

    def _begin(self, role: Role) -> None:
        life = Life(f"{role}-{len(self._lives)}", self.chance)
        self._lives.append(life)
        self._beside.append(asyncio.create_task(self._process(life, role)))

    async def _process(self, life: Life, role: Role) -> None:
        clock = LocalClock(self.chance.random.randint(-1_500, 1_500))
        db, data = Line(self.store, life), DataDir(_NOWHERE, clock)
        settings = Settings(sandbox="inprocess", data_dir=_NOWHERE)
        journal = SqlJournal(db, FileBlobs(_NOWHERE, bytes(32)))
        known, wire = plugins(life, self.ledger), Wire(self._bus, life)
        kernel = Kernel(settings, known, journal, wire, data, None, Egress(), db=db)
        kernel.executions.worker = life.name
        while not self.chance.is_over:
            with suppress(PenstockError):  # it begins anew, as any service would
                async with kernel.presence():
                    await self._serve(life, kernel, role)

    async def _serve(self, life: Life, kernel: Kernel, role: Role) -> None:
        bells, patience_s = Bells(self._belfry, life), self.chance.random.choice((0, 2))
        serve = kernel.serve(role=role, concurrency=2, bells=bells, patience_s=patience_s)
        task = asyncio.current_task()
        assert task is not None
        async with serve as serving:
            gate = Gate(life, kernel, serving, task)
            self._gates.append(gate)
            try:
                await asyncio.Event().wait()
            finally:
                self._gates.remove(gate)

    # --- people --------------------------------------------------------------------------------

    async def _client(self, event: int) -> None:
        """Send an event again and again, until it is accepted."""
        chance = self.chance.random
        await asyncio.sleep(chance.uniform(0, TROUBLE_S / 2))
        while event not in self.promised.values():
            sending = asyncio.create_task(self._send(await self._gate(), event))
            self._beside.append(sending)  # a process that is gone answers never
            await asyncio.wait({sending}, timeout=10)
            await asyncio.sleep(chance.uniform(0, 1))

    async def _send(self, gate: Gate, event: int) -> None:
        with suppress(PenstockError):
            accepted = await gate.serving.accept(self._record(gate.kernel, event))
            self.promised[accepted.execution] = event

    def _record(self, kernel: Kernel, event: int) -> ExecutionRecord:
        """An event, with another id whenever it is sent again."""
        self._sent += 1
        workflows = self._scale.workflows
        workflow, items = workflows[event % len(workflows)], [Item({"n": event})]
        name = f"e{event}-{self._sent}"
        text = json.dumps(workflow.document)
        record = kernel.record(text, items, mode="webhook", execution_id=ExecutionId(name))
        record.idem_key, record.workflow_id = f"event-{event}", "story"
        if workflow.limit is not None:
            record.concurrency_key, record.concurrency_limit = "narrow", workflow.limit
            record.overflow = "queue"
        record.sticky_key = "sticky" if workflow.is_sticky else None
        return record

    async def _gate(self) -> Gate:
        while True:
            gates = [gate for gate in self._gates if not gate.life.is_gone]
            if gates:
                return self.chance.random.choice(gates)
            await asyncio.sleep(0.1)

    async def _person(self) -> None:
        """Decide what is in doubt, and have what is dead tried again."""
        while True:
            await asyncio.sleep(3)
            own = select(_E.id, _E.idem_key, _E.status).where(
                (_E.waiting_for == "in_doubt") | (_E.status == "dead")
            )
            for row in self.store.ask(lambda one: one.execute(own).all()):  # noqa: B023 - at once
                self._decide(row.id, int(row.idem_key.removeprefix("event-")), row.status)

    def _decide(self, execution: str, number: int, status: str) -> None:
        moment = now_ms()
        if status == "dead":
            self.store.ask(lambda one: queue.redrive(one, execution, moment))
        else:
            again = self.store.ask(lambda one: doubt.again(one, execution, moment))
            self.licences[number] += again

    # --- accidents -----------------------------------------------------------------------------

    async def _accidents(self) -> None:
        chance = self.chance.random
        moments = sorted(chance.uniform(0, TROUBLE_S) for _ in range(self._scale.accidents))
        loop = asyncio.get_running_loop()
        for moment in moments:
            await asyncio.sleep(max(0.0, moment - loop.time()))
            living = [life for life in self._lives if not life.is_gone]
            if living:
                self._accident(chance.choice(living))
        await asyncio.sleep(max(0.0, TROUBLE_S - loop.time()))
        self.chance.failing = 0

    def _accident(self, life: Life) -> None:
        kinds = (self._kill, self._freeze, self._stop, self._cut, self._amnesia, self._cancel)
        self.chance.random.choices(kinds, (5, 6, 2, 2, 1, 1))[0](life)

    def _kill(self, life: Life) -> None:
        life.die()
        self.store.forget(life)
        self._replace(life)

    def _replace(self, life: Life) -> None:
        role: Any = life.name.partition("-")[0]
        delay_s = self.chance.random.uniform(0, 3)
        asyncio.get_running_loop().call_later(delay_s, self._begin, role)

    def _stop(self, life: Life) -> None:
        """End a process in order, as after SIGTERM."""
        for gate in [one for one in self._gates if one.life is life]:
            gate.task.cancel()
            self._replace(life)

    def _freeze(self, life: Life) -> None:
        life.freeze()
        delay_s = self.chance.random.uniform(1, 30)
        asyncio.get_running_loop().call_later(delay_s, life.thaw)

    def _cut(self, _life: Life) -> None:
        """For a while, most of what is asked of the database fails."""

        def mended() -> None:
            self.chance.failing = min(self.chance.failing, 5)

        self.chance.failing = 500
        asyncio.get_running_loop().call_later(self.chance.random.uniform(0.5, 10), mended)

    def _amnesia(self, _life: Life) -> None:
        self._belfry.lose_all()

    def _cancel(self, _life: Life) -> None:
        if self.promised and self._gates:
            chance = self.chance.random
            execution = chance.choice(list(self.promised))
            self._beside.append(asyncio.create_task(self._canceled(execution)))

    async def _canceled(self, execution: str) -> None:
        gate = await self._gate()
        with suppress(PenstockError):
            await gate.kernel.cancel(execution)

    # --- the end -------------------------------------------------------------------------------

    async def _rest(self) -> None:
        """Until everything has ended, and whoever was asleep has tried to go on."""
        left = select(_E.id).where(_E.status.not_in(_ENDED)).limit(1)
        for _ in range(PATIENCE_S):
            if self.store.ask(lambda one: one.execute(left).first()) is None:
                break
            await asyncio.sleep(1)
        for life in self._lives:
            life.thaw()
        await asyncio.sleep(5)

    async def _end(self) -> None:
        self.chance.is_over = True
        for life in self._lives:
            life.end()
        while tasks := asyncio.all_tasks() - {asyncio.current_task()}:
            for task in tasks:
                task.cancel()  # some go on after the first time, as the database is away too
            done, _ = await asyncio.wait(tasks, timeout=1)
            for task in done:
                if not task.cancelled():
                    task.exception()


def tell(seed: int, scale: Scale | None = None) -> Verdict:
    """Tell the story of a seed."""
    with _quiet(), asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(_told(seed, scale or Scale()))


async def _told(seed: int, scale: Scale) -> Verdict:
    return await Story(seed, scale).run()


@contextmanager
def _quiet() -> Iterator[None]:
    """Log nothing, and look less often."""
    look_s, keeper.LOOK_S = keeper.LOOK_S, LOOK_S
    logging.disable()
    try:
        yield
    finally:
        keeper.LOOK_S = look_s
        logging.disable(logging.NOTSET)
