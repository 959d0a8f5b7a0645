"""Workflows as they are kept: a draft that changes, and versions that never do.

The rules:

* A text is kept once per workspace, by its content; drafts and versions name it.
* Whoever changes a draft says which revision he saw; somebody else's change in between is refused.
* While somebody has locked a workflow, nobody else changes it. Locks end by themselves.
* A version has the next number and stays as it is. What is active is the number of a version.
* What is removed is out of sight at once; its executions are kept as long as any.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import msgspec
from sqlalchemy import Connection, bindparam, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql import codec
from penstock_kernel.store.sql.rows import Row, all_rows, document_id, first_row
from penstock_kernel.store.sql.tables import documents, workflow_versions, workflows
from penstock_sdk import PenstockError

_W = workflows.c
_V = workflow_versions.c
MOST_LISTED = 1_000


class WorkflowMissing(PenstockError):
    """There is no such workflow, or no such version of it."""

    code: ClassVar[str] = "workflow.missing"


class WorkflowChanged(PenstockError):
    """Somebody else has changed the draft since it was read."""

    code: ClassVar[str] = "workflow.changed"


class WorkflowLocked(PenstockError):
    """Somebody else works on it."""

    code: ClassVar[str] = "workflow.locked"


class WorkflowUnchanged(PenstockError):
    """The draft says what the latest version says."""

    code: ClassVar[str] = "workflow.unchanged"


class WorkflowActive(PenstockError):
    """It is active, and has to be deactivated first."""

    code: ClassVar[str] = "workflow.active"


class StoredWorkflow(msgspec.Struct, frozen=True, kw_only=True):
    """A workflow of the store, without its text."""

    id: str
    workspace_id: str
    name: str
    #: Of the draft: raised by each change.
    revision: int
    #: Number of the newest version; 0: never published.
    latest: int
    active_version: int | None
    draft_id: str
    locked_by: str | None
    locked_until_ms: int
    created_ms: int
    updated_ms: int


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """A version, without its text."""

    workflow_id: str
    number: int
    document_id: str
    note: str
    author: str
    created_ms: int


class Draft(msgspec.Struct, frozen=True):
    """What a draft is to say: the canonical text, and the name in it."""

    name: str
    text: str


def add(connection: Connection, scope: Scope, workflow: str, draft: Draft, now_ms: int) -> None:
    """Keep a new workflow."""
    row = {
        "id": workflow,
        "workspace_id": scope.workspace,
        "name": draft.name,
        "draft_id": keep_text(connection, scope.workspace, draft.text),
        "revision": 1,
        "created_ms": now_ms,
        "updated_ms": now_ms,
    }
    connection.execute(insert(workflows).values(row))


def listed(
    connection: Connection, scope: Scope, *, part: str = "", active: bool | None = None
) -> Sequence[StoredWorkflow]:
    """The workflows of a workspace by name, or those with a part in it."""
    own = (_W.workspace_id == scope.workspace) & _W.removed_ms.is_(None)
    if part:
        own &= func.lower(_W.name).contains(part.lower(), autoescape=True)
    if active is not None:
        own &= _W.active_version.is_not(None) if active else _W.active_version.is_(None)
    found = select(workflows).where(own).order_by(_W.name, _W.id).limit(MOST_LISTED)
    return [_stored(row) for row in all_rows(connection.execute(found))]


def get(connection: Connection, scope: Scope, workflow: str) -> StoredWorkflow:
    """One workflow.

    Raises:
        WorkflowMissing: There is none with this id.
    """
    return _stored(_row(connection, scope, workflow, locked=False))


def versions(connection: Connection, scope: Scope, workflow: str) -> Sequence[Version]:
    """Its versions, the newest first."""
    own = (_V.workflow_id == workflow) & (_V.workspace_id == scope.workspace)
    found = select(workflow_versions).where(own).order_by(_V.number.desc())
    return [_version(row) for row in all_rows(connection.execute(found))]


def version(connection: Connection, scope: Scope, workflow: str, number: int) -> Version:
    """One version.

    Raises:
        WorkflowMissing: There is no version of this number.
    """
    own = (_V.workflow_id == workflow) & (_V.workspace_id == scope.workspace)
    found = select(workflow_versions).where(own, _V.number == number)
    row = first_row(connection.execute(found))
    if row is None:
        what = f"has no version {number}" if number else "was never published"
        raise WorkflowMissing(
            f"The workflow {workflow} {what}.",
            hint="Publish it first, or name a version that `penstock workflow show` lists.",
        )
    return _version(row)


#: Each event asks this, so it is put together once.
_ACTIVE = (
    select(workflow_versions)
    .select_from(
        workflows.outerjoin(
            workflow_versions, (_V.workflow_id == _W.id) & (_V.number == _W.active_version)
        )
    )
    .where(_W.id == bindparam("id"), _W.workspace_id == bindparam("workspace"))
    .where(_W.removed_ms.is_(None))
)


def active(connection: Connection, scope: Scope, workflow: str) -> Version | None:
    """The version that events start, if there is one.

    Raises:
        WorkflowMissing: There is no workflow with this id.
    """
    asked = {"id": workflow, "workspace": scope.workspace}
    row = first_row(connection.execute(_ACTIVE, asked))
    if row is None:
        raise _missing(workflow)
    return None if row["number"] is None else _version(row)


def text(connection: Connection, scope: Scope, document: str) -> str:
    """The text that a draft or a version names."""
    own = (documents.c.id == document) & (documents.c.workspace_id == scope.workspace)
    packed = connection.execute(select(documents.c.content).where(own)).scalar_one()
    return codec.unpack(packed, str)


def save(
    connection: Connection, scope: Scope, workflow: str, draft: Draft, seen: int, now_ms: int
) -> StoredWorkflow:
    """Change the draft.

    Raises:
        WorkflowMissing: There is none with this id.
        WorkflowChanged: It is not at the revision that was seen.
        WorkflowLocked: Somebody else works on it.
    """
    row = changeable(connection, scope, workflow, now_ms)
    if row["revision"] != seen:
        raise WorkflowChanged(
            f"The workflow {workflow} was changed since you read it: it is at revision "
            f"{row['revision']}, and you saw {seen}.",
            hint="Read it again, and make your change to that.",
        )
    kept = keep_text(connection, scope.workspace, draft.text)
    values = {"draft_id": kept, "name": draft.name, "revision": seen + 1, "updated_ms": now_ms}
    return _set(connection, workflow, values)


def publish(connection: Connection, scope: Scope, workflow: str, note: str, now_ms: int) -> Version:
    """Make the draft the newest version.

    Raises:
        WorkflowMissing: There is none with this id.
        WorkflowUnchanged: The newest version says the same.
        WorkflowLocked: Somebody else works on it.
    """
    row = changeable(connection, scope, workflow, now_ms)
    number = row["latest"] + 1
    if (
        number > 1
        and version(connection, scope, workflow, number - 1).document_id == row["draft_id"]
    ):
        raise WorkflowUnchanged(
            f"Version {number - 1} of {row['name']!r} says the same as the draft.",
            hint="Change the draft before it is published again.",
        )
    made = {
        "workflow_id": workflow,
        "number": number,
        "workspace_id": scope.workspace,
        "document_id": row["draft_id"],
        "note": note,
        "author": scope.actor,
        "created_ms": now_ms,
    }
    connection.execute(insert(workflow_versions).values(made))
    _set(connection, workflow, {"latest": number, "updated_ms": now_ms})
    return _version(made)


def set_active(
    connection: Connection, scope: Scope, workflow: str, number: int | None, now_ms: int
) -> StoredWorkflow:
    """Say which version events start from now on; none: no event does.

    Raises:
        WorkflowMissing: There is none with this id.
        WorkflowLocked: Somebody else works on it.
    """
    changeable(connection, scope, workflow, now_ms)
    return _set(connection, workflow, {"active_version": number, "updated_ms": now_ms})


def lock(
    connection: Connection, scope: Scope, workflow: str, until_ms: int, now_ms: int
) -> StoredWorkflow:
    """Keep others from changing it; with a moment that has passed, let them.

    Raises:
        WorkflowMissing: There is none with this id.
        WorkflowLocked: Somebody else works on it.
    """
    changeable(connection, scope, workflow, now_ms)
    holder = scope.actor if until_ms > now_ms else None
    return _set(connection, workflow, {"locked_by": holder, "locked_until_ms": until_ms})


def remove(connection: Connection, scope: Scope, workflow: str, now_ms: int) -> None:
    """Put a workflow out of sight.

    Raises:
        WorkflowMissing: There is none with this id.
        WorkflowActive: It is active.
        WorkflowLocked: Somebody else works on it.
    """
    row = changeable(connection, scope, workflow, now_ms)
    if row["active_version"] is not None:
        raise WorkflowActive(
            f"The workflow {row['name']!r} is active.", hint="Deactivate it before it is removed."
        )
    _set(connection, workflow, {"removed_ms": now_ms})


def changeable(connection: Connection, scope: Scope, workflow: str, now_ms: int) -> Row:
    """The row of a workflow that is about to be changed, under lock.

    Raises:
        WorkflowMissing: There is none with this id.
        WorkflowLocked: Somebody else works on it.
    """
    row = _row(connection, scope, workflow, locked=True)
    holder = row["locked_by"]
    if holder is not None and holder != scope.actor and row["locked_until_ms"] > now_ms:
        raise WorkflowLocked(
            f"{holder} works on {row['name']!r}.",
            hint="Ask for the lock to be released, or wait until it ends by itself.",
        )
    return row


def keep_text(connection: Connection, workspace: str, text: str) -> str:
    """Keep a text, if it is not kept already, and say what it is called."""
    kept = document_id(workspace, text)
    row = {"id": kept, "workspace_id": workspace, "content": codec.pack(text)}
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    connection.execute(dialect.insert(documents).values(row).on_conflict_do_nothing())
    return kept


def _row(connection: Connection, scope: Scope, workflow: str, *, locked: bool) -> Row:
    own = (_W.id == workflow) & (_W.workspace_id == scope.workspace) & _W.removed_ms.is_(None)
    found = select(workflows).where(own)
    row = first_row(connection.execute(found.with_for_update() if locked else found))
    if row is None:
        raise _missing(workflow)
    return row


def _missing(workflow: str) -> WorkflowMissing:
    hint = "`penstock workflow list` shows them all."
    return WorkflowMissing(f"There is no workflow {workflow}.", hint=hint)


def _set(connection: Connection, workflow: str, values: dict[str, Any]) -> StoredWorkflow:
    changed = update(workflows).where(_W.id == workflow).values(values).returning(workflows)
    return _stored(all_rows(connection.execute(changed))[0])


def _stored(row: Row) -> StoredWorkflow:
    return StoredWorkflow(**{name: row[name] for name in StoredWorkflow.__struct_fields__})


def _version(row: Row) -> Version:
    return Version(**{name: row[name] for name in Version.__struct_fields__})
