"""Workflows in the store: written, published, activated.

The rules:

* A draft has the shape of a document and may not be able to run yet; a version can run.
* A version becomes active together with its schedules and addresses, in one transaction: there is
  no moment at which only some of it counts.
* What is active starts by events. What is not can be run by hand and called by other workflows.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection

from penstock_kernel.execution.library import PUBLISHED, StoredText
from penstock_kernel.execution.policy import Clock
from penstock_kernel.execution.shelf import Shelf, Workflow
from penstock_kernel.execution.subworkflow import WorkflowNotFound
from penstock_kernel.schedules.rule import next_fires
from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql import (
    audit,
    documents,
    hooks,
    schedules,
    subscriptions,
    texts,
    trials,
)
from penstock_kernel.store.sql import workflows as rows
from penstock_kernel.store.sql.database import Database, Query
from penstock_kernel.store.sql.rows import named_in
from penstock_kernel.store.sql.tagging import tag_counts
from penstock_kernel.store.sql.trials import Trial
from penstock_kernel.store.sql.workflows import (
    MOST_LISTED,
    Draft,
    StoredWorkflow,
    Version,
    WorkflowChanged,
    WorkflowFilter,
    WorkflowMissing,
    WorkflowPage,
)
from penstock_kernel.work.calling import check_calls
from penstock_kernel.work.credentials_slots import bind_document
from penstock_kernel.work.trials import Active
from penstock_kernel.work.triggers import addresses, planned, wanted
from penstock_kernel.work.variables import Variables
from penstock_kernel.workflow.document import Document, canonical, parse

LOCK_MS = 30 * 60_000
_TEXTS_KEPT = 256
_DRAFTS_KEPT = 64
#: What a document may be given as.
Given = Document | Mapping[str, object] | str | bytes
T = TypeVar("T")


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
        #: What executions of its workflows see as `$vars`.
        self.variables = Variables(db, clock)
        #: By the id of the document, whose workspace it is made from.
        self._texts: dict[str, str] = {}
        #: Used by the threads that read: each step with it is one that no other thread divides.
        self._drafts: dict[str, str] = {}
        #: Called when what events start was changed here.
        self.listeners: list[Callable[[], Awaitable[None]]] = []

    async def add(self, scope: Scope, document: Given, *, copied: bool = False) -> StoredWorkflow:
        """Keep a new workflow, as a draft.

        Args:
            scope: Who keeps it.
            document: What it says.
            copied: Somebody else chose its credentials: those that the one who keeps it may not use
                are left unbound.

        Raises:
            DocumentInvalid: It does not have the shape of a document.
            AccessDenied: A node names a credential that may not be used.
        """
        workflow, parsed, now_ms = f"wf_{os.urandom(10).hex()}", _parsed(document), self._now_ms()
        draft = _draft(parsed)

        def work(connection: Connection) -> StoredWorkflow:
            rows.add(connection, scope, workflow, draft, now_ms)
            bind_document(connection, scope, workflow, parsed, now_ms, leaves_out=copied)
            return rows.get(connection, scope, workflow)

        return await self._db.transact(work)

    async def list(
        self,
        scope: Scope,
        wanted: WorkflowFilter | None = None,
        *,
        after: str = "",
        most: int = MOST_LISTED,
    ) -> WorkflowPage:
        """The workflows of a workspace that may be read, by name."""
        chosen = wanted or WorkflowFilter()
        return await self._db.read(
            lambda connection: rows.find(connection, scope, chosen, after=after, most=most)
        )

    async def every(
        self, scope: Scope, wanted: WorkflowFilter | None = None
    ) -> Sequence[StoredWorkflow]:
        """All of them, however many pages that takes."""
        page = await self.list(scope, wanted)
        found = [*page.workflows]
        while page.next:
            page = await self.list(scope, wanted, after=page.next)
            found += page.workflows
        return found

    async def change(
        self,
        scope: Scope,
        workflow: str,
        values: Mapping[str, Any],
        tags: Sequence[str] | None = None,
    ) -> StoredWorkflow:
        """Change what is said about a workflow beside its text. No event starts what is archived.

        Raises:
            WorkflowMissing: There is none with this id.
            WorkflowLocked: Somebody else works on it.
        """
        now_ms, archives = self._now_ms(), values.get("archived_ms") is not None

        def work(connection: Connection) -> StoredWorkflow:
            if tags is not None:
                rows.set_tags(connection, scope, workflow, tags)
            if archives and rows.get(connection, scope, workflow).active_version is not None:
                _deactivate(connection, scope, workflow, now_ms)
            return rows.change(connection, scope, workflow, dict(values), now_ms)

        return await (self._activity(work) if archives else self._db.transact(work))

    async def tags(self, scope: Scope) -> Mapping[str, int]:
        """The tags of a workspace, and how many workflows have each."""
        return await self._db.read(lambda connection: tag_counts(connection, scope))

    async def name_version(self, scope: Scope, workflow: str, number: int, name: str) -> Version:
        """Give a version a name.

        Raises:
            WorkflowMissing: There is no such workflow, or no such version.
        """
        return await self._db.transact(
            lambda connection: rows.name_version(connection, scope, workflow, number, name)
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

    async def draft(self, scope: Scope, workflow: str) -> tuple[StoredWorkflow, str]:
        """A workflow with the text of its draft, read at one moment.

        Raises:
            WorkflowMissing: There is none with this id.
        """

        def query(connection: Connection) -> tuple[StoredWorkflow, str]:
            found = rows.get(connection, scope, workflow)
            return found, self._draft_text(connection, scope, found.draft_id)

        return await self._db.read(query)

    def _draft_text(self, connection: Connection, scope: Scope, document: str) -> str:
        """What a draft says; its text has a name that no other one has, so it is remembered."""
        text = self._drafts.get(document)
        if text is None:
            text = self._drafts[document] = texts.read(connection, scope, document)
            if len(self._drafts) > _DRAFTS_KEPT:
                self._drafts.clear()
        return text

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
            return texts.read(connection, scope, document)

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

    async def system_version(self, scope: Scope, workflow: str, number: int) -> StoredText:
        """A version of a workflow, though it was removed: what it began is to be ended.

        Raises:
            WorkflowMissing: There is no such version.
        """
        found = await self._db.read(lambda one: rows.version(one, scope, workflow, number))
        return await self._text_of(scope, found)

    async def active(self, scope: Scope, workflow: str) -> Active | None:
        """The version that events start, if there is one, and the one on trial.

        Raises:
            WorkflowMissing: There is none with this id.
        """
        found = await self._db.read(lambda reading: rows.active(reading, scope, workflow))
        if found is None:
            return None
        text = await self._text_of(scope, found.version)
        if found.trial is None:
            return Active(text)
        return Active(text, await self._text_of(scope, found.trial), found.percent)

    async def try_(self, scope: Scope, workflow: str, version: int, percent: int) -> Trial:
        """Let a share of the events start another version.

        Raises:
            DocumentInvalid: It cannot run with what is installed now.
            TrialRefused: No version is active, or this one is.
            WorkflowMissing: There is no such workflow, or no such version.
            WorkflowLocked: Somebody else works on it.
        """
        self._shelf.program(await self.text(scope, workflow, version))
        now_ms = self._now_ms()
        return await self._activity(
            lambda one: trials.begin(one, scope, workflow, version, percent, now_ms)
        )

    async def trial(self, scope: Scope, workflow: str) -> Trial | None:
        """The trial that goes on, or what became of the last one.

        Raises:
            WorkflowMissing: There is none with this id.
        """
        return await self._db.read(lambda one: trials.shown(one, scope, workflow))

    async def end_trial(self, scope: Scope, workflow: str, reason: str) -> Trial:
        """Let all events start the active version again.

        Raises:
            TrialRefused: None goes on.
            WorkflowMissing: There is none with this id.
            WorkflowLocked: Somebody else works on it.
        """
        now_ms = self._now_ms()
        return await self._activity(lambda one: trials.end(one, scope, workflow, reason, now_ms))

    async def _text_of(self, scope: Scope, version: Version) -> StoredText:
        """The text of a version; versions never change, so the latest ones are remembered."""
        text = self._texts.get(version.document_id)
        if text is None:
            self._shelf.check_pins(version.pins)
            document = version.document_id
            text = await self._db.read(lambda reading: texts.read(reading, scope, document))
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
            AccessDenied: A node names a credential that may not be used, or a workflow that may
                not be run.
        """
        parsed, now_ms = _parsed(document), self._now_ms()
        draft = _draft(parsed)
        if not scope.may("workflow:run"):
            check_calls(scope, parse(await self.text(scope, workflow)), parsed)

        def work(connection: Connection) -> StoredWorkflow:
            saved = rows.save(connection, scope, workflow, draft, seen, now_ms)
            bind_document(connection, scope, workflow, parsed, now_ms)
            return saved

        return await self._db.transact(work)

    async def publish(self, scope: Scope, workflow: str, note: str = "") -> Version:
        """Make the draft a version, which stays as it is.

        Raises:
            DocumentInvalid: It cannot run.
            WorkflowMissing: There is none with this id.
            WorkflowChanged: Somebody has changed it meanwhile.
            WorkflowUnchanged: The newest version says the same.
            WorkflowLocked: Somebody else works on it.
        """
        checked = await self.text(scope, workflow)
        program, _ = self._shelf.program(checked)
        now_ms, pinned = self._now_ms(), self._shelf.pins(program)

        def work(connection: Connection) -> Version:
            made = rows.publish(connection, scope, workflow, note, now_ms, pinned)
            text = texts.read(connection, scope, made.document_id)
            if text != checked:
                message = f"The draft of {workflow} was changed while it was checked."
                raise WorkflowChanged(message, hint="Look at it, and publish it again.")
            parsed = parse(text)
            # What was saved by an earlier version of Penstock names nothing yet.
            documents.keep_named(connection, scope.workspace, made.document_id, _named(parsed))
            bind_document(connection, scope, workflow, parsed, now_ms, published=True)
            told = {"version": made.number, "note": note}
            audit.record(connection, scope, "workflow.published", workflow, told, now_ms)
            return made

        return await self._db.transact(work)

    async def activate(
        self, scope: Scope, workflow: str, number: int | None = None
    ) -> StoredWorkflow:
        """Let events start a version, by default the newest.

        Raises:
            DocumentInvalid: It cannot run with what is installed now.
            TriggerUnusable: One of its triggers cannot be hosted.
            WebhookTaken: Another workflow answers at one of its addresses.
            WorkflowMissing: There is no such workflow, or no such version.
            WorkflowLocked: Somebody else works on it.
        """
        found = (await self.show(scope, workflow)).workflow
        chosen = number or found.latest
        text, now_ms = await self.text(scope, workflow, chosen), self._now_ms()
        program, _ = self._shelf.program(text)
        plans = planned(program, self._timezone, now_ms)
        asked, asks = addresses(program, workflow), wanted(program)

        def work(connection: Connection) -> StoredWorkflow:
            changed = rows.set_active(connection, scope, workflow, chosen, now_ms)
            schedules.replace(connection, scope, workflow, plans, now_ms)
            hooks.replace(connection, scope, workflow, chosen, asked, now_ms)
            subscriptions.replace(connection, scope, workflow, chosen, asks, now_ms)
            told = {"version": chosen}
            audit.record(connection, scope, "workflow.activated", workflow, told, now_ms)
            return changed

        return await self._activity(work)

    async def upcoming(self, document: Workflow) -> Sequence[int]:
        """The next five moments at which a document would start by itself, if it were active.

        Raises:
            DocumentInvalid: It does not have the shape of a document.
            TriggerUnusable: A trigger asks for what cannot be.
        """
        now_ms = self._now_ms()
        plans = planned(self._shelf.draft(document)[0], self._timezone, now_ms)
        timed = [one.rule for one in plans if one.kind != "poll"]
        # Rules may be many, and one that hardly ever comes true is looked for far ahead.
        return await asyncio.to_thread(
            lambda: sorted({moment for rule in timed for moment in next_fires(rule, now_ms)})[:5]
        )

    async def deactivate(self, scope: Scope, workflow: str) -> StoredWorkflow:
        """Let no event start it any more.

        Raises:
            WorkflowMissing: There is none with this id.
            WorkflowLocked: Somebody else works on it.
        """
        now_ms = self._now_ms()
        return await self._activity(
            lambda connection: _deactivate(connection, scope, workflow, now_ms)
        )

    async def _activity(self, work: Query[T]) -> T:
        """Change what events start, and let those know at once who keep it in memory."""
        done = await self._db.transact(work)
        for told in self.listeners:
            await told()
        return done

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
            subscriptions.leave(connection, workflow)
            audit.record(connection, scope, "workflow.removed", workflow, {}, now_ms)

        await self._activity(work)

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
    # First, as that locks it: what somebody else activates at the same time is there then.
    changed = rows.set_active(connection, scope, workflow, None, now_ms)
    schedules.replace(connection, scope, workflow, [], now_ms)
    hooks.replace(connection, scope, workflow, 0, [], now_ms)
    subscriptions.replace(connection, scope, workflow, 0, [], now_ms)
    audit.record(connection, scope, "workflow.deactivated", workflow, {}, now_ms)
    return changed


def _parsed(document: Given) -> Document:
    return document if isinstance(document, Document) else parse(document)


def _draft(document: Document) -> Draft:
    return Draft(document.name, canonical(document), _named(document))


def _named(document: Document) -> Sequence[str]:
    """The blobs of its fixtures, and of what its tests are given."""
    every = [items for sets in document.fixtures.values() for items in sets.values()]
    every += [items for test in document.tests for items in (test.input, *test.mocks.values())]
    return [blob for items in every for blob in named_in(items)]
