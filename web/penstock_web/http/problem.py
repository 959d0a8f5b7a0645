"""Errors as RFC 9457 problems: a status for each code, and the code, the message and the hint.

The rules:

* A code has one status. What is not listed here goes by its family, the part before the dot.
* What nobody foresaw is told as such, with the number by which the log has the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import msgspec
from starlette.responses import Response

from penstock_sdk import PenstockError

MEDIA_TYPE = "application/problem+json"
DOCS = "/api/docs#errors"


class BadRequest(PenstockError):
    """What was sent cannot be read, or is not what is asked for."""

    code: ClassVar[str] = "request.invalid"


class TooLarge(PenstockError):
    """More was sent than is taken."""

    code: ClassVar[str] = "request.too_large"


class UnknownRoute(PenstockError):
    """There is nothing at this address."""

    code: ClassVar[str] = "request.unknown_route"


class WrongMethod(PenstockError):
    """There is something at this address, which does not take this method."""

    code: ClassVar[str] = "request.wrong_method"


class SignInNeeded(PenstockError):
    """Nobody has signed in."""

    code: ClassVar[str] = "access.sign_in_needed"


class StateNeeded(PenstockError):
    """A change has to say which state it was made to."""

    code: ClassVar[str] = "request.state_needed"


class ServerFailed(PenstockError):
    """Something went wrong that nobody foresaw."""

    code: ClassVar[str] = "server.failed"


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What went wrong, and how to get unstuck."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    hint: str = ""
    #: Where in the request: `body.name`.
    field: str = ""
    #: What is wrong with a document, one by one.
    findings: list[Any] = []
    #: By which the log of the server has more.
    request_id: str = ""


_STATUSES: Mapping[str, int] = {
    "access.denied": 403,
    "access.sign_in_needed": 401,
    "alert.too_many": 409,
    "blob.damaged": 500,
    "blob.not_found": 404,
    "blob.too_large": 413,
    "bus.refused": 500,
    "concurrency.limit": 409,
    "concurrency.replaced": 409,
    "credential.exists": 409,
    "credential.sign_in_unknown": 410,
    "document.invalid": 422,
    "execution.exists": 409,
    "execution.not_at_breakpoint": 409,
    "execution.not_ended": 409,
    "execution.not_found": 404,
    "execution.not_in_doubt": 409,
    "execution.ownership_lost": 409,
    "file.too_many": 409,
    "link.invalid": 404,
    "node.no_picture": 404,
    "node.unknown": 404,
    "penstock.failed": 500,
    "queue.full": 429,
    "request.in_progress": 409,
    "request.invalid": 400,
    "request.key_reused": 422,
    "request.state_needed": 428,
    "request.too_large": 413,
    "request.unknown_route": 404,
    "request.wrong_method": 405,
    "seal.broken": 500,
    "seal.key_missing": 500,
    "seal.root_key_wrong": 500,
    "server.failed": 500,
    "settings.invalid": 500,
    "sign_in.refused": 401,
    "store.closed": 503,
    "store.full": 507,
    "store.needed": 503,
    "store.schema_changed": 503,
    "store.unavailable": 503,
    "table.full": 409,
    "table.row_missing": 404,
    "token.refused": 401,
    "webhook.gone": 410,
    "workflow.active": 409,
    "workflow.changed": 412,
    "workflow.inactive": 409,
    "workflow.locked": 423,
    "workflow.missing": 404,
    "workflow.not_found": 404,
    "workflow.unchanged": 409,
}
#: By the last part of a code that is not listed.
_ENDINGS: Mapping[str, int] = {
    "missing": 404,
    "not_found": 404,
    "denied": 403,
    "taken": 409,
    "conflict": 409,
    "changed": 412,
    "expired": 410,
    "too_large": 413,
    "too_many": 429,
    "limited": 429,
    "unavailable": 503,
}
_TITLES: Mapping[int, str] = {
    400: "The request cannot be read",
    401: "Sign in first",
    403: "Not allowed",
    404: "Not found",
    405: "Not with this method",
    409: "Not in this state",
    410: "No longer there",
    412: "Changed in the meantime",
    413: "Too large",
    422: "Not valid",
    423: "Locked",
    428: "Say which state you saw",
    429: "Too much at once",
    500: "Something went wrong here",
    503: "Not available now",
    507: "No room left",
}


def status_of(error: PenstockError | type[PenstockError]) -> int:
    """The HTTP status of an error, or of a kind of errors."""
    known = _STATUSES.get(error.code)
    return known or _ENDINGS.get(error.code.rpartition(".")[2], 422)


def problem_of(error: PenstockError, request_id: str = "") -> Problem:
    """An error as a client is told it."""
    status = status_of(error)
    return Problem(
        type=f"{DOCS}-{error.code}",
        title=_TITLES.get(status, "Refused"),
        status=status,
        code=error.code,
        detail=error.message,
        hint=error.hint,
        field=str(getattr(error, "field", "") or ""),
        findings=list(getattr(error, "findings", ())),
        request_id=request_id if status >= 500 else "",
    )


def response_of(error: PenstockError, request_id: str = "") -> Response:
    """An error as an answer."""
    problem = problem_of(error, request_id)
    response = Response(msgspec.json.encode(problem), problem.status, media_type=MEDIA_TYPE)
    delay = getattr(error, "retry_after_s", None) or getattr(error, "delay_s", None)
    if problem.status in (429, 503):
        response.headers["retry-after"] = str(max(1, round(delay or 1)))
    if problem.status == 401:
        response.headers["www-authenticate"] = 'Bearer realm="penstock"'
    return response
