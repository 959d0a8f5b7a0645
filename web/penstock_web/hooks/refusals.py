"""Why a request is not taken, with the status that its sender is told."""

from __future__ import annotations

from typing import ClassVar

from penstock_sdk import PenstockError


class HookUnknown(PenstockError):
    """No active workflow answers at this address."""

    code: ClassVar[str] = "webhook.unknown"


class MethodRefused(PenstockError):
    """A workflow answers at this address, but not to this method.

    Attributes:
        allowed: Those that it answers to.
    """

    code: ClassVar[str] = "webhook.method_refused"

    def __init__(self, method: str, allowed: list[str]) -> None:
        message = f"Nothing answers {method} here."
        super().__init__(message, hint=f"This address takes {', '.join(allowed)}.")
        self.allowed = allowed


class CallerRefused(PenstockError):
    """Who calls is not known here, or may not call from there."""

    code: ClassVar[str] = "webhook.caller_refused"


class CallerUnknown(PenstockError):
    """Who calls has to say who it is.

    Attributes:
        scheme: How.
    """

    code: ClassVar[str] = "webhook.caller_unknown"

    def __init__(self, message: str, *, scheme: str = "", hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.scheme = scheme


class PathInvalid(PenstockError):
    """There is something in the address that nobody can keep."""

    code: ClassVar[str] = "webhook.path_invalid"


class BodyInvalid(PenstockError):
    """The body is not what its type says."""

    code: ClassVar[str] = "webhook.body_invalid"


class BodyTooLarge(PenstockError):
    """The body is larger than this webhook takes."""

    code: ClassVar[str] = "webhook.body_too_large"


class BodyLate(PenstockError):
    """The body did not come in time."""

    code: ClassVar[str] = "webhook.body_late"


class ReplyLate(PenstockError):
    """The workflow did not reply in time; it goes on."""

    code: ClassVar[str] = "webhook.reply_late"


class ReplyFailed(PenstockError):
    """The workflow failed before it had replied."""

    code: ClassVar[str] = "webhook.reply_failed"


STATUSES = {
    HookUnknown.code: 404,
    MethodRefused.code: 405,
    CallerRefused.code: 403,
    CallerUnknown.code: 401,
    PathInvalid.code: 400,
    BodyInvalid.code: 400,
    BodyTooLarge.code: 413,
    BodyLate.code: 408,
    ReplyLate.code: 504,
    ReplyFailed.code: 500,
    "webhook.signature_invalid": 401,
    "webhook.gone": 404,
    "workflow.inactive": 404,
    "workflow.not_found": 404,
    "queue.full": 429,
    "store.unavailable": 503,
    "store.closed": 503,
    "store.needed": 503,
    "store.full": 507,
}
