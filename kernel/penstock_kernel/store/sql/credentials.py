"""Credentials as rows: sealed as a whole, and beside it what may be shown of each.

The rules:

* What counts is what was sealed. What is shown stands beside it and is read for nothing else.
* Each change of what is sealed is a version, and is sealed for that version: an older value does
  not open in its place.
* Whoever changes a credential says when what he saw was changed. What somebody else's server hands
  out does not count as a change then, though it is a version.
* Nobody reads a secret back; who may use a credential is not thereby one who may see it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import msgspec
from sqlalchemy import Connection, delete, func, insert, select, tuple_, update

from penstock_kernel.store.credentials import Credential, not_found
from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sealing import Place, Sealer
from penstock_kernel.store.sql.rows import Row, all_rows, first_row
from penstock_kernel.store.sql.tables import credential_bindings, credentials
from penstock_sdk import PenstockError

_C = credentials.c
_DAY_MS = 86_400_000
MOST_LISTED = 200


class CredentialChanged(PenstockError):
    """Somebody else has changed the credential since it was read."""

    code: ClassVar[str] = "credential.changed"


class CredentialExists(PenstockError):
    """There is one with this id already."""

    code: ClassVar[str] = "credential.exists"


class _Shown(msgspec.Struct, frozen=True, omit_defaults=True):
    """Of a row: what may be shown of what is sealed in it."""

    scheme: str
    hosts: Sequence[str] = ()
    public: Mapping[str, Any] = {}
    filled: Sequence[str] = ()


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A credential as people see it."""

    id: str
    name: str
    type: str
    #: How it is attached to a request.
    scheme: str
    version: int
    hosts: Sequence[str] = ()
    #: The fields that are no secrets.
    public: Mapping[str, Any] = {}
    #: The names of the secret fields that are filled in.
    filled: Sequence[str] = ()
    created_ms: int
    created_by: str = ""
    updated_ms: int
    updated_by: str = ""
    used_ms: int | None = None
    #: When what is secret was entered last.
    entered_ms: int = 0
    rotate_days: int | None = None
    #: When it is to be changed.
    due_ms: int | None = None
    tested_ms: int | None = None
    #: What the latest test came to; None: it worked, or there was none.
    test_error: str | None = None
    #: When what was handed out by somebody else's server ends.
    expires_ms: int | None = None


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be kept of a credential."""

    name: str
    credential: Credential
    #: Fields that are filled in and are never shown.
    filled: Sequence[str] = ()
    rotate_days: int | None = None
    expires_ms: int | None = None
    #: Was something secret entered, so that the time until it is due begins again?
    entered: bool = True


class Kept(msgspec.Struct, frozen=True):
    """A credential as it was sealed, and which version that is."""

    credential: Credential
    version: int
    expires_ms: int | None = None


_decoder = msgspec.json.Decoder(Credential)
_shown = msgspec.json.Decoder(_Shown)


def add(connection: Connection, scope: Scope, sealer: Sealer, entry: Entry, now_ms: int) -> Listed:
    """Keep a new credential.

    Raises:
        AccessDenied: Not for whoever asks.
        CredentialExists: There is one with this id already.
    """
    scope.require("credential:write")
    name = entry.credential.id
    if connection.execute(select(_C.id).where(_C.id == name)).first() is not None:
        message = f"There is a credential {name!r} already."
        raise CredentialExists(message, hint="Change that one, or choose another id.")
    row = _row(scope, sealer, entry, 1, now_ms)
    row |= {"created_ms": now_ms, "created_by": scope.actor, "entered_ms": now_ms}
    row["due_ms"] = _due(entry.rotate_days, now_ms)
    connection.execute(insert(credentials).values(row))
    return get(connection, scope, name, grant="credential:write")


def change(
    connection: Connection, scope: Scope, sealer: Sealer, entry: Entry, seen: int, now_ms: int
) -> Listed:
    """Change a credential that was read as it was changed at a moment.

    Raises:
        AccessDenied: Not for whoever asks.
        CredentialNotFound: This workspace has none with that id.
        CredentialChanged: Somebody has changed it since.
    """
    name = entry.credential.id
    before = get(connection, scope, name, grant="credential:write")
    if before.updated_ms != seen:
        raise _has_changed(name)
    row = _row(scope, sealer, entry, before.version + 1, max(now_ms, seen + 1))
    entered = now_ms if entry.entered else before.entered_ms
    row |= {"entered_ms": entered, "due_ms": _due(entry.rotate_days, entered)}
    if entry.entered:
        row |= {"tested_ms": None, "test_error": None}
    _replace(connection, scope.workspace, name, before.version, row)
    return get(connection, scope, name, grant="credential:write")


def system_keep(connection: Connection, workspace: str, sealer: Sealer, kept: Kept) -> Kept:
    """Keep what somebody else's server has handed out in place of what it had before.

    Raises:
        CredentialChanged: Somebody has changed it since.
    """
    version, credential = kept.version + 1, kept.credential
    row = {
        "version": version,
        "sealed": _sealed(sealer, workspace, credential, version),
        "expires_ms": kept.expires_ms,
    }
    _replace(connection, workspace, credential.id, kept.version, row)
    return Kept(credential, version, kept.expires_ms)


def get(
    connection: Connection, scope: Scope, credential: str, *, grant: str = "credential:read"
) -> Listed:
    """A credential as people see it.

    Raises:
        AccessDenied: Not for whoever asks.
        CredentialNotFound: This workspace has none with that id.
    """
    scope.require(grant, credential)
    return _listed(_found(connection, scope.workspace, credential))


def listed(
    connection: Connection,
    scope: Scope,
    *,
    part: str = "",
    type_: str = "",
    due_before_ms: int | None = None,
    after: tuple[str, str] | None = None,
    most: int = MOST_LISTED,
) -> Sequence[Listed]:
    """The credentials that whoever asks may see, by name.

    Args:
        connection: To read with.
        scope: Who asks.
        part: A part of the name.
        type_: Of this type alone.
        due_before_ms: Those alone that are to be changed by then.
        after: Name and id of the last one of the page before.
        most: How many at most.
    """
    own = _C.workspace_id == scope.workspace
    if not scope.may("credential:read"):
        mine = [one for one, grants in scope.shared.items() if "credential:read" in grants]
        own &= _C.id.in_(mine)
    if part:
        own &= func.lower(_C.name).contains(part.lower(), autoescape=True)
    if type_:
        own &= _C.type == type_
    if due_before_ms is not None:
        own &= _C.due_ms <= due_before_ms
    if after is not None:
        own &= tuple_(_C.name, _C.id) > tuple_(*after)
    found = select(credentials).where(own).order_by(_C.name, _C.id).limit(most)
    return [_listed(row) for row in all_rows(connection.execute(found))]


def opened(connection: Connection, scope: Scope, sealer: Sealer, credential: str) -> Kept:
    """A credential with its secrets, for whoever may change it; never to be shown.

    Raises:
        AccessDenied: Not for whoever asks.
        CredentialNotFound: This workspace has none with that id.
        SealBroken: It was changed by something else than us.
    """
    scope.require("credential:write", credential)
    return system_opened(connection, scope.workspace, sealer, credential)


def system_opened(connection: Connection, workspace: str, sealer: Sealer, credential: str) -> Kept:
    """A credential with its secrets, for the host to use.

    Raises:
        CredentialNotFound: This workspace has none with that id.
        SealBroken: It was changed by something else than us.
    """
    row = _found(connection, workspace, credential)
    place = _place(workspace, credential, row["version"], row["type"])
    plain = sealer.open(place, row["sealed"] or b"", connection)
    return Kept(_decoder.decode(plain), row["version"], row["expires_ms"])


def remove(connection: Connection, scope: Scope, credential: str) -> None:
    """Forget a credential, and which nodes may use it.

    Raises:
        AccessDenied: Not for whoever asks.
        CredentialNotFound: This workspace has none with that id.
    """
    get(connection, scope, credential, grant="credential:delete")
    bound = credential_bindings.c
    own = (bound.workspace_id == scope.workspace) & (bound.credential_id == credential)
    connection.execute(delete(credential_bindings).where(own))
    connection.execute(delete(credentials).where(_C.id == credential))


def system_used(connection: Connection, used: Sequence[tuple[str, int]]) -> Sequence[None]:
    """Say when credentials were used last."""
    for credential, now_ms in sorted(used):
        connection.execute(update(credentials).where(_C.id == credential).values(used_ms=now_ms))
    return [None] * len(used)


def note_test(
    connection: Connection, scope: Scope, credential: str, error: str | None, now_ms: int
) -> Listed:
    """Keep what a test came to.

    Raises:
        AccessDenied: Not for whoever asks.
        CredentialNotFound: This workspace has none with that id.
    """
    get(connection, scope, credential, grant="credential:use")
    values = {"tested_ms": now_ms, "test_error": error}
    connection.execute(update(credentials).where(_C.id == credential).values(values))
    return get(connection, scope, credential, grant="credential:use")


def _found(connection: Connection, workspace: str, credential: str) -> Row:
    own = (_C.id == credential) & (_C.workspace_id == workspace)
    row = first_row(connection.execute(select(credentials).where(own)))
    if row is None:
        raise not_found(credential)
    return row


def _row(scope: Scope, sealer: Sealer, entry: Entry, version: int, now_ms: int) -> dict[str, Any]:
    credential = entry.credential
    public = credential.public
    shown = _Shown(credential.scheme, credential.hosts, public, sorted(entry.filled))
    return {
        "id": credential.id,
        "workspace_id": scope.workspace,
        "type": credential.type,
        "name": entry.name,
        "version": version,
        "sealed": _sealed(sealer, scope.workspace, credential, version),
        "shown": msgspec.json.encode(shown),
        "updated_ms": now_ms,
        "updated_by": scope.actor,
        "rotate_days": entry.rotate_days,
        "expires_ms": entry.expires_ms,
    }


def _sealed(sealer: Sealer, workspace: str, credential: Credential, version: int) -> bytes:
    place = _place(workspace, credential.id, version, credential.type)
    return sealer.seal(place, msgspec.json.encode(credential))


def _place(workspace: str, credential: str, version: int, type_: str) -> Place:
    return Place(workspace, "credential", credential, version, type_)


def _replace(
    connection: Connection, workspace: str, credential: str, seen: int, row: Mapping[str, Any]
) -> None:
    own = (_C.id == credential) & (_C.workspace_id == workspace) & (_C.version == seen)
    if connection.execute(update(credentials).where(own).values(row)).rowcount == 0:
        raise _has_changed(credential)


def _has_changed(credential: str) -> CredentialChanged:
    message = f"The credential {credential!r} was changed meanwhile."
    return CredentialChanged(message, hint="Read it again, and make the change to that.")


def _due(rotate_days: int | None, entered_ms: int) -> int | None:
    return None if rotate_days is None else entered_ms + rotate_days * _DAY_MS


def _listed(row: Row) -> Listed:
    shown = _shown.decode(row["shown"]) if row["shown"] else _Shown("")
    same = ("id", "name", "type", "version", "created_ms", "created_by", "updated_ms")
    more = ("updated_by", "used_ms", "entered_ms", "rotate_days", "due_ms", "tested_ms")
    last = ("test_error", "expires_ms")
    return Listed(
        scheme=shown.scheme,
        hosts=shown.hosts,
        public=shown.public,
        filled=shown.filled,
        **{name: row[name] for name in (*same, *more, *last)},
    )
