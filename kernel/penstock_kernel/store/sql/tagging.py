"""The tags of workflows."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, Select, bindparam, delete, func, insert, select

from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql.tables import workflow_tags

_T = workflow_tags.c


_TAGS = (
    select(_T.workflow_id, _T.tag)
    .where(_T.workspace_id == bindparam("workspace"))
    .where(_T.workflow_id.in_(bindparam("workflows", expanding=True)))
    .order_by(_T.tag)
)


def tags_of(
    connection: Connection, scope: Scope, workflows: Collection[str]
) -> dict[str, list[str]]:
    """The tags of each of some workflows, in order; those that have none are left out."""
    asked = {"workspace": scope.workspace, "workflows": list(workflows)}
    found: dict[str, list[str]] = {}
    for workflow, tag in connection.execute(_TAGS, asked):
        found.setdefault(workflow, []).append(tag)
    return found


def tagged(scope: Scope, tag: str) -> Select[tuple[str]]:
    """The workflows that have a tag."""
    own = (_T.workspace_id == scope.workspace) & (_T.tag == tag)
    return select(_T.workflow_id).where(own)


def tag_counts(connection: Connection, scope: Scope) -> dict[str, int]:
    """The tags of a workspace, and how many workflows have each."""
    scope.require("workflow:read")
    found = select(_T.tag, func.count()).where(_T.workspace_id == scope.workspace)
    rows = connection.execute(found.group_by(_T.tag)).all()
    return {str(tag): int(count) for tag, count in rows}


def replace_tags(connection: Connection, scope: Scope, workflow: str, tags: Sequence[str]) -> None:
    """Let a workflow have these tags and no others."""
    connection.execute(delete(workflow_tags).where(_T.workflow_id == workflow))
    rows = [
        {"workspace_id": scope.workspace, "tag": tag, "workflow_id": workflow}
        for tag in sorted(set(tags))
    ]
    if rows:
        connection.execute(insert(workflow_tags), rows)
