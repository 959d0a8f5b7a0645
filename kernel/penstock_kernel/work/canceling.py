"""Ends executions wherever they are."""

from __future__ import annotations

from penstock_bus import Bus
from penstock_kernel.store.sql import queue
from penstock_kernel.store.sql.database import Database
from penstock_kernel.work.worker import CANCELED


async def cancel(db: Database, bus: Bus, execution: str, now_ms: int) -> bool:
    """End an execution, and tell whoever runs it; say whether there was anything to end.

    From the commit on nobody can write to it any more: the signal only saves work.
    """
    found = await db.transact(lambda connection: queue.cancel(connection, execution, now_ms))
    if found:
        await bus.publish(CANCELED + execution, b"")
    return found
