"""The loops of one process, by its role.

The rules:

* `all` does everything; `worker` runs; `scheduler` keeps things in order; `api` and `webhook`
  accept, and run nothing.
* What an execution begins and does not wait for comes in by the same door as every event.
* When it ends, it first takes on nothing more, then lets what runs come to an end.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import AsyncGenerator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any, Literal

from penstock_kernel.execution.error_workflow import MODE as TELLS
from penstock_kernel.execution.executions import Executions
from penstock_kernel.execution.program import Program
from penstock_kernel.settings import Settings
from penstock_kernel.store.journal import store_needed
from penstock_kernel.store.records import ExecutionId, ExecutionRecord, StepRecord
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.journal import SqlJournal
from penstock_kernel.work.accepting import Accepted, Accepting
from penstock_kernel.work.captures import Captures
from penstock_kernel.work.deliveries import Deliveries
from penstock_kernel.work.doorbell import Doorbell, Doorbells
from penstock_kernel.work.entering import Entrance, Incoming
from penstock_kernel.work.hooks import Hooks
from penstock_kernel.work.keeper import Keeper
from penstock_kernel.work.placing import Pools
from penstock_kernel.work.presence import Presence
from penstock_kernel.work.retention import RetentionLoop
from penstock_kernel.work.scheduler import Scheduler
from penstock_kernel.work.subscriptions import Reconciler
from penstock_kernel.work.trials import TrialWatch
from penstock_kernel.work.worker import Worker
from penstock_kernel.work.workflows import Workflows

Role = Literal["all", "api", "webhook", "worker", "scheduler"]
log = logging.getLogger(__name__)
_RUNS = ("all", "worker")
_SCHEDULES = ("all", "scheduler")
_KEEPS = ("all", "scheduler", "worker")
_HOSTS = ("all", "api", "webhook")
#: How long the thread that writes SQLite may keep the one that answers from going on: each message
#: to a client gives it its turn. With Python's own 5 ms a fifth less is answered under load.
SWITCH_S = 0.0005


class Serving:
    """What a process does besides answering; made by `serving`."""

    def __init__(
        self,
        db: Database,
        journal: SqlJournal,
        executions: Executions,
        workflows: Workflows,
        settings: Settings,
        bells: Doorbells | None,
        presence: Presence,
        *,
        role: Role,
        pools: Sequence[str],
        concurrency: int,
    ) -> None:
        clock = executions.host.clock
        self.role = role
        self._journal = journal
        self._executions = executions
        self._presence = presence
        self._doorbell = Doorbell(bells)
        self.worker = Worker(
            db,
            journal,
            executions,
            self._doorbell,
            clock,
            pools=pools if role in _RUNS else (),
            concurrency=concurrency if role in _RUNS else 0,
        )
        self._keeper = Keeper(db, bells, self.woken, executions.tell_later)
        # Who has no bells and runs nothing leaves the rings to those that others listen to.
        self._relays = bells is not None or role in _RUNS
        self._accepting = Accepting(
            db,
            journal,
            self._keeper,
            self._doorbell,
            clock,
            worker=self.worker if role in _RUNS else None,
            max_queued=settings.max_queued,
        )
        self._entrance = Entrance(
            workflows,
            executions.shelf,
            Pools.parse(settings.pools, settings.node_tags),
            self.accept,
            executions.new_id,
        )
        self._retention = RetentionLoop(db, executions.host.blobs, clock, settings)
        self._scheduler = Scheduler(db, self._entrance.accept, executions.poll, clock)
        self._trials = TrialWatch(db, clock)
        sealer = executions.host.data.sealer
        self._reconciler = None if sealer is None else Reconciler(db, workflows, executions, sealer)
        #: What starts workflows from outside.
        self.hooks = Hooks(db, workflows, executions, self.enter)
        self.captures = Captures(db, workflows, executions.shelf, clock)
        self.deliveries = Deliveries(db, self.enter)
        self._tunes = settings.tune_gc and db.kind == "sqlite"
        self._loops: list[asyncio.Task[None]] = []

    @property
    def rings(self) -> int:
        """Messages that were sent to wake workers, for figures."""
        return self._keeper.handed_over

    async def accept(
        self, record: ExecutionRecord, *, steps: Sequence[StepRecord] = ()
    ) -> Accepted:
        """Keep an execution that is to be run; see `Accepting`."""
        return await self._accepting.accept(record, steps=steps)

    async def enter(self, incoming: Incoming) -> Accepted:
        """Keep an execution of a stored workflow; see `Entrance`."""
        return await self._entrance.accept(incoming)

    async def again(
        self, record: ExecutionRecord, program: Program, steps: Sequence[StepRecord]
    ) -> ExecutionId:
        """Keep an execution that begins with steps of an earlier one."""
        self._entrance.place(record, program)
        return (await self.accept(record, steps=steps)).execution

    async def enter_own(self, record: ExecutionRecord, program: Program) -> None:
        """Keep an execution that another one begins and does not wait for.

        Raises:
            PoolMissing: No pool carries the tags of its workflow.
            KeyInvalid: A key of its workflow cannot be found.
            QueueFull: Too many are queued already; what tells of a failure is kept all the same.
            StoreUnavailable: It could not be kept, or nobody knows whether it was.
        """
        self._entrance.place(record, program)
        if record.mode != TELLS:
            await self.accept(record)
            return
        # It is owed since the one that failed was accepted, and told of once: refused, it is lost.
        record.created_ms = self._executions.host.clock.now_ms()
        await self._journal.accept(record)
        self.woken()

    async def start(self) -> None:
        """Begin."""
        self._executions.enters = self.enter_own
        self._presence.role, self._presence.pools = self.role, self.worker.pools
        self._presence.concurrency = self.worker.concurrency
        self._presence.running = lambda: self.worker.running
        await self._presence.beat()
        loops: list[Callable[[], Coroutine[Any, Any, None]]] = []
        if self._relays:
            loops.append(self._keeper.relays)
        if self.role in _RUNS:
            loops += [self.worker.run, self.worker.puts_back]
        if self.role in _KEEPS:
            loops.append(self._keeper.sweeps)
        if self.role in _SCHEDULES:
            loops += [self._scheduler.run, self._retention.run, self._trials.run]
            if self._reconciler is not None:
                loops.append(self._reconciler.run)
        if self.role in _HOSTS:
            await self.hooks.refresh()
            loops += [self.hooks.looks, self.hooks.hears, self.hooks.awaiting.hears]
        if self._tunes:
            sys.setswitchinterval(SWITCH_S)
        self._loops = [asyncio.create_task(_kept_up(loop)) for loop in loops]

    async def stop(self, patience_s: float) -> None:
        """Take on nothing more, and end."""
        self.worker.draining = True
        self._presence.state = "draining"
        await _canceled(self._loops)
        self.hooks.close()
        await self.worker.drain(patience_s)
        if self._relays:
            await self._keeper.relay()
        self._executions.enters = None
        self._presence.state = "working"

    def woken(self) -> None:
        """Something was queued: whoever may run it is to look."""
        self._doorbell.ring_near()
        self._keeper.queued()


@asynccontextmanager
async def serving(
    db: Database,
    journal: object,
    executions: Executions,
    workflows: Workflows,
    settings: Settings,
    bells: Doorbells | None,
    presence: Presence | None,
    *,
    role: Role,
    pools: Sequence[str],
    concurrency: int,
    patience_s: float,
) -> AsyncGenerator[Serving]:
    """The loops of a process, until the block ends.

    Raises:
        StoreNeeded: There is no database.
    """
    if presence is None or not isinstance(journal, SqlJournal):
        raise store_needed()
    process = Serving(
        db,
        journal,
        executions,
        workflows,
        settings,
        bells,
        presence,
        role=role,
        pools=pools,
        concurrency=concurrency,
    )
    await process.start()
    try:
        yield process
    finally:
        await process.stop(patience_s)


async def _kept_up(loop: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """A loop that goes on whatever happens in it: work that stands still helps nobody."""
    while True:
        try:
            await loop()
        except Exception:
            log.exception("loop_failed: %s", loop.__qualname__)
            await asyncio.sleep(1)


async def _canceled(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
