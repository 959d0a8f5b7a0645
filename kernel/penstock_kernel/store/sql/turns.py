"""One after the other: whoever changes something that has no row of its own yet."""

from __future__ import annotations

from sqlalchemy import Connection, text


def take_turn(connection: Connection, name: str) -> None:
    """Let nobody else go on who takes this turn, until this change is made."""
    # In SQLite there is one that writes.
    if connection.dialect.name == "postgresql":
        lock = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 3))")
        connection.execute(lock, {"name": name})
