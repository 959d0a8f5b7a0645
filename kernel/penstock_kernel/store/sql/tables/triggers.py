"""What starts workflows: schedules, polls and webhooks."""

from __future__ import annotations

from sqlalchemy import Index

from penstock_kernel.store.sql.columns import data, flag, key, number, table, words

schedules = table(
    "schedules",
    key("id"),
    words("workspace_id", empty=False),
    words("workflow_id", empty=False),
    words("node_id", empty=False),
    words("kind", empty=False),
    data("spec"),
    # Raised by each change of the rule.
    number("revision", 1),
    flag("paused"),
    number("next_ms", None),
    number("last_ms", None),
    # Of a trigger that polls: where it stopped reading, and how often it failed in a row.
    data("cursor"),
    number("failures"),
    words("last_error"),
    number("created_ms"),
    number("updated_ms"),
)
Index("ix_schedules_due", schedules.c.next_ms)
Index("ix_schedules_of", schedules.c.workflow_id)
schedule_fires = table(
    "schedule_fires",
    key("schedule_id"),
    number("fire_ms", None, key=True),
    # Empty: left out, by the rule for those that overlap or were missed.
    words("execution_id"),
    words("outcome", empty=False),
    number("created_ms"),
)
#: What a trigger that polls has seen already.
poll_seen = table("poll_seen", key("schedule_id"), key("item_key"), number("seen_ms"))
Index("ix_poll_seen_old", poll_seen.c.schedule_id, poll_seen.c.seen_ms)
