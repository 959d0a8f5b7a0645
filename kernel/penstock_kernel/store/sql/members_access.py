"""What somebody may do in a workspace: his roles there, those of his teams, and what was shared.

The rules:

* Roles add up. One in the organization holds in all of its workspaces.
* The owner of the installation may do everything everywhere.
* What was shared counts for its object alone, in the workspace that it is in.
* Who has neither a role nor anything shared in a workspace is not let in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from penstock_kernel.store.sql.members_grants import ACCOUNT, GRANTS, LEVELS
from penstock_kernel.store.sql.members_held import by_roles, teams_of
from penstock_kernel.store.sql.members_places import Workspace, system_find_workspace
from penstock_kernel.store.sql.rows import all_rows
from penstock_kernel.store.sql.tables import (
    members,
    organizations,
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
    in_teams = teams_of(connection, user.id)
    grants = by_roles(connection, user.id, found.organization, found, in_teams)
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


def _seen(shared: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Who sees a workflow sees what its nodes are: nothing that belongs to the workspace."""
    return NODES if any("workflow:read" in one for one in shared.values()) else frozenset()


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
