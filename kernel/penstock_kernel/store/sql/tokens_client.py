"""Clients that have short tokens and renew them.

The rules:

* A client's session is looked up at each call: when it ends, its short tokens are good no more.
* A token to renew with is good once. One that comes again was stolen, from the client or by it:
  the whole session ends.
* A session ends with what it was begun with: the browser's session, the API token, or its user.
"""

from __future__ import annotations

import os
import secrets
from typing import Literal

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from penstock_kernel.store.sql.rows import first_row
from penstock_kernel.store.sql.sessions_once import hashed
from penstock_kernel.store.sql.tables import client_sessions, refresh_tokens

_C = client_sessions.c
_R = refresh_tokens.c


class ClientSession(msgspec.Struct, frozen=True, kw_only=True):
    """What a client's short tokens stand for."""

    id: str
    #: Empty: a service token's.
    user: str
    api_token: str
    #: The browser's session that it was begun with.
    session: str
    workspace: str
    #: None: whatever its user may.
    scopes: frozenset[str] | None
    expires_ms: int


class NewClient(msgspec.Struct, frozen=True, kw_only=True):
    """A session to be begun."""

    user: str = ""
    api_token: str = ""
    session: str = ""
    workspace: str = ""
    scopes: frozenset[str] | None = None
    ends_ms: int


def system_begin(connection: Connection, new: NewClient, now_ms: int) -> tuple[ClientSession, str]:
    """Begin a session; it, and what it is renewed with the first time."""
    client = f"cli_{os.urandom(10).hex()}"
    row = {
        "id": client,
        "user_id": new.user or None,
        "api_token_id": new.api_token or None,
        "session_id": new.session or None,
        "workspace_id": new.workspace,
        "scopes": None if new.scopes is None else msgspec.json.encode(sorted(new.scopes)),
        "created_ms": now_ms,
        "expires_ms": new.ends_ms,
    }
    connection.execute(insert(client_sessions).values(row))
    found = system_find(connection, client, now_ms)
    assert found is not None  # noqa: S101 - it was made a line before
    return found, _issue(connection, found, now_ms)


def system_find(connection: Connection, client: str, now_ms: int) -> ClientSession | None:
    """A client's session, unless it has ended."""
    own = (_C.id == client) & (_C.expires_ms > now_ms)
    row = first_row(connection.execute(select(client_sessions).where(own)))
    if row is None:
        return None
    scopes = row["scopes"]
    return ClientSession(
        id=row["id"],
        user=row["user_id"] or "",
        api_token=row["api_token_id"] or "",
        session=row["session_id"] or "",
        workspace=row["workspace_id"] or "",
        scopes=None if scopes is None else msgspec.json.decode(scopes, type=frozenset[str]),
        expires_ms=row["expires_ms"],
    )


def system_renew(
    connection: Connection, token: str, now_ms: int
) -> tuple[ClientSession, str] | Literal["again", "unknown"]:
    """Use a token to renew with: the session and the next such token.

    `again`: it was used before, and the session has ended by that.
    """
    own = (_R.id == hashed(token)) & (_R.expires_ms > now_ms)
    row = first_row(connection.execute(select(refresh_tokens).where(own).with_for_update()))
    if row is None:
        return "unknown"
    client = row["client_session_id"]
    spent = update(refresh_tokens).where(own, _R.used_ms.is_(None)).values(used_ms=now_ms)
    if connection.execute(spent).rowcount != 1:
        connection.execute(delete(client_sessions).where(_C.id == client))
        return "again"
    found = system_find(connection, client, now_ms)
    return "unknown" if found is None else (found, _issue(connection, found, now_ms))


def system_end(connection: Connection, client: str) -> bool:
    """End a client's session; say whether there was one."""
    return connection.execute(delete(client_sessions).where(_C.id == client)).rowcount == 1


def system_forget_ended(connection: Connection, now_ms: int) -> int:
    """Remove sessions that have ended; how many there were."""
    connection.execute(delete(refresh_tokens).where(_R.expires_ms <= now_ms))
    return connection.execute(delete(client_sessions).where(_C.expires_ms <= now_ms)).rowcount


def _issue(connection: Connection, client: ClientSession, now_ms: int) -> str:
    token = secrets.token_urlsafe(32)
    row = {
        "id": hashed(token),
        "client_session_id": client.id,
        "created_ms": now_ms,
        "expires_ms": client.expires_ms,
    }
    connection.execute(insert(refresh_tokens).values(row))
    return token
