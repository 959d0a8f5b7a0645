"""What executions came to, and what operators are told of."""

from __future__ import annotations

from sqlalchemy import Index

from penstock_kernel.store.sql.columns import data, flag, key, number, table, words

#: Upper ends of the durations that are counted together; what takes longer is in none.
DURATIONS_MS = (
    *(5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000),
    *(30_000, 60_000, 300_000, 3_600_000),
)
#: By the minute in which they ended; later by the hour, then by the day. Several writers have a
#: row each, so that nobody waits for somebody else's commit.
usage = table(
    "usage",
    key("workspace_id"),
    number("from_ms", None, key=True),
    key("workflow_id"),
    number("shard", None, key=True),
    number("executions"),
    number("failed"),
    number("canceled"),
    number("steps"),
    number("took_ms"),
    number("fuel"),
    number("cpu_us"),
    number("bytes"),
    number("tokens"),
    *(number(f"within_{limit}") for limit in DURATIONS_MS),
)
Index("ix_usage_old", usage.c.from_ms)
alert_rules = table(
    "alert_rules",
    key("id"),
    words("workspace_id", empty=False),
    words("name", empty=False),
    words("kind", empty=False),
    # Of one workflow; empty: of all in the workspace.
    words("workflow_id"),
    # A share in thousandths, milliseconds, or nothing, by the kind.
    number("threshold"),
    number("window_ms"),
    number("cooldown_ms"),
    number("least"),
    flag("disabled"),
    words("channel", empty=False),
    words("target", empty=False),
    # Raised by each new secret, so that the one before counts no more.
    number("secret_version", 1),
    number("revision", 1),
    words("state", empty=False, default="ok"),
    number("value", None),
    number("since_ms"),
    number("told_ms"),
    number("created_ms"),
    number("updated_ms"),
)
Index("ix_alert_rules_listed", alert_rules.c.workspace_id, alert_rules.c.name)
alert_messages = table(
    "alert_messages",
    key("id"),
    words("rule_id", empty=False),
    words("workspace_id", empty=False),
    words("state", empty=False),
    data("content"),
    number("created_ms"),
    # Sent, given up, or to be tried (again) at a moment.
    words("status", empty=False, default="due"),
    number("attempts"),
    number("due_ms"),
    words("error"),
)
Index("ix_alert_messages_of", alert_messages.c.rule_id, alert_messages.c.created_ms)
Index("ix_alert_messages_due", alert_messages.c.status, alert_messages.c.due_ms)
