"""How a call into a guest can end badly. Each ends the call; none ends anything else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

import msgspec

from penstock_sdk import PenstockError

Limit = Literal["fuel", "memory", "wall", "total", "output", "host_calls", "fetched", "notes"]


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What the guest said of its error beside the message. A stranger's word: to be judged."""

    code: str = ""
    field: str | None = None
    data: Mapping[str, Any] = {}
    delay_s: float | None = None


class GuestFailed(PenstockError):
    """The guest's own code raised.

    Attributes:
        name: Class of the guest's error (`TypeError`, `ZeroDivisionError`).
        line: Line in the person's source, counted from 1; None where it is not known.
        column: Column in that line, counted from 1.
        item: Index of the item it was working on, if it was one.
        stack: The guest's own frames, ours removed.
        told: What else it said, where a package raised an error of the SDK.
    """

    code: ClassVar[str] = "guest.failed"

    def __init__(
        self,
        message: str,
        *,
        name: str = "Error",
        line: int | None = None,
        column: int | None = None,
        item: int | None = None,
        stack: str = "",
        hint: str = "",
        told: Told | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.name = name
        self.line = line
        self.column = column
        self.item = item
        self.stack = stack
        self.told = told or Told()


class BudgetExceeded(PenstockError):
    """The guest used up one of its limits and was stopped.

    Attributes:
        limit: Which one.
    """

    code: ClassVar[str] = "guest.budget_exceeded"

    def __init__(self, limit: Limit, message: str, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.limit = limit


class GuestTrapped(PenstockError):
    """The guest did something that WebAssembly forbids (unreachable code, a bad memory access)."""

    code: ClassVar[str] = "guest.trapped"


class GuestRefused(PenstockError):
    """The guest was not started: what it imports, or what it is, was not allowed here."""

    code: ClassVar[str] = "guest.refused"


class RunnerLost(PenstockError):
    """The process that ran the guest died or broke the protocol; it was replaced."""

    code: ClassVar[str] = "guest.runner_lost"


class EgressRefused(PenstockError):
    """A request was not sent, or a redirect not followed, because a rule forbids it."""

    code: ClassVar[str] = "egress.refused"


class EgressFailed(PenstockError):
    """A request was allowed and did not succeed: the target cannot be reached, or broke off.

    Attributes:
        retryable: The same request may succeed later.
    """

    code: ClassVar[str] = "egress.failed"

    def __init__(self, message: str, *, retryable: bool = True, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.retryable = retryable
