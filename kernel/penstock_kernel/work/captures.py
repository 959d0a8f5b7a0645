"""Trying a draft with a real call: it listens for one, and is run with that by hand.

The rules:

* What listens is the draft, at the addresses that its trigger had when it began to; what is run is
  the draft as it is when the call comes.
* A call is for the capture that began last among those that it fits.
* What is started so is an execution that a person started.
"""

from __future__ import annotations

import os

from sqlalchemy import Connection

from penstock_kernel.execution.library import StoredText
from penstock_kernel.execution.policy import Clock
from penstock_kernel.execution.program import NodeUnknown
from penstock_kernel.execution.shelf import Shelf
from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql import hook_captures as rows
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.hook_captures import Capture
from penstock_kernel.store.sql.hooks import StoredWebhook
from penstock_kernel.work.routes import Match, Routes
from penstock_kernel.work.triggers import addresses
from penstock_kernel.work.workflows import Workflows

LONGEST_MS = 60 * 60_000


class Captures:
    """Made for one process that accepts."""

    def __init__(self, db: Database, workflows: Workflows, shelf: Shelf, clock: Clock) -> None:
        self._db = db
        self._workflows = workflows
        self._shelf = shelf
        self._clock = clock

    async def begin(self, scope: Scope, workflow: str, node: str, for_ms: int) -> list[Capture]:
        """Let a trigger of a draft listen for one call, at each of its addresses.

        Raises:
            AccessDenied: The workflow may not be run.
            DocumentInvalid: The draft cannot run.
            NodeUnknown: It has no such trigger that can be called.
            TriggerUnusable: One of its triggers cannot be hosted.
            WorkflowMissing: There is none with this id.
        """
        scope.require("workflow:run", workflow)
        program, _ = self._shelf.program(await self._workflows.text(scope, workflow))
        found = [one for one in addresses(program, workflow) if one.node_id == node]
        if not found:
            message = f"The workflow has no trigger {node!r} that can be called."
            raise NodeUnknown(message, hint="Name a webhook by its id.")
        now_ms = self._clock.now_ms()
        captures = [
            Capture(
                id=f"cap_{os.urandom(10).hex()}",
                workspace_id=scope.workspace,
                workflow_id=workflow,
                node_id=node,
                method=one.method,
                path=one.path,
                until_ms=now_ms + min(for_ms, LONGEST_MS),
                execution_id=None,
                created_ms=now_ms,
            )
            for one in found
        ]
        await self._db.transact(lambda connection: rows.add(connection, captures, now_ms))
        return captures

    async def show(self, scope: Scope, capture: str) -> Capture:
        """What became of a capture.

        Raises:
            CaptureMissing: There is none with this id.
        """
        return await self._db.read(lambda connection: rows.get(connection, scope, capture))

    async def end(self, scope: Scope, capture: str) -> None:
        """Listen no more.

        Raises:
            CaptureMissing: There is none with this id.
        """
        now_ms = self._clock.now_ms()
        await self._db.transact(lambda one: rows.end(one, scope, capture, now_ms))

    async def find(
        self, workspace: str, method: str, path: str
    ) -> tuple[Capture, Match, StoredText] | None:
        """What listens for a call, and the text of its draft."""
        now_ms = self._clock.now_ms()
        listening = await self._db.read(lambda one: rows.system_open(one, workspace, now_ms))
        for capture in reversed(listening):
            match = Routes([_webhook(capture)]).find(workspace, method, path)
            if match is not None:
                scope = Scope(workspace, "webhook")
                text = await self._workflows.text(scope, capture.workflow_id)
                return capture, match, StoredText(capture.workflow_id, 0, text)
        return None

    async def take(self, capture: Capture, execution: str) -> bool:
        """A call came; say whether it was the first."""

        def work(connection: Connection) -> bool:
            return rows.system_take(connection, capture.id, execution)

        return await self._db.transact(work)


def _webhook(capture: Capture) -> StoredWebhook:
    return StoredWebhook(
        id=f"{capture.workflow_id}:{capture.node_id}:test",
        workspace_id=capture.workspace_id,
        workflow_id=capture.workflow_id,
        node_id=capture.node_id,
        version=0,
        method=capture.method,
        path=capture.path,
        created_ms=capture.created_ms,
    )
