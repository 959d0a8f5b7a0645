"""What stands of the database, the broker and the work in it, as `penstock doctor` tells it."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec
from sqlalchemy import Connection, make_url

from penstock_kernel.settings import Settings
from penstock_kernel.store.blobs import root_key
from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql import overview, schedules
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.opening import open_database
from penstock_kernel.store.sql.overview import Filter
from penstock_kernel.store.sql.schema import version
from penstock_sdk import PenstockError
from penstock_web.commands.broker import broker

#: Below this much room a database may stop taking anything.
_LEAST_ROOM = 500 << 20
_LATE_MS = 60_000
_SKEW_MS = 2_000


class State(msgspec.Struct, kw_only=True):
    """What was found."""

    database: str = ""
    schema: str = ""
    broker: str = ""
    executions: Mapping[str, int] = {}
    servers: int = 0
    problems: list[str] = []


async def look(settings: Settings) -> State:
    """Look at the database and the broker; what does not stand is a problem."""
    state = State(problems=[])
    state.database = settings.store_url.partition("://")[0]
    with _telling(state):
        _look_at_files(state, settings)
    with _telling(state):
        await _look_at_database(state, settings)
    return state


async def _look_at_database(state: State, settings: Settings) -> None:
    file = _file(settings)
    if file is not None and not file.exists():
        state.database += ", which nothing was written to yet"
        if file.parent != settings.data_dir:
            state.problems += _folder_problems(file.parent)
        return
    db = await open_database(settings.store_url, migrates=False)
    try:
        await _look_into(state, db, file)
    finally:
        await db.close()
    await _look_at_broker(state, settings)


@contextmanager
def _telling(state: State) -> Generator[None]:
    """What does not work is a problem, and does not keep the rest from being looked at."""
    try:
        yield
    except PenstockError as error:
        state.problems.append(f"{error.message} {error.hint}".strip())
    except OSError as error:
        state.problems.append(f"{error.filename or 'A file'} cannot be used: {error.strerror}.")


def _look_at_files(state: State, settings: Settings) -> None:
    """Could a server write into its data directory, and read its key?"""
    state.problems += _folder_problems(settings.data_dir)
    has_key = settings.secret_key or not (settings.data_dir / "secret.key").exists()
    if not (state.problems or has_key):
        root_key(settings.data_dir)


def _folder_problems(folder: Path) -> list[str]:
    """What keeps a folder from being used, or from being made where it is not there."""
    there = next(one for one in (folder, *folder.absolute().parents) if one.exists())
    if not there.is_dir():
        return [f"{there} is no folder, so that nothing can be kept in {folder}."]
    if not os.access(there, os.W_OK | os.X_OK):
        return [f"Nothing can be written in {there}, and so not in {folder}."]
    return []


def _file(settings: Settings) -> Path | None:
    scheme, _, rest = settings.store_url.partition("://")
    name = make_url(settings.store_url).database if scheme == "sqlite" and rest else None
    return Path(name) if name and name != ":memory:" else None


async def _look_into(state: State, db: Database, file: Path | None) -> None:
    begun_ms = time.time() * 1_000

    def query(connection: Connection) -> tuple[str, Mapping[str, int], int, int | None, int]:
        everything = overview.counts(connection, Scope(), Filter())
        there = [row for row in overview.system_workers(connection) if row["role"] != "embedded"]
        due_ms, now_ms = schedules.system_next_ms(connection), db.now_ms(connection)
        return version(connection) or "none", everything, len(there), due_ms, now_ms

    state.schema, state.executions, state.servers, due_ms, now_ms = await db.read(query)
    skew_ms = max(begun_ms - now_ms, now_ms - time.time() * 1_000)
    if skew_ms > _SKEW_MS:
        apart_s = skew_ms / 1_000
        state.problems.append(f"The clocks here and of the database are {apart_s:.0f} s apart.")
    if due_ms is not None and now_ms - due_ms > _LATE_MS:
        state.problems.append(
            f"A schedule has been due for {(now_ms - due_ms) / 1_000:,.0f} s and is not started: "
            "start `penstock serve`."
        )
    if state.executions.get("queued") and not state.servers:
        state.problems.append(
            f"{state.executions['queued']:,} executions are queued, and no worker is there."
        )
    if file is not None:
        room = shutil.disk_usage(file.parent).free
        if room < _LEAST_ROOM:
            state.problems.append(f"There are {room >> 20:,} MB left where the database lies.")


async def _look_at_broker(state: State, settings: Settings) -> None:
    if settings.dispatch == "db":
        state.broker = "none: workers look into the database"
        return
    try:
        async with broker(settings, starts=False) as connected:
            state.broker = "answers" if connected else "none found: started by `penstock serve`"
    except Exception as error:  # noqa: BLE001 - whatever keeps it from answering is what to tell
        state.broker = "does not answer"
        state.problems.append(f"The broker does not answer: {error}")
