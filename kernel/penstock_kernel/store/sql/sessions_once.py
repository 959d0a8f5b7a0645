"""Links and steps that are good for one use: set-up, invitations, new passwords, half a sign-in.

The rules:

* Only the hash of what was handed out is kept.
* It is used up by removing its row: of two that come at once, one finds it.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, ClassVar, Literal

import msgspec
from sqlalchemy import Connection, delete, insert, select

from penstock_kernel.store.sql.rows import Row, all_rows, first_row
from penstock_kernel.store.sql.tables import single_uses
from penstock_sdk import PenstockError

_O = single_uses.c
OnceKind = Literal["set_up", "invitation", "password", "sign_in", "provider", "totp"]


class SingleUseExpired(PenstockError):
    """A link or a step was used before, or is too old."""

    code: ClassVar[str] = "single_use.expired"


class Once(msgspec.Struct, frozen=True, kw_only=True):
    """What a link or a step is for."""

    id: str
    kind: OnceKind
    subject: str
    workspace: str
    detail: Mapping[str, Any]
    created_ms: int
    expires_ms: int


class NewOnce(msgspec.Struct, frozen=True, kw_only=True):
    """One to be handed out."""

    kind: OnceKind
    subject: str = ""
    workspace: str = ""
    detail: Mapping[str, Any] = {}
    ends_ms: int


def hashed(token: str) -> str:
    """As a token is kept."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def new_token() -> str:
    """What nobody guesses."""
    return secrets.token_urlsafe(32)


def system_issue(connection: Connection, new: NewOnce, now_ms: int, *, token: str = "") -> str:
    """Make one, and give what is handed out: a new token, or one that was made before."""
    token = token or new_token()
    row = {
        "id": hashed(token),
        "kind": new.kind,
        "subject": new.subject,
        "workspace_id": new.workspace,
        "detail": msgspec.json.encode(new.detail),
        "created_ms": now_ms,
        "expires_ms": new.ends_ms,
    }
    connection.execute(insert(single_uses).values(row))
    return token


def system_look(connection: Connection, kind: OnceKind, token: str, now_ms: int) -> Once:
    """What a token is for, without using it up.

    Raises:
        SingleUseExpired: It was used, is too old, or is for something else.
    """
    own = (_O.id == hashed(token)) & (_O.kind == kind) & (_O.expires_ms > now_ms)
    row = first_row(connection.execute(select(single_uses).where(own)))
    if row is None:
        raise expired()
    return _once(row)


def system_use(connection: Connection, kind: OnceKind, token: str, now_ms: int) -> Once:
    """What a token is for; it is good no more.

    Raises:
        SingleUseExpired: It was used, is too old, or is for something else.
    """
    found = system_look(connection, kind, token, now_ms)
    if connection.execute(delete(single_uses).where(_O.id == found.id)).rowcount != 1:
        raise expired()
    return found


def system_pending(
    connection: Connection, kind: OnceKind, workspace: str, now_ms: int
) -> Sequence[Once]:
    """What was handed out for a workspace and not used, the newest first."""
    own = (_O.kind == kind) & (_O.workspace_id == workspace) & (_O.expires_ms > now_ms)
    found = select(single_uses).where(own).order_by(_O.created_ms.desc(), _O.id)
    return [_once(row) for row in all_rows(connection.execute(found))]


def system_take_back(
    connection: Connection,
    kind: OnceKind,
    *,
    subject: str | None = None,
    workspace: str | None = None,
    once: str | None = None,
) -> int:
    """Let some be good no more; how many there were."""
    own = _O.kind == kind
    if subject is not None:
        own &= _O.subject == subject
    if workspace is not None:
        own &= _O.workspace_id == workspace
    if once is not None:
        own &= _O.id == once
    return connection.execute(delete(single_uses).where(own)).rowcount


def system_forget_ended(connection: Connection, now_ms: int) -> int:
    """Remove what nobody used in time; how many there were."""
    return connection.execute(delete(single_uses).where(_O.expires_ms <= now_ms)).rowcount


def expired() -> SingleUseExpired:
    """What somebody is told whose link or step is not good."""
    message = "This link or this step was used before, or is too old."
    return SingleUseExpired(message, hint="Begin again: each is good once, and not for long.")


def _once(row: Row) -> Once:
    return Once(
        id=row["id"],
        kind=row["kind"],
        subject=row["subject"] or "",
        workspace=row["workspace_id"] or "",
        detail=msgspec.json.decode(row["detail"] or b"{}", type=dict[str, Any]),
        created_ms=row["created_ms"],
        expires_ms=row["expires_ms"],
    )
