"""Changing parts of drafts, for those who do not send the whole document.

The rules:

* Edits are made to the revision that was seen; somebody else's change in between refuses them.
* A comment is for everybody who may comment, whoever may change the workflow, and needs no
  revision: it is added to whatever the draft says by then.
* Only who said something says it otherwise; who may change the workflow may take it back too.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from penstock_kernel.execution.policy import Clock
from penstock_kernel.store.scope import AccessDenied, Scope
from penstock_kernel.store.sql import texts
from penstock_kernel.store.sql import workflows as rows
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.workflows import StoredWorkflow, WorkflowChanged
from penstock_kernel.work.workflows import Workflows
from penstock_kernel.workflow.catalog_view import CatalogView
from penstock_kernel.workflow.document import Comment, Document, NodeSpec, canonical, parse
from penstock_kernel.workflow.edit import DraftEdit, edited
from penstock_kernel.workflow.edit_comments import (
    By,
    ChangeComment,
    CommentEdit,
    RemoveComment,
    comment_of,
)
from penstock_kernel.workflow.references import Languages
from penstock_kernel.workflow.validate_names import code_languages

_TRIES = 8


class EditedDraft(msgspec.Struct, frozen=True):
    """A workflow after a change, and what its draft says now."""

    workflow: StoredWorkflow
    document: Document


class Drafts:
    """The drafts of one database."""

    def __init__(
        self, db: Database, workflows: Workflows, catalog: CatalogView, clock: Clock
    ) -> None:
        self._db = db
        self._workflows = workflows
        self._catalog = catalog
        self._clock = clock

    async def edit(
        self, scope: Scope, workflow: str, edits: Sequence[DraftEdit], *, seen: int
    ) -> EditedDraft:
        """Change a draft that was read at a revision.

        Raises:
            EditRefused: One of the edits cannot be made; none was.
            DocumentInvalid: The draft would be too large, or a node cannot be called so.
            WorkflowMissing: There is none with this id.
            WorkflowChanged: Somebody has changed it since.
            WorkflowLocked: Somebody else works on it.
        """
        scope.require("workflow:write", workflow)
        document, revision = await self._read(scope, workflow)
        if revision == seen:
            document = edited(document, edits, by=self._by(scope), languages=self._languages)
        return await self._keep(scope, workflow, document, seen)

    async def comments(self, scope: Scope, workflow: str) -> Sequence[Comment]:
        """What was said about a workflow, in the order in which it was said.

        Raises:
            WorkflowMissing: There is none with this id.
        """
        scope.require("comment:read")
        document, _ = await self._read(scope, workflow)
        return sorted(document.comments, key=lambda one: one.at or "")

    async def comment(self, scope: Scope, workflow: str, edits: Sequence[CommentEdit]) -> Document:
        """Say something, or change what was said.

        Raises:
            EditRefused: There is nothing of that kind to say something about.
            AccessDenied: Somebody else has said it.
            WorkflowMissing: There is none with this id.
            WorkflowChanged: Others change it all the time.
            WorkflowLocked: Somebody else works on it.
        """
        scope.require("comment:write")
        by = self._by(scope)
        for left in reversed(range(_TRIES)):
            document, revision = await self._read(scope, workflow)
            for one in edits:
                _check_own(scope, workflow, document, one)
            document = edited(document, edits, by=by)
            try:
                return (await self._keep(_saying(scope), workflow, document, revision)).document
            except WorkflowChanged:
                if not left:
                    raise
        raise AssertionError  # the last try returns or raises

    async def _read(self, scope: Scope, workflow: str) -> tuple[Document, int]:
        found = await self._db.read(
            lambda one: (
                (stored := rows.get(one, scope, workflow)),
                texts.read(one, scope, stored.draft_id),
            )
        )
        return parse(found[1]), found[0].revision

    async def _keep(
        self, scope: Scope, workflow: str, document: Document, seen: int
    ) -> EditedDraft:
        # As a text, so that it is looked at whether it has become too large.
        kept = parse(canonical(document))
        return EditedDraft(await self._workflows.save(scope, workflow, kept, seen=seen), kept)

    def _by(self, scope: Scope) -> By:
        now = datetime.fromtimestamp(self._clock.now_ms() / 1_000, UTC)
        return By(scope.actor, now.isoformat(timespec="milliseconds").replace("+00:00", "Z"))

    def _languages(self, node: NodeSpec) -> Languages:
        found = self._catalog.nodes.get((node.type, node.version))
        return {} if found is None else code_languages(found.fields)


def _check_own(scope: Scope, workflow: str, document: Document, edit: CommentEdit) -> None:
    if not isinstance(edit, ChangeComment | RemoveComment):
        return
    author = comment_of(document, edit.id).author
    removes = isinstance(edit, RemoveComment) and scope.may("workflow:write", workflow)
    if author != scope.actor and not removes:
        raise AccessDenied("Somebody else has said that.", hint="Answer it instead.")


def _saying(scope: Scope) -> Scope:
    """Who comments writes into the draft, and nothing else than what he says."""
    grants = None if scope.grants is None else scope.grants | {"workflow:write"}
    return msgspec.structs.replace(scope, grants=grants)
