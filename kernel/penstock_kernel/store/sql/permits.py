"""Places that all processes of a database share.

A place belongs to the process that took it: with a process that is not there any more, its places
are free again.
"""

from __future__ import annotations

from sqlalchemy import Connection, delete, func, select
from sqlalchemy import text as sql
from sqlalchemy.dialects import postgresql, sqlite

from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.tables import permits, workers

_P = permits.c


class SqlPermits:
    """Counts for all processes."""

    def __init__(self, db: Database, worker: str) -> None:
        self._db = db
        self._worker = worker

    async def take(self, name: str, holder: str, limit: int) -> bool:
        """Take a place; see the contract."""
        return await self._db.transact(lambda one: self._take(one, name, holder, limit))

    async def give_back(self, name: str, holder: str) -> None:
        """Leave a place; see the contract."""
        own = delete(permits).where(_P.name == name, _P.holder == holder)
        await self._db.transact(lambda one: one.execute(own))

    def _take(self, connection: Connection, name: str, holder: str, limit: int) -> bool:
        if self._db.kind == "postgresql":
            lock = sql("SELECT pg_advisory_xact_lock(hashtextextended(:name, 1))")
            connection.execute(lock, {"name": name})
        gone = _P.worker_id.not_in(select(workers.c.id))
        connection.execute(delete(permits).where(_P.name == name, gone))
        others = select(func.count()).where(_P.name == name, _P.holder != holder)
        if connection.execute(others).scalar_one() >= limit:
            return False
        row = {
            "name": name,
            "holder": holder,
            "worker_id": self._worker,
            "taken_ms": self._db.now_ms(connection),
        }
        dialect = sqlite if self._db.kind == "sqlite" else postgresql
        new = dialect.insert(permits).values(row)
        changed = {"worker_id": self._worker, "taken_ms": row["taken_ms"]}
        keys = [_P.name, _P.holder]
        connection.execute(new.on_conflict_do_update(index_elements=keys, set_=changed))
        return True
