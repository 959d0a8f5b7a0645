"""Organizations, their workspaces and their teams.

The rules:

* Whatever somebody asks, he asks in a workspace; its organization is the one that he may see.
* An organization keeps at least one workspace.
* A workspace may belong to a team: who is in the team is a member, in the role that is said there.
* So whoever says who is in a team, or which team and role a workspace has, gives and takes roles:
  none that may do more in that workspace than he may himself.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, ClassVar

import msgspec
from sqlalchemy import Connection, delete, func, insert, select, update

from penstock_kernel.store.scope import AccessDenied, Scope
from penstock_kernel.store.sql.members_grants import LEVELS
from penstock_kernel.store.sql.members_held import check, check_role, held
from penstock_kernel.store.sql.rows import Row, all_rows, first_row
from penstock_kernel.store.sql.tables import (
    members,
    organizations,
    shares,
    team_members,
    teams,
    workflows,
    workspaces,
)
from penstock_sdk import PenstockError

_O, _W, _T, _TM = organizations.c, workspaces.c, teams.c, team_members.c


class OrganizationMissing(PenstockError):
    """There is no such organization."""

    code: ClassVar[str] = "organization.missing"


class WorkspaceMissing(PenstockError):
    """There is no such workspace."""

    code: ClassVar[str] = "workspace.missing"


class WorkspaceNeeded(PenstockError):
    """A workspace cannot be removed now."""

    code: ClassVar[str] = "workspace.conflict"


class TeamMissing(PenstockError):
    """There is no such team."""

    code: ClassVar[str] = "team.missing"


class Organization(msgspec.Struct, frozen=True, kw_only=True):
    """Whom workspaces belong to."""

    id: str
    name: str
    created_ms: int


class Workspace(msgspec.Struct, frozen=True, kw_only=True):
    """Where workflows are, and who works on them."""

    id: str
    organization: str
    name: str
    #: Of two workspaces with work, one of weight 2 gets twice as much done.
    weight: int
    #: Executions that may be queued at once; none: the limit of the installation.
    max_queued: int | None
    #: Who is in this team is a member.
    team: str
    team_role: str
    #: Networks that calls may come from; empty: any.
    allowed_ips: tuple[str, ...]
    created_ms: int


class Team(msgspec.Struct, frozen=True, kw_only=True):
    """Some people of an organization."""

    id: str
    organization: str
    name: str
    users: tuple[str, ...]
    created_ms: int


def system_found(
    connection: Connection, name: str, now_ms: int, *, workspace: str = ""
) -> Workspace:
    """A new organization with its first workspace."""
    organization = f"org_{os.urandom(10).hex()}"
    row = {"id": organization, "name": name, "created_ms": now_ms}
    connection.execute(insert(organizations).values(row))
    return system_add_workspace(connection, organization, name, now_ms, workspace=workspace)


def system_add_workspace(
    connection: Connection, organization: str, name: str, now_ms: int, *, workspace: str = ""
) -> Workspace:
    """A new workspace of an organization; or one that is there and belongs to nobody."""
    wanted = workspace or f"ws_{os.urandom(10).hex()}"
    row = {"organization_id": organization, "name": name, "created_ms": now_ms}
    orphan = update(workspaces).where(_W.id == wanted, _W.organization_id.is_(None))
    if not workspace or connection.execute(orphan.values(row)).rowcount == 0:
        connection.execute(insert(workspaces).values(id=wanted, **row))
    return system_workspace(connection, wanted)


def system_workspace(connection: Connection, workspace: str) -> Workspace:
    """A workspace.

    Raises:
        WorkspaceMissing: There is none with this id.
    """
    found = system_find_workspace(connection, workspace)
    if found is None:
        raise _no_workspace(workspace)
    return found


def system_find_workspace(connection: Connection, workspace: str) -> Workspace | None:
    """A workspace, if it is there."""
    row = first_row(connection.execute(select(workspaces).where(_W.id == workspace)))
    return None if row is None else _workspace(row)


def organization_of(connection: Connection, scope: Scope, organization: str) -> str:
    """The organization that somebody asks in.

    Raises:
        OrganizationMissing: He asks for another one.
    """
    own = connection.execute(select(_W.organization_id).where(_W.id == scope.workspace)).scalar()
    if not own or organization not in ("", own):
        raise _no_organization(organization)
    return str(own)


def organization(connection: Connection, scope: Scope, wanted: str) -> Organization:
    """The organization that somebody asks in.

    Raises:
        OrganizationMissing: He asks for another one.
        AccessDenied: He may not.
    """
    scope.require("organization:read")
    found = select(organizations).where(_O.id == organization_of(connection, scope, wanted))
    row = first_row(connection.execute(found))
    if row is None:
        raise _no_organization(wanted)
    return Organization(id=row["id"], name=row["name"], created_ms=row["created_ms"])


def rename(connection: Connection, scope: Scope, wanted: str, name: str) -> Organization:
    """Give an organization another name."""
    scope.require("organization:write")
    own = organization_of(connection, scope, wanted)
    connection.execute(update(organizations).where(_O.id == own).values(name=name))
    return organization(connection, scope, own)


def listed_workspaces(connection: Connection, scope: Scope) -> Sequence[Workspace]:
    """All workspaces of the organization, by name, for who administers it; else this one."""
    scope.require("workspace:read")
    if not scope.may("workspace:admin"):
        return [system_workspace(connection, scope.workspace)]
    own = organization_of(connection, scope, "")
    found = select(workspaces).where(_W.organization_id == own).order_by(_W.name, _W.id)
    return [_workspace(row) for row in all_rows(connection.execute(found))]


def workspace(connection: Connection, scope: Scope, wanted: str) -> Workspace:
    """A workspace: this one, or for who administers the organization any of it.

    Raises:
        WorkspaceMissing: There is none that he may see.
    """
    scope.require("workspace:read")
    found = system_find_workspace(connection, wanted)
    if found is None or not _reaches(connection, scope, found):
        raise _no_workspace(wanted)
    return found


def add_workspace(connection: Connection, scope: Scope, name: str, now_ms: int) -> Workspace:
    """Add a workspace to the organization."""
    scope.require("workspace:admin")
    own = organization_of(connection, scope, "")
    return system_add_workspace(connection, own, name, now_ms)


def change_workspace(
    connection: Connection, scope: Scope, wanted: str, values: dict[str, Any]
) -> Workspace:
    """Change a workspace.

    Raises:
        WorkspaceMissing: There is none that he may see.
        TeamMissing: The team is not one of its organization.
        AccessDenied: He may not, or it is about what the organization decides, or the role of its
            team, before or after, may do more than he.
    """
    scope.require("workspace:write")
    found = workspace(connection, scope, wanted)
    if values.keys() & {"weight", "max_queued", "team_id", "team_role"}:
        scope.require("workspace:admin")
    if values.keys() & {"team_id", "team_role"}:
        _check_other_team(connection, scope, wanted, values)
    if values.get("team_id"):
        _team_row(connection, found.organization, values["team_id"])
    if values:
        connection.execute(update(workspaces).where(_W.id == wanted).values(values))
    return system_workspace(connection, wanted)


def remove_workspace(connection: Connection, scope: Scope, wanted: str) -> Workspace:
    """Remove a workspace that has no workflows any more.

    Raises:
        WorkspaceMissing: There is none that he may see.
        WorkspaceNeeded: It has workflows, or is the only one.
    """
    scope.require("workspace:admin")
    found = workspace(connection, scope, wanted)
    kept = workflows.c.removed_ms.is_(None) & (workflows.c.workspace_id == wanted)
    if connection.execute(select(workflows.c.id).where(kept).limit(1)).first() is not None:
        message = "This workspace has workflows."
        raise WorkspaceNeeded(message, hint="Move or remove them first.")
    others = select(func.count()).select_from(workspaces)
    others = others.where(_W.organization_id == found.organization, _W.id != wanted)
    if connection.execute(others).scalar_one() == 0:
        message = "This is the only workspace of the organization."
        raise WorkspaceNeeded(message, hint="Add another one first.")
    connection.execute(delete(members).where(members.c.workspace_id == wanted))
    connection.execute(delete(workspaces).where(_W.id == wanted))
    return found


def listed_teams(connection: Connection, scope: Scope) -> Sequence[Team]:
    """The teams of the organization, by name."""
    scope.require("organization:read")
    own = organization_of(connection, scope, "")
    found = select(teams).where(_T.organization_id == own).order_by(_T.name, _T.id)
    return [_team(connection, row) for row in all_rows(connection.execute(found))]


def team(connection: Connection, scope: Scope, wanted: str) -> Team:
    """A team of the organization.

    Raises:
        TeamMissing: There is none with this id.
    """
    scope.require("organization:read")
    return _team(connection, _team_row(connection, organization_of(connection, scope, ""), wanted))


def add_team(connection: Connection, scope: Scope, name: str, now_ms: int) -> Team:
    """Add a team to the organization."""
    scope.require("organization:write")
    own = organization_of(connection, scope, "")
    wanted = f"team_{os.urandom(10).hex()}"
    row = {"id": wanted, "organization_id": own, "name": name, "created_ms": now_ms}
    connection.execute(insert(teams).values(row))
    return team(connection, scope, wanted)


def rename_team(connection: Connection, scope: Scope, wanted: str, name: str) -> Team:
    """Give a team another name."""
    scope.require("organization:write")
    team(connection, scope, wanted)
    connection.execute(update(teams).where(_T.id == wanted).values(name=name))
    return team(connection, scope, wanted)


def remove_team(connection: Connection, scope: Scope, wanted: str) -> Team:
    """Remove a team; its workspaces stay, without it.

    Raises:
        TeamMissing: There is no such team.
        AccessDenied: He may not, or the team's role somewhere may do more than he.
    """
    scope.require("organization:write")
    found = team(connection, scope, wanted)
    _check_roles_of_team(connection, scope, wanted)
    left = update(workspaces).where(_W.team_id == wanted).values(team_id=None, team_role=None)
    connection.execute(left)
    connection.execute(delete(team_members).where(_TM.team_id == wanted))
    connection.execute(delete(teams).where(_T.id == wanted))
    return found


def join_team(connection: Connection, scope: Scope, wanted: str, user: str, now_ms: int) -> Team:
    """Take a member of the organization into a team.

    Raises:
        TeamMissing: There is no such team.
        AccessDenied: He is no member of the organization; or he who asks may not take him in, or
            the team's role somewhere, or what is shared with it, may do more than he.
    """
    scope.require("organization:write")
    found = team(connection, scope, wanted)
    _check_roles_of_team(connection, scope, wanted)
    _check_shared_with_team(connection, scope, found)
    own = (members.c.organization_id == found.organization) & (members.c.user_id == user)
    if connection.execute(select(members.c.user_id).where(own).limit(1)).first() is None:
        message = "Who is to be in a team has to be a member of the organization."
        raise AccessDenied(message, hint="Invite him first.")
    if user not in found.users:
        row = {"team_id": wanted, "user_id": user, "created_ms": now_ms}
        connection.execute(insert(team_members).values(row))
    return team(connection, scope, wanted)


def leave_team(connection: Connection, scope: Scope, wanted: str, user: str) -> Team:
    """Take somebody out of a team.

    Raises:
        TeamMissing: There is no such team.
        AccessDenied: He who asks may not, or the team's role somewhere may do more than he.
    """
    scope.require("organization:write")
    team(connection, scope, wanted)
    _check_roles_of_team(connection, scope, wanted)
    gone = delete(team_members).where(_TM.team_id == wanted, _TM.user_id == user)
    connection.execute(gone)
    return team(connection, scope, wanted)


def role_in_use(connection: Connection, role: str) -> bool:
    """Does anybody have a role, or a team?"""
    told = select(members.c.role).where(members.c.role == role).limit(1)
    of_team = select(_W.id).where(_W.team_role == role).limit(1)
    return any(connection.execute(one).first() is not None for one in (told, of_team))


def _reaches(connection: Connection, scope: Scope, found: Workspace) -> bool:
    if found.id == scope.workspace:
        return True
    own = connection.execute(select(_W.organization_id).where(_W.id == scope.workspace)).scalar()
    return scope.may("workspace:admin") and bool(own) and own == found.organization


def _check_roles_of_team(connection: Connection, scope: Scope, wanted: str) -> None:
    found = select(workspaces).where(_W.team_id == wanted)
    for place in [_workspace(row) for row in all_rows(connection.execute(found))]:
        check_role(connection, scope, place, place.team_role)


def _check_shared_with_team(connection: Connection, scope: Scope, found: Team) -> None:
    own = shares.c.subject == f"team:{found.id}"
    for row in all_rows(connection.execute(select(shares).where(own))):
        place = system_workspace(connection, row["workspace_id"])
        grants = LEVELS.get(row["kind"], {}).get(row["level"], frozenset())
        check(held(connection, scope, found.organization, place), grants)


def _check_other_team(
    connection: Connection, scope: Scope, wanted: str, values: dict[str, Any]
) -> None:
    scope.require("member:write")
    # Held, so that of two changes at once each sees what the other made of the team and its role.
    connection.execute(select(_W.id).where(_W.id == wanted).with_for_update())
    place = system_workspace(connection, wanted)
    after = (values.get("team_id", place.team), values.get("team_role", place.team_role))
    for owners, role in ((place.team, place.team_role), after):
        if owners and role:
            check_role(connection, scope, place, role)


def _team_row(connection: Connection, organization_id: str, wanted: str) -> Row:
    own = (_T.id == wanted) & (_T.organization_id == organization_id)
    row = first_row(connection.execute(select(teams).where(own)))
    if row is None:
        raise TeamMissing(f"There is no team {wanted!r}.", hint="Look into the list of teams.")
    return row


def _team(connection: Connection, row: Row) -> Team:
    own = select(_TM.user_id).where(_TM.team_id == row["id"]).order_by(_TM.user_id)
    return Team(
        id=row["id"],
        organization=row["organization_id"] or "",
        name=row["name"],
        users=tuple(one[0] for one in connection.execute(own)),
        created_ms=row["created_ms"],
    )


def _workspace(row: Row) -> Workspace:
    return Workspace(
        id=row["id"],
        organization=row["organization_id"] or "",
        name=row["name"],
        weight=row["weight"],
        max_queued=row["max_queued"],
        team=row["team_id"] or "",
        team_role=row["team_role"] or "",
        allowed_ips=msgspec.json.decode(row["allowed_ips"] or b"[]", type=tuple[str, ...]),
        created_ms=row["created_ms"],
    )


def _no_organization(wanted: str) -> OrganizationMissing:
    message = f"There is no organization {wanted!r} here."
    return OrganizationMissing(message, hint="Choose one of its workspaces: Penstock-Workspace.")


def _no_workspace(wanted: str) -> WorkspaceMissing:
    return WorkspaceMissing(f"There is no workspace {wanted!r}.", hint="Look into your workspaces.")
