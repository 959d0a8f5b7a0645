"""Workflows in the store: written, published, activated.

The rules:

* A draft has the shape of a document and may not be able to run yet; a version can run.
* A version becomes active together with its schedules, in one transaction: there is no moment at
  which only some of it counts.
* What is active starts by events. What is not can be run by hand and called by other workflows.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

import msgspec
from sqlalchemy import Connection

from penstock_kernel.execution.library import PUBLISHED, StoredText
from penstock_kernel.execution.policy import Clock
from penstock_kernel.execution.shelf import Shelf
from penstock_kernel.execution.subworkflow import WorkflowNotFound
from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql import schedules
from penstock_kernel.store.sql import workflows as rows
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.workflows import (
    Draft,
    StoredWorkflow,
    Version,
    WorkflowMissing,
)
from penstock_kernel.work.triggers import planned
from penstock_kernel.workflow.document import Document, canonical, parse

LOCK_MS = 30 * 60_000
_TEXTS_KEPT = 256
#: What a document may be given as.
Given = Document | Mapping[str, object] | str | bytes


class Shown(msgspec.Struct, frozen=True):
    """A workflow with its versions, the newest first."""

    workflow: StoredWorkflow
    versions: Sequence[Version]


class Workflows:
    """The workflows of one database."""

    def __init__(self, db: Database, shelf: Shelf, clock: Clock, timezone: str) -> None:
        self._db = db
        self._shelf = shelf
        self._clock = clock
        self._timezone = timezone
        #: By the id of the document, whose workspace it is made from.
        self._texts: dict[str, str] = {}

    async def add(self, scope: Scope, document: Given) -> StoredWorkflow:
        """Keep a new workflow, as a draft.

        Raises:
            DocumentInvalid: It does not have the shape of a document.
        """
        workflow, draft, now_ms = f"wf_{os.urandom(10).hex()}", _draft(document), self._now_ms()

        def work(connection: Connection) -> StoredWorkflow:
            rows.add(connection, scope, workflow, draft, now_ms)
            return rows.get(connection, scope, workflow)

        return await self._db.transact(work)

    async def list(
        self, scope: Scope, *, part: str = "", active: bool | None = None
    ) -> Sequence[StoredWorkflow]:
        """The workflows of a workspace, by name."""
        return await self._db.read(
            lambda connection: rows.listed(connection, scope, part=part, active=active)
        )

    async def show(self, scope: Scope, workflow: str) -> Shown:
        """A workflow and its versions.

        Raises:
            WorkflowMissing: There is none with this id.
        """

        def query(connection: Connection) -> Shown:
            found = rows.get(connection, scope, workflow)
            return Shown(found, rows.versions(connection, scope, workflow))

        return await self._db.read(query)

    async def text(self, scope: Scope, workflow: str, number: int | None = None) -> str:
        """The text of a version, or of the draft.

        Raises:
            WorkflowMissing: There is no such workflow, or no such version.
        """

        def query(connection: Connection) -> str:
            found = rows.get(connection, scope, workflow)
            document = found.draft_id
            if number is not None:
                document = rows.version(connection, scope, workflow, number).document_id
            return rows.text(connection, scope, document)

        return await self._db.read(query)

    async def named(self, scope: Scope, workflow: str, version: str = PUBLISHED) -> StoredText:
        """What another workflow calls: a version by its number, or the one that counts now.

        Raises:
            WorkflowNotFound: There is no such workflow, or no such version.
        """

        def query(connection: Connection) -> Version:
            found = rows.get(connection, scope, workflow)
            number = found.active_version or found.latest
            if version != PUBLISHED:
                number = int(version) if version.isdigit() else 0
            return rows.version(connection, scope, workflow, number)

        try:
            return await self._text_of(scope, await self._db.read(query))
        except WorkflowMissing as error:
            raise WorkflowNotFound(error.message, hint=error.hint) from error

    async def active(self, scope: Scope, workflow: str) -> StoredText | None:
        """The version that events start, if there is one.

        Raises:
            WorkflowMissing: There is none with this id.
        """
        found = await self._db.read(lambda reading: rows.active(reading, scope, workflow))
        return None if found is None else await self._text_of(scope, found)

    async def _text_of(self, scope: Scope, version: Version) -> StoredText:
        """The text of a version; versions never change, so the latest ones are remembered."""
        text = self._texts.get(version.document_id)
        if text is None:
            document = version.document_id
            text = await self._db.read(lambda reading: rows.text(reading, scope, document))
            self._texts[document] = text
            while len(self._texts) > _TEXTS_KEPT:
                self._texts.pop(next(iter(self._texts)), None)
        return StoredText(version.workflow_id, version.number, text)

    async def save(
        self, scope: Scope, workflow: str, document: Given, *, seen: int
    ) -> StoredWorkflow:
        """Change the draft that was read at a revision.

        Raises:
            DocumentInvalid: It does not have the shape of a document.
            WorkflowMissing: There is none with this id.
            WorkflowChanged: Somebody has changed it since.
            WorkflowLocked: Somebody else works on it.
        """
        draft, now_ms = _draft(document), self._now_ms()
        return await self._db.transact(
            lambda connection: rows.save(connection, scope, workflow, draft, seen, now_ms)
        )

    async def publish(self, scope: Scope, workflow: str, note: str = "") -> Version:
        """Make the draft a version, which stays as it is.

        Raises:
            DocumentInvalid: It cannot run.
            WorkflowMissing: There is none with this id.
            WorkflowUnchanged: The newest version says the same.
            WorkflowLocked: Somebody else works on it.
        """
        self._shelf.program(await self.text(scope, workflow))
        now_ms = self._now_ms()
        return await self._db.transact(
            lambda connection: rows.publish(connection, scope, workflow, note, now_ms)
        )

    async def activate(
        self, scope: Scope, workflow: str, number: int | None = None
    ) -> StoredWorkflow:
        """Let events start a version, by default the newest.

        Raises:
            DocumentInvalid: It cannot run with what is installed now.
            TriggerUnusable: One of its triggers cannot be hosted.
            WorkflowMissing: There is no such workflow, or no such version.
            WorkflowLocked: Somebody else works on it.
        """
        found = (await self.show(scope, workflow)).workflow
        chosen = number or found.latest
        text, now_ms = await self.text(scope, workflow, chosen), self._now_ms()
        program, _ = self._shelf.program(text)
        plans = planned(program, self._timezone, now_ms)

        def work(connection: Connection) -> StoredWorkflow:
            changed = rows.set_active(connection, scope, workflow, chosen, now_ms)
            schedules.replace(connection, scope, workflow, plans, now_ms)
            return changed

        return await self._db.transact(work)

    async def deactivate(self, scope: Scope, workflow: str) -> StoredWorkflow:
        """Let no event start it any more.

        Raises:
            WorkflowMissing: There is none with this id.
            WorkflowLocked: Somebody else works on it.
        """
        now_ms = self._now_ms()
        return await self._db.transact(
            lambda connection: _deactivate(connection, scope, workflow, now_ms)
        )

    async def remove(self, scope: Scope, workflow: str, *, force: bool = False) -> None:
        """Put it out of sight.

        Raises:
            WorkflowMissing: There is none with this id.
            WorkflowActive: It is active, and was not to be deactivated along the way.
            WorkflowLocked: Somebody else works on it.
        """
        now_ms = self._now_ms()

        def work(connection: Connection) -> None:
            if force:
                _deactivate(connection, scope, workflow, now_ms)
            rows.remove(connection, scope, workflow, now_ms)

        await self._db.transact(work)

    async def lock(self, scope: Scope, workflow: str, *, for_ms: int = LOCK_MS) -> StoredWorkflow:
        """Keep others from changing it for a while.

        Raises:
            WorkflowMissing: There is none with this id.
            WorkflowLocked: Somebody else works on it.
        """
        now_ms = self._now_ms()
        return await self._db.transact(
            lambda connection: rows.lock(connection, scope, workflow, now_ms + for_ms, now_ms)
        )

    async def unlock(self, scope: Scope, workflow: str) -> StoredWorkflow:
        """Let others change it again.

        Raises:
            WorkflowMissing: There is none with this id.
            WorkflowLocked: Somebody else works on it.
        """
        return await self.lock(scope, workflow, for_ms=0)

    def _now_ms(self) -> int:
        return self._clock.now_ms()


def _deactivate(connection: Connection, scope: Scope, workflow: str, now_ms: int) -> StoredWorkflow:
    schedules.replace(connection, scope, workflow, [], now_ms)
    return rows.set_active(connection, scope, workflow, None, now_ms)


def _draft(document: Given) -> Draft:
    parsed = document if isinstance(document, Document) else parse(document)
    return Draft(parsed.name, canonical(parsed))
