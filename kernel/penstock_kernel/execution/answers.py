"""Who waits in this process for what an execution answers, or for its end.

The rules:

* An answer is told when the commit that contains it was made, and an end likewise.
* Whoever waits elsewhere hears that there is something to read, and reads it from the journal.
* Of several answers of an execution the first one counts.
"""

from __future__ import annotations

import asyncio
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Literal

from penstock_bus import Bus
from penstock_kernel.execution.result import Execution
from penstock_kernel.store.records import Answer, ExecutionRecord, StepRecord

#: Where it is published that there is something to read, before the id of the execution.
ANSWERED = "answered."
Wants = Literal["answer", "end"]
#: Modes of executions whose start somebody may wait for.
_WAITED_FOR = frozenset({"webhook", "manual", "sub"})


def answer_of(steps: Sequence[StepRecord]) -> Answer | None:
    """The first answer of some steps."""
    return next((step.answer for step in steps if step.answer is not None), None)


class Look:
    """What is told where nothing came along: it stands in the journal."""


Told = Answer | Execution | Look


class Waiter:
    """Somebody who waits for one execution."""

    def __init__(self, execution: str, wants: Wants) -> None:
        self.execution = execution
        self.wants = wants
        self._told: Told | None = None
        self._arrived = asyncio.Event()

    def tell(self, told: Told) -> None:
        """Let him go on; what was told first counts, but for a mere hint."""
        if self._told is None or isinstance(self._told, Look):
            self._told = told
        self._arrived.set()

    async def wait(self, timeout_s: float) -> Told | None:
        """What was told; None where nothing was in time."""
        if not self._arrived.is_set():
            # Every request waits here: a timer costs less than a time limit does.
            timer = asyncio.get_running_loop().call_later(timeout_s, self._arrived.set)
            try:
                await self._arrived.wait()
            finally:
                timer.cancel()
        told = self._told
        if told is None or isinstance(told, Look):
            self._told = None
            self._arrived.clear()
        return told


class Answers:
    """Made for one kernel."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._waiters: dict[str, list[Waiter]] = {}

    @contextmanager
    def waiter(self, execution: str, wants: Wants) -> Generator[Waiter]:
        """Wait for an execution until the block ends."""
        waiter = Waiter(execution, wants)
        self._waiters.setdefault(execution, []).append(waiter)
        try:
            yield waiter
        finally:
            left = self._waiters[execution]
            left.remove(waiter)
            if not left:
                del self._waiters[execution]

    def look(self, execution: str) -> None:
        """There is something to read of an execution that was driven elsewhere."""
        for waiter in self._waiters.get(execution, ()):
            waiter.tell(Look())

    async def answered(self, execution: ExecutionRecord, answer: Answer) -> None:
        """An answer was committed, and its execution goes on."""
        whole = execution.root or execution.id
        for waiter in self._waiters.get(whole, ()):
            if waiter.wants == "answer":
                waiter.tell(answer)
        await self._publish(whole, execution)

    async def ended(self, record: ExecutionRecord, result: Execution) -> None:
        """An end was committed, with an answer or without."""
        answer = answer_of(result.steps)
        if record.root is not None:
            if answer is not None:
                await self.answered(record, answer)
            return
        for waiter in self._waiters.get(record.id, ()):
            waiter.tell(answer if answer is not None and waiter.wants == "answer" else result)
        await self._publish(record.id, record)

    async def _publish(self, whole: str, execution: ExecutionRecord) -> None:
        # What was accepted here and never lay in the queue is waited for here, if anywhere.
        if whole in self._waiters or (execution.dispatches == 0 and execution.root is None):
            return
        if execution.mode in _WAITED_FOR and self._bus.has_listener(ANSWERED + whole):
            await self._bus.publish(ANSWERED + whole, b"")
