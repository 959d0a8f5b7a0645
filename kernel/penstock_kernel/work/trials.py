"""Trials of versions: which version an event starts, and who takes a bad one back.

The rules:

* The same event starts the same version, however often it comes: its key decides, if it has one.
* A version on trial gets the events of triggers that it has, and no others.
* Whoever looks after schedules looks after trials too, every two seconds.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from zlib import crc32

import msgspec

from penstock_kernel.execution.library import StoredText
from penstock_kernel.execution.policy import Clock
from penstock_kernel.store.sql import trials
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.trials import OnTrial

log = logging.getLogger(__name__)
LOOK_S = 2.0


class Active(msgspec.Struct, frozen=True):
    """What the events of a workflow start."""

    text: StoredText
    #: Of a version on trial.
    trial: StoredText | None = None
    percent: int = 0

    def chosen(self, key: str | None) -> StoredText:
        """The version for one event."""
        if self.trial is None:
            return self.text
        lot = secrets.randbelow(100) if key is None else crc32(key.encode()) % 100
        return self.trial if lot < self.percent else self.text


class TrialWatch:
    """Made for one process that looks after schedules."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def run(self) -> None:
        """Look, again and again."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_S)

    async def look(self) -> int:
        """Take back what fails too often; say how many."""
        tried = await self._db.read(trials.system_on_trial)
        return sum([await self._take_back(one) for one in tried])

    async def _take_back(self, one: OnTrial) -> bool:
        now_ms = self._clock.now_ms()
        ended = await self._db.transact(lambda work: trials.system_take_back(work, one, now_ms))
        if ended is not None:
            what = f"version {ended.version} of {one.workflow}: {ended.reason}"
            log.warning("trial_taken_back: %s", what)
        return ended is not None
