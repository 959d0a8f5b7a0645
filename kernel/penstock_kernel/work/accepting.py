"""The one way in for everything that starts an execution by itself: webhooks, schedules, queues.

The rules:

* An event is accepted when its execution is committed; only then does the caller hear of it.
* Where this process has a place free and nobody waits in line, it goes on with the execution
  itself, without a doorbell. Otherwise the execution is queued, and somebody rings.
* The same event, told by its key, is accepted once: whoever brings it again gets the same id.
* When more is queued than may be, nothing is accepted: the caller is told when to come again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import msgspec

from penstock_kernel.execution.policy import Clock
from penstock_kernel.store.journal import ExecutionExists
from penstock_kernel.store.records import ExecutionId, ExecutionRecord, StepRecord
from penstock_kernel.store.sql import queue
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.journal import SqlJournal
from penstock_kernel.store.sql.queue import Queued
from penstock_kernel.work.doorbell import Doorbell
from penstock_kernel.work.keeper import Keeper
from penstock_kernel.work.worker import Worker
from penstock_sdk import PenstockError

#: How long a look at the length of the queue is believed.
_BELIEVED_MS = 500


class QueueFull(PenstockError):
    """So much is queued in this workspace that nothing more is accepted now.

    Attributes:
        retry_after_s: When to come again.
    """

    code: ClassVar[str] = "queue.full"

    def __init__(self, most: int) -> None:
        message = f"{most:,} executions are queued already in this workspace."
        super().__init__(message, hint="Send it again later, or start more workers.")
        self.retry_after_s = 5


class Accepted(msgspec.Struct, frozen=True):
    """What became of an event."""

    execution: ExecutionId
    #: False: it was accepted before.
    is_new: bool


class Accepting:
    """Made for one kernel."""

    def __init__(
        self,
        db: Database,
        journal: SqlJournal,
        keeper: Keeper,
        doorbell: Doorbell,
        clock: Clock,
        *,
        worker: Worker | None,
        max_queued: int,
    ) -> None:
        """With the worker of this process, if it has one."""
        self._db = db
        self._journal = journal
        self._keeper = keeper
        self._doorbell = doorbell
        self._clock = clock
        self._worker = worker
        self._max_queued = max_queued
        self._full: dict[str, tuple[int, Queued]] = {}

    async def accept(
        self, record: ExecutionRecord, *, steps: Sequence[StepRecord] = ()
    ) -> Accepted:
        """Keep an execution that is to be run, with steps that it begins with.

        Raises:
            QueueFull: Too many are queued already.
            StoreUnavailable: It could not be kept, or nobody knows whether it was.
        """
        record.created_ms = self._clock.now_ms()
        worker = self._worker
        if worker is not None and self._goes_first(worker, record):
            return await self._begin(worker, record, steps)
        await self._refuse_when_full(record.workspace_id)
        kept = await self._journal.accept(record, steps=steps)
        self._doorbell.ring_near()
        self._keeper.queued()
        return Accepted(kept, kept == record.id)

    def _goes_first(self, worker: Worker, record: ExecutionRecord) -> bool:
        # Whether there is room for what is limited, and whose it is, is decided by a claim.
        free = worker.free > 0 and not worker.is_behind and record.pool in worker.pools
        return free and record.concurrency_limit is None and record.sticky_key is None

    async def _begin(
        self, worker: Worker, record: ExecutionRecord, steps: Sequence[StepRecord]
    ) -> Accepted:
        record.started_ms = record.created_ms
        with worker.place():
            try:
                begun = await self._journal.begin(record, worker.id, steps=steps)
            except ExecutionExists as error:
                return Accepted(ExecutionId(error.execution), is_new=False)
            worker.take(begun, has_steps=bool(steps))
        return Accepted(begun.id, is_new=True)

    async def _refuse_when_full(self, workspace: str) -> None:
        now_ms, most = self._clock.now_ms(), self._max_queued
        seen_ms, found = self._full.get(workspace, (0, Queued(0, most)))
        if now_ms - seen_ms > _BELIEVED_MS:
            found = await self._db.read(lambda reading: queue.queued(reading, workspace, most))
            self._full[workspace] = (now_ms, found)
        if found.executions >= found.most:
            raise QueueFull(found.most)
