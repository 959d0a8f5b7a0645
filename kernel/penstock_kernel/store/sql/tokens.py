"""Tokens of programs: personal ones act for a user, service tokens for a workspace.

The rules:

* Only the hash of a token is kept. It is shown once.
* A personal token may do what its scopes say and its user still may. A service token may do what
  its scopes say, and nobody gives it more than he may himself.
* A token that belongs to a workspace is good there and nowhere else.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import ClassVar, Literal

import msgspec
from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from penstock_kernel.store.scope import AccessDenied, Scope
from penstock_kernel.store.sql.rows import Row, all_rows, first_row
from penstock_kernel.store.sql.tables import api_tokens, client_sessions
from penstock_sdk import PenstockError

_T = api_tokens.c
TokenKind = Literal["personal", "service"]
MOST = 1_000


class TokenMissing(PenstockError):
    """There is no such token."""

    code: ClassVar[str] = "token.missing"


class ApiToken(msgspec.Struct, frozen=True, kw_only=True):
    """A token, without what it is known by."""

    id: str
    kind: TokenKind
    name: str
    #: Its last characters.
    ending: str
    #: Whose it is; empty: the workspace's.
    user: str
    #: Where it is good; empty: wherever its user belongs.
    workspace: str
    scopes: frozenset[str]
    allowed_ips: tuple[str, ...]
    made_by: str
    created_ms: int
    expires_ms: int | None
    used_ms: int | None
    used_from: str


class NewToken(msgspec.Struct, frozen=True, kw_only=True):
    """A token to be added."""

    name: str
    hashed: str
    ending: str
    kind: TokenKind = "personal"
    scopes: frozenset[str]
    #: Personal tokens alone may leave it out.
    workspace: str = ""
    allowed_ips: tuple[str, ...] = ()
    expires_ms: int | None = None


def add(connection: Connection, scope: Scope, new: NewToken, now_ms: int) -> ApiToken:
    """Add a token of whoever asks, or of his workspace.

    Raises:
        AccessDenied: He may not, or has not himself what he gives.
    """
    service = new.kind == "service"
    scope.require("token:write" if service else "account:write")
    lacking = sorted(one for one in new.scopes if not scope.may(one))
    if lacking:
        message = f"Nobody gives a token what he may not do himself: {', '.join(lacking[:5])}."
        raise AccessDenied(message, hint="Leave these scopes out.")
    token = f"tok_{os.urandom(10).hex()}"
    row = {
        "id": token,
        "workspace_id": scope.workspace if service else new.workspace or None,
        "user_id": None if service else scope.actor,
        "name": new.name,
        "token_hash": new.hashed,
        "scopes": msgspec.json.encode(sorted(new.scopes)),
        "created_ms": now_ms,
        "expires_ms": new.expires_ms,
        "ending": new.ending,
        "made_by": scope.actor,
        "allowed_ips": msgspec.json.encode(new.allowed_ips),
    }
    connection.execute(insert(api_tokens).values(row))
    (found,) = _found(connection, _T.id == token)
    return found


def listed(connection: Connection, scope: Scope) -> Sequence[ApiToken]:
    """The tokens of whoever asks, and the service tokens of the workspace if he may see them."""
    scope.require("account:read")
    mine = _T.user_id == scope.actor
    if scope.may("token:read"):
        mine |= _T.user_id.is_(None) & (_T.workspace_id == scope.workspace)
    return _found(connection, mine)


def remove(connection: Connection, scope: Scope, token: str) -> ApiToken:
    """Let a token be good no more, and what was begun with it.

    Raises:
        TokenMissing: There is none that he may remove.
    """
    mine = _T.user_id == scope.actor
    if scope.may("token:write"):
        mine |= _T.user_id.is_(None) & (_T.workspace_id == scope.workspace)
    found = _found(connection, mine & (_T.id == token))
    if not found:
        raise TokenMissing(f"There is no token {token!r}.", hint="Look into the list of tokens.")
    connection.execute(delete(client_sessions).where(client_sessions.c.api_token_id == token))
    connection.execute(delete(api_tokens).where(_T.id == token))
    return found[0]


def system_find(connection: Connection, hashed: str, now_ms: int) -> ApiToken | None:
    """The token with a hash, unless it has expired."""
    return system_where(connection, _T.token_hash == hashed, now_ms)


def system_by_id(connection: Connection, token: str, now_ms: int) -> ApiToken | None:
    """A token, unless it has expired."""
    return system_where(connection, _T.id == token, now_ms)


def system_where(connection: Connection, own: ColumnElement[bool], now_ms: int) -> ApiToken | None:
    """The token that a condition finds, unless it has expired."""
    good = _T.expires_ms.is_(None) | (_T.expires_ms > now_ms)
    row = first_row(connection.execute(select(api_tokens).where(own, good)))
    return None if row is None else _token(row)


def system_used(connection: Connection, token: str, address: str, now_ms: int) -> None:
    """Write down that a token is in use."""
    values = {"used_ms": now_ms, "used_from": address}
    connection.execute(update(api_tokens).where(_T.id == token).values(values))


def _found(connection: Connection, own: ColumnElement[bool]) -> list[ApiToken]:
    found = select(api_tokens).where(own).order_by(_T.created_ms.desc(), _T.id).limit(MOST)
    return [_token(row) for row in all_rows(connection.execute(found))]


def _token(row: Row) -> ApiToken:
    return ApiToken(
        id=row["id"],
        kind="personal" if row["user_id"] else "service",
        name=row["name"] or "",
        ending=row["ending"] or "",
        user=row["user_id"] or "",
        workspace=row["workspace_id"] or "",
        scopes=msgspec.json.decode(row["scopes"] or b"[]", type=frozenset[str]),
        allowed_ips=msgspec.json.decode(row["allowed_ips"] or b"[]", type=tuple[str, ...]),
        made_by=row["made_by"] or "",
        created_ms=row["created_ms"],
        expires_ms=row["expires_ms"],
        used_ms=row["used_ms"],
        used_from=row["used_from"] or "",
    )
