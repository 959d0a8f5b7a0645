"""What can go wrong, in the words of the person who has to act.

The rules:

* Every error has a stable `code`; `docs/errors.md` lists them all and a test compares.
* The message says what happened; `hint` says how to get unstuck.
* An author raises two: `NodeFailed` (never again) and `RetryLater` (the same call may work later).
* Errors survive pickling, because they travel between processes.
* This module imports nothing, so that it works inside the Python guest too.
"""

from __future__ import annotations

from typing import Any, ClassVar


class PenstockError(Exception):
    """Base of every error that Penstock raises on purpose.

    Attributes:
        message: What happened.
        hint: How to get unstuck; may be empty.
    """

    code: ClassVar[str] = "penstock.failed"

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __reduce__(self) -> tuple[Any, ...]:
        # Exceptions are rebuilt as cls(*args) and args holds only the message: without this an
        # error with data that comes back from another process is lost.
        return _rebuild, (type(self), str(self), self.__dict__)


class NodeFailed(PenstockError):
    """A node cannot do its work, and trying again would not help.

    Attributes:
        item: Index of the input item at fault, if it is one item's fault.
        field: Name of the parameter at fault, if it is one.
        data: Anything JSON that helps to understand (a response body, say). Never secrets.
    """

    code: ClassVar[str] = "node.failed"

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        item: int | None = None,
        field: str | None = None,
        data: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.item = item
        self.field = field
        self.data = data or {}


class RetryLater(NodeFailed):
    """A node could not do its work now; the same call may work after `delay_s` seconds."""

    code: ClassVar[str] = "node.retry_later"

    def __init__(
        self,
        message: str,
        *,
        delay_s: float,
        hint: str = "",
        item: int | None = None,
        data: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message, hint=hint, item=item, data=data)
        self.delay_s = delay_s


def _rebuild(kind: type[PenstockError], message: str, state: dict[str, Any]) -> PenstockError:
    error = kind.__new__(kind, message)
    error.args = (message,)
    error.__dict__.update(state)
    return error
