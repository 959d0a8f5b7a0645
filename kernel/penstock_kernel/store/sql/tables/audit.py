"""What was done, by whom; each row holds the one before it in place."""

from __future__ import annotations

from sqlalchemy import Index

from penstock_kernel.store.sql.columns import data, key, number, table, words

audit_events = table(
    "audit_events",
    key("id", serial=True),
    words("workspace_id"),
    words("actor"),
    words("action", empty=False),
    words("target"),
    data("detail"),
    # SHA-256 of the chain of the row before, and of this row.
    data("chain"),
    number("at_ms"),
    words("organization_id"),
    words("address"),
)
Index("ix_audit_events_in", audit_events.c.workspace_id, audit_events.c.id)
Index("ix_audit_events_of", audit_events.c.organization_id, audit_events.c.id)
#: The end of the chain: one row, which whoever writes an event holds until he is done.
audit_head = table("audit_head", key("name"), number("last", 0), data("chain"))
#: Ends of the chain, sealed with a key that the database does not have.
audit_seals = table(
    "audit_seals", number("last", None, key=True), data("chain"), data("seal"), number("at_ms")
)
