"""Saved views: a name for a query of a list, for oneself or for everybody in the workspace."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import msgspec
from sqlalchemy import Connection, delete, func, insert, or_, select, update

from penstock_kernel.store.scope import AccessDenied, Scope
from penstock_kernel.store.sql import codec
from penstock_kernel.store.sql.rows import Row, all_rows, first_row
from penstock_kernel.store.sql.tables import views
from penstock_sdk import PenstockError

_V = views.c
MOST_VIEWS = 200
MOST_VIEW_BYTES = 16_384


class ViewMissing(PenstockError):
    """There is no such view, or it is somebody else's own."""

    code: ClassVar[str] = "view.missing"


class ViewInvalid(PenstockError):
    """A view is too large, or one too many."""

    code: ClassVar[str] = "view.invalid"


class View(msgspec.Struct, frozen=True, kw_only=True):
    """A saved view."""

    id: str
    #: Of which list: `executions`, `workflows`, …
    kind: str
    name: str
    #: The parameters of the list, as its client sends them.
    query: Mapping[str, Any]
    #: Everybody in the workspace sees it.
    shared: bool
    owner: str
    created_ms: int


class ViewGiven(msgspec.Struct, frozen=True, kw_only=True):
    """What a view is to be."""

    kind: str
    name: str
    query: Mapping[str, Any]
    shared: bool = False


def listed(connection: Connection, scope: Scope, kind: str = "") -> Sequence[View]:
    """One's own views and those that are shared, by name."""
    scope.require("view:read")
    found = select(views).where(_seen_by(scope))
    if kind:
        found = found.where(_V.kind == kind)
    rows = all_rows(connection.execute(found.order_by(_V.name, _V.id)))
    return [_view(row) for row in rows]


def get(connection: Connection, scope: Scope, view: str) -> View:
    """One view.

    Raises:
        ViewMissing: There is none with this id that may be seen.
    """
    scope.require("view:read")
    row = first_row(connection.execute(select(views).where(_V.id == view, _seen_by(scope))))
    if row is None:
        raise ViewMissing(f"There is no view {view}.", hint="Look at the list of views.")
    return _view(row)


def add(connection: Connection, scope: Scope, given: ViewGiven, now_ms: int) -> View:
    """Keep a view.

    Raises:
        ViewInvalid: It is too large, or one too many.
    """
    scope.require("view:write")
    own = (_V.workspace_id == scope.workspace) & (_V.owner == scope.actor)
    count = connection.execute(select(func.count()).where(own)).scalar_one()
    if count >= MOST_VIEWS:
        message = f"You have {MOST_VIEWS} views already."
        raise ViewInvalid(message, hint="Remove some that you do not use.")
    row = {
        **_values(given),
        "id": f"vw_{os.urandom(8).hex()}",
        "workspace_id": scope.workspace,
        "owner": scope.actor,
        "created_ms": now_ms,
    }
    connection.execute(insert(views).values(row))
    return _view(row)


def change(connection: Connection, scope: Scope, view: str, given: ViewGiven) -> View:
    """Let a view be something else.

    Raises:
        ViewMissing: There is none with this id that may be seen.
        AccessDenied: It is somebody else's.
        ViewInvalid: It is too large.
    """
    _own(connection, scope, view)
    changed = update(views).where(_V.id == view).values(_values(given)).returning(views)
    return _view(all_rows(connection.execute(changed))[0])


def remove(connection: Connection, scope: Scope, view: str) -> None:
    """Forget a view.

    Raises:
        ViewMissing: There is none with this id that may be seen.
        AccessDenied: It is somebody else's.
    """
    _own(connection, scope, view)
    connection.execute(delete(views).where(_V.id == view))


def _own(connection: Connection, scope: Scope, view: str) -> None:
    scope.require("view:write")
    found = get(connection, scope, view)
    if found.owner != scope.actor and not scope.may("workspace:write"):
        message = f"The view {found.name!r} is somebody else's."
        raise AccessDenied(message, hint="Save one of your own.")


def _seen_by(scope: Scope) -> Any:
    mine = or_(_V.owner == scope.actor, _V.shared.is_(True))
    return (_V.workspace_id == scope.workspace) & mine


def _values(given: ViewGiven) -> dict[str, Any]:
    packed = codec.pack(given.query)
    if len(msgspec.json.encode(given.query)) > MOST_VIEW_BYTES:
        message = f"A view has {MOST_VIEW_BYTES:,} bytes at most."
        raise ViewInvalid(message, hint="Ask for less in it.")
    return {"kind": given.kind, "name": given.name, "query": packed, "shared": given.shared}


def _view(row: Row) -> View:
    return View(
        id=row["id"],
        kind=row["kind"],
        name=row["name"],
        query=codec.unpack(row["query"], dict[str, Any]),
        shared=bool(row["shared"]),
        owner=row["owner"],
        created_ms=row["created_ms"],
    )
