"""An execution on its way: what happens in it, and in the end what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from penstock_bus import Bus, Subscription
from penstock_kernel.execution.events import Event, decode_event, subject_of
from penstock_kernel.execution.result import Execution

#: Events that wait to be read; beyond that the oldest are lost. They are hints, not the truth.
_MOST_EVENTS = 100_000


class Running:
    """Made by `Kernel.start`: iterate over it for the events, ask for `result()`, or `cancel()`."""

    def __init__(
        self, execution_id: str, task: asyncio.Task[Execution], events: Subscription
    ) -> None:
        self.id = execution_id
        self._task = task
        self._events = events
        task.add_done_callback(self._ended)

    async def __aiter__(self) -> AsyncIterator[Event]:
        """What happens, until the execution has ended or waits for a signal."""
        async for message in self._events:
            yield decode_event(message.data)

    async def result(self) -> Execution:
        """What came of it. A caller that is canceled here leaves the execution running.

        Raises:
            OwnershipLost: Somebody else owns the execution now.
            CancelledError: `cancel` or the end of the kernel stopped it.
        """
        return await asyncio.shield(self._task)

    async def cancel(self) -> None:
        """Stop it, and wait until nothing of it runs."""
        self._task.cancel()
        await asyncio.wait([self._task])

    def _ended(self, task: asyncio.Task[Execution]) -> None:
        self._events.close()
        if not task.cancelled():
            task.exception()  # nobody may ask for the result; that is no mistake to warn about


async def listen(bus: Bus, execution_id: str) -> Subscription:
    """The events of an execution from now on."""
    return await bus.subscribe(subject_of(execution_id), limit=_MOST_EVENTS)
