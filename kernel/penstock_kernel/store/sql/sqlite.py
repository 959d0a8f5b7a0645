"""SQLite: one thread that writes, a few that read.

The rules:

* `synchronous=FULL` in WAL mode: what was committed survives a power cut.
* One connection writes, on its own thread; transactions begin as `IMMEDIATE`, so that a second
  process waits at the beginning and never fails in the middle.
* A change is committed at once when it comes alone. When several came together, the next group is
  gathered for `WINDOW_S` before it is committed.
"""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import QueuePool, StaticPool

from penstock_kernel.store.sql.database import (
    Answer,
    Asked,
    Change,
    Kind,
    Query,
    StoreClosed,
    StoreFull,
    StoreUnavailable,
    alone,
    schema_changed,
)
from penstock_kernel.store.sql.groups import Settled, Wanted, apply, settle
from penstock_sdk import PenstockError

WINDOW_S = 0.01
MAX_GROUP = 256
READERS = 4
#: "pnst", so that a stranger's tool can tell what the file is.
APPLICATION_ID = 0x706E7374
_BUSY_MS = 30_000
#: What waiting does not mend, by what SQLite says, with what does.
_LASTING = {
    "not a database": "Name another file with the setting `database`, or restore a backup.",
    "malformed": "The file is damaged: restore a backup into an empty one.",
    "readonly": "The user that Penstock runs as has to be able to write the file and its folder.",
    "unable to open": "The user that Penstock runs as has to be able to write the file and its "
    "folder.",
}
T = TypeVar("T")


class SqliteDatabase:
    """One file, or memory when the path is None."""

    kind: Kind = "sqlite"

    def __init__(
        self,
        path: Path | None,
        *,
        window_s: float = WINDOW_S,
        clock: Callable[[], int] | None = None,
    ) -> None:
        self.commits = 0
        self.path = path
        self._window_s = window_s
        self._clock = clock or _system_ms
        self._writing = _engine(path, read_only=False)
        self._reading = self._writing if path is None else _engine(path, read_only=True)
        self._wanted: queue.SimpleQueue[Wanted | None] = queue.SimpleQueue()
        self._threads = ThreadPoolExecutor(READERS, thread_name_prefix="penstock-reader")
        self._loop = asyncio.get_running_loop()
        self._closed = False
        self._writer = threading.Thread(target=self._write, name="penstock-writer", daemon=True)
        self._writer.start()

    @property
    def engine(self) -> Engine:
        """The connection that writes, for migrations before anything else happens."""
        return self._writing

    def now_ms(self, connection: Connection) -> int:
        """All processes on one file share one machine, and its clock."""
        return self._clock()

    async def read(self, query: Query[Answer]) -> Answer:
        """Ask something; see the contract."""
        if self.path is None:
            return await self.transact(query)
        return await self._loop.run_in_executor(self._threads, self._read, query)

    async def change(self, change: Change[Asked, Answer], asked: Asked) -> Answer:
        """Make a change, together with others of its kind; see the contract."""
        if self._closed:
            raise _closed()
        future: asyncio.Future[Answer] = self._loop.create_future()
        self._wanted.put(Wanted(change, asked, future))
        return await future

    async def transact(self, work: Query[Answer]) -> Answer:
        """Make a change in one transaction; see the contract."""
        return await self.change(alone, work)

    async def close(self) -> None:
        """Finish what was asked for and let go."""
        if self._closed:
            return
        self._closed = True
        self._wanted.put(None)
        await asyncio.to_thread(self._writer.join)
        await asyncio.to_thread(self._threads.shutdown)
        self._reading.dispose()
        self._writing.dispose()

    def _read(self, query: Query[T]) -> T:
        try:
            with self._reading.connect() as connection:
                return query(connection)
        except DBAPIError as error:
            raise told(error) from error

    def _write(self) -> None:
        """The thread that writes."""
        gathers = False
        while True:
            group = self._gather(gathers=gathers)
            if not group:
                return
            gathers = len(group) > 1
            settled = self._commit(group)
            self._loop.call_soon_threadsafe(settle, settled)

    def _gather(self, *, gathers: bool) -> list[Wanted]:
        """What is to be committed next; nothing at the end."""
        first = self._wanted.get()
        if first is None:
            return []
        if gathers:
            time.sleep(self._window_s)
        group = [first]
        while len(group) < MAX_GROUP:
            try:
                one = self._wanted.get_nowait()
            except queue.Empty:
                break
            if one is None:
                self._wanted.put(None)  # the end comes after this group
                break
            group.append(one)
        return group

    def _commit(self, group: Sequence[Wanted]) -> list[Settled]:
        try:
            return self._commit_together(group)
        except Exception as error:  # noqa: BLE001 - whoever waits is told, and the thread goes on
            if len(group) > 1:
                return [settled for one in group for settled in self._commit([one])]
            return [(group[0].future, None, told(error))]

    def _commit_together(self, group: Sequence[Wanted]) -> list[Settled]:
        with self._writing.begin() as connection:
            settled = apply(connection, group)
        self.commits += 1
        return settled


def told(error: BaseException) -> BaseException:
    """A failure of the database in our own words; every other one as it is."""
    if not isinstance(error, DBAPIError):
        return error
    text = str(error.orig)
    if "disk is full" in text or "No space left" in text or "quota" in text.lower():
        message = "There is no room left for the database."
        return StoreFull(message, hint="Free some space: work goes on by itself afterwards.")
    if text.startswith(("no such table", "no such column")) or "has no column" in text:
        return schema_changed(text)
    for words, hint in _LASTING.items():
        if words in text:
            return StoreUnavailable(f"The database cannot be used: {text}.", hint=hint)
    if isinstance(error, OperationalError):
        message = f"The database cannot be used now: {text}."
        return StoreUnavailable(message, hint="Penstock tries again; `penstock doctor` looks.")
    return error


def _closed() -> PenstockError:
    return StoreClosed("The database is closed.", hint="Open a new kernel.")


def _system_ms() -> int:
    return time.time_ns() // 1_000_000


def _engine(path: Path | None, *, read_only: bool) -> Engine:
    if path is None:
        engine = create_engine(
            "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
        )
    else:
        # What no pool keeps is opened for each use: the writer holds its own for good.
        engine = create_engine(
            URL.create("sqlite", database=str(path)),
            poolclass=QueuePool,
            pool_size=READERS if read_only else 1,
            max_overflow=0,
            connect_args={"check_same_thread": False},
        )
    _prepare(engine, read_only=read_only, in_file=path is not None)
    return engine


def _lowered(value: object) -> str | None:
    """What SQLite's own function does, for the letters of every alphabet."""
    if value is None:
        return None
    if isinstance(value, bytes):
        return value.decode(errors="replace").lower()
    return str(value).lower()


def _prepare(engine: Engine, *, read_only: bool, in_file: bool) -> None:
    def connected(connection: DBAPIConnection, _record: object) -> None:
        # SQLAlchemy's driver would begin transactions late, and as ones that only read.
        connection.isolation_level = None
        connection.create_function("lower", 1, _lowered, deterministic=True)
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
        cursor.execute("PRAGMA foreign_keys=ON")
        if in_file and not read_only:
            cursor.execute("PRAGMA auto_vacuum=INCREMENTAL")
            cursor.execute("PRAGMA journal_mode=WAL")
            cursor.execute("PRAGMA synchronous=FULL")
            cursor.execute(f"PRAGMA application_id={APPLICATION_ID}")
        if read_only:
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    def begun(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", begun)
