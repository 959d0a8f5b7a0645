"""What somebody may do in a workspace: his roles there, those of his teams, and what was shared.

The rules:

* Roles add up. One in the organization holds in all of its workspaces.
* The owner of the installation may do everything everywhere.
* What was shared counts for its object alone, in the workspace that it is in.
* Who has neither a role nor anything shared in a workspace is not let in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from penstock_kernel.store.sql.members_grants import (
    ACCOUNT,
    GRANTS,
    IN_ORGANIZATION,
    IN_WORKSPACE,
    LEVELS,
    ROLES,
)
from penstock_kernel.store.sql.members_places import Workspace, system_find_workspace
from penstock_kernel.store.sql.rows import all_rows
from penstock_kernel.store.sql.tables import (
    members,
    organizations,
    roles,
    shares,
    team_members,
    workspaces,
)
from penstock_kernel.store.sql.users import User

NODES = frozenset({"node:read"})
_M, _W, _S, _TM = members.c, workspaces.c, shares.c, team_members.c


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody may do in a workspace."""

    workspace: Workspace
    grants: frozenset[str]
    shared: Mapping[str, frozenset[str]] = {}


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A workspace that somebody may choose."""

    workspace: str
    name: str
    organization: str
    organization_name: str


def system_access(connection: Connection, user: User, workspace: str) -> Access | None:
    """What a user may do in a workspace; None: he is not let in."""
    found = system_find_workspace(connection, workspace)
    if found is None:
        return None
    if user.owner:
        return Access(workspace=found, grants=GRANTS)
    in_teams = _teams(connection, user.id)
    grants = _grants(connection, user.id, found, in_teams)
    shared = _shared(connection, user.id, workspace, in_teams)
    if not grants and not shared:
        return None
    return Access(workspace=found, grants=grants | ACCOUNT | _seen(shared), shared=shared)


def system_first(connection: Connection, user: User) -> str:
    """The workspace of somebody who does not say which; empty: he has none."""
    places = system_places(connection, user)
    return places[0].workspace if places else ""


def system_places(connection: Connection, user: User) -> Sequence[Place]:
    """The workspaces that somebody may choose, the oldest first."""
    found = (
        select(
            _W.id,
            _W.name,
            organizations.c.id.label("organization"),
            organizations.c.name.label("organization_name"),
        )
        .join(organizations, organizations.c.id == _W.organization_id)
        .order_by(_W.created_ms, _W.id)
    )
    if not user.owner:
        found = found.where(_lets_in(user.id))
    return [
        Place(
            workspace=row["id"],
            name=row["name"],
            organization=row["organization"],
            organization_name=row["organization_name"],
        )
        for row in all_rows(connection.execute(found))
    ]


def _lets_in(user: str) -> Any:
    whole = select(_M.organization_id).where(_M.user_id == user, _M.workspace_id == "")
    whole = whole.where(_M.role != "member")
    own = select(_M.workspace_id).where(_M.user_id == user)
    in_teams = select(_TM.team_id).where(_TM.user_id == user)
    theirs = select(_S.workspace_id).where(_S.subject == f"user:{user}")
    return (
        _W.organization_id.in_(whole)
        | _W.id.in_(own)
        | _W.team_id.in_(in_teams)
        | _W.id.in_(theirs)
        | _W.id.in_(select(_S.workspace_id).where(_S.subject.in_(_as_subjects(in_teams))))
    )


def _as_subjects(in_teams: Any) -> Any:
    column = in_teams.subquery().c.team_id
    return select("team:" + column)


def _grants(
    connection: Connection, user: str, workspace: Workspace, in_teams: frozenset[str]
) -> frozenset[str]:
    own = (_M.user_id == user) & (_M.organization_id == workspace.organization)
    found = select(_M.workspace_id, _M.role).where(own, _M.workspace_id.in_(["", workspace.id]))
    given = [(row[0], row[1]) for row in connection.execute(found)]
    if workspace.team in in_teams and workspace.team_role:
        given.append((workspace.id, workspace.team_role))
    sets = _of_roles(connection, workspace.organization, {role for _, role in given})
    grants: frozenset[str] = frozenset()
    for where, role in given:
        most = IN_WORKSPACE if where else IN_ORGANIZATION
        grants |= sets.get(role, frozenset()) & most
    return grants


def _of_roles(
    connection: Connection, organization: str, wanted: Iterable[str]
) -> Mapping[str, frozenset[str]]:
    custom = [role for role in wanted if role not in ROLES]
    if not custom:
        return ROLES
    own = (roles.c.organization_id == organization) & roles.c.id.in_(custom)
    found = select(roles.c.id, roles.c.grants).where(own)
    read = {
        row[0]: msgspec.json.decode(row[1] or b"[]", type=frozenset[str])
        for row in connection.execute(found)
    }
    return {**ROLES, **read}


def _seen(shared: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Who sees a workflow sees what its nodes are: nothing that belongs to the workspace."""
    return NODES if any("workflow:read" in one for one in shared.values()) else frozenset()


def _teams(connection: Connection, user: str) -> frozenset[str]:
    found = select(_TM.team_id).where(_TM.user_id == user)
    return frozenset(row[0] for row in connection.execute(found))


def _shared(
    connection: Connection, user: str, workspace: str, in_teams: frozenset[str]
) -> Mapping[str, frozenset[str]]:
    subjects = [f"user:{user}", *(f"team:{team}" for team in sorted(in_teams))]
    own = _S.subject.in_(subjects) & (_S.workspace_id == workspace)
    shared: dict[str, frozenset[str]] = {}
    for row in all_rows(connection.execute(select(shares).where(own))):
        grants = LEVELS.get(row["kind"], {}).get(row["level"], frozenset())
        shared[row["object_id"]] = shared.get(row["object_id"], frozenset()) | grants
    return shared
