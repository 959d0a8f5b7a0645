"""Single workflows and credentials that are shared with somebody or with a team.

The rules:

* Who shares an object may change it himself.
* What is shared stays in its workspace: whoever it is shared with sees this object there and
  nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import msgspec
from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql.members_grants import LEVELS
from penstock_kernel.store.sql.rows import Row, all_rows
from penstock_kernel.store.sql.tables import credentials, shares, teams, users, workflows
from penstock_sdk import PenstockError

_S = shares.c
_OBJECTS: dict[str, Any] = {"workflow": workflows, "credential": credentials}
_SUBJECTS: dict[str, Any] = {"user": users, "team": teams}


class ShareInvalid(PenstockError):
    """This cannot be shared so."""

    code: ClassVar[str] = "share.invalid"


class ShareMissing(PenstockError):
    """This is not shared so, or is not there."""

    code: ClassVar[str] = "share.missing"


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """An object that is shared."""

    kind: str
    object: str
    #: `user:ID` or `team:ID`.
    subject: str
    #: What may be done with it.
    level: str
    made_by: str
    created_ms: int


def listed(connection: Connection, scope: Scope, kind: str, target: str) -> Sequence[Share]:
    """With whom an object is shared.

    Raises:
        ShareMissing: There is no such object.
        AccessDenied: He may not see it.
    """
    scope.require(f"{_kind(kind)}:read", target)
    _check_object(connection, scope, kind, target)
    own = (_S.object_id == target) & (_S.kind == kind) & (_S.workspace_id == scope.workspace)
    found = select(shares).where(own).order_by(_S.subject)
    return [_share(row) for row in all_rows(connection.execute(found))]


def put(connection: Connection, scope: Scope, share: Share, now_ms: int) -> Share:
    """Share an object, or change what may be done with it.

    Raises:
        ShareInvalid: It cannot be shared so, or with nobody of this name.
        ShareMissing: There is no such object.
        AccessDenied: He may not change it, or not do himself what he gives.
    """
    scope.require(f"{_kind(share.kind)}:write", share.object)
    levels = LEVELS[share.kind]
    if share.level not in levels:
        hint = f"It is one of {', '.join(levels)}."
        raise ShareInvalid(f"There is no level {share.level!r}.", hint=hint)
    for grant in sorted(levels[share.level]):
        scope.require(grant, share.object)
    _check_object(connection, scope, share.kind, share.object)
    _check_subject(connection, share.subject)
    row = {
        "object_id": share.object,
        "subject": share.subject,
        "kind": share.kind,
        "workspace_id": scope.workspace,
        "level": share.level,
        "made_by": scope.actor,
        "created_ms": now_ms,
    }
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    new = dialect.insert(shares).values(row)
    keys = [_S.object_id, _S.subject]
    connection.execute(new.on_conflict_do_update(index_elements=keys, set_={"level": share.level}))
    return msgspec.structs.replace(share, made_by=scope.actor, created_ms=now_ms)


def remove(connection: Connection, scope: Scope, kind: str, target: str, subject: str) -> None:
    """Share an object with somebody no longer.

    Raises:
        ShareMissing: It was not shared so.
        AccessDenied: He may not change it.
    """
    scope.require(f"{_kind(kind)}:write", target)
    own = (_S.object_id == target) & (_S.kind == kind) & (_S.workspace_id == scope.workspace)
    if connection.execute(delete(shares).where(own, _S.subject == subject)).rowcount == 0:
        raise ShareMissing("This is not shared so.", hint="Look with whom it is shared.")


def _kind(kind: str) -> str:
    if kind not in _OBJECTS:
        hint = f"It is one of {', '.join(_OBJECTS)}."
        raise ShareInvalid(f"Nothing of the kind {kind!r} is shared.", hint=hint)
    return kind


def _check_object(connection: Connection, scope: Scope, kind: str, target: str) -> None:
    columns = _OBJECTS[kind].c
    own = (columns.id == target) & (columns.workspace_id == scope.workspace)
    if connection.execute(select(columns.id).where(own)).first() is None:
        raise ShareMissing(f"There is no {kind} {target!r} here.", hint="Look for its id.")


def _check_subject(connection: Connection, subject: str) -> None:
    kind, _, wanted = subject.partition(":")
    columns = _SUBJECTS[kind].c if kind in _SUBJECTS else None
    found = None
    if columns is not None:
        found = connection.execute(select(columns.id).where(columns.id == wanted)).first()
    if found is None:
        message = f"There is nobody known as {subject!r}."
        raise ShareInvalid(message, hint="Write it as user:ID or team:ID.")


def _share(row: Row) -> Share:
    return Share(
        kind=row["kind"],
        object=row["object_id"],
        subject=row["subject"],
        level=row["level"],
        made_by=row["made_by"] or "",
        created_ms=row["created_ms"],
    )
