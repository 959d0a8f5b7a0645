"""Says that a process is there: what it owns is taken from a process that falls silent.

The rules:

* Whoever may own executions says so every `BEAT_S`, through the loop and the writer that its work
  goes through too: a process that hangs falls silent. One that works never does, whatever the
  database answers.
* What it owned when it goes is queued for others.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from importlib.metadata import version

from penstock_kernel.store.sql import queue
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.queue import Beat
from penstock_sdk import PenstockError

BEAT_S = 3.0
log = logging.getLogger(__name__)


class Presence:
    """What one process says of itself; a server says more than a program that embeds a kernel."""

    def __init__(self, db: Database, worker: str) -> None:
        self.role = "embedded"
        self.pools: tuple[str, ...] = ()
        self.concurrency = 0
        self.state = "working"
        #: How many executions run here.
        self.running: Callable[[], int] = int
        self._version = version("penstock")
        self._db = db
        self._worker = worker

    async def beat(self) -> None:
        """Say that this process is there."""
        said = Beat(
            id=self._worker,
            host=socket.gethostname(),
            pid=os.getpid(),
            version=self._version,
            role=self.role,
            pools=",".join(self.pools),
            concurrency=self.concurrency,
            running=self.running(),
            state=self.state,
        )
        await self._db.transact(lambda connection: queue.beat(self._db, connection, said))

    async def leave(self) -> None:
        """Say no more, and leave what this process owns to others."""
        await self._db.transact(lambda connection: queue.leave(connection, self._worker))

    async def beats(self) -> None:
        """Say it again and again, until canceled."""
        while True:
            await asyncio.sleep(BEAT_S)
            try:
                await self.beat()
            except PenstockError as error:
                log.warning("heartbeat_failed: %s: %s", error.code, error.message)
            except Exception:
                # Whatever it was: who falls silent for good loses all that it does.
                log.exception("heartbeat_failed")


@asynccontextmanager
async def present(db: Database, worker: str) -> AsyncGenerator[Presence]:
    """Be there until the block ends."""
    presence = Presence(db, worker)
    await presence.beat()
    beating = asyncio.create_task(presence.beats())
    try:
        yield presence
    finally:
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)
        try:
            await presence.leave()
        except PenstockError as error:
            log.warning("not_left: %s: %s", error.code, error.message)
