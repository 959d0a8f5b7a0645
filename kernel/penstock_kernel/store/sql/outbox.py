"""Doorbells that are still to be rung: written with what they tell of, removed when handed over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, insert, select

from penstock_kernel.store.sql.tables import outbox

MOST = 500


class Ring(NamedTuple):
    """A doorbell to ring: somebody should look after a pool."""

    id: int
    pool: str
    message_id: str


def ring_for(connection: Connection, queued: Sequence[Mapping[str, Any]]) -> None:
    """Ring for executions that were queued, once for each pool."""
    pools = {row["pool"]: row for row in queued}
    rows = [
        {
            "subject": pool,
            # Each time that something is queued it has another epoch: a ring that was heard is not
            # taken for one that is new.
            "message_id": f"{row['id']}:{row['epoch']}",
            "created_ms": row["queued_ms"],
        }
        for pool, row in pools.items()
    ]
    if rows:
        connection.execute(insert(outbox), rows)


def pending(connection: Connection) -> list[Ring]:
    """What is to be rung, oldest first."""
    found = select(outbox.c.id, outbox.c.subject, outbox.c.message_id)
    rows = connection.execute(found.order_by(outbox.c.id).limit(MOST))
    return [Ring(row.id, row.subject, row.message_id) for row in rows]


def rung(connection: Connection, asked: Sequence[Sequence[int]]) -> Sequence[None]:
    """Forget what was handed over."""
    ids = [one for ring_ids in asked for one in ring_ids]
    connection.execute(delete(outbox).where(outbox.c.id.in_(ids)))
    return [None] * len(asked)
