"""What a workspace used: executions, guests, bytes, by day or hour."""

from __future__ import annotations

import msgspec

from penstock_kernel.store.sql import usage
from penstock_kernel.store.sql.usage import DAY_MS, Figures, Step
from penstock_web.http.endpoint import Call, Given, Page, endpoint
from penstock_web.http.problem import BadRequest

_LONGEST_MS = 366 * DAY_MS


class Span(Given, frozen=True):
    """Which time."""

    #: Milliseconds since 1970; by default the last 30 days.
    from_ms: int | None = None
    until_ms: int | None = None
    #: By which steps of time, in UTC; `all`: one sum.
    step: Step = "day"
    #: Of one workflow.
    workflow: str = ""


class Used(msgspec.Struct, frozen=True, kw_only=True):
    """What was used in a step of time."""

    from_ms: int
    executions: int
    failed: int
    canceled: int
    steps: int
    #: Instructions of guests, about.
    fuel: int
    #: Of processors, by guests.
    cpu_s: float
    #: What guests returned and were answered.
    bytes: int
    #: Of language models.
    tokens: int


@endpoint("GET", "/usage", needs="usage:read")
async def show_usage(call: Call, query: Span) -> Page[Used]:
    """What the workspace used, oldest first; steps of time without anything are left out."""
    from_ms, until_ms = span(call, query.from_ms, query.until_ms, 30 * DAY_MS)
    found = await call.server.db.read(
        lambda one: usage.series(
            one,
            call.scope,
            from_ms=from_ms,
            until_ms=until_ms,
            step=query.step,
            workflow=query.workflow,
        )
    )
    return Page([_used(one) for one in found])


def span(call: Call, from_ms: int | None, until_ms: int | None, usual_ms: int) -> tuple[int, int]:
    """The time that somebody asks for.

    Raises:
        BadRequest: It is none, or too long.
    """
    until = call.kernel.now_ms() + 1 if until_ms is None else until_ms
    begin = until - usual_ms if from_ms is None else from_ms
    if not 0 <= until - begin <= _LONGEST_MS or not 0 <= until < 2**53:
        message = "query.from_ms: this is no time of a year at most."
        raise BadRequest(message, hint="Milliseconds since 1970: from_ms before until_ms.")
    # Whole steps: what is kept of them has the moment of their begin.
    return max(0, begin - begin % usage.MINUTE_MS), until


def _used(one: Figures) -> Used:
    return Used(
        from_ms=one.from_ms,
        executions=one.executions,
        failed=one.failed,
        canceled=one.canceled,
        steps=one.steps,
        fuel=one.fuel,
        cpu_s=one.cpu_us / 1e6,
        bytes=one.bytes,
        tokens=one.tokens,
    )


ENDPOINTS = [show_usage]
