"""One execution, in a process that kills itself at the n-th change of its journal: before the change
is made, or after it and before anybody hears of it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from penstock_kernel.kernel import Kernel
from penstock_kernel.settings import Settings
from penstock_kernel.store.journal import ExecutionNotFound
from penstock_kernel.store.records import ExecutionId
from penstock_kernel.store.sql.changes import Changes
from penstock_sdk import Item

#: What counts: everything that is true of an execution becomes so by one of these.
COUNTED = {Changes.accept.__name__, Changes.claim.__name__, Changes.commit.__name__}
ENDED = ("success", "error", "canceled", "dead")


class Countdown:
    """Counts changes, and kills the process at the one that was chosen."""

    def __init__(self, at: int, *, after: bool) -> None:
        self._left = at
        self._after = after

    def watch(self, db: Any) -> None:
        """Count the changes of a database from now on."""
        real = db.change

        async def change(made: Any, asked: Any) -> Any:
            if getattr(made, "__name__", "") not in COUNTED:
                return await real(made, asked)
            self._left -= 1
            if self._left == 0 and not self._after:
                os.kill(os.getpid(), signal.SIGKILL)
            answer = await real(made, asked)
            if self._left == 0 and self._after:
                os.kill(os.getpid(), signal.SIGKILL)
            return answer

        db.change = change


async def run(url: str, folder: Path, document: str, at: int, *, after: bool) -> None:
    """Accept the execution `one` if it is not there, and stay until it rests."""
    settings = Settings(
        database=url, data_dir=folder, sandbox="inprocess", egress_allow=("127.0.0.0/8",)
    )
    async with Kernel.open(settings) as kernel:
        Countdown(at, after=after).watch(kernel.db)
        async with kernel.serve(concurrency=4) as serving:
            record = kernel.record(document, [Item({"a": 1})], execution_id="one", mode="webhook")
            record.idem_key = "one"
            await serving.accept(record)
            await _rest(kernel)


async def _rest(kernel: Kernel) -> None:
    while True:
        try:
            record = await kernel.journal.execution(ExecutionId("one"))
        except ExecutionNotFound:
            return
        if record.status in ENDED or record.waiting_for == "in_doubt":
            return
        await asyncio.sleep(0.02)


if __name__ == "__main__":
    _, database, data, workflow, number, when = sys.argv
    text = json.dumps(json.loads(Path(workflow).read_text()))
    asyncio.run(run(database, Path(data), text, int(number), after=when == "after"))
