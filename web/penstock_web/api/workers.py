"""The processes that serve, and what waits for them."""

from __future__ import annotations

import msgspec

from penstock_kernel.store.sql import figures, overview
from penstock_kernel.store.sql.figures import WorkerShown
from penstock_web.http.endpoint import Call, Page, endpoint


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """What is queued in a pool."""

    pool: str
    queued: int
    #: Since when the oldest has been.
    oldest_ms: int


@endpoint("GET", "/workers", needs="worker:read")
async def list_workers(call: Call) -> Page[WorkerShown]:
    """The processes of the installation, the oldest first; they work for every workspace."""
    return Page(await call.server.db.read(lambda one: figures.workers_of(one, call.scope)))


@endpoint("GET", "/queue", needs="execution:read")
async def show_queue(call: Call) -> Page[Waiting]:
    """What is queued in the workspace, by pool."""
    call.scope.require("execution:read")
    found = await call.server.db.read(lambda one: overview.lines(one, call.scope))
    return Page(
        [Waiting(pool=one.pool, queued=one.queued, oldest_ms=one.oldest_ms) for one in found]
    )


ENDPOINTS = [list_workers, show_queue]
