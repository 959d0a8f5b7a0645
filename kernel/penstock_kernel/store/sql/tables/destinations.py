"""Whom other systems are told by what happens here."""

from __future__ import annotations

from sqlalchemy import Index

from penstock_kernel.store.sql.columns import data, flag, key, number, table, words

event_destinations = table(
    "event_destinations",
    key("id"),
    words("workspace_id", empty=False),
    words("name", empty=False),
    words("url", empty=False),
    # The kinds of events that it is told, with commas: `execution.error,audit`.
    words("events", empty=False),
    # Of one workflow; empty: of all.
    words("workflow_id", empty=False, default=""),
    flag("disabled"),
    # Raised by each new secret, so that the one before counts no more.
    number("secret_version", 1),
    number("created_ms"),
    number("updated_ms"),
)
Index("ix_event_destinations_listed", event_destinations.c.workspace_id, event_destinations.c.id)
event_messages = table(
    "event_messages",
    key("id"),
    words("destination_id", empty=False),
    words("workspace_id", empty=False),
    words("kind", empty=False),
    data("content"),
    # Sent, given up, or to be tried (again) at a moment.
    words("status", empty=False, default="due"),
    number("attempts"),
    number("due_ms", None),
    # What the other side answered last, or why it could not.
    number("answered", None),
    words("error"),
    number("created_ms"),
)
Index("ix_event_messages_of", event_messages.c.destination_id, event_messages.c.created_ms)
Index("ix_event_messages_due", event_messages.c.due_ms)
