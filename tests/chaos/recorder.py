"""Writes down what a process asks of the database, and what it hears: one file for each process.

An operation is written when it begins and when it ends, so that one of a process that dies in
between is there with a beginning only. Times are those of the machine, which all processes share.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Awaitable
from itertools import count
from pathlib import Path
from typing import Any

from penstock_kernel.store.journal import JournalFailed, OwnershipLost
from penstock_kernel.store.sql.changes import NewExecution, Written
from penstock_kernel.store.sql.claiming import Claimed
from penstock_kernel.store.sql.postgres import PostgresDatabase
from penstock_sdk import PenstockError

#: Names a folder for histories; without it nothing is written.
FOLDER = "PENSTOCK_CHAOS_HISTORY"
#: What an operation is about.
About = dict[str, Any]


class Recorder:
    """The history of this process."""

    def __init__(self, folder: Path) -> None:
        path = folder / f"{os.getpid()}-{os.urandom(4).hex()}.jsonl"
        self._file = os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
        self._numbers = count()

    async def kept(self, about: About, work: Awaitable[Any]) -> Any:
        """Do something, and write down that it began, and what came of it."""
        number = next(self._numbers)
        self.write(number, "invoke", **about)
        try:
            answer = await work
        except PenstockError as error:
            knows = isinstance(error, OwnershipLost) or not isinstance(error, JournalFailed)
            self.write(number, "fail" if knows else "info", error=error.code)
            raise
        self.write(number, "ok")
        return answer

    async def claimed(self, work: Awaitable[Any]) -> Any:
        """Do something; if it is a claim, write down what was claimed."""
        begun = time.monotonic_ns()
        answer = await work
        if isinstance(answer, Claimed):
            for row in answer.rows:
                number = next(self._numbers)
                about = {"op": "claim", "execution": row["id"], "epoch": row["epoch"]}
                self.write(number, "invoke", begun, **about)
                self.write(number, "ok")
        return answer

    def write(self, number: int, kind: str, at: int = 0, **about: Any) -> None:
        """One line."""
        line = {"number": number, "type": kind, "at": at or time.monotonic_ns(), **about}
        os.write(self._file, json.dumps(line).encode() + b"\n")


def record() -> None:
    """Write a history from now on, where a folder for it is named."""
    folder = os.environ.pop(FOLDER, "")
    if not folder:
        return
    recorder = Recorder(Path(folder))
    change, transact = PostgresDatabase.change, PostgresDatabase.transact

    async def changed(self: PostgresDatabase, made: Any, asked: Any) -> Any:
        about = _about(asked)
        work = change(self, made, asked)
        return await (work if about is None else recorder.kept(about, work))

    async def transacted(self: PostgresDatabase, work: Any) -> Any:
        return await recorder.claimed(transact(self, work))

    for name, instead in (("change", changed), ("transact", transacted)):
        setattr(PostgresDatabase, name, instead)


def _about(asked: Any) -> About | None:
    if isinstance(asked, NewExecution):
        return {"op": "accept", "execution": asked.row["id"], "key": asked.row["idem_key"]}
    if not isinstance(asked, Written):
        return None
    commit = asked.commit
    done = [[one.key.node_id, one.key.run_index] for one in commit.steps if one.status == "ok"]
    about = {"op": "commit", "execution": commit.execution, "epoch": commit.epoch, "steps": done}
    return {**about, "status": commit.status}
