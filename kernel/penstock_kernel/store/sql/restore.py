"""Restores a backup into an empty database and its data directory.

The rules:

* A backup is read through once before anything is changed: a damaged one changes nothing.
* Tables are restored in one transaction, after the files that they name: all of them or none.
* A backup of an older schema is restored into tables as they were, which are migrated then.
* Nobody owns anything afterwards. What is live has a new epoch, what ran is queued again, and is
  rung for.
* A file that is there is never replaced by another one; least of all the key.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any, cast

import msgspec
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, Table, func, insert, literal, select, text, update

from penstock_kernel.store.sql.backup import (
    FILE,
    FOLDERS,
    KEY_FILE,
    TABLE,
    BackupRefused,
    Head,
    Piece,
    Progress,
    Rows,
    decoded,
    decoded_head,
    frames,
    kept_tables,
    mark_of,
)
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.outbox import ring_for
from penstock_kernel.store.sql.rows import all_rows
from penstock_kernel.store.sql.schema import migrate, refuse_newer, version
from penstock_kernel.store.sql.tables import metadata, workflow_executions
from penstock_kernel.store.state import private_folder

_E = workflow_executions.c


class Restored(msgspec.Struct, kw_only=True):
    """What was restored."""

    head: Head
    #: Rows by table.
    rows: dict[str, int]
    files: int
    #: Executions that ran when the backup was made, and go on.
    queued_again: int
    #: Can be decrypted what is encrypted: `restored` or `same` is yes, `missing` or `other` no.
    key: str


async def restore(db: Database, data_dir: Path, file: Path, progress: Progress) -> Restored:
    """Restore a backup.

    Raises:
        BackupRefused: It is damaged or of a newer version, the database is not empty, or the data
            directory has another key than the backup.
        SchemaNewer: The database is newer than this program.
    """
    try:
        head = await asyncio.to_thread(_checked, file, progress)
        await db.read(lambda connection: _refuse(connection, head))
        key = await asyncio.to_thread(_fate_of_key, data_dir, head, file)
        files = await asyncio.to_thread(_restore_files, data_dir, file, progress)
    except OSError as error:
        message = f"The backup cannot be restored: {error.filename or data_dir}: {error.strerror}."
        raise BackupRefused(message, hint="Correct that and try again.") from error

    def load(connection: Connection) -> tuple[dict[str, int], int]:
        _refuse(connection, head)
        tables = _tables_of(connection, head.schema)
        rows = _restore_rows(connection, file, head, tables, progress)
        migrate(connection)
        _go_on_counting(connection)
        return rows, _put_in_order(connection, db.now_ms(connection))

    rows, queued_again = await db.transact(load)
    return Restored(head=head, rows=rows, files=files, queued_again=queued_again, key=key)


def _checked(file: Path, progress: Progress) -> Head:
    """The head of a backup that is whole."""
    size = file.stat().st_size
    with file.open("rb") as opened:
        head = decoded_head(opened)
        opened.seek(0)
        for _ in frames(opened):
            progress("check", opened.tell(), size)
    return head


def _refuse(connection: Connection, head: Head) -> None:
    """Refuse where the backup does not fit, or something would be lost."""
    refuse_newer(connection)
    scripts = ScriptDirectory.from_config(_migrations(connection))
    if head.schema not in {script.revision for script in scripts.walk_revisions()}:
        message = (
            f"The backup has schema {head.schema}, which this version of Penstock is too old for."
        )
        raise BackupRefused(message, hint=f"Restore it with Penstock {head.penstock}.")
    for table in metadata.sorted_tables:
        if table.name == "leases":
            continue  # tells of work that was done here, and of nothing that is kept
        if connection.execute(select(literal(1)).select_from(table).limit(1)).first():
            message = f"The database is not empty: its table {table.name} has rows."
            raise BackupRefused(message, hint="Restore into a new file, or a new database.")


# --- files -----------------------------------------------------------------------------------


def _fate_of_key(data_dir: Path, head: Head, file: Path) -> str:
    """Say what becomes of the key; refuse where two would be needed."""
    path = data_dir / KEY_FILE
    mark = mark_of(path.read_bytes()) if path.exists() else None
    if mark is None:
        return "restored" if head.has_key else "missing"
    if head.key_mark in (None, mark):
        return "same"
    if head.has_key:
        message = f"{path} is another key than the one in {file}."
        raise BackupRefused(message, hint="Restore into another data directory.")
    return "other"


def _restore_files(data_dir: Path, file: Path, progress: Progress) -> int:
    private_folder(data_dir)
    count, size = 0, file.stat().st_size
    with (
        tempfile.TemporaryDirectory(dir=data_dir, prefix=".new-") as folder,
        file.open("rb") as opened,
    ):
        draft = Path(folder) / "draft"
        for letter, data in frames(opened):
            if letter != FILE:
                continue
            piece = cast("Piece", decoded(letter, data))
            draft.touch(mode=0o600)
            with draft.open("ab") as part:
                part.write(piece.data)
            if piece.last:
                _put(draft, data_dir, piece.path)
                count += 1
            progress("files", opened.tell(), size)
    os.sync()  # all at once: there may be a million
    return count


def _inside(data_dir: Path, name: str) -> Path:
    """Where a file belongs; a backup that somebody made up must not reach any other place."""
    path = PurePosixPath(name)
    known = name == KEY_FILE or (len(path.parts) > 1 and path.parts[0] in FOLDERS)
    if not known or path.is_absolute() or ".." in path.parts:
        message = f"The backup has a file {name!r}, which belongs to no data directory."
        raise BackupRefused(message, hint="Do not trust where it came from.")
    return data_dir / path


def _put(draft: Path, data_dir: Path, name: str) -> None:
    """Put a file in its place, unless it is there."""
    path = _inside(data_dir, name)
    private_folder(path.parent)
    try:
        os.link(draft, path)
    except FileExistsError as error:
        # Of binary data the name tells what it is; it is encrypted differently each time.
        if not name.startswith("blobs/") and path.read_bytes() != draft.read_bytes():
            message = f"The file {path} is there already, and is another one."
            raise BackupRefused(message, hint="Restore into another data directory.") from error
    draft.unlink()


# --- tables ----------------------------------------------------------------------------------


def _tables_of(connection: Connection, schema: str) -> Mapping[str, Table]:
    """The tables of a schema; in the place of newer ones, which are empty."""
    if schema == version(connection):
        return {str(table.name): table for table in kept_tables()}
    metadata.drop_all(connection)
    connection.execute(text("DROP TABLE alembic_version"))
    command.upgrade(_migrations(connection), schema)
    older = MetaData()
    older.reflect(connection)
    return {str(name): table for name, table in older.tables.items()}


def _migrations(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _restore_rows(
    connection: Connection,
    file: Path,
    head: Head,
    tables: Mapping[str, Table],
    progress: Progress,
) -> dict[str, int]:
    counts = dict.fromkeys(head.rows, 0)
    done, count = 0, sum(head.rows.values())
    with file.open("rb") as opened:
        for letter, data in frames(opened):
            if letter != TABLE:
                continue
            some = cast("Rows", decoded(letter, data))
            rows = [dict(zip(some.columns, row, strict=True)) for row in some.rows]
            connection.execute(insert(tables[some.table]), rows)
            counts[some.table] += len(rows)
            done += len(rows)
            progress("rows", done, count)
    return counts


def _go_on_counting(connection: Connection) -> None:
    """Numbers that PostgreSQL gives begin behind those that were restored."""
    if connection.dialect.name != "postgresql":
        return
    for table in kept_tables():
        column = table.autoincrement_column
        if column is not None:
            sequence = func.pg_get_serial_sequence(table.name, column.name)
            newest = select(func.coalesce(func.max(column), 1)).scalar_subquery()
            connection.execute(select(func.setval(sequence, newest)))


def _put_in_order(connection: Connection, now_ms: int) -> int:
    """Take everything from those that owned it, queue what ran, and ring; say how much ran."""
    live = _E.root_id.is_(None) & _E.status.in_(("queued", "running", "waiting"))
    raised = update(workflow_executions).where(live).values(epoch=_E.epoch + 1)
    connection.execute(raised)
    ran: dict[str, Any] = {
        "status": "queued",
        "worker_id": None,
        "waiting_for": None,
        "due_ms": None,
        "dispatches": 0,
        "queued_ms": now_ms,
    }
    owned = live & ((_E.status == "running") | _E.worker_id.is_not(None))
    again = connection.execute(update(workflow_executions).where(owned).values(ran)).rowcount
    ended = _E.worker_id.is_not(None)
    connection.execute(update(workflow_executions).where(ended).values(worker_id=None))
    queued = select(_E.pool, func.min(_E.id).label("id")).where(_E.status == "queued")
    pools = all_rows(connection.execute(queued.group_by(_E.pool)))
    told = {"epoch": f"restored-{now_ms}", "queued_ms": now_ms}
    ring_for(connection, [{**row, **told} for row in pools])
    return again
