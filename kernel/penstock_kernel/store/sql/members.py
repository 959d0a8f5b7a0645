"""Who belongs to an organization or a workspace, and in which role; custom roles.

The rules:

* Nobody gives a role, takes one away or makes one that may do more than he may himself: in the
  workspace that it is about, or by his own role in the organization where it is about all of it.
* A role is one of the built-in ones by its name, or a custom one of the organization by its id.
* Who leaves an organization leaves its workspaces and teams too. Whoever takes him out takes all of
  these roles away.
* Where somebody is taken out nothing stays shared with him.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, ClassVar

import msgspec
from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from penstock_kernel.store.scope import AccessDenied, Scope
from penstock_kernel.store.sql import members_held as holding
from penstock_kernel.store.sql.members_grants import IN_WORKSPACE, ROLES, RoleInvalid, checked
from penstock_kernel.store.sql.members_places import Workspace, organization_of, role_in_use
from penstock_kernel.store.sql.rows import Row, all_rows, first_row
from penstock_kernel.store.sql.tables import (
    members,
    roles,
    shares,
    team_members,
    teams,
    users,
    workspaces,
)
from penstock_sdk import PenstockError

_M, _R = members.c, roles.c
#: The workspace of who belongs to an organization as a whole.
WHOLE = ""


class MemberMissing(PenstockError):
    """He is no member."""

    code: ClassVar[str] = "member.missing"


class RoleMissing(PenstockError):
    """There is no such role."""

    code: ClassVar[str] = "role.missing"


class RoleTaken(PenstockError):
    """There is a role of this name, or somebody has the role."""

    code: ClassVar[str] = "role.taken"


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who belongs to an organization or a workspace."""

    user: str
    email: str
    name: str
    disabled: bool
    role: str
    #: Empty: of the organization as a whole.
    workspace: str
    created_ms: int


class Role(msgspec.Struct, frozen=True, kw_only=True):
    """A set of grants."""

    id: str
    name: str
    grants: frozenset[str]
    built_in: bool
    created_ms: int = 0


def listed(connection: Connection, scope: Scope, workspace: str) -> Sequence[Member]:
    """The members of this workspace, or with `WHOLE` of its organization, by address.

    Raises:
        AccessDenied: He may not.
    """
    scope.require("member:read" if workspace else "organization:admin")
    if workspace not in (WHOLE, scope.workspace):
        raise _elsewhere()
    return _all(connection, organization_of(connection, scope, ""), workspace)


def put(
    connection: Connection, scope: Scope, workspace: str, user: str, role: str, now_ms: int
) -> Member:
    """Give somebody a role in this workspace, or with `WHOLE` in its organization.

    Raises:
        AccessDenied: He may not, or the role may do more than he.
        MemberMissing: Who is to get it does not belong to the organization yet.
        RoleMissing: There is no such role.
    """
    own = _may_change(connection, scope, workspace)
    _may_give(connection, scope, own, role, whole=workspace == WHOLE)
    before = _role_of(connection, own, workspace, user)
    if before is not None:
        _may_give(connection, scope, own, before, whole=workspace == WHOLE)
    elif not _belongs(connection, own, user):
        raise _no_member(user)
    system_put(connection, own, workspace, user, role, now_ms)
    (found,) = [one for one in _all(connection, own, workspace) if one.user == user]
    return found


def system_put(
    connection: Connection, organization: str, workspace: str, user: str, role: str, now_ms: int
) -> None:
    """Give somebody a role."""
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    row = {
        "organization_id": organization,
        "workspace_id": workspace,
        "user_id": user,
        "role": role,
        "created_ms": now_ms,
    }
    new = dialect.insert(members).values(row)
    keys = [_M.organization_id, _M.workspace_id, _M.user_id]
    connection.execute(new.on_conflict_do_update(index_elements=keys, set_={"role": role}))


def remove(connection: Connection, scope: Scope, workspace: str, user: str) -> None:
    """Take somebody out of this workspace, or with `WHOLE` out of its organization.

    Raises:
        MemberMissing: He is no member.
        AccessDenied: He who asks may not, or a role that goes may do more than he.
    """
    own = _may_change(connection, scope, workspace)
    before = _role_of(connection, own, workspace, user)
    if before is None:
        raise _no_member(user)
    _may_give(connection, scope, own, before, whole=workspace == WHOLE)
    if workspace == WHOLE:
        _may_take_all(connection, scope, own, user)
    gone = delete(members).where(_M.organization_id == own, _M.user_id == user)
    shared = delete(shares).where(shares.c.subject == f"user:{user}")
    if workspace:
        connection.execute(gone.where(_M.workspace_id == workspace))
        connection.execute(shared.where(shares.c.workspace_id == workspace))
        return
    connection.execute(gone)
    places = select(workspaces.c.id).where(workspaces.c.organization_id == own)
    connection.execute(shared.where(shares.c.workspace_id.in_(places)))
    of_it = select(teams.c.id).where(teams.c.organization_id == own)
    left = delete(team_members).where(team_members.c.user_id == user)
    connection.execute(left.where(team_members.c.team_id.in_(of_it)))


def listed_roles(connection: Connection, scope: Scope) -> Sequence[Role]:
    """The built-in roles, and those of the organization by name."""
    scope.require("role:read")
    own = organization_of(connection, scope, "")
    found = select(roles).where(_R.organization_id == own).order_by(_R.name)
    built = [Role(id=name, name=name, grants=some, built_in=True) for name, some in ROLES.items()]
    return built + [_role(row) for row in all_rows(connection.execute(found))]


def add_role(
    connection: Connection, scope: Scope, name: str, grants: frozenset[str], now_ms: int
) -> Role:
    """Make a custom role.

    Raises:
        RoleTaken: There is one of this name.
        RoleInvalid: It cannot have these grants.
        AccessDenied: He may not, or may not do all of this himself.
    """
    scope.require("role:write")
    own = organization_of(connection, scope, "")
    holding.check(holding.held(connection, scope, own), checked(grants))
    _check_name(connection, own, name)
    role = f"role_{os.urandom(10).hex()}"
    row = {
        "id": role,
        "organization_id": own,
        "name": name,
        "grants": msgspec.json.encode(sorted(grants)),
        "created_ms": now_ms,
    }
    connection.execute(insert(roles).values(row))
    return system_role(connection, own, role)


def change_role(
    connection: Connection, scope: Scope, role: str, name: str | None, grants: frozenset[str] | None
) -> Role:
    """Change a custom role, for all who have it.

    Raises:
        RoleMissing: There is no custom role with this id.
        RoleTaken: There is one of this name.
        AccessDenied: He may not, or may not do all of this himself.
    """
    scope.require("role:write")
    own = organization_of(connection, scope, "")
    before = _custom(connection, own, role)
    mine = holding.held(connection, scope, own)
    holding.check(mine, before.grants)
    values: dict[str, Any] = {}
    if name is not None and name != before.name:
        _check_name(connection, own, name)
        values["name"] = name
    if grants is not None:
        holding.check(mine, checked(grants))
        values["grants"] = msgspec.json.encode(sorted(grants))
    if values:
        connection.execute(update(roles).where(_R.id == role).values(values))
    return system_role(connection, own, role)


def remove_role(connection: Connection, scope: Scope, role: str) -> None:
    """Remove a custom role that nobody has.

    Raises:
        RoleMissing: There is no custom role with this id.
        RoleTaken: Somebody has it.
    """
    scope.require("role:write")
    own = organization_of(connection, scope, "")
    before = _custom(connection, own, role)
    holding.check(holding.held(connection, scope, own), before.grants)
    if role_in_use(connection, role):
        raise RoleTaken("Somebody has this role.", hint="Give them another one first.")
    connection.execute(delete(roles).where(_R.id == role))


def system_role(connection: Connection, organization: str, role: str) -> Role:
    """A role of an organization.

    Raises:
        RoleMissing: There is none with this id.
    """
    if role in ROLES:
        return Role(id=role, name=role, grants=ROLES[role], built_in=True)
    return _custom(connection, organization, role)


def system_roles_of(connection: Connection, organization: str, user: str) -> dict[str, str]:
    """The roles of somebody in an organization, by workspace."""
    own = (_M.organization_id == organization) & (_M.user_id == user)
    found = select(_M.workspace_id, _M.role).where(own)
    return {row[0]: row[1] for row in connection.execute(found)}


def may_give(connection: Connection, scope: Scope, role: str, *, whole: bool) -> str:
    """Go on only where somebody may give a role; the organization that it is in.

    Raises:
        AccessDenied: He may not, or the role may do more than he.
        RoleMissing: There is no such role.
    """
    own = _may_change(connection, scope, WHOLE if whole else scope.workspace)
    _may_give(connection, scope, own, role, whole=whole)
    return own


def system_may_give(
    connection: Connection, user: str, organization: str, place: Workspace | None, role: str
) -> bool:
    """May somebody give a role in a workspace, or without one in an organization, as of now?"""
    needed = "member:write" if place else "organization:admin"
    mine = holding.system_held(connection, user, organization, place)
    return {needed} | _given(connection, organization, role, whole=place is None) <= mine


def _may_change(connection: Connection, scope: Scope, workspace: str) -> str:
    scope.require("member:write" if workspace else "organization:admin")
    if workspace not in (WHOLE, scope.workspace):
        raise _elsewhere()
    return organization_of(connection, scope, "")


def _may_give(
    connection: Connection, scope: Scope, organization: str, role: str, *, whole: bool
) -> None:
    grants = _given(connection, organization, role, whole=whole)
    if whole:
        holding.check(holding.held(connection, scope, organization), grants)
    elif scope.grants is not None:
        holding.check(scope.grants, grants)


def _given(connection: Connection, organization: str, role: str, *, whole: bool) -> frozenset[str]:
    grants = system_role(connection, organization, role).grants
    return grants if whole else grants & IN_WORKSPACE


def _may_take_all(connection: Connection, scope: Scope, organization: str, user: str) -> None:
    """Look at his roles in workspaces, and at those that he has by a team."""
    given = system_roles_of(connection, organization, user)
    here = [role for place, role in given.items() if place != WHOLE]
    by_team = select(workspaces.c.team_role).where(
        workspaces.c.organization_id == organization,
        workspaces.c.team_role.is_not(None),
        workspaces.c.team_id.in_(holding.teams_of(connection, user)),
    )
    here += [row[0] for row in connection.execute(by_team)]
    sets = holding.of_roles(connection, organization, here)
    mine = holding.held(connection, scope, organization)
    for role in here:
        holding.check(mine, sets.get(role, frozenset()) & IN_WORKSPACE)


def _belongs(connection: Connection, organization: str, user: str) -> bool:
    own = (_M.organization_id == organization) & (_M.user_id == user)
    return connection.execute(select(_M.user_id).where(own).limit(1)).first() is not None


def _role_of(connection: Connection, organization: str, workspace: str, user: str) -> str | None:
    own = (_M.organization_id == organization) & (_M.workspace_id == workspace)
    found = select(_M.role).where(own, _M.user_id == user).with_for_update()
    return connection.execute(found).scalar()


def _all(connection: Connection, organization: str, workspace: str) -> Sequence[Member]:
    found = (
        select(members, users.c.email, users.c.name, users.c.disabled)
        .join(users, users.c.id == _M.user_id)
        .where(_M.organization_id == organization, _M.workspace_id == workspace)
        .order_by(users.c.email)
    )
    return [_member(row) for row in all_rows(connection.execute(found))]


def _custom(connection: Connection, organization: str, role: str) -> Role:
    own = (_R.id == role) & (_R.organization_id == organization)
    row = first_row(connection.execute(select(roles).where(own)))
    if row is None:
        raise RoleMissing(f"There is no role {role!r}.", hint="Look into the list of roles.")
    return _role(row)


def _check_name(connection: Connection, organization: str, name: str) -> None:
    if not name.strip() or len(name) > 100:
        raise RoleInvalid("A role needs a name of at most 100 characters.", hint="Choose one.")
    own = (_R.organization_id == organization) & (_R.name == name)
    taken = connection.execute(select(_R.id).where(own)).first() is not None
    if name in ROLES or taken:
        raise RoleTaken(f"There is a role {name!r} already.", hint="Choose another name.")


def _member(row: Row) -> Member:
    return Member(
        user=row["user_id"],
        email=row["email"],
        name=row["name"] or "",
        disabled=row["disabled"],
        role=row["role"],
        workspace=row["workspace_id"],
        created_ms=row["created_ms"],
    )


def _role(row: Row) -> Role:
    return Role(
        id=row["id"],
        name=row["name"],
        grants=msgspec.json.decode(row["grants"] or b"[]", type=frozenset[str]),
        built_in=False,
        created_ms=row["created_ms"],
    )


def _no_member(user: str) -> MemberMissing:
    message = f"The user {user!r} does not belong here."
    return MemberMissing(message, hint="Invite him first.")


def _elsewhere() -> AccessDenied:
    message = "Members are seen and changed in the workspace that is asked in."
    return AccessDenied(message, hint="Name it in the header Penstock-Workspace.")
