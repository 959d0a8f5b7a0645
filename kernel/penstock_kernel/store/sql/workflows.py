"""Workflows as they are kept: a draft that changes, and versions that never do.

The rules:

* A text is kept once per workspace, by its content; drafts and versions name it.
* Whoever changes a draft says which revision he saw; somebody else's change in between is refused.
* While somebody has locked a workflow, nobody else changes it. Locks end by themselves.
* A version has the next number and stays as it is. What is active is the number of a version.
* What is removed is out of sight at once; its executions are kept as long as any.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import msgspec
from sqlalchemy import ColumnElement, Connection, bindparam, func, insert, select, tuple_, update

from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql import codec, documents, folders
from penstock_kernel.store.sql.rows import Row, all_rows, first_row
from penstock_kernel.store.sql.tables import workflow_versions, workflows
from penstock_kernel.store.sql.tagging import replace_tags, tagged, tags_of
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
    #: Empty: at the top.
    folder_id: str = ""
    description: str = ""
    tags: Sequence[str] = ()
    archived_ms: int | None = None
    #: A version on trial, and the share of the events that it gets, in percent.
    canary_version: int | None = None
    canary_percent: int = 0


_STORED = [name for name in StoredWorkflow.__struct_fields__ if name != "tags"]


class WorkflowFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which workflows."""

    #: Part of the name.
    part: str = ""
    active: bool | None = None
    #: Empty text: those at the top; none: wherever they are.
    folder: str | None = None
    tag: str = ""
    archived: bool = False


class WorkflowPage(msgspec.Struct, frozen=True):
    """Some of the workflows that a filter finds, and where the next ones begin."""

    workflows: Sequence[StoredWorkflow]
    next: str | None = None


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """A version, without its text."""

    workflow_id: str
    number: int
    document_id: str
    note: str
    author: str
    created_ms: int
    name: str = ""
    #: Version and hash of each package that its nodes come from.
    pins: Mapping[str, str] = {}


class ActiveVersion(msgspec.Struct, frozen=True):
    """The version that events start, and the one that a share of them starts."""

    version: Version
    trial: Version | None = None
    percent: int = 0


class Draft(msgspec.Struct, frozen=True):
    """What a draft is to say: the canonical text, the name in it, and the blobs that it names."""

    name: str
    text: str
    blobs: Sequence[str] = ()


def add(connection: Connection, scope: Scope, workflow: str, draft: Draft, now_ms: int) -> None:
    """Keep a new workflow."""
    scope.require("workflow:write")
    row = {
        "id": workflow,
        "workspace_id": scope.workspace,
        "name": draft.name,
        "draft_id": documents.keep(connection, scope.workspace, draft.text, draft.blobs),
        "revision": 1,
        "created_ms": now_ms,
        "updated_ms": now_ms,
    }
    connection.execute(insert(workflows).values(row))


def find(
    connection: Connection,
    scope: Scope,
    wanted: WorkflowFilter,
    *,
    after: str = "",
    most: int = MOST_LISTED,
) -> WorkflowPage:
    """The workflows of a workspace that a filter finds and that may be read, by name."""
    found = select(workflows).where(*_wanted(scope, wanted))
    if after:
        # The name that it had then: it may have got another one since.
        workflow, _, name = after.partition(".")
        found = found.where(tuple_(_W.name, _W.id) > tuple_(name, workflow))
    most = max(1, min(most, MOST_LISTED))
    found = found.order_by(_W.name, _W.id).limit(most + 1)
    rows = all_rows(connection.execute(found))
    listed = _with_tags(connection, scope, [_stored(row) for row in rows[:most]])
    last = listed[-1] if len(rows) > most else None
    return WorkflowPage(listed, f"{last.id}.{last.name}" if last else None)


def _wanted(scope: Scope, wanted: WorkflowFilter) -> list[ColumnElement[bool]]:
    chosen = [_W.workspace_id == scope.workspace, _W.removed_ms.is_(None)]
    if not scope.may("workflow:read"):
        mine = [one for one, grants in scope.shared.items() if "workflow:read" in grants]
        chosen.append(_W.id.in_(mine))
    chosen.append(_W.archived_ms.is_not(None) if wanted.archived else _W.archived_ms.is_(None))
    if wanted.part:
        chosen.append(func.lower(_W.name).contains(wanted.part.lower(), autoescape=True))
    if wanted.active is not None:
        active = _W.active_version.is_not(None)
        chosen.append(active if wanted.active else ~active)
    if wanted.folder is not None:
        chosen.append(_W.folder_id == wanted.folder)
    if wanted.tag:
        chosen.append(_W.id.in_(tagged(scope, wanted.tag)))
    return chosen


def _with_tags(
    connection: Connection, scope: Scope, listed: Sequence[StoredWorkflow]
) -> Sequence[StoredWorkflow]:
    tags = tags_of(connection, scope, [one.id for one in listed])
    return [msgspec.structs.replace(one, tags=tags.get(one.id, [])) for one in listed]


def set_tags(connection: Connection, scope: Scope, workflow: str, tags: Sequence[str]) -> None:
    """Say which tags a workflow has.

    Raises:
        WorkflowMissing: There is none with this id.
    """
    _row(connection, scope, workflow, "workflow:write", locked=True)
    replace_tags(connection, scope, workflow, tags)


def get(connection: Connection, scope: Scope, workflow: str) -> StoredWorkflow:
    """One workflow.

    Raises:
        WorkflowMissing: There is none with this id.
    """
    found = _stored(_row(connection, scope, workflow, "workflow:read", locked=False))
    return _with_tags(connection, scope, [found])[0]


def versions(connection: Connection, scope: Scope, workflow: str) -> Sequence[Version]:
    """Its versions, the newest first."""
    scope.require("workflow:read", workflow)
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


_TRIED = workflow_versions.alias("tried")
#: Each event asks this, so it is put together once.
_ACTIVE = (
    select(
        workflow_versions,
        _W.canary_percent,
        _TRIED.c.number.label("tried_number"),
        _TRIED.c.document_id.label("tried_document_id"),
    )
    .select_from(
        workflows.outerjoin(
            workflow_versions, (_V.workflow_id == _W.id) & (_V.number == _W.active_version)
        ).outerjoin(
            _TRIED, (_TRIED.c.workflow_id == _W.id) & (_TRIED.c.number == _W.canary_version)
        )
    )
    .where(_W.id == bindparam("id"), _W.workspace_id == bindparam("workspace"))
    .where(_W.removed_ms.is_(None))
)


def active(connection: Connection, scope: Scope, workflow: str) -> ActiveVersion | None:
    """The version that events start, if there is one, and the one on trial.

    Raises:
        WorkflowMissing: There is no workflow with this id.
    """
    asked = {"id": workflow, "workspace": scope.workspace}
    row = first_row(connection.execute(_ACTIVE, asked))
    if row is None:
        raise _missing(workflow)
    if row["number"] is None:
        return None
    found = _version(row)
    if row["tried_number"] is None:
        return ActiveVersion(found)
    number, document = row["tried_number"], row["tried_document_id"]
    tried = msgspec.structs.replace(found, number=number, document_id=document)
    return ActiveVersion(found, tried, row["canary_percent"])


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
    kept = documents.keep(connection, scope.workspace, draft.text, draft.blobs)
    values = {"draft_id": kept, "name": draft.name, "revision": seen + 1, "updated_ms": now_ms}
    return _set(connection, workflow, values)


def publish(
    connection: Connection,
    scope: Scope,
    workflow: str,
    note: str,
    now_ms: int,
    pins: Mapping[str, str],
) -> Version:
    """Make the draft the newest version.

    Raises:
        WorkflowMissing: There is none with this id.
        WorkflowUnchanged: The newest version says the same.
        WorkflowLocked: Somebody else works on it.
    """
    row = changeable(connection, scope, workflow, now_ms, "workflow:publish")
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
        "name": "",
        "pins": codec.pack(pins),
    }
    connection.execute(insert(workflow_versions).values(made))
    _set(connection, workflow, {"latest": number, "updated_ms": now_ms})
    return _version(made)


def set_active(
    connection: Connection, scope: Scope, workflow: str, number: int | None, now_ms: int
) -> StoredWorkflow:
    """Say which version events start from now on; none: no event does.

    What is active is not in the archive.

    Raises:
        WorkflowMissing: There is none with this id.
        WorkflowLocked: Somebody else works on it.
    """
    changeable(connection, scope, workflow, now_ms, "workflow:publish")
    values = {"active_version": number, "updated_ms": now_ms}
    if number is not None:
        values["archived_ms"] = None
    # What was on trial was tried beside another version.
    return _set(connection, workflow, {**values, "canary_version": None, "canary_percent": 0})


def change(
    connection: Connection, scope: Scope, workflow: str, values: dict[str, Any], now_ms: int
) -> StoredWorkflow:
    """Change what is said about a workflow beside its text.

    Raises:
        WorkflowMissing: There is none with this id.
        WorkflowLocked: Somebody else works on it.
        FolderMissing: There is no folder to put it in.
    """
    changeable(connection, scope, workflow, now_ms)
    folders.check(connection, scope, values.get("folder_id") or "")
    changed = _set(connection, workflow, {**values, "updated_ms": now_ms})
    return _with_tags(connection, scope, [changed])[0]


def name_version(
    connection: Connection, scope: Scope, workflow: str, number: int, name: str
) -> Version:
    """Give a version a name.

    Raises:
        WorkflowMissing: There is no such workflow, or no such version.
    """
    _row(connection, scope, workflow, "workflow:publish", locked=True)
    own = (_V.workflow_id == workflow) & (_V.number == number)
    connection.execute(update(workflow_versions).where(own).values(name=name))
    return version(connection, scope, workflow, number)


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
    row = changeable(connection, scope, workflow, now_ms, "workflow:delete")
    if row["active_version"] is not None:
        raise WorkflowActive(
            f"The workflow {row['name']!r} is active.", hint="Deactivate it before it is removed."
        )
    _set(connection, workflow, {"removed_ms": now_ms})


def changeable(
    connection: Connection,
    scope: Scope,
    workflow: str,
    now_ms: int,
    grant: str = "workflow:write",
) -> Row:
    """The row of a workflow that is about to be changed, under lock.

    Raises:
        WorkflowMissing: There is none with this id.
        WorkflowLocked: Somebody else works on it.
    """
    row = _row(connection, scope, workflow, grant, locked=True)
    holder = row["locked_by"]
    if holder is not None and holder != scope.actor and row["locked_until_ms"] > now_ms:
        raise WorkflowLocked(
            f"{holder} works on {row['name']!r}.",
            hint="Ask for the lock to be released, or wait until it ends by itself.",
        )
    return row


_ROW = select(workflows).where(
    _W.id == bindparam("workflow"),
    _W.workspace_id == bindparam("workspace"),
    _W.removed_ms.is_(None),
)
_ROW_LOCKED = _ROW.with_for_update()


def _row(connection: Connection, scope: Scope, workflow: str, grant: str, *, locked: bool) -> Row:
    scope.require(grant, workflow)
    asked = {"workflow": workflow, "workspace": scope.workspace}
    row = first_row(connection.execute(_ROW_LOCKED if locked else _ROW, asked))
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
    return StoredWorkflow(**{name: row[name] for name in _STORED})


def _version(row: Row) -> Version:
    named: dict[str, Any] = {name: row[name] for name in Version.__struct_fields__}
    named["pins"] = codec.unpack(row["pins"], dict[str, str]) if row["pins"] else {}
    return Version(**named)
