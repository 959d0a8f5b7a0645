"""Who works, and how much at once."""

from __future__ import annotations

from sqlalchemy import Column, Float

from penstock_kernel.store.sql.columns import key, number, table, words

workers = table(
    "workers",
    key("id"),
    words("host", empty=False),
    number("pid"),
    words("version", empty=False),
    words("role", empty=False),
    words("pools", empty=False),
    number("concurrency"),
    number("running"),
    words("state", empty=False),
    number("started_ms"),
    number("heartbeat_ms"),
)
outbox = table(
    "outbox",
    key("id", serial=True),
    words("subject", empty=False),
    words("message_id", empty=False),
    number("created_ms"),
)
leases = table("leases", key("name"), words("holder"), number("epoch"), number("until_ms"))
#: Places that are taken, of those that a limit allows: of a node type, a workflow, a key.
permits = table(
    "permits",
    key("name"),
    key("holder"),
    words("worker_id"),
    number("taken_ms"),
)
rate_limits = table(
    "rate_limits",
    key("name"),
    Column("tokens", Float, nullable=False, server_default="0"),
    number("at_ms"),
)
