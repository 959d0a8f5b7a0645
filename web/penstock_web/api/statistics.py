"""How executions went over time: how many, how many failed, how long they took."""

from __future__ import annotations

from typing import Literal

import msgspec

from penstock_kernel.store.sql import usage
from penstock_kernel.store.sql.usage import DAY_MS, Figures
from penstock_web.api.usage import span
from penstock_web.http.endpoint import Call, Given, Page, endpoint


class Asked(Given, frozen=True):
    """Which time, and how to part it."""

    #: Milliseconds since 1970; by default the last day.
    from_ms: int | None = None
    until_ms: int | None = None
    step: Literal["minute", "hour", "day", "all"] = "hour"
    #: Of one workflow.
    workflow: str = ""
    #: A line for each workflow.
    by_workflow: bool = False


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """How executions went in a step of time."""

    from_ms: int
    workflow_id: str
    executions: int
    failed: int
    canceled: int
    failure_rate: float
    #: Seconds, from start to end; about, because durations are counted in classes.
    mean_s: float | None
    p50_s: float | None
    p95_s: float | None


@endpoint("GET", "/statistics", needs="usage:read")
async def show_statistics(call: Call, query: Asked) -> Page[Course]:
    """How executions went, oldest first; steps of time without anything are left out."""
    from_ms, until_ms = span(call, query.from_ms, query.until_ms, DAY_MS)
    found = await call.server.db.read(
        lambda one: usage.series(
            one,
            call.scope,
            from_ms=from_ms,
            until_ms=until_ms,
            step=query.step,
            workflow=query.workflow,
            by_workflow=query.by_workflow,
        )
    )
    return Page([_course(one) for one in found if one.executions])


def _course(one: Figures) -> Course:
    return Course(
        from_ms=one.from_ms,
        workflow_id=one.workflow_id,
        executions=one.executions,
        failed=one.failed,
        canceled=one.canceled,
        failure_rate=one.failed / one.executions,
        mean_s=one.took_ms / one.executions / 1_000,
        p50_s=_seconds(one.percentile(0.5)),
        p95_s=_seconds(one.percentile(0.95)),
    )


def _seconds(duration_ms: float | None) -> float | None:
    return None if duration_ms is None else duration_ms / 1_000


ENDPOINTS = [show_statistics]
