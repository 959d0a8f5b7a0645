"""Opens the database that a setting names, and brings it to the schema of this program."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import ClassVar

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from penstock_kernel.store.sql import postgres, sqlite
from penstock_kernel.store.sql.database import Database, Query
from penstock_kernel.store.sql.postgres import PostgresDatabase
from penstock_kernel.store.sql.schema import check, migrate
from penstock_kernel.store.sql.sqlite import SqliteDatabase
from penstock_kernel.store.state import private_folder
from penstock_sdk import PenstockError

_KNOWN = ("sqlite", "postgresql", "postgresql+asyncpg")


class DatabaseUnusable(PenstockError):
    """The setting names no database that Penstock can use."""

    code: ClassVar[str] = "store.unusable"


async def open_database(url: str, *, migrates: bool = True) -> Database:
    """A database that is ready to be used.

    Args:
        url: `sqlite:///FILE`, `sqlite://` for memory, or `postgresql://USER:PASSWORD@HOST/NAME`.
        migrates: Bring it to the newest schema; otherwise an older one is refused.

    Raises:
        DatabaseUnusable: The address is not one of these, or cannot be reached.
        SchemaNewer: It belongs to a newer version of Penstock.
        SchemaOlder: It has to be migrated, and is not to be now.
    """
    parsed = _parsed(url)
    work = migrate if migrates else check
    if parsed.get_backend_name() == "sqlite":
        return await _open_sqlite(parsed, work)
    return await _open_postgres(parsed, work)


async def _open_sqlite(url: URL, work: Query[object]) -> SqliteDatabase:
    path = Path(url.database) if url.database and url.database != ":memory:" else None
    if path is not None:
        await asyncio.to_thread(_make_private, path)
    db = SqliteDatabase(path)
    try:
        await db.transact(work)
    except BaseException as error:
        await db.close()
        raise sqlite.told(error) from error
    return db


def _make_private(path: Path) -> None:
    """Make the file and its folder, for their owner only: what it holds is nobody else's.

    Raises:
        DatabaseUnusable: One of them cannot be made, or not be written.
    """
    try:
        private_folder(path.parent)
        path.touch(mode=0o600, exist_ok=True)
    except OSError as error:
        place = error.filename or path
        message = f"The database cannot be used: {place}: {error.strerror or error}."
        hint = "Correct the setting `data_dir` or `database`, or who may write there."
        raise DatabaseUnusable(message, hint=hint) from error


async def _open_postgres(url: URL, work: Query[object]) -> PostgresDatabase:
    address = _with_asyncpg(url)
    # A large table takes as long as it takes, and so does waiting for somebody else who migrates.
    patient = PostgresDatabase(address, readers=1, writers=1, limited=False)
    try:
        await patient.transact(work)
    except (DBAPIError, OSError) as error:
        raise postgres.told(error) from error
    finally:
        await patient.close()
    return PostgresDatabase(address)


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = None
    if parsed is None or parsed.drivername not in _KNOWN:
        message = "The database has to be named as sqlite:///FILE or as postgresql://…"
        raise DatabaseUnusable(message, hint="Correct the setting `database`.")
    return parsed


def _with_asyncpg(url: URL) -> str:
    """The address as SQLAlchemy has it; a socket's folder is asked for as asyncpg does."""
    return url.set(drivername="postgresql+asyncpg").render_as_string(hide_password=False)
