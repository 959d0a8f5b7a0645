"""Waits for what an execution answers or leads to, wherever it runs.

The rules:

* What happens in this process is heard at once. What happens elsewhere is told over the bus and
  read from the journal; where the bus is silent, the journal is asked now and then.
* Who stops waiting leaves the execution as it is.
"""

from __future__ import annotations

import asyncio
from contextlib import AbstractContextManager

from penstock_bus import Bus
from penstock_kernel.execution.answers import ANSWERED, Answers, Look, Waiter, Wants
from penstock_kernel.execution.executions import Executions
from penstock_kernel.execution.result import Execution
from penstock_kernel.store.journal import ExecutionNotFound
from penstock_kernel.store.records import ENDED, Answer, ExecutionId
from penstock_kernel.store.sql import hook_answers
from penstock_kernel.store.sql.database import Database

#: How long nothing is heard before the journal is asked, at first and later.
FIRST_LOOK_S, LOOK_S = 1.0, 5.0


class Gone:
    """It has ended, and nothing of it was kept."""


Came = Answer | Execution | Gone


class Awaiting:
    """Made for one process that accepts."""

    def __init__(self, db: Database, executions: Executions) -> None:
        self._db = db
        self._executions = executions
        self._answers: Answers = executions.host.answers
        self._bus: Bus = executions.host.bus

    async def hears(self) -> None:
        """Hear what other processes tell, until canceled."""
        async for message in await self._bus.subscribe(ANSWERED + "*", limit=10_000):
            self._answers.look(message.subject.removeprefix(ANSWERED))

    def waiter(self, execution: str, wants: Wants) -> AbstractContextManager[Waiter]:
        """Wait for an execution from here to the end of the block."""
        return self._answers.waiter(execution, wants)

    async def came(self, waiter: Waiter, timeout_s: float, *, looks_first: bool) -> Came | None:
        """What came of it; None where nothing did in time.

        Args:
            waiter: Who waits.
            timeout_s: For how long.
            looks_first: It may have answered already.
        """
        clock = asyncio.get_running_loop().time
        ends, pause_s = clock() + timeout_s, FIRST_LOOK_S
        if looks_first:
            found = await self._read(waiter)
            if found is not None:
                return found
        while (left_s := ends - clock()) > 0:
            told = await waiter.wait(min(pause_s, left_s))
            if told is not None and not isinstance(told, Look):
                return told
            if told is None:
                pause_s = LOOK_S
                if waiter.execution in self._executions.driven:
                    continue  # it goes on here
            found = await self._read(waiter)
            if found is not None:
                return found
        return None

    async def _read(self, waiter: Waiter) -> Came | None:
        try:
            record = await self._executions.journal.execution(ExecutionId(waiter.execution))
        except ExecutionNotFound:
            return Gone()
        if waiter.wants == "answer":
            asked = waiter.execution
            answer = await self._db.read(lambda one: hook_answers.system_answer(one, asked))
            if answer is not None:
                return answer
        if record.status not in ENDED:
            return None
        return await self._executions.go_on(record.id)
