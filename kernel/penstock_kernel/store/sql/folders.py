"""Folders of workflows: a tree per workspace.

The rules:

* Two folders in one place have two names.
* A folder is never inside of itself, however deep; whoever moves one holds the whole tree still.
* A folder goes when it is empty, or when it is said where what is in it goes.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import msgspec
from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql.rows import Row, all_rows
from penstock_kernel.store.sql.tables import folders, workflows
from penstock_kernel.store.sql.turns import take_turn
from penstock_sdk import PenstockError

_F, _W = folders.c, workflows.c
MOST_FOLDERS = 2_000
DEEPEST_FOLDER = 20
_TOP = ""


class FolderMissing(PenstockError):
    """There is no such folder."""

    code: ClassVar[str] = "folder.missing"


class FolderTaken(PenstockError):
    """There is a folder of this name in this place."""

    code: ClassVar[str] = "folder.taken"


class FolderInvalid(PenstockError):
    """A folder cannot be there: inside of itself, too deep, or one too many."""

    code: ClassVar[str] = "folder.invalid"


class FolderFull(PenstockError):
    """A folder is to be removed, and something is in it."""

    code: ClassVar[str] = "folder.conflict"


class Folder(msgspec.Struct, frozen=True, kw_only=True):
    """A folder, and how much is in it."""

    id: str
    #: The folder that it is in; empty: it is at the top.
    parent_id: str
    name: str
    created_ms: int
    #: In it itself, not in its folders.
    workflows: int = 0


class FolderChange(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be changed; None stays as it is."""

    name: str | None = None
    parent_id: str | None = None


Tree = Mapping[str, Row]


def tree(connection: Connection, scope: Scope) -> Sequence[Folder]:
    """All folders of a workspace, by name; each names the one that it is in."""
    scope.require("workflow:read")
    counted = select(_W.folder_id, func.count()).where(
        _W.workspace_id == scope.workspace, _W.removed_ms.is_(None), _W.folder_id != _TOP
    )
    counts = {row[0]: int(row[1]) for row in connection.execute(counted.group_by(_W.folder_id))}
    found = select(folders).where(_F.workspace_id == scope.workspace).order_by(_F.name, _F.id)
    return [_folder(row, counts.get(row["id"], 0)) for row in all_rows(connection.execute(found))]


def add(
    connection: Connection, scope: Scope, name: str, now_ms: int, *, parent_id: str = _TOP
) -> Folder:
    """Make a folder.

    Raises:
        FolderMissing: There is none to put it in.
        FolderTaken: There is one of this name in this place.
        FolderInvalid: It would be too deep, or one too many.
    """
    known = _still(connection, scope)
    if len(known) >= MOST_FOLDERS:
        message = f"There are {MOST_FOLDERS:,} folders already."
        raise FolderInvalid(message, hint="Remove some that are not used.")
    row: dict[str, Any] = {
        "id": f"fo_{os.urandom(8).hex()}",
        "workspace_id": scope.workspace,
        "parent_id": parent_id,
        "name": name,
        "created_ms": now_ms,
    }
    _check_place({**known, row["id"]: row}, row)
    connection.execute(insert(folders).values(row))
    return _folder(row, 0)


def change(connection: Connection, scope: Scope, folder: str, wanted: FolderChange) -> Folder:
    """Give a folder another name, or put it somewhere else.

    Raises:
        FolderMissing: There is no such folder, or none to put it in.
        FolderTaken: There is one of this name in this place.
        FolderInvalid: It would be inside of itself, or too deep.
    """
    known = _still(connection, scope)
    row = dict(_known(known, folder))
    for field in ("name", "parent_id"):
        value = getattr(wanted, field)
        row[field] = row[field] if value is None else value
    _check_place({**known, folder: row}, row)
    values = {"name": row["name"], "parent_id": row["parent_id"]}
    connection.execute(update(folders).where(_F.id == folder).values(values))
    return _folder(row, _workflows_in(connection, folder))


def remove(
    connection: Connection, scope: Scope, folder: str, *, move_to: str | None = None
) -> None:
    """Remove a folder. What is in it goes to another one first, if it is said to which.

    Raises:
        FolderMissing: There is no such folder, or none to move things to.
        FolderFull: Something is in it, and nobody said where that goes.
        FolderTaken: What is moved is called as something there is.
        FolderInvalid: What is moved would go inside of itself, or too deep.
    """
    known = dict(_still(connection, scope))
    _known(known, folder)
    inside = [row for row in known.values() if row["parent_id"] == folder]
    if move_to is None:
        _check_empty(connection, folder, len(inside))
        move_to = _TOP
    del known[folder]
    for row in inside:
        moved = {**row, "parent_id": move_to}
        known[row["id"]] = moved
        _check_place(known, moved)
    if move_to != _TOP:
        _known(known, move_to)
    connection.execute(
        update(folders).where(_F.parent_id == folder, _mine(scope)).values(parent_id=move_to)
    )
    here = (_W.folder_id == folder) & (_W.workspace_id == scope.workspace)
    connection.execute(update(workflows).where(here).values(folder_id=move_to))
    connection.execute(delete(folders).where(_F.id == folder, _mine(scope)))


def at_path(
    connection: Connection, scope: Scope, folder: str, names: Sequence[str], now_ms: int
) -> str:
    """The id of a folder by the names that lead to it from another one; those missing are made.

    Raises:
        FolderMissing: There is none to begin with.
        FolderInvalid: It would be too deep, or one too many.
    """
    check(connection, scope, folder)
    if not names:
        return folder
    known = _still(connection, scope)
    for name in names:
        found = (
            one["id"]
            for one in known.values()
            if one["parent_id"] == folder and one["name"] == name
        )
        here = next(found, None)
        folder = here or add(connection, scope, name[:200], now_ms, parent_id=folder).id
    return folder


def check(connection: Connection, scope: Scope, folder: str) -> None:
    """Refuse a folder that is not there; the top always is. It stays until the change is made.

    Raises:
        FolderMissing: There is no such folder.
    """
    if folder == _TOP:
        return
    found = select(_F.id).where(_F.id == folder, _mine(scope)).with_for_update(read=True)
    if connection.execute(found).first() is None:
        raise _missing(folder)


def _still(connection: Connection, scope: Scope) -> Tree:
    """The tree, which nobody else changes until this change is made."""
    scope.require("workflow:write")
    take_turn(connection, f"folders:{scope.workspace}")
    mine = select(folders).where(_mine(scope))
    return {row["id"]: row for row in all_rows(connection.execute(mine))}


def _mine(scope: Scope) -> ColumnElement[bool]:
    return _F.workspace_id == scope.workspace


def _check_place(known: Tree, row: Row) -> None:
    """Refuse a folder where it is to be, in the tree with it."""
    for one in known.values():
        same = one["parent_id"] == row["parent_id"] and one["name"] == row["name"]
        if same and one["id"] != row["id"]:
            message = f"There is a folder {row['name']!r} in this place already."
            raise FolderTaken(message, hint="Choose another name.")
    seen, here = {row["id"]}, row["parent_id"]
    while here != _TOP:
        if here in seen:
            hint = "Move it to a folder outside of it."
            raise FolderInvalid("A folder cannot be inside of itself.", hint=hint)
        seen.add(here)
        here = _known(known, here)["parent_id"]
    if len(seen) + _height(known, row["id"]) - 1 > DEEPEST_FOLDER:
        message = f"Folders can be {DEEPEST_FOLDER} deep."
        raise FolderInvalid(message, hint="Put it somewhere further up.")


def _height(known: Tree, folder: str) -> int:
    """How many levels there are from a folder down, itself included."""
    level, height = {folder}, 0
    while level and height <= DEEPEST_FOLDER:
        height += 1
        level = {name for name, row in known.items() if row["parent_id"] in level}
    return height


def _check_empty(connection: Connection, folder: str, inside: int) -> None:
    count = _workflows_in(connection, folder)
    if inside or count:
        message = f"There are {count} workflows and {inside} folders in it."
        raise FolderFull(message, hint="Say with `move_to` where they go; empty: to the top.")


def _workflows_in(connection: Connection, folder: str) -> int:
    own = select(func.count()).where(_W.folder_id == folder, _W.removed_ms.is_(None))
    return int(connection.execute(own).scalar_one())


def _known(known: Tree, folder: str) -> Row:
    if folder not in known:
        raise _missing(folder)
    return known[folder]


def _missing(folder: str) -> FolderMissing:
    return FolderMissing(f"There is no folder {folder}.", hint="Look at the list of folders.")


def _folder(row: Row, count: int) -> Folder:
    named = {name: row[name] for name in ("id", "parent_id", "name", "created_ms")}
    return Folder(**named, workflows=count)
