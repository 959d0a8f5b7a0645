"""Files that people uploaded: what they are called, and where their bytes lie.

The rules:

* The bytes lie in the blob store. As long as there is the file, `blob_refs` names them for it, so
  that nobody sweeps them.
* Removing a file removes its name. The bytes go when nobody names them any more.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import ClassVar

import msgspec
from sqlalchemy import Connection, delete, func, insert, select, tuple_

from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql import audit
from penstock_kernel.store.sql.newest import cursor_of, place_of
from penstock_kernel.store.sql.rows import Row, all_rows, first_row
from penstock_kernel.store.sql.tables import blob_refs, files
from penstock_sdk import BinaryRef, PenstockError

_F, _B = files.c, blob_refs.c
MOST_FILES = 100_000


class FileMissing(PenstockError):
    """There is no such file."""

    code: ClassVar[str] = "file.missing"


class FilesFull(PenstockError):
    """There are as many files as there may be."""

    code: ClassVar[str] = "file.too_many"


class File(msgspec.Struct, frozen=True, kw_only=True):
    """A file that somebody uploaded."""

    id: str
    name: str
    media_type: str
    #: In bytes.
    size: int
    blob_id: str
    created_by: str
    created_ms: int

    @property
    def ref(self) -> BinaryRef:
        """The handle of its bytes, as items carry it."""
        return BinaryRef(
            id=self.blob_id, media_type=self.media_type, file_name=self.name, size=self.size
        )


def add(connection: Connection, scope: Scope, name: str, blob: BinaryRef, now_ms: int) -> File:
    """Keep a file whose bytes were written.

    Raises:
        FilesFull: It is one too many.
    """
    scope.require("file:write")
    own = select(func.count()).where(_F.workspace_id == scope.workspace)
    if connection.execute(own).scalar_one() >= MOST_FILES:
        message = f"There are {MOST_FILES:,} files already."
        raise FilesFull(message, hint="Delete some that are not used.")
    row = {
        "id": f"fi_{os.urandom(10).hex()}",
        "workspace_id": scope.workspace,
        "name": name,
        "media_type": blob.media_type,
        "size": blob.size,
        "blob_id": blob.id,
        "created_by": scope.actor,
        "created_ms": now_ms,
    }
    connection.execute(insert(files).values(row))
    named = {"workspace_id": scope.workspace, "blob_id": blob.id, "execution_id": row["id"]}
    connection.execute(insert(blob_refs).values(named))
    return _file(row)


def listed(
    connection: Connection, scope: Scope, *, part: str = "", after: str = "", most: int = 50
) -> Sequence[File]:
    """The files of a workspace, the newest first; those that follow a `cursor`."""
    scope.require("file:read")
    found = select(files).where(_F.workspace_id == scope.workspace)
    if part:
        found = found.where(func.lower(_F.name).contains(part.lower(), autoescape=True))
    if after:
        found = found.where(tuple_(_F.created_ms, _F.id) < tuple_(*place_of(after)))
    found = found.order_by(_F.created_ms.desc(), _F.id.desc()).limit(most)
    return [_file(row) for row in all_rows(connection.execute(found))]


def cursor(last: File) -> str:
    """Where a page that ends with this file is followed by the next, even if the file goes."""
    return cursor_of(last.created_ms, last.id)


def get(connection: Connection, scope: Scope, file: str) -> File:
    """One file.

    Raises:
        FileMissing: There is none with this id.
    """
    scope.require("file:read")
    own = (_F.id == file) & (_F.workspace_id == scope.workspace)
    row = first_row(connection.execute(select(files).where(own)))
    if row is None:
        raise FileMissing(f"There is no file {file[:80]!r}.", hint="Look at the list of files.")
    return _file(row)


def remove(
    connection: Connection, scope: Scope, names: Sequence[str], now_ms: int
) -> Sequence[str]:
    """Remove files; say which of them there were."""
    scope.require("file:delete")
    own = (_F.workspace_id == scope.workspace) & _F.id.in_(names)
    gone = list(connection.execute(delete(files).where(own).returning(_F.id)).scalars())
    named = (_B.workspace_id == scope.workspace) & _B.execution_id.in_(gone)
    connection.execute(delete(blob_refs).where(named))
    for file in sorted(gone):
        audit.record(connection, scope, "file.removed", file, {}, now_ms)
    return sorted(gone)


def system_is_named(connection: Connection, workspace: str, blob: str) -> bool:
    """Does a file or an execution of a workspace still name these bytes?"""
    own = (_B.workspace_id == workspace) & (_B.blob_id == blob)
    return connection.execute(select(_B.blob_id).where(own).limit(1)).first() is not None


def _file(row: Row) -> File:
    return File(**{name: row[name] for name in File.__struct_fields__})
