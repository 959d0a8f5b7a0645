"""What other systems were asked to tell us."""

from __future__ import annotations

from sqlalchemy import Index

from penstock_kernel.store.sql.columns import data, flag, key, number, table, words

subscriptions = table(
    "subscriptions",
    # Of the workflow and its node: it keeps its name from version to version.
    key("id"),
    words("workspace_id", empty=False),
    words("workflow_id", empty=False),
    words("node_id", empty=False),
    # The version that asks.
    number("version"),
    # Is it to be there? Where not, it is taken back and then forgotten.
    flag("wanted"),
    # Changes when what is asked for does.
    words("digest", empty=False),
    words("status", empty=False, default="due"),
    # What the trigger remembers of it, sealed: it has a secret.
    data("sealed"),
    words("error"),
    number("failures"),
    number("due_ms"),
    number("checked_ms", None),
    number("created_ms"),
)
Index("ix_subscriptions_due", subscriptions.c.due_ms)
Index("ix_subscriptions_listed", subscriptions.c.workspace_id, subscriptions.c.id)
