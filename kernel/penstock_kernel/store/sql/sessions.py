"""Browsers that somebody has signed in with.

The rules:

* A session is found by the hash of its cookie. It ends after a time without calls, after a longer
  time in any case, when its user ends it, and when its user is disabled.
* It is looked up at each call, so that ending it takes effect at once.
* What was begun with it, the sessions of clients, ends with it, however it ends.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from penstock_kernel.store.sql.rows import Row, all_rows, first_row
from penstock_kernel.store.sql.tables import client_sessions, sessions

_S = sessions.c
IDLE_MS = 12 * 3_600_000
ABSOLUTE_MS = 7 * 24 * 3_600_000


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A browser that somebody has signed in with."""

    id: str
    user: str
    created_ms: int
    expires_ms: int
    seen_ms: int
    address: str
    agent: str


class Lifetime(msgspec.Struct, frozen=True):
    """How long sessions last."""

    idle_ms: int = IDLE_MS
    absolute_ms: int = ABSOLUTE_MS


class From(msgspec.Struct, frozen=True):
    """Where somebody signs in from."""

    address: str = ""
    agent: str = ""


def system_begin(
    connection: Connection, hashed: str, user: str, where: From, ends_ms: int, now_ms: int
) -> None:
    """Begin a session that is known by a hash."""
    row = {
        "id": hashed,
        "user_id": user,
        "created_ms": now_ms,
        "expires_ms": ends_ms,
        "seen_ms": now_ms,
        "address": where.address,
        "agent": where.agent[:200],
    }
    connection.execute(insert(sessions).values(row))


def system_find(connection: Connection, hashed: str, idle_ms: int, now_ms: int) -> Session | None:
    """The session of a cookie, unless it has ended."""
    own = (_S.id == hashed) & (_S.expires_ms > now_ms) & (_S.seen_ms > now_ms - idle_ms)
    row = first_row(connection.execute(select(sessions).where(own)))
    return None if row is None else _session(row)


def system_seen(connection: Connection, hashed: str, now_ms: int) -> None:
    """Write down that it is in use."""
    connection.execute(update(sessions).where(_S.id == hashed).values(seen_ms=now_ms))


def system_of_user(
    connection: Connection, user: str, idle_ms: int, now_ms: int
) -> Sequence[Session]:
    """The sessions of a user, the one that was used last first."""
    own = (_S.user_id == user) & (_S.expires_ms > now_ms) & (_S.seen_ms > now_ms - idle_ms)
    found = select(sessions).where(own).order_by(_S.seen_ms.desc(), _S.id)
    return [_session(row) for row in all_rows(connection.execute(found))]


def system_end(connection: Connection, user: str, hashed: str) -> bool:
    """End a session of a user, and what was begun with it; say whether there was one."""
    connection.execute(delete(client_sessions).where(client_sessions.c.session_id == hashed))
    gone = delete(sessions).where(_S.id == hashed, _S.user_id == user)
    return connection.execute(gone).rowcount == 1


def system_end_all(connection: Connection, user: str, *, but: str = "") -> int:
    """End the sessions of a user and his clients', but one; how many there were."""
    clients = delete(client_sessions).where(
        client_sessions.c.user_id == user, client_sessions.c.session_id.is_distinct_from(but or "-")
    )
    connection.execute(clients)
    return connection.execute(delete(sessions).where(_S.user_id == user, _S.id != but)).rowcount


def system_forget_ended(connection: Connection, idle_ms: int, now_ms: int) -> int:
    """Remove what has ended; how many there were."""
    ended = (_S.expires_ms <= now_ms) | (_S.seen_ms <= now_ms - idle_ms)
    own = client_sessions.c.session_id
    connection.execute(delete(client_sessions).where(own.in_(select(_S.id).where(ended))))
    return connection.execute(delete(sessions).where(ended)).rowcount


def _session(row: Row) -> Session:
    return Session(
        id=row["id"],
        user=row["user_id"],
        created_ms=row["created_ms"],
        expires_ms=row["expires_ms"],
        seen_ms=row["seen_ms"],
        address=row["address"] or "",
        agent=row["agent"] or "",
    )
