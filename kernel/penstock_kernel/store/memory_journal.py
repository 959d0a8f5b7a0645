"""The journal in memory: for embedding, tests, and executions that need not outlive the process."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from penstock_kernel.store.journal import Commit, ExecutionNotFound, OwnershipLost
from penstock_kernel.store.records import ExecutionId, ExecutionRecord, StepKey, StepRecord


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
        self._ended: dict[ExecutionId, None] = {}
        #: Executions that have ended, by the one that called them and goes on.
        self._called: dict[ExecutionId, list[ExecutionId]] = {}

    async def accept(self, execution: ExecutionRecord) -> None:
        """Keep a new execution. From here on it counts."""
        if execution.id in self._rows:
            message = f"The execution {execution.id} was accepted before."
            raise ValueError(message)
        self._rows[execution.id] = _Row(msgspec.structs.replace(execution), {})

    async def claim(self, execution: ExecutionId, worker: str) -> ExecutionRecord:
        """Become the owner: every earlier owner's commits fail from now on.

        Raises:
            ExecutionNotFound: There is none with this id.
        """
        row = self._row(execution)
        row.worker = worker
        row.record.epoch += 1
        row.record.status = "running"
        row.record.waiting_for = row.record.due_ms = None
        return msgspec.structs.replace(row.record)

    async def commit(self, commit: Commit) -> None:
        """Make steps and status true at once.

        Raises:
            OwnershipLost: Somebody else has claimed the execution since.
            ExecutionNotFound: There is none with this id.
        """
        row = self._row(commit.execution)
        if row.record.epoch != commit.epoch:
            message = f"The execution {commit.execution} belongs to another worker now."
            raise OwnershipLost(message, hint="Nothing to do: the other worker goes on with it.")
        for step in commit.steps:
            row.steps[step.key] = step
        if commit.custom_data is not None:
            row.record.custom_data = commit.custom_data
        if commit.status is not None:
            self._set_status(row, commit)

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
        self._rows.pop(execution, None)
        self._ended.pop(execution, None)
        for called in self._called.pop(execution, ()):
            self._rows.pop(called, None)

    def _row(self, execution: ExecutionId) -> _Row:
        row = self._rows.get(execution)
        if row is None:
            message = f"There is no execution {execution}."
            raise ExecutionNotFound(message, hint="It may have been removed by the retention rule.")
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
            self._rows.pop(oldest, None)
