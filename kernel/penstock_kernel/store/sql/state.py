"""Small values that outlive an execution, for all processes of a database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, func, or_, select
from sqlalchemy import text as sql
from sqlalchemy.dialects import postgresql, sqlite

from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.tables import state
from penstock_kernel.store.state import check_space, checked

_S = state.c
#: What a row takes besides its key and its value, about.
_ROW = 32


class SqlState:
    """Rows by space and key; the first word of a space is its workspace."""

    def __init__(self, db: Database, now_ms: Callable[[], int]) -> None:
        self._db = db
        self._now_ms = now_ms
        dialect = sqlite if db.kind == "sqlite" else postgresql
        new = dialect.insert(state)
        names = ("value", "expires_ms", "updated_ms")
        changed = {name: new.excluded[name] for name in names}
        keys = [_S.workspace_id, _S.scope, _S.name]
        self._keep: Any = new.on_conflict_do_update(index_elements=keys, set_=changed)

    async def get(self, space: str, key: str) -> Any:
        """The value, or None."""
        found = await self._db.read(lambda one: self._stored(one, space, key))
        return None if found is None else msgspec.json.decode(found)

    async def set(self, space: str, key: str, value: Any, *, ttl_s: float | None = None) -> None:
        """Keep a value; see the contract."""
        raw = checked(key, value, ttl_s)
        await self._db.transact(lambda one: self._put(one, space, key, raw, ttl_s))

    async def delete(self, space: str, key: str) -> None:
        """Forget a value."""
        own = delete(state).where(self._own(space), _S.name == key)
        await self._db.transact(lambda one: one.execute(own))

    async def update(self, space: str, key: str, expected: Any, value: Any) -> bool:
        """Set a value if the stored one equals `expected`; see the contract."""
        raw = checked(key, value, None)

        def work(connection: Connection) -> bool:
            # A value that is not there yet has no row that could be locked.
            if self._db.kind == "postgresql":
                lock = sql("SELECT pg_advisory_xact_lock(hashtextextended(:name, 2))")
                connection.execute(lock, {"name": f"{space}\n{key}"})
            stored = self._stored(connection, space, key)
            current = None if stored is None else msgspec.json.decode(stored)
            if current != expected:
                return False
            self._put(connection, space, key, raw, None)
            return True

        return await self._db.transact(work)

    def _stored(self, connection: Connection, space: str, key: str) -> bytes | None:
        counts = or_(_S.expires_ms.is_(None), _S.expires_ms > self._now_ms())
        found = select(_S.value).where(self._own(space), _S.name == key, counts)
        value: bytes | None = connection.execute(found).scalar_one_or_none()
        return value

    def _put(
        self, connection: Connection, space: str, key: str, raw: bytes, ttl_s: float | None
    ) -> None:
        now_ms = self._now_ms()
        connection.execute(delete(state).where(self._own(space), _S.expires_ms <= now_ms))
        size = func.length(_S.value) + func.length(_S.name) + _ROW
        others = select(func.count(), func.coalesce(func.sum(size), 0))
        row = connection.execute(others.where(self._own(space), _S.name != key)).one()
        check_space(space, int(row[0]) + 1, int(row[1]) + len(raw) + len(key) + _ROW)
        values = {
            "workspace_id": space.partition("/")[0],
            "scope": space,
            "name": key,
            "value": raw,
            "expires_ms": None if ttl_s is None else now_ms + round(ttl_s * 1_000),
            "updated_ms": now_ms,
        }
        connection.execute(self._keep, [values])

    def _own(self, space: str) -> Any:
        return (_S.workspace_id == space.partition("/")[0]) & (_S.scope == space)
