"""Results of steps, kept for all processes of a database; hits and misses are counted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, func, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from penstock_kernel.store.results import Kept
from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.tables import step_cache

_C = step_cache.c
#: Rows that one clean-up removes.
MOST_REMOVED = 1_000


class CacheCounts(msgspec.Struct, frozen=True):
    """What the cache did for a node type: each miss is a step that ran and was kept."""

    node_type: str
    entries: int
    hits: int
    misses: int
    size: int


class SqlResults:
    """Keeps results for all processes."""

    def __init__(self, db: Database) -> None:
        self._db = db
        dialect = sqlite if db.kind == "sqlite" else postgresql
        new = dialect.insert(step_cache)
        changed: dict[str, Any] = {
            name: new.excluded[name] for name in ("outputs", "created_ms", "expires_ms")
        }
        changed["misses"] = _C.misses + 1
        keys = [_C.workspace_id, _C.cache_key]
        self._keep: Any = new.on_conflict_do_update(index_elements=keys, set_=changed)

    async def get(self, kept: Kept) -> bytes | None:
        """The result; see the contract."""
        return await self._db.change(self._get, kept)

    async def put(self, kept: Kept, outputs: bytes) -> None:
        """Keep a result; see the contract."""
        await self._db.change(self._put, (kept, outputs))

    def _get(self, connection: Connection, asked: Sequence[Kept]) -> Sequence[bytes | None]:
        now_ms = self._db.now_ms(connection)
        counts: dict[tuple[str, str], int] = {}
        for one in asked:
            counts[one.workspace, one.key] = counts.get((one.workspace, one.key), 0) + 1
        named = tuple_(_C.workspace_id, _C.cache_key).in_(list(counts))
        wanted = select(_C.workspace_id, _C.cache_key, _C.outputs).where(
            named, _C.expires_ms > now_ms
        )
        rows = connection.execute(wanted.order_by(_C.workspace_id, _C.cache_key)).all()
        found = {(row.workspace_id, row.cache_key): row.outputs for row in rows}
        for workspace, key in sorted(found):
            own = (_C.workspace_id == workspace) & (_C.cache_key == key)
            hits = _C.hits + counts[workspace, key]
            connection.execute(update(step_cache).where(own).values(hits=hits))
        return [found.get((one.workspace, one.key)) for one in asked]

    def _put(self, connection: Connection, asked: Sequence[tuple[Kept, bytes]]) -> Sequence[None]:
        now_ms = self._db.now_ms(connection)
        rows = {
            (kept.workspace, kept.key): {
                "workspace_id": kept.workspace,
                "cache_key": kept.key,
                "node_type": kept.node_type,
                "outputs": outputs,
                "misses": 1,
                "created_ms": now_ms,
                "expires_ms": now_ms + round(kept.ttl_s * 1_000),
            }
            for kept, outputs in asked
        }
        connection.execute(self._keep, [rows[key] for key in sorted(rows)])
        return [None] * len(asked)


def counts(connection: Connection, scope: Scope) -> Sequence[CacheCounts]:
    """What the cache did for each node type."""
    scope.require("execution:read")
    sums = (func.count(), func.sum(_C.hits), func.sum(_C.misses), func.sum(func.length(_C.outputs)))
    found = select(_C.node_type, *sums).where(_C.workspace_id == scope.workspace)
    rows = connection.execute(found.group_by(_C.node_type).order_by(_C.node_type))
    return [CacheCounts(row[0], row[1], int(row[2]), int(row[3]), int(row[4])) for row in rows]


def clear(connection: Connection, scope: Scope, node_type: str = "") -> int:
    """Forget the results of a workspace, or of one node type there."""
    scope.require("execution:write")
    own = _C.workspace_id == scope.workspace
    if node_type:
        own &= _C.node_type == node_type
    return int(connection.execute(delete(step_cache).where(own)).rowcount)


def system_clean_up(connection: Connection, now_ms: int) -> int:
    """Forget what does not count any more; say how much that was."""
    old = select(_C.workspace_id, _C.cache_key).where(_C.expires_ms <= now_ms).limit(MOST_REMOVED)
    named = [tuple(row) for row in connection.execute(old)]
    if named:
        own = tuple_(_C.workspace_id, _C.cache_key).in_(named)
        connection.execute(delete(step_cache).where(own, _C.expires_ms <= now_ms))
    return len(named)
