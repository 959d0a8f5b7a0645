"""Addresses that start workflows from outside, and what came in by them."""

from __future__ import annotations

from sqlalchemy import Index, UniqueConstraint

from penstock_kernel.store.sql.columns import data, key, number, table, words

webhooks = table(
    "webhooks",
    key("id"),
    words("workspace_id", empty=False),
    words("workflow_id", empty=False),
    words("node_id", empty=False),
    words("method", empty=False),
    # With `:` for each parameter: two addresses that one request fits are the same.
    words("path", empty=False),
    data("spec"),
    number("created_ms"),
    number("version"),
    UniqueConstraint("workspace_id", "method", "path"),
)
Index("ix_webhooks_of", webhooks.c.workflow_id)
webhook_deliveries = table(
    "webhook_deliveries",
    key("endpoint_id"),
    # What the sender calls it, or the id of its execution.
    key("delivery_id"),
    words("execution_id", empty=False),
    number("received_ms"),
    words("workspace_id", empty=False, default=""),
    words("workflow_id", empty=False, default=""),
    words("node_id", empty=False, default=""),
    number("version", None),
    words("method", empty=False, default=""),
    words("path", empty=False, default=""),
    # The items that were made of it; files lie in the blob store.
    data("request"),
)
Index("ix_webhook_deliveries_old", webhook_deliveries.c.received_ms)
Index(
    "ix_webhook_deliveries_listed",
    webhook_deliveries.c.endpoint_id,
    webhook_deliveries.c.received_ms,
)
#: Somebody waits for one call, to try a draft with it.
webhook_captures = table(
    "webhook_captures",
    key("id"),
    words("workspace_id", empty=False),
    words("workflow_id", empty=False),
    words("node_id", empty=False),
    words("method", empty=False),
    words("path", empty=False),
    number("until_ms"),
    words("execution_id"),
    number("created_ms"),
)
Index("ix_webhook_captures_open", webhook_captures.c.workspace_id, webhook_captures.c.until_ms)
#: How often something was changed that processes keep in memory.
revisions = table("revisions", key("name"), number("number"))
