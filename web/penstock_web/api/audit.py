"""What was done, by whom."""

from __future__ import annotations

from penstock_kernel.store.sql import audit
from penstock_kernel.store.sql.audit import Recorded, Wanted
from penstock_web.http.endpoint import Call, Page, Paged, endpoint
from penstock_web.http.numbers import whole_number
from penstock_web.http.problem import BadRequest


class WhichEvents(Paged, frozen=True):
    """Which events."""

    #: Id of who did it.
    actor: str = ""
    #: One action, or all of a kind: `user.changed`, `user`.
    action: str = ""
    #: Id of what it was done to.
    target: str = ""
    since_ms: int = 0
    until_ms: int | None = None
    #: Of all workspaces of the organization.
    organization: bool = False


@endpoint("GET", "/audit", needs="audit:read")
async def list_events(call: Call, query: WhichEvents) -> Page[Recorded]:
    """What was done in this workspace, or in the whole organization; the newest first."""
    before = whole_number(query.cursor)
    if query.cursor and before is None:
        raise BadRequest("The cursor is none of ours.", hint="Take `next_cursor` as it came.")
    wanted = Wanted(
        actor=query.actor,
        action=query.action,
        target=query.target,
        since_ms=query.since_ms,
        until_ms=query.until_ms,
        before=before,
        everywhere=query.organization,
    )
    limit = max(1, min(query.limit, 200))
    found = await call.server.db.read(lambda one: audit.listed(one, call.scope, wanted, limit + 1))
    items = found[:limit]
    return Page(items, str(items[-1].id) if len(found) > limit else None)


ENDPOINTS = [list_events]
