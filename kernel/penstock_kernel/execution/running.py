"""An execution on its way: what happens in it, and in the end what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator

from penstock_bus import Bus, Subscription
from penstock_kernel.execution.events import Event, decode_event, pattern_of
from penstock_kernel.execution.result import Execution
from penstock_kernel.store.journal import Journal
from penstock_kernel.store.records import ExecutionId

#: Events that wait to be read; beyond that the oldest are lost. They are hints, not the truth.
_MOST_EVENTS = 100_000
#: Hints may be lost: who watches asks the journal after so long a silence.
_SILENCE_S = 3.0
_ENDED = ("success", "error", "canceled", "dead")


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
    return await bus.subscribe(pattern_of(execution=execution_id), limit=_MOST_EVENTS)


async def watch(bus: Bus, journal: Journal, execution_id: str) -> AsyncGenerator[Event]:
    """The events of an execution from now on, wherever it runs, until it has ended.

    Raises:
        ExecutionNotFound: There is none with this id.
    """
    subscription = await listen(bus, execution_id)
    coming: asyncio.Task[Event | None] | None = None

    async def has_ended() -> bool:
        return (await journal.execution(ExecutionId(execution_id))).status in _ENDED

    try:
        ended = await has_ended()
        while not ended:
            coming = coming or asyncio.create_task(_next(subscription))
            done, _ = await asyncio.wait([coming], timeout=_SILENCE_S)
            if not done:
                ended = await has_ended()
                continue
            event, coming = coming.result(), None
            if event is None:
                return
            yield event
            ended = event.kind == "execution.finished"
    finally:
        subscription.close()
        if coming is not None:
            await asyncio.wait([coming])


async def _next(subscription: Subscription) -> Event | None:
    try:
        return decode_event((await anext(subscription)).data)
    except StopAsyncIteration:
        return None
