"""Subscriptions with other systems: asked for, looked at, repaired, taken back.

The rules:

* What an active version wants is there: asked for within seconds, looked at every so often, asked
  for anew where it has vanished or says something else.
* What fails is tried again, ever more slowly; it is shown with the reason.
* What a trigger remembers is sealed: it has the secret that requests are signed with.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import Connection

from penstock_kernel.execution.asking import ask_trigger
from penstock_kernel.execution.executions import Executions
from penstock_kernel.store.records import ExecutionRecord
from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sealing import Place, Sealer
from penstock_kernel.store.sql import hooks
from penstock_kernel.store.sql import subscriptions as rows
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.subscriptions import Subscription
from penstock_kernel.work.workflows import Workflows
from penstock_sdk import PenstockError

LOOK_S = 1.0
CHECK_MS = 15 * 60_000
_FIRST_DELAY_MS, _LONGEST_DELAY_MS = 5_000, 30 * 60_000
log = logging.getLogger(__name__)


class _Kept(msgspec.Struct):
    """What is remembered of a subscription."""

    #: What was asked for, and the version that did.
    digest: str
    version: int
    #: What its trigger remembers.
    state: Mapping[str, Any]


class Reconciler:
    """Made for one process that looks after schedules."""

    def __init__(
        self, db: Database, workflows: Workflows, executions: Executions, sealer: Sealer
    ) -> None:
        self._db = db
        self._workflows = workflows
        self._executions = executions
        self._sealer = sealer

    async def run(self) -> None:
        """Look after them until canceled."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_S)

    async def look(self) -> int:
        """Look after what is due; say how many that were."""
        now_ms = self._now_ms()
        next_ms = await self._db.read(rows.system_next_ms)
        if next_ms is None or next_ms > now_ms:
            return 0
        due = await self._db.transact(lambda one: rows.system_take(one, now_ms))
        for one in due:
            await self._settle(one)
        return len(due)

    async def _settle(self, one: Subscription) -> None:
        try:
            await (self._keep(one) if one.wanted else self._take_back(one))
        except PenstockError as error:
            delay = min(_LONGEST_DELAY_MS, _FIRST_DELAY_MS << min(one.failures, 20))
            why, due_ms = f"{error.code}: {error.message}", self._now_ms() + delay
            log.warning("subscription_failed: %s: %s", one.id, why)
            await self._db.transact(lambda work: rows.system_fails(work, one, why, due_ms))

    async def _keep(self, one: Subscription) -> None:
        """Let it be there as it is wanted."""
        kept, digest = await self._kept(one)
        state: Mapping[str, Any] | None = None
        if kept is not None and kept.digest != digest:
            await self._ask(one, kept.version, "deactivate", kept.state)
        elif kept is not None:
            state = await self._ask(one, one.version, "check", kept.state)
        if state is None:
            state = await self._ask(one, one.version, "activate")
        await self._stands(one, _Kept(digest, one.version, state or {}))

    async def _take_back(self, one: Subscription) -> None:
        kept, _ = await self._kept(one)
        if kept is not None:
            await self._ask(one, kept.version, "deactivate", kept.state)
        await self._db.transact(lambda work: rows.system_forget(work, one))

    async def _kept(self, one: Subscription) -> tuple[_Kept | None, str]:
        sealed, digest = await self._db.read(lambda work: rows.system_sealed(work, one.id))
        if sealed is None:
            return None, digest
        opened = self._sealer.open(_place(one), sealed)
        return msgspec.json.decode(opened, type=_Kept), digest

    async def _stands(self, one: Subscription, kept: _Kept) -> None:
        sealed = self._sealer.seal(_place(one), msgspec.json.encode(kept))
        now_ms = self._now_ms()
        due_ms = min(now_ms + CHECK_MS, int(kept.state.get("renew_ms") or now_ms + CHECK_MS))

        def work(connection: Connection) -> None:
            rows.system_stands(connection, one, sealed, due_ms, now_ms)
            hooks.changed(connection)

        await self._db.transact(work)
        for told in self._workflows.listeners:
            await told()

    async def _ask(self, one: Subscription, version: int, what: str, *given: Any) -> Any:
        scope = Scope(one.workspace_id, "subscriptions")
        found = await self._workflows.system_version(scope, one.workflow_id, version)
        executions = self._executions
        program, _ = executions.shelf.program(found.text)
        record = ExecutionRecord(
            id=executions.new_id(),
            workspace_id=one.workspace_id,
            workflow_id=one.workflow_id,
            workflow_name=program.document.name,
            document=None,
            mode="subscription",
            version=version,
        )
        async with executions.apart(program, None, record) as scene:
            return await ask_trigger(
                executions.host, scene, program.node(one.node_id), what, *given
            )

    def _now_ms(self) -> int:
        return self._executions.host.clock.now_ms()


def _place(one: Subscription) -> Place:
    """Where what it remembers belongs."""
    return Place(one.workspace_id, rows.KIND, one.id)
