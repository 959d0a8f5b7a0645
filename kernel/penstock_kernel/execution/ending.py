"""Finish what has to be finished, however often its caller is canceled meanwhile."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Coroutine
from typing import Any

log = logging.getLogger(__name__)
#: How long something that was canceled may take to tidy up; then nobody waits for it any longer.
GRACE_S = 5.0


async def to_the_end(work: Coroutine[Any, Any, None]) -> bool:
    """Wait until work is done; say whether the caller was canceled on the way."""
    task = asyncio.create_task(work)
    interrupted = False
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            interrupted = True
    task.result()
    return interrupted


async def stop(tasks: Collection[asyncio.Task[Any]]) -> None:
    """Cancel tasks and wait until they have ended; what came of them is dropped."""
    for task in tasks:
        task.cancel()
        task.add_done_callback(_drop)
    if tasks:
        _, still = await asyncio.wait(tasks, timeout=GRACE_S)
        if still:
            log.warning("step_not_stopped: %d steps do not end although canceled", len(still))


def _drop(task: asyncio.Task[Any]) -> None:
    if not task.cancelled():
        task.exception()
