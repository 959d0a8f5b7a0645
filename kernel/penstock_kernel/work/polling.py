"""Triggers that poll: what is new is handed to the workflow once, whatever dies on the way.

The rules:

* What a trigger found is kept, with its next cursor and the keys of its events, before it is
  accepted; after a crash it is accepted from there, under the same name, and not asked for again.
* An event with a key that was seen is left out. Without keys only the cursor tells what is new.
* One look starts one execution, with all that is new.
* A trigger that fails is asked again later and later, up to once an hour; its cursor stays. So is
  one that does not answer for `LONGEST_S`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import msgspec

from penstock_kernel.execution.policy import Clock
from penstock_kernel.schedules.rule import next_fire
from penstock_kernel.store.journal import JournalFailed
from penstock_kernel.store.records import ExecutionId, ExecutionRecord
from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql import codec, schedules, texts, workflows
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.schedules import Fired, Schedule, Settled
from penstock_kernel.work.accepting import Accepted
from penstock_kernel.work.entering import Incoming
from penstock_sdk import Event, Item, NodeFailed, PenstockError

LONGEST_S = 900.0
_FIRST_PAUSE_MS = 30_000
_LONGEST_PAUSE_MS = 3_600_000
#: What a trigger finds: its events, and its next cursor.
Asks = Callable[[ExecutionRecord, str, Any], Awaitable[tuple[Sequence[Event], Any]]]


class Batch(msgspec.Struct, frozen=True):
    """Where a trigger stopped reading, and what it found last and nobody has accepted yet."""

    cursor: Any = None
    items: Sequence[Item] = ()
    #: Of the look that found it: a part of its name.
    moment_ms: int = 0


class Polling:
    """Made for one process."""

    def __init__(
        self,
        db: Database,
        accepts: Callable[[Incoming], Awaitable[Accepted]],
        asks: Asks,
        clock: Clock,
    ) -> None:
        self._db = db
        self._accepts = accepts
        self._asks = asks
        self._clock = clock

    async def look(self, schedule: Schedule) -> bool:
        """Ask one trigger what is new, and hand that over; say whether it got further."""
        batch = codec.unpack(schedule.cursor, Batch) if schedule.cursor else Batch()
        if batch.items:
            return await self._hand_over(schedule, batch)
        now_ms = self._clock.now_ms()
        try:
            async with asyncio.timeout(LONGEST_S):
                events, cursor = await self._ask(schedule, batch.cursor, now_ms)
        except JournalFailed:
            raise
        except TimeoutError:
            slow = NodeFailed(f"It did not answer within {LONGEST_S:g} seconds.")
            return await self._failed(schedule, slow, now_ms)
        except PenstockError as error:
            return await self._failed(schedule, error, now_ms)
        keys, items = await self._new(schedule, events)
        found = Batch(cursor, items, now_ms)
        kept = await self._db.change(
            schedules.settle,
            Settled(
                seen=schedule,
                last_ms=now_ms,
                cursor=codec.pack(found),
                keys=keys,
                again_ms=now_ms if items else None,
                now_ms=now_ms,
            ),
        )
        if not kept or not items:
            return kept
        seen = msgspec.structs.replace(schedule, last_ms=now_ms, cursor=codec.pack(found))
        return await self._hand_over(seen, found)

    async def _hand_over(self, schedule: Schedule, batch: Batch) -> bool:
        accepted = await self._accepts(
            Incoming(
                workflow=schedule.workflow_id,
                scope=Scope(schedule.workspace_id, "scheduler"),
                items=batch.items,
                mode="poll",
                node=schedule.node_id,
                key=f"poll:{schedule.id}:{batch.moment_ms}",
            )
        )
        now_ms = self._clock.now_ms()
        return await self._db.change(
            schedules.settle,
            Settled(
                seen=schedule,
                last_ms=schedule.last_ms,
                cursor=codec.pack(Batch(batch.cursor)),
                fires=[Fired(batch.moment_ms, "started", accepted.execution)],
                again_ms=next_fire(schedule.rule, now_ms),
                now_ms=now_ms,
            ),
        )

    async def _ask(
        self, schedule: Schedule, cursor: Any, now_ms: int
    ) -> tuple[Sequence[Event], Any]:
        scope = Scope(schedule.workspace_id, "scheduler")
        workflow = schedule.workflow_id

        def query(connection: Any) -> ExecutionRecord:
            found = workflows.get(connection, scope, workflow)
            one = workflows.version(connection, scope, workflow, found.active_version or 0)
            return ExecutionRecord(
                id=ExecutionId(f"poll-{schedule.id}-{now_ms}"),
                workspace_id=scope.workspace,
                workflow_id=workflow,
                workflow_name=found.name,
                version=one.number,
                document=texts.read(connection, scope, one.document_id),
                mode="poll",
            )

        return await self._asks(await self._db.read(query), schedule.node_id, cursor)

    async def _new(
        self, schedule: Schedule, events: Sequence[Event]
    ) -> tuple[Sequence[str], Sequence[Item]]:
        """The keys of all that it gave, and the items of what is new."""
        keys = [event.id for event in events if event.id is not None]
        known = await self._db.read(lambda one: schedules.seen(one, schedule.id, keys))
        new: set[str] = set()
        items: list[Item] = []
        for event in events:
            if event.id is not None:
                if event.id in known or event.id in new:
                    continue
                new.add(event.id)
            items += event.items
        return list(dict.fromkeys(keys)), items

    async def _failed(self, schedule: Schedule, error: PenstockError, now_ms: int) -> bool:
        pause_ms = min(_LONGEST_PAUSE_MS, _FIRST_PAUSE_MS << min(schedule.failures, 10))
        told = Settled(
            seen=schedule,
            last_ms=now_ms,
            cursor=schedule.cursor,
            error=f"{error.code}: {error.message}",
            again_ms=now_ms + pause_ms,
            now_ms=now_ms,
        )
        return await self._db.change(schedules.settle, told)
