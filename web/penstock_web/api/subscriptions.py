"""What other systems were asked to tell us, and how that stands."""

from __future__ import annotations

from penstock_kernel.store.sql import subscriptions as rows
from penstock_kernel.store.sql.subscriptions import Subscription
from penstock_web.http.endpoint import Call, Given, Page, endpoint


class Wanted(Given, frozen=True):
    """Which subscriptions to list."""

    #: Id of a workflow; empty: all.
    workflow: str = ""


class OneSubscription(Given, frozen=True):
    """Which subscription."""

    subscription: str


@endpoint("GET", "/subscriptions", needs="webhook:read")
async def list_subscriptions(call: Call, query: Wanted) -> Page[Subscription]:
    """The subscriptions of the active workflows, with what went wrong."""
    return Page(await call.server.db.read(lambda one: rows.listed(one, call.scope, query.workflow)))


@endpoint("POST", "/subscriptions/{subscription}/check", needs="webhook:write", status=204)
async def check_subscription(call: Call, path: OneSubscription) -> None:
    """Look at once whether it is there, and ask for it anew where it is not."""
    now_ms = call.kernel.now_ms()
    await call.server.db.transact(
        lambda one: rows.look_again(one, call.scope, path.subscription, now_ms)
    )


ENDPOINTS = [list_subscriptions, check_subscription]
