"""Stopping a process when it has something to lose."""

from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.chaos.soak import Process, Scene

_HELD = """
SELECT 1 FROM workflow_executions e JOIN workers w ON w.id = e.worker_id
WHERE w.pid = :pid AND e.status = 'running' LIMIT 1
"""
LEFT = """
SELECT count(*) FROM workflow_executions WHERE status IN ('queued', 'running')
OR (status = 'waiting' AND coalesce(waiting_for, '') <> 'in_doubt')
"""


async def stop_in_the_middle(scene: Scene, hit: Process) -> None:
    """Stop it in the middle of something, but not of a commit: nobody else could write then."""

    async def is_busy() -> bool:
        return bool(await scene.rows(_HELD, pid=hit.pid))

    async def others_write() -> bool:
        try:
            async with asyncio.timeout(0.5):
                await scene.db.transact(lambda _: None)
        except TimeoutError:
            return False
        return True

    hit.send(signal.SIGSTOP)
    while await scene.count(LEFT) and not (await others_write() and await is_busy()):
        hit.send(signal.SIGCONT)
        while not await is_busy() and await scene.count(LEFT):  # noqa: ASYNC110 - nobody rings
            await asyncio.sleep(0.001)
        hit.send(signal.SIGSTOP)
