"""How long one call of a node may take."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any, ClassVar, cast

from penstock_kernel.execution.context import gathered
from penstock_kernel.execution.resting import Rest
from penstock_sdk import Item, PenstockError


class NodeTimedOut(PenstockError):
    """A node took longer than its time limit."""

    code: ClassVar[str] = "node.timed_out"


async def in_time(result: Any, limit_s: float | None, rest: Rest) -> Any:
    """What a node gave, waited for or gathered within its time limit.

    Raises:
        NodeTimedOut: It took longer.
    """
    try:
        async with asyncio.timeout(limit_s) as timer, _paused(rest, timer):
            if isinstance(result, Awaitable):
                return await cast("Awaitable[Any]", result)
            if isinstance(result, AsyncIterator):
                return await gathered(cast("AsyncIterator[Item]", result))
    except TimeoutError as error:
        message = f"The node did not finish within {limit_s or 0:g} seconds."
        hint = "Raise `timeout_s` in the node's settings, or give it less to do."
        raise NodeTimedOut(message, hint=hint) from error
    return result


@asynccontextmanager
async def _paused(rest: Rest, timer: asyncio.Timeout) -> AsyncGenerator[None]:
    """A time limit that does not count while what the step runs only waits."""
    time = asyncio.get_running_loop().time
    left: list[float] = []

    def changed(due_ms: int | None) -> None:
        when = timer.when()
        if due_ms is not None and when is not None and not timer.expired():
            left.append(when - time())
            timer.reschedule(None)
        elif due_ms is None and left:
            timer.reschedule(time() + left.pop())

    rest.listeners.append(changed)
    try:
        yield
    finally:
        rest.listeners.remove(changed)
