"""The journal in memory: for embedding, tests, and executions that need not outlive the process."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from penstock_kernel.store.journal import (
    Commit,
    ExecutionExists,
    Fence,
    has_ended,
    not_found,
    ownership_lost,
)
from penstock_kernel.store.records import ENDED, ExecutionId, ExecutionRecord, StepKey, StepRecord


class _Row(msgspec.Struct):
    record: ExecutionRecord
    steps: dict[StepKey, StepRecord]
    worker: str = ""


_LIVE = frozenset(("queued", "running", "waiting"))


class MemoryJournal:
    """Keeps the latest executions, at most `keep` that have ended with those that called them."""

    def __init__(self, keep: int = 100) -> None:
        self._rows: dict[ExecutionId, _Row] = {}
        self._keep = keep
        #: By workflow and event.
        self._events: dict[tuple[str, str], ExecutionId] = {}
        self._ended: dict[ExecutionId, None] = {}
        #: Executions that have ended, by the one that called them and goes on.
        self._called: dict[ExecutionId, list[ExecutionId]] = {}

    async def accept(
        self, execution: ExecutionRecord, *, steps: Sequence[StepRecord] = ()
    ) -> ExecutionId:
        """Keep a new execution, with steps that it begins with. From here on it counts.

        Raises:
            ExecutionExists: There is another one with this id.
        """
        event = execution.workflow_id, execution.idem_key or ""
        if event[1] and event in self._events:
            return self._events[event]
        self._add(execution)
        self._rows[execution.id].steps.update({step.key: step for step in steps})
        return execution.id

    async def begin(
        self,
        execution: ExecutionRecord,
        worker: str,
        *,
        fence: Fence | None = None,
        steps: Sequence[StepRecord] = (),
    ) -> ExecutionRecord:
        """Keep a new execution and be its owner at once.

        Raises:
            ExecutionExists: There is another one with this id, or for the same event.
            OwnershipLost: The fence does not hold any more.
        """
        self._check(fence)
        self._add(execution)
        self._rows[execution.id].steps.update({step.key: step for step in steps})
        return await self.claim(execution.id, worker, fence=fence)

    async def claim(
        self, execution: ExecutionId, worker: str, *, fence: Fence | None = None
    ) -> ExecutionRecord:
        """Become the owner: every earlier owner's commits fail from now on.

        Raises:
            ExecutionNotFound: There is none with this id.
            OwnershipLost: The fence does not hold any more, or it has ended.
        """
        row = self._row(execution)
        self._check(fence)
        if row.record.status in ENDED:
            raise has_ended(execution)
        row.worker = worker
        row.record.epoch = row.record.epoch + 1 if fence is None else fence.epoch
        row.record.root = None if fence is None else fence.execution
        row.record.status = "running"
        row.record.waiting_for = row.record.due_ms = None
        return msgspec.structs.replace(row.record)

    def _add(self, execution: ExecutionRecord) -> None:
        event = execution.workflow_id, execution.idem_key or ""
        if execution.id in self._rows or (event[1] and event in self._events):
            raise ExecutionExists(self._events.get(event, execution.id))
        self._rows[execution.id] = _Row(msgspec.structs.replace(execution), {})
        if event[1]:
            self._events[event] = execution.id

    def _check(self, fence: Fence | None) -> None:
        if fence is not None and self._row(fence.execution).record.epoch != fence.epoch:
            raise ownership_lost(fence.execution)

    async def commit(self, commit: Commit) -> None:
        """Make steps and status true at once.

        Raises:
            OwnershipLost: Somebody else has claimed the execution since.
            ExecutionNotFound: There is none with this id.
        """
        row = self._row(commit.execution)
        self._check(Fence(commit.root or commit.execution, commit.epoch))
        for step in commit.steps:
            row.steps[step.key] = step
        if commit.custom_data is not None:
            row.record.custom_data = commit.custom_data
        if commit.status is not None:
            self._set_status(row, commit)

    async def told(self, execution: ExecutionId) -> None:
        """Nothing to do: what is in memory is told by the process that has it, or by nobody."""

    async def execution(self, execution: ExecutionId) -> ExecutionRecord:
        """The execution as it stands.

        Raises:
            ExecutionNotFound: There is none with this id.
        """
        return msgspec.structs.replace(self._row(execution).record)

    async def steps(self, execution: ExecutionId) -> Sequence[StepRecord]:
        """Its steps, in the order in which they were first committed.

        Raises:
            ExecutionNotFound: There is none with this id.
        """
        return list(self._row(execution).steps.values())

    async def forget(self, execution: ExecutionId) -> None:
        """Remove an execution and its steps, if it is there."""
        self._drop(execution)
        self._ended.pop(execution, None)
        for called in self._called.pop(execution, ()):
            self._drop(called)

    def _drop(self, execution: ExecutionId) -> None:
        row = self._rows.pop(execution, None)
        if row is not None and row.record.idem_key:
            self._events.pop((row.record.workflow_id, row.record.idem_key), None)

    def _row(self, execution: ExecutionId) -> _Row:
        row = self._rows.get(execution)
        if row is None:
            raise not_found(execution)
        return row

    def _set_status(self, row: _Row, commit: Commit) -> None:
        record = row.record
        record.status = commit.status or record.status
        record.waiting_for, record.due_ms = commit.waiting_for, commit.due_ms
        record.error, record.finished_ms = commit.error, commit.finished_ms or 0
        if record.status not in _LIVE:
            self._note_end(record)

    def _note_end(self, record: ExecutionRecord) -> None:
        caller = self._rows.get(ExecutionId(record.parent or ""))
        if caller is not None and caller.record.status in _LIVE:
            # Its caller may have to look here after a crash, so it stays as long as that goes on.
            self._called.setdefault(caller.record.id, []).append(record.id)
            return
        self._ended = dict.fromkeys(self._called.pop(record.id, ())) | self._ended
        self._ended[record.id] = None
        while len(self._ended) > self._keep:
            oldest = next(iter(self._ended))
            del self._ended[oldest]
            self._drop(oldest)
