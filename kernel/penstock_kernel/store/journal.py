"""The journal: the authority on what has happened in an execution.

The promises, for every implementation:

* An execution is accepted when `accept` returns; nothing before that counts.
* One owner at a time: `claim` raises the epoch, and every `commit` carries the epoch of its writer.
  A commit with an old epoch changes nothing and raises `OwnershipLost`.
* An execution that another one waits for in line is a part of that one, and has no owner of its
  own: it is begun, claimed and written under the fence of its root.
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


class JournalFailed(PenstockError):
    """The journal did not take what it was given: whoever executes stops, and ends nothing."""


class OwnershipLost(JournalFailed):
    """Another process owns this execution now; what was computed here is dropped."""

    code: ClassVar[str] = "execution.ownership_lost"


class StoreNeeded(PenstockError):
    """This needs a database, and the kernel was opened without one, or does not serve."""

    code: ClassVar[str] = "store.needed"


class ExecutionExists(PenstockError):
    """There is an execution with this id, or for this event, already.

    Attributes:
        execution: Its id.
    """

    code: ClassVar[str] = "execution.exists"

    def __init__(self, execution: str) -> None:
        super().__init__(
            f"The execution {execution} was accepted before.", hint="Ask for what came of it."
        )
        self.execution = execution


class ExecutionNotFound(PenstockError):
    """No execution has this id."""

    code: ClassVar[str] = "execution.not_found"


class Fence(msgspec.Struct, frozen=True):
    """What an owner holds: the execution, and the epoch since which it is the owner."""

    execution: ExecutionId
    epoch: int


class Commit(msgspec.Struct, kw_only=True):
    """Everything that becomes true at once."""

    execution: ExecutionId
    epoch: int
    #: In line: the execution that the epoch is of.
    root: ExecutionId | None = None
    steps: Sequence[StepRecord] = ()
    status: ExecutionStatus | None = None
    waiting_for: WaitingFor | None = None
    due_ms: int | None = None
    error: ErrorRecord | None = None
    finished_ms: int | None = None
    #: Nobody owns it any more: it has ended, or is taken up again by whoever comes first.
    released: bool = False
    #: Somebody is to be told that it failed; that is kept until `told`.
    tells: bool = False
    #: The whole of the execution's custom data; None leaves it.
    custom_data: dict[str, str] | None = None


class Journal(Protocol):
    """Where executions and their steps are kept.

    A record that was handed in belongs to the journal: the caller does not change it afterwards.
    """

    async def accept(
        self, execution: ExecutionRecord, *, steps: Sequence[StepRecord] = ()
    ) -> ExecutionId:
        """Keep a new execution, for somebody to claim, with steps that it begins with.

        From here on it counts.

        The id that comes back is that of an earlier one, where the same event was accepted before.

        Raises:
            ExecutionExists: There is another one with this id.
        """
        ...

    async def begin(
        self,
        execution: ExecutionRecord,
        worker: str,
        *,
        fence: Fence | None = None,
        steps: Sequence[StepRecord] = (),
    ) -> ExecutionRecord:
        """Keep a new execution and be its owner at once, with steps that it begins with.

        With a fence it is in line, a part of what that is held for.

        Raises:
            ExecutionExists: There is another one with this id, or for the same event.
            OwnershipLost: The fence does not hold any more.
        """
        ...

    async def claim(
        self, execution: ExecutionId, worker: str, *, fence: Fence | None = None
    ) -> ExecutionRecord:
        """Become the owner, of an execution in line by the fence of its root.

        Raises:
            ExecutionNotFound: There is none with this id.
            OwnershipLost: The fence does not hold any more.
        """
        ...

    async def commit(self, commit: Commit) -> None:
        """Make steps and status true at once.

        Raises:
            OwnershipLost: Somebody else has claimed the execution since.
            ExecutionNotFound: There is none with this id.
        """
        ...

    async def told(self, execution: ExecutionId) -> None:
        """Somebody was told that an execution failed, by one that is accepted."""
        ...

    async def execution(self, execution: ExecutionId) -> ExecutionRecord: ...
    async def steps(self, execution: ExecutionId) -> Sequence[StepRecord]: ...
    async def forget(self, execution: ExecutionId) -> None: ...


def ownership_lost(execution: ExecutionId) -> OwnershipLost:
    """What somebody is told who is not the owner any more."""
    message = f"The execution {execution} belongs to another worker now."
    return OwnershipLost(message, hint="Nothing to do: the other worker goes on with it.")


def has_ended(execution: ExecutionId) -> OwnershipLost:
    """What somebody is told who would go on with what has ended."""
    message = f"The execution {execution} has ended."
    return OwnershipLost(message, hint="Nothing to do: what came of it stays.")


def not_found(execution: ExecutionId) -> ExecutionNotFound:
    """What somebody is told who asks for what is not there."""
    message = f"There is no execution {execution}."
    return ExecutionNotFound(message, hint="It may have been removed by the retention rule.")


def store_needed() -> StoreNeeded:
    """What somebody is told who asks for what only a database can give."""
    message = "Executions can be accepted only where a database keeps them."
    return StoreNeeded(message, hint="Set `database`, or use `penstock serve`.")
