"""PostgreSQL through asyncpg: a pool for queries, and a few writers that commit in groups.

The rules:

* Queries and changes are the same functions as for SQLite: SQLAlchemy lets them wait for the
  network without knowing it.
* A writer takes whatever has been asked for meanwhile. Locks that cross are broken by the database;
  the group is then made again, one change after the other.
* A connection that broke is replaced; what was under way then is told as unavailable. One to a
  server that only reads any more counts as broken: another server is the one that writes now.
* Reads have places of their own. However many there are, and however slow, changes go on.
* A statement has `LIMIT_S`, but for those that look at everything: migrations and backups.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

from sqlalchemy import Connection, event, text
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

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

WRITERS = 2
MAX_GROUP = 256
WINDOW_S = 0.005
LIMIT_S = 60.0
#: How long somebody waits for a connection.
PATIENCE_S = 30.0
_ATTEMPTS = 3
#: Said by a server that was the one that writes before a failover.
_ONLY_READS = "25006"


class PostgresDatabase:
    """A database on a server."""

    kind: Kind = "postgresql"

    def __init__(
        self, url: str, *, readers: int = 4, writers: int = WRITERS, limited: bool = True
    ) -> None:
        """With whether a statement may take no longer than `LIMIT_S`."""
        self.commits = 0
        self.url = url
        self._engine = create_async_engine(
            url,
            pool_size=readers + writers,
            max_overflow=0,
            pool_timeout=PATIENCE_S,
            connect_args={"timeout": 10, "command_timeout": LIMIT_S if limited else None},
        )
        event.listen(self._engine.sync_engine, "handle_error", _leave_who_only_reads)
        self._reading = self._engine.execution_options(isolation_level="REPEATABLE READ")
        self._places = asyncio.Semaphore(readers)
        self._wanted: deque[Wanted] = deque()
        self._arrived = asyncio.Event()
        self._closed = False
        self._writers = [asyncio.create_task(self._write()) for _ in range(writers)]

    @property
    def engine(self) -> AsyncEngine:
        """For migrations before anything else happens."""
        return self._engine

    def now_ms(self, connection: Connection) -> int:
        """The time of the server."""
        moment = "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint"
        return int(connection.execute(text(moment)).scalar_one())

    async def read(self, query: Query[Answer]) -> Answer:
        """Ask something; see the contract."""
        try:
            async with self._place() as connection:
                return await connection.run_sync(query)
        except (DBAPIError, PoolTimeout, OSError, TimeoutError) as error:
            raise told(error) from error

    async def change(self, change: Change[Asked, Answer], asked: Asked) -> Answer:
        """Make a change, together with others of its kind; see the contract."""
        if self._closed:
            message = "The database is closed."
            raise StoreClosed(message, hint="Open a new kernel.")
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._wanted.append(Wanted(change, asked, future))
        self._arrived.set()
        return await future

    async def transact(self, work: Query[Answer]) -> Answer:
        """Make a change in one transaction; see the contract."""
        return await self.change(alone, work)

    async def close(self) -> None:
        """Finish what was asked for and let go."""
        self._closed = True
        self._arrived.set()
        await asyncio.gather(*self._writers)
        await self._engine.dispose()

    @asynccontextmanager
    async def _place(self) -> AsyncGenerator[AsyncConnection]:
        """A connection to read with, when one of those for reading is free."""
        async with asyncio.timeout(PATIENCE_S):
            await self._places.acquire()
        try:
            async with self._reading.connect() as connection:
                yield connection
        finally:
            self._places.release()

    async def _write(self) -> None:
        gathers = False
        while True:
            while not self._wanted:
                if self._closed:
                    return
                self._arrived.clear()
                await self._arrived.wait()
            if gathers:
                await asyncio.sleep(WINDOW_S)
            group = self._gather()
            gathers = len(group) > 1
            if group:
                settle(await self._commit(group))

    def _gather(self) -> list[Wanted]:
        return [self._wanted.popleft() for _ in range(min(MAX_GROUP, len(self._wanted)))]

    async def _commit(self, group: Sequence[Wanted]) -> list[Settled]:
        for attempt in range(_ATTEMPTS):
            try:
                return await self._commit_together(group)
            except Exception as error:  # noqa: BLE001 - whoever waits is told, the writer goes on
                if len(group) > 1:
                    return [settled for one in group for settled in await self._commit([one])]
                if not _is_in_the_way(error) or attempt == _ATTEMPTS - 1:
                    return [(group[0].future, None, told(error))]
        raise AssertionError

    async def _commit_together(self, group: Sequence[Wanted]) -> list[Settled]:
        async with self._engine.begin() as connection:
            settled = await connection.run_sync(apply, group)
        self.commits += 1
        return settled


def _leave_who_only_reads(context: ExceptionContext) -> None:
    """Have all connections made anew: these would go on to lead to the wrong server."""
    if _code(context.original_exception) == _ONLY_READS:
        context.is_disconnect = True


def _code(error: object) -> str | None:
    """What kind of failure it is in the words of PostgreSQL, if it is one of its own."""
    found: str | None = getattr(error, "sqlstate", None)
    return found


def _is_in_the_way(error: BaseException) -> bool:
    """Was it somebody else's transaction, so that another attempt may do?"""
    code = _code(getattr(error, "orig", None))
    # The last: somebody else's row came in between, and is found by whoever looks again.
    return code in ("40001", "40P01", "23505")


def told(error: BaseException) -> BaseException:
    """A failure of the database in our own words; every other one as it is."""
    code = _code(getattr(error, "orig", None))
    if code == "53100":
        message = "There is no room left for the database."
        return StoreFull(message, hint="Free some space: work goes on by itself afterwards.")
    if code in ("42P01", "42703"):
        return schema_changed(str(getattr(error, "orig", error)).splitlines()[0])
    gone = isinstance(error, OSError | TimeoutError | PoolTimeout | InterfaceError)
    if isinstance(error, DBAPIError):
        gone = gone or error.connection_invalidated or isinstance(error, OperationalError)
        gone = gone or str(code)[:2] in ("08", "53", "57") or code == _ONLY_READS
    if gone:
        # Some say nothing: that time ran out, for one.
        reason = str(getattr(error, "orig", None) or error) or type(error).__name__
        message = f"The database cannot be used now: {reason}."
        return StoreUnavailable(message, hint="Penstock tries again; `penstock doctor` looks.")
    return error
