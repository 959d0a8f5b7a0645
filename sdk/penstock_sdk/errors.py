"""What can go wrong, in the words of the person who has to act.

The rules:

* Every error has a stable `code`; `docs/errors.md` lists them all and a test compares.
* The message says what happened; `hint` says how to get unstuck.
* An author raises `NodeFailed` (never again) or `RetryLater` (the same call may work later), and
  `PartlyFailed` with one of them per item where a call for many items failed for some.
* Errors survive pickling, because they travel between processes.
* This module imports nothing, so that it works inside the Python guest too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from penstock_sdk.item import Result


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
        self.data: dict[str, Any] = data or {}


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


class PartlyFailed(NodeFailed):
    """A node that works on all items at once failed for some of them, and has results for the rest.

    The node's error policy decides: `stop` takes the first failure and drops the results; otherwise
    the results go on, and each failed item goes with its error where the policy says.

    Attributes:
        failures: Index of the input item to what went wrong with it.
        result: What `run` would have returned for the other items. A plain list with one item for
            each of them needs no parents.
    """

    code: ClassVar[str] = "node.partly_failed"

    def __init__(
        self, failures: Mapping[int, PenstockError], result: Result, *, hint: str = ""
    ) -> None:
        count = len(failures)
        super().__init__(f"{count} item{'s' if count > 1 else ''} failed.", hint=hint)
        self.failures = dict(failures)
        self.result = result


def _rebuild(kind: type[PenstockError], message: str, state: dict[str, Any]) -> PenstockError:
    error = kind.__new__(kind, message)
    error.args = (message,)
    error.__dict__.update(state)
    return error
