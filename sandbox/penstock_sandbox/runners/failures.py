"""How a call ended badly: as bytes from a runner to the pool, and as the error that is raised."""

from __future__ import annotations

from typing import Any, Final, cast, get_args

import msgspec

from penstock_sandbox.errors import (
    BudgetExceeded,
    GuestFailed,
    GuestRefused,
    GuestTrapped,
    Limit,
    RunnerLost,
    Told,
)
from penstock_sandbox.guests.guest import GuestAnsweredError
from penstock_sandbox.runners.frames import FAILED_BYTES
from penstock_sdk import PenstockError

_LIMITS: Final = frozenset(get_args(Limit))


class _Failure(msgspec.Struct, kw_only=True):
    """Any error but the guest's own."""

    code: str
    message: str
    hint: str = ""
    limit: str = ""


class GuestError(msgspec.Struct, kw_only=True):
    """The `error` object of `docs/guests.md`. A guest wrote it: any field may be missing or odd."""

    name: Any = "Error"
    message: Any = ""
    line: Any = None
    column: Any = None
    item: Any = None
    stack: Any = ""
    hint: Any = ""
    code: Any = ""
    field: Any = None
    data: Any = None
    delay_s: Any = None


class _GuestAnswer(msgspec.Struct, kw_only=True):
    error: GuestError


_encode = msgspec.json.Encoder().encode
_failure = msgspec.json.Decoder(_Failure)
_answer = msgspec.json.Decoder(_GuestAnswer)

_ANSWERED: Final = b"a"
_OTHER: Final = b"o"


def failure_bytes(error: BaseException) -> bytes:
    """Write down how a call ended, in a runner."""
    if isinstance(error, GuestAnsweredError):
        return _ANSWERED + error.body[: FAILED_BYTES - 1]
    known = error if isinstance(error, PenstockError) else None
    failure = _Failure(
        code=known.code if known else GuestTrapped.code,
        message=(known.message if known else f"The guest was stopped: {error!r}")[:100_000],
        hint=known.hint[:10_000] if known else "",
        limit=error.limit if isinstance(error, BudgetExceeded) else "",
    )
    return _OTHER + _encode(failure)


def failure_from(body: bytes) -> PenstockError:
    """Read what `failure_bytes` wrote. The runner may be lying: nothing but text comes out."""
    if body[:1] == _ANSWERED:
        return guest_failed(body[1:])
    try:
        failure = _failure.decode(body[1:])
    except (msgspec.DecodeError, RecursionError):
        return RunnerLost("The runner reported a failure that cannot be read.")
    if failure.code == BudgetExceeded.code and failure.limit in _LIMITS:
        return BudgetExceeded(cast(Limit, failure.limit), failure.message, hint=failure.hint)
    kind = GuestRefused if failure.code == GuestRefused.code else GuestTrapped
    return kind(failure.message, hint=failure.hint)


def guest_failed(body: bytes) -> GuestFailed:
    """Turn the error that a guest answered with into the one that is raised."""
    try:
        error = _answer.decode(body).error
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return GuestFailed("The guest failed with an error that cannot be read.")
    return raised(error)


def raised(error: GuestError) -> GuestFailed:
    """The error that a guest wrote down, as the one that is raised."""
    return GuestFailed(
        _text(error.message),
        name=_text(error.name) or "Error",
        line=_count(error.line),
        column=_count(error.column),
        item=_count(error.item),
        stack=_text(error.stack),
        hint=_text(error.hint),
        told=Told(
            code=_text(error.code),
            field=_text(error.field) or None,
            data=_object(error.data),
            delay_s=_number(error.delay_s),
        ),
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _object(value: Any) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _number(value: Any) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and abs(value) < 1e18 else None


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
