"""The loops of one process, by its role.

The rules:

* `all` does everything; `worker` runs; `scheduler` keeps things in order; `api` and `webhook`
  accept, and run nothing.
* When it ends, it first takes on nothing more, then lets what runs come to an end.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any, ClassVar, Literal

from penstock_kernel.execution.executions import Executions
from penstock_kernel.settings import Settings
from penstock_kernel.store.records import ExecutionRecord
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.journal import SqlJournal
from penstock_kernel.work.accepting import Accepted, Accepting
from penstock_kernel.work.doorbell import Doorbell, Doorbells
from penstock_kernel.work.keeper import Keeper
from penstock_kernel.work.presence import Presence
from penstock_kernel.work.worker import Worker
from penstock_sdk import PenstockError

Role = Literal["all", "api", "webhook", "worker", "scheduler"]
log = logging.getLogger(__name__)
_RUNS = ("all", "worker")
_KEEPS = ("all", "scheduler", "worker")


class StoreNeeded(PenstockError):
    """This needs a database, and the kernel was opened without one."""

    code: ClassVar[str] = "store.needed"


class Serving:
    """What a process does besides answering; made by `serving`."""

    def __init__(
        self,
        db: Database,
        journal: SqlJournal,
        executions: Executions,
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
        self._keeper = Keeper(db, bells, self._woken)
        self._accepting = Accepting(
            db,
            journal,
            self._keeper,
            self._doorbell,
            clock,
            worker=self.worker if role in _RUNS else None,
            max_queued=settings.max_queued,
        )
        self._loops: list[asyncio.Task[None]] = []

    async def accept(self, record: ExecutionRecord) -> Accepted:
        """Keep an execution that is to be run; see `Accepting`."""
        return await self._accepting.accept(record)

    async def start(self) -> None:
        """Begin."""
        self._presence.role, self._presence.pools = self.role, self.worker.pools
        self._presence.concurrency = self.worker.concurrency
        self._presence.running = lambda: self.worker.running
        await self._presence.beat()
        loops: list[Callable[[], Coroutine[Any, Any, None]]] = [self._keeper.relays]
        if self.role in _RUNS:
            loops += [self.worker.run, self.worker.puts_back]
        if self.role in _KEEPS:
            loops.append(self._keeper.sweeps)
        self._loops = [asyncio.create_task(_kept_up(loop)) for loop in loops]

    async def stop(self, patience_s: float) -> None:
        """Take on nothing more, and end."""
        self.worker.draining = True
        self._presence.state = "draining"
        await _canceled(self._loops)
        await self.worker.drain(patience_s)
        await self._keeper.relay()
        self._presence.state = "working"

    def _woken(self) -> None:
        self._doorbell.ring_near()
        self._keeper.queued()


@asynccontextmanager
async def serving(
    db: Database | None,
    journal: object,
    executions: Executions,
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
    if db is None or presence is None or not isinstance(journal, SqlJournal):
        message = "Executions can be accepted only where a database keeps them."
        raise StoreNeeded(message, hint="Set `database`, or use `penstock serve`.")
    process = Serving(
        db,
        journal,
        executions,
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
