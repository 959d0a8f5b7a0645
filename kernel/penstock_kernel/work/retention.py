"""Removes what is kept no longer, a little at a time, and gives the room back.

The rules:

* An execution is kept for `retention_days` after its end, and only as long as it is among the
  `retention_executions` newest of its workspace. A workflow that says otherwise in its settings is
  counted by itself.
* A change removes `MOST` executions or fewer, and no more than takes a slice of time; after it the
  database is left to others for longer. Where others can write meanwhile, slices are longer.
* Texts and binary data that nobody names go too, binary data only when it is a day old: an
  execution that is under way may be about to name it.
* Of several processes one does this at a time; nothing hangs on it but work saved.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from functools import partial
from typing import NamedTuple
from uuid import uuid4

from sqlalchemy import Connection

from penstock_kernel.execution.policy import Clock
from penstock_kernel.settings import Settings
from penstock_kernel.store.blobs import BlobStore, SweptBlobs
from penstock_kernel.store.sql import retention
from penstock_kernel.store.sql.database import Answer, Database, Query, StoreUnavailable
from penstock_kernel.store.sql.postgres import PostgresDatabase
from penstock_kernel.store.sql.retention import (
    BLOBS_LEASE,
    FIRST,
    MOST,
    Keep,
    Lot,
    Old,
    Place,
    Seen,
)
from penstock_sdk import PenstockError

#: A process that begins has more urgent things to do.
FIRST_LOOK_S = 60.0
LOOK_S = 300.0
#: Texts, binary data and notes of what was handled are looked through every so many looks.
THOROUGH = 12
#: How long a change takes about, and how many times as long nothing is done after it.
_PACES = {"sqlite": (0.01, 3.0), "postgresql": (0.03, 1.0)}
DAY_MS = 86_400_000
#: Binary data that nobody names is kept for so long after it was written.
GRACE_MS = DAY_MS
#: That an event was handled, or a schedule fired, is known for so long.
NOTES_MS = 7 * DAY_MS
LEASE_MS = 60_000
_ROWS, _FEWEST_ROWS, _MOST_ROWS = 500, 100, 8_000
#: An execution with more rows is removed in pieces.
_LARGE = 2_000
_PAGES, _FEWEST_PAGES, _MOST_PAGES = 200, 20, 4_000
_TEXTS_KNOWN = 20_000
#: Where less was removed, PostgreSQL sees to it by itself.
_VACUUM_FROM = 1_000
log = logging.getLogger(__name__)


class Pruned(NamedTuple):
    """What was removed in one look."""

    executions: int = 0
    documents: int = 0
    notes: int = 0
    blobs: int = 0
    blob_bytes: int = 0
    #: Bytes of the database's file.
    given_back: int = 0


class RetentionLoop:
    """Made for one kernel; goes on until it is canceled."""

    def __init__(self, db: Database, blobs: BlobStore, clock: Clock, settings: Settings) -> None:
        self._db = db
        self._blobs = blobs
        self._clock = clock
        self._settings = settings
        self._holder = uuid4().hex
        self._says: dict[str, Keep] = {}
        self._rows, self._pages = _ROWS, _PAGES
        self._slice_s, self._rest = _PACES[db.kind]

    async def run(self) -> None:
        """Look again and again, until canceled."""
        looks = 0
        await self._clock.sleep(FIRST_LOOK_S)
        while True:
            try:
                pruned = await self.look(is_thorough=looks % THOROUGH == 0)
                looks += 1
                if any(pruned):
                    log.info("pruned: %s", pruned._asdict())
            except PenstockError as error:
                log.warning("retention_failed: %s: %s", error.code, error.message)
            await self._clock.sleep(LOOK_S)

    async def look(self, *, is_thorough: bool = True) -> Pruned:
        """Remove what is kept no longer, unless somebody else is at it."""
        if not await self._holds("retention"):
            return Pruned()
        try:
            executions = await self._remove_executions()
            pruned = Pruned(executions)
            if is_thorough:
                pruned = await self._remove_the_rest(pruned)
            return pruned._replace(given_back=await self._give_back(pruned))
        finally:
            await self._let_go("retention")

    # --- executions --------------------------------------------------------------------------

    async def _remove_executions(self) -> int:
        removed, last = 0, ""
        by_themselves: list[str] = []
        while page := await self._db.read(partial(retention.workflows_after, last=last)):
            last = page[-1].id
            says = await self._said(page)
            for seen in page:
                keep = says.get(seen.document_id, Keep())
                removed += await self._remove_of(seen, keep)
                by_themselves += [seen.id] if keep.executions is not None else []
        return removed + await self._remove_of_workspaces(tuple(by_themselves))

    async def _remove_of(self, seen: Seen, keep: Keep) -> int:
        """Remove what is too old of a workflow, or too much of one that is counted by itself."""
        lot, removed = Lot(workflow=seen.id), 0
        days = self._settings.retention_days if keep.days is None else keep.days
        before_ms = self._clock.now_ms() - days * DAY_MS
        if days and seen.oldest_ms < before_ms:
            removed += await self._remove_up_to(lot, Place(before_ms, ""), before_ms)
        if keep.executions is not None:
            removed += await self._remove_beyond(lot, keep.executions)
        return removed

    async def _remove_of_workspaces(self, without: tuple[str, ...]) -> int:
        most, removed = self._settings.retention_executions, 0
        if most:
            for workspace in await self._db.read(retention.workspaces_with_executions):
                removed += await self._remove_beyond(Lot(None, workspace, without), most)
        return removed

    async def _remove_beyond(self, lot: Lot, most: int) -> int:
        newest = await self._db.read(lambda one: retention.bound(one, lot, most))
        return 0 if newest is None else await self._remove_up_to(lot, newest, None)

    async def _remove_up_to(self, lot: Lot, until: Place, ended_before_ms: int | None) -> int:
        removed, after = 0, FIRST
        while found := await self._db.read(
            partial(
                retention.old, lot=lot, after=after, until=until, ended_before_ms=ended_before_ms
            )
        ):
            after = found[-1].place
            removed += await self._remove_all(found)
            if len(found) < MOST or not await self._holds("retention"):
                break
        return removed

    async def _remove_all(self, found: Sequence[Old]) -> int:
        removed, rest = 0, list(found)
        while rest:
            if rest[0].rows > _LARGE:
                await self._remove_large(rest.pop(0).place.id)
                removed += 1
                continue
            ids = _first(rest, self._rows)
            del rest[: len(ids)]
            removed += await self._slice(partial(retention.remove, executions=ids))
        return removed

    async def _remove_large(self, execution: str) -> None:
        def some(connection: Connection) -> bool:
            return retention.remove_some(connection, execution, _ROWS)

        while not await self._slice(some):
            pass

    async def _said(self, page: Sequence[Seen]) -> Mapping[str, Keep]:
        """What the texts of workflows say; texts never change, so each is read once."""
        new = {seen.document_id for seen in page} - self._says.keys()
        if new:
            if len(self._says) > _TEXTS_KNOWN:
                self._says.clear()
                new = {seen.document_id for seen in page}
            self._says |= await self._db.read(lambda one: retention.kept_by(one, new))
        return self._says

    # --- the rest ----------------------------------------------------------------------------

    async def _remove_the_rest(self, pruned: Pruned) -> Pruned:
        count, size = await self._remove_blobs()
        return pruned._replace(
            documents=await self._remove_documents(),
            notes=await self._remove_notes(),
            blobs=count,
            blob_bytes=size,
        )

    async def _remove_documents(self) -> int:
        removed, last = 0, ""
        while True:
            following, unnamed = await self._db.read(
                partial(retention.unnamed_documents, last=last)
            )
            if unnamed:
                removed += await self._remove_unnamed(unnamed)
            if following is None:
                return removed
            last = following

    async def _remove_unnamed(self, ids: Sequence[str]) -> int:
        try:
            return await self._slice(partial(retention.remove_documents, ids=ids))
        except StoreUnavailable as error:
            log.info("documents_kept: %s", error.message)
            return 0

    async def _remove_notes(self) -> int:
        removed, last = 0, ""
        before_ms = self._clock.now_ms() - NOTES_MS
        while True:
            following, fires = await self._slice(
                partial(retention.remove_fires, last=last, before_ms=before_ms)
            )
            removed += fires
            if following is None:
                break
            last = following
        while deliveries := await self._slice(
            partial(retention.remove_deliveries, before_ms=before_ms)
        ):
            removed += deliveries
        return removed

    async def _remove_blobs(self) -> tuple[int, int]:
        """Remove binary data that nobody names, unless somebody counts on all of it."""
        count, size, blobs = 0, 0, self._blobs
        if not isinstance(blobs, SweptBlobs) or not await self._holds(BLOBS_LEASE):
            return 0, 0
        before_ms = self._clock.now_ms() - GRACE_MS
        try:
            async for names in blobs.older(before_ms):
                if not await self._holds(BLOBS_LEASE):
                    break
                unnamed = await self._db.read(partial(retention.unnamed_blobs, names=names))
                removed = await blobs.remove_older(unnamed, before_ms)
                count, size = count + removed[0], size + removed[1]
        finally:
            await self._let_go(BLOBS_LEASE)
        return count, size

    async def _give_back(self, pruned: Pruned) -> int:
        if isinstance(self._db, PostgresDatabase):
            if sum(pruned[:3]) >= _VACUUM_FROM:
                await retention.vacuum(self._db)
            return 0
        given = 0
        while True:
            freed, took_s = await self._paced(partial(retention.shrink, pages=self._pages))
            if not freed:
                return given
            given += freed
            self._pages = self._fitting(self._pages, took_s, _FEWEST_PAGES, _MOST_PAGES)

    # --- one at a time, and slowly -----------------------------------------------------------

    async def _slice(self, work: Query[Answer]) -> Answer:
        """Make a change that others hardly notice."""
        answer, took_s = await self._paced(work)
        self._rows = self._fitting(self._rows, took_s, _FEWEST_ROWS, _MOST_ROWS)
        return answer

    async def _paced(self, work: Query[Answer]) -> tuple[Answer, float]:
        def timed(connection: Connection) -> tuple[Answer, float]:
            began = time.perf_counter()
            return work(connection), time.perf_counter() - began

        answer, took_s = await self._db.transact(timed)
        await self._clock.sleep(took_s * self._rest)
        return answer, took_s

    def _fitting(self, amount: int, took_s: float, fewest: int, most: int) -> int:
        """How much to do next time, so that it takes about as long as it may."""
        if took_s > self._slice_s:
            return max(fewest, amount // 2)
        return min(most, amount * 2) if took_s < self._slice_s / 3 else amount

    async def _holds(self, name: str) -> bool:
        db, holder = self._db, self._holder
        return await db.transact(lambda one: retention.hold(db, one, name, holder, LEASE_MS))

    async def _let_go(self, name: str) -> None:
        await self._db.transact(lambda one: retention.let_go(one, name, self._holder))


def _first(found: Sequence[Old], rows: int) -> list[str]:
    """As many as go with so many rows, but at least one."""
    ids: list[str] = []
    left = rows
    for one in found:
        left -= one.rows
        if ids and left < 0:
            break
        ids.append(one.place.id)
    return ids
