"""A worker: takes on as many executions as it has places, and drives each to where it rests.

The rules:

* It wakes when somebody rings, when a place becomes free, and now and then by itself.
* When it filled all its places there may be more: it rings on, so that another one looks.
* What it cannot go on with, it puts back; what it lost to somebody else, it drops.
* When it drains, it takes on nothing more, gives what it drives some time to end, and puts the rest
  back.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Generator, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection

from penstock_kernel.execution.executions import Executions
from penstock_kernel.execution.policy import Clock
from penstock_kernel.store.journal import JournalFailed, OwnershipLost
from penstock_kernel.store.records import ExecutionRecord
from penstock_kernel.store.sql import claiming, queue
from penstock_kernel.store.sql.claiming import Wish
from penstock_kernel.store.sql.database import Database, StoreUnavailable
from penstock_kernel.store.sql.journal import SqlJournal
from penstock_kernel.work.doorbell import Doorbell
from penstock_sdk import PenstockError

LOOK_S = 3.0
DRAIN_S = 20.0
#: A wait that is longer gives the place to somebody else.
LONGEST_WAIT_S = 2.0
#: What is published when an execution was canceled, before its id.
CANCELED = "canceled."
#: What is published when something waits for one worker, before its id.
WAKE = "wake."
log = logging.getLogger(__name__)


class Worker:
    """Made for one kernel; `run` goes on until it is canceled."""

    def __init__(
        self,
        db: Database,
        journal: SqlJournal,
        executions: Executions,
        doorbell: Doorbell,
        clock: Clock,
        *,
        pools: Sequence[str] = ("default",),
        concurrency: int = 64,
    ) -> None:
        self.id = executions.worker
        self.pools = tuple(pools)
        self.concurrency = concurrency
        self.draining = False
        #: Is anything queued that nobody has taken on, as far as is known here?
        self.is_behind = False
        self._db = db
        self._journal = journal
        self._executions = executions
        self._bus = executions.host.bus
        self._doorbell = doorbell
        self._clock = clock
        self._driven: dict[str, asyncio.Task[None]] = {}
        self._wake = asyncio.Event()
        self._free = asyncio.Event()
        self._missing: set[str] = set()
        #: Places kept for executions that are being written down.
        self._coming = 0

    @property
    def free(self) -> int:
        """Places that nothing runs in."""
        return 0 if self.draining else self.concurrency - len(self._driven) - self._coming

    @property
    def running(self) -> int:
        """Executions that are driven now."""
        return len(self._driven)

    async def run(self) -> None:
        """Work until canceled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._claims())
            tasks.create_task(self._rings())
            tasks.create_task(self._signals())
            tasks.create_task(self._wakes())

    async def puts_back(self) -> None:
        """Look after what this worker holds, until canceled."""
        while True:
            await asyncio.sleep(LOOK_S)
            try:
                await self._put_back_lost()
            except StoreUnavailable as error:
                log.warning("look_failed: %s", error.message)

    def wake(self) -> None:
        """There may be something to do."""
        self._wake.set()

    @contextmanager
    def place(self) -> Generator[None]:
        """Keep a place free for an execution that is being written down."""
        self._coming += 1
        try:
            yield
        finally:
            self._coming -= 1
            if self.free > 0 and not self._free.is_set():
                self.wake()  # nothing came, and somebody may have rung meanwhile

    def take(self, record: ExecutionRecord, *, has_steps: bool) -> None:
        """Drive an execution that this worker owns."""
        task = asyncio.create_task(self._drive(record, has_steps=has_steps))
        self._driven[record.id] = task

    async def drain(self, patience_s: float = DRAIN_S) -> None:
        """Take on nothing more, let what runs end, and put the rest back."""
        self.draining = True
        running = list(self._driven.values())
        if running:
            await asyncio.wait(running, timeout=patience_s)
        for execution_id in list(self._driven):
            self._executions.let_go(execution_id)
        for task in list(self._driven.values()):
            task.cancel()
        await asyncio.gather(*self._driven.values(), return_exceptions=True)
        held = sorted(await self._db.read(self._held) - self._executions.driven)
        await self._db.transact(lambda connection: queue.put_back(connection, self.id, held))

    async def _claims(self) -> None:
        while True:
            self._wake.clear()
            if self.free > 0:
                self._free.set()
                await self._claim(self.free)
            else:
                self.is_behind = True
            await self._wake.wait()

    async def _claim(self, places: int) -> None:
        wish = Wish(self.id, self.pools, places)
        try:
            claimed = await self._db.transact(lambda one: claiming.claim(self._db, one, wish))
        except StoreUnavailable as error:
            log.warning("claim_failed: %s", error.message)
            await asyncio.sleep(1)
            self.wake()
            return
        rows = claimed.rows
        self.is_behind = len(rows) == places
        for execution in claimed.ended:
            await self._bus.publish(CANCELED + execution, b"")
        for worker in claimed.elsewhere:
            await self._bus.publish(WAKE + worker, b"")
        for row in rows:
            record = await self._journal.record(row)
            self.take(record, has_steps=row["steps"] > 0)
        if self.is_behind:
            await self._doorbell.ring_on(self.pools)

    async def _rings(self) -> None:
        """Wait for somebody to ring, as long as there is a place free."""
        while True:
            await self._free.wait()
            if self.free <= 0:
                self._free.clear()
                continue
            await self._doorbell.wait(self.pools)
            if self.free > 0:
                self.wake()
            else:
                # It may have been nothing but time: whoever gives his place back looks.
                self._free.clear()

    async def _signals(self) -> None:
        """Stop what somebody canceled; without this it would stop at its next commit."""
        async for message in await self._bus.subscribe(CANCELED + "*"):
            self._executions.cancel_here(message.subject.removeprefix(CANCELED))

    async def _wakes(self) -> None:
        """Look, when somebody left what is to run here."""
        async for _ in await self._bus.subscribe(WAKE + self.id):
            self.wake()

    async def _drive(self, record: ExecutionRecord, *, has_steps: bool) -> None:
        try:
            await self._executions.drive(record, has_steps=has_steps, longest_wait_s=LONGEST_WAIT_S)
        except OwnershipLost:
            log.info("ownership_lost: %s", record.id)
        except JournalFailed as error:
            log.warning("execution_left: %s: %s: %s", record.id, error.code, error.message)
        except PenstockError as error:
            await self._fail(record, error)
        except Exception:
            log.exception("execution_left: %s", record.id)
        finally:
            if self._driven.get(record.id) is asyncio.current_task():
                del self._driven[record.id]
            # Another one may have waited for its end.
            if self.is_behind or not self._free.is_set() or record.concurrency_limit:
                self.wake()

    async def _fail(self, record: ExecutionRecord, problem: PenstockError) -> None:
        """End an execution that cannot be run: one of its node types is not installed any more."""
        try:
            await self._executions.fail(record, problem)
        except PenstockError as error:
            log.warning("execution_left: %s: %s: %s", record.id, error.code, error.message)

    async def _put_back_lost(self) -> None:
        """What is held and was not driven at two looks in a row is for somebody else to try."""
        missing = await self._db.read(self._held) - self._driven.keys() - self._executions.driven
        lost = sorted(missing & self._missing)
        self._missing = missing
        if lost:
            log.warning("put_back: %d executions that nothing drives", len(lost))
            await self._db.transact(
                lambda connection: queue.give_up(self._db, connection, self.id, lost)
            )

    def _held(self, connection: Connection) -> set[str]:
        return queue.held(connection, self.id)
