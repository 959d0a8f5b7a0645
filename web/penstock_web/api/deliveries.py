"""What came in by webhooks, and carrying it out again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from penstock_kernel.store.sql import hook_deliveries
from penstock_kernel.store.sql.hook_deliveries import StoredDelivery
from penstock_sdk import Item
from penstock_web.api.webhooks import MOST_LISTED, OneWebhook
from penstock_web.http.endpoint import Call, Given, Page, Paged, endpoint


class OneDelivery(Given, frozen=True):
    """Which delivery to which webhook."""

    webhook: str
    delivery: str


class DeliveryRedriving(Given, frozen=True):
    """Where a delivery goes now."""

    version: Annotated[int, Meta(ge=1)]


class DeliveryShown(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery with what it brought."""

    delivery: StoredDelivery
    items: Sequence[Item]


class Redelivered(msgspec.Struct, frozen=True):
    """What was started."""

    execution: str


@endpoint("GET", "/webhooks/{webhook}/deliveries", needs="webhook:read", tag="webhooks")
async def list_deliveries(call: Call, path: OneWebhook, query: Paged) -> Page[StoredDelivery]:
    """List what came in by a webhook, newest first."""
    most = max(1, min(query.limit, MOST_LISTED))
    found = await call.kernel.serving.deliveries.list(
        call.scope, path.webhook, after=query.cursor, most=most + 1
    )
    items = found[:most]
    return Page(items, hook_deliveries.cursor(items[-1]) if len(found) > most else None)


@endpoint("GET", "/webhooks/{webhook}/deliveries/{delivery}", needs="webhook:read", tag="webhooks")
async def show_delivery(call: Call, path: OneDelivery) -> DeliveryShown:
    """Show a delivery with what it brought."""
    deliveries = call.kernel.serving.deliveries
    found, items = await deliveries.show(call.scope, path.webhook, path.delivery)
    return DeliveryShown(delivery=found, items=items)


@endpoint(
    "POST",
    "/webhooks/{webhook}/deliveries/{delivery}/replay",
    needs="workflow:run",
    status=202,
    tag="webhooks",
)
async def replay_delivery(call: Call, path: OneDelivery) -> Redelivered:
    """Carry a delivery out again, with the version that it started then."""
    deliveries = call.kernel.serving.deliveries
    return Redelivered(await deliveries.again(call.scope, path.webhook, path.delivery))


@endpoint(
    "POST",
    "/webhooks/{webhook}/deliveries/{delivery}/redrive",
    needs="workflow:run",
    status=202,
    tag="webhooks",
)
async def redrive_delivery(call: Call, path: OneDelivery, body: DeliveryRedriving) -> Redelivered:
    """Carry a delivery out again, with any version."""
    deliveries = call.kernel.serving.deliveries
    execution = await deliveries.again(
        call.scope, path.webhook, path.delivery, version=body.version
    )
    return Redelivered(execution)


ENDPOINTS = [list_deliveries, show_delivery, replay_delivery, redrive_delivery]
