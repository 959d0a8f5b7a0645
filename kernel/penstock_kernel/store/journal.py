"""The journal: the authority on what has happened in an execution.

The promises, for every implementation:

* An execution is accepted when `accept` returns; nothing before that counts.
* One owner at a time: `claim` raises the epoch, and every `commit` carries the epoch of its writer.
  A commit with an old epoch changes nothing and raises `OwnershipLost`.
* A commit is one transaction: all of its steps and the execution's status, or nothing.
* A step with status `ok` that was committed is never run again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Protocol

import msgspec

from penstock_kernel.store.records import (
    ErrorRecord,
    ExecutionId,
    ExecutionRecord,
    ExecutionStatus,
    StepRecord,
    WaitingFor,
)
from penstock_sdk import PenstockError


class OwnershipLost(PenstockError):
    """Another process owns this execution now; what was computed here is dropped."""

    code: ClassVar[str] = "execution.ownership_lost"


class ExecutionNotFound(PenstockError):
    """No execution has this id."""

    code: ClassVar[str] = "execution.not_found"


class Commit(msgspec.Struct, kw_only=True):
    """Everything that becomes true at once."""

    execution: ExecutionId
    epoch: int
    steps: Sequence[StepRecord] = ()
    status: ExecutionStatus | None = None
    waiting_for: WaitingFor | None = None
    due_ms: int | None = None
    error: ErrorRecord | None = None
    finished_ms: int | None = None
    #: The whole of the execution's custom data; None leaves it.
    custom_data: dict[str, str] | None = None


class Journal(Protocol):
    """Where executions and their steps are kept.

    A record that was handed in belongs to the journal: the caller does not change it afterwards.
    """

    async def accept(self, execution: ExecutionRecord) -> None: ...
    async def claim(self, execution: ExecutionId, worker: str) -> ExecutionRecord:
        """Become the owner.

        Raises:
            ExecutionNotFound: There is none with this id.
        """
        ...

    async def commit(self, commit: Commit) -> None:
        """Make steps and status true at once.

        Raises:
            OwnershipLost: Somebody else has claimed the execution since.
            ExecutionNotFound: There is none with this id.
        """
        ...

    async def execution(self, execution: ExecutionId) -> ExecutionRecord: ...
    async def steps(self, execution: ExecutionId) -> Sequence[StepRecord]: ...
    async def forget(self, execution: ExecutionId) -> None: ...
