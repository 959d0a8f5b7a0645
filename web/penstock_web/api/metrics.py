"""Figures of the moment for a page; `/metrics` has those for Prometheus."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection

from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql import figures, overview, usage
from penstock_kernel.store.sql.database import Database
from penstock_web.http.endpoint import Call, endpoint


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """How things stand in a workspace."""

    at_ms: int
    queued: int
    #: How long the oldest has been queued, in seconds.
    oldest_queued_s: float
    #: In the last hour.
    executions: int
    failed: int
    p95_s: float | None
    #: Processes of the installation, and places in them.
    workers: int
    slots: int
    running: int


@endpoint("GET", "/metrics", needs="usage:read")
async def show_moment(call: Call) -> Moment:
    """How things stand now, and how the last hour went."""
    call.scope.require("usage:read")
    db = call.server.db
    return await db.read(lambda one: _moment(db, one, call.scope))


def _moment(db: Database, connection: Connection, scope: Scope) -> Moment:
    now_ms = db.now_ms(connection)
    from_ms = now_ms - usage.HOUR_MS
    hour = usage.system_recent(
        connection, scope.workspace, "", from_ms - from_ms % usage.MINUTE_MS, now_ms + 1
    )
    lines = overview.lines(connection, scope)
    oldest_ms = min((line.oldest_ms for line in lines), default=now_ms)
    there = figures.system_workers(connection)
    p95_ms = hour.percentile(0.95)
    return Moment(
        at_ms=now_ms,
        queued=sum(line.queued for line in lines),
        oldest_queued_s=max(0, now_ms - oldest_ms) / 1_000,
        executions=hour.executions,
        failed=hour.failed,
        p95_s=None if p95_ms is None else p95_ms / 1_000,
        workers=len(there),
        slots=sum(one.concurrency for one in there),
        running=sum(one.running for one in there),
    )


ENDPOINTS = [show_moment]
