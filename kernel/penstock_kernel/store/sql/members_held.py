"""What somebody holds by his roles, and whether he may give others, or take from them, as much.

The rules:

* What is given or taken in a workspace is compared with what he who asks may do in that one.
* What holds in a whole organization is compared with his role in the organization alone: what he
  may do in one of its workspaces is none of the others' business.
* Nobody gives by a call what the call may not do itself, whatever he may do by others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import Connection, select

from penstock_kernel.store.scope import AccessDenied, Scope
from penstock_kernel.store.sql import users
from penstock_kernel.store.sql.members_grants import GRANTS, IN_ORGANIZATION, IN_WORKSPACE, ROLES
from penstock_kernel.store.sql.tables import members, roles, team_members

if TYPE_CHECKING:
    from penstock_kernel.store.sql.members_places import Workspace

_M, _R, _TM = members.c, roles.c, team_members.c
_LOCAL = Scope().actor


def check_role(connection: Connection, scope: Scope, place: Workspace, role: str) -> None:
    """Go on only where somebody may give a role in a workspace, or take it away.

    Raises:
        AccessDenied: The role may do more there than he.
    """
    grants = of_roles(connection, place.organization, [role]).get(role, frozenset())
    check(held(connection, scope, place.organization, place), grants & IN_WORKSPACE)


def check(mine: frozenset[str], grants: frozenset[str]) -> None:
    """Go on only where these are among one's own.

    Raises:
        AccessDenied: They are not.
    """
    lacking = sorted(grants - mine)
    if lacking:
        message = f"This is about more than you may do yourself: {', '.join(lacking[:5])}."
        raise AccessDenied(message, hint="Ask whoever administers the organization.")


def held(
    connection: Connection, scope: Scope, organization: str, place: Workspace | None = None
) -> frozenset[str]:
    """What he who asks may do in a workspace; without one, in all of an organization."""
    if scope.grants is None:
        return GRANTS
    if place is not None and place.id == scope.workspace:
        return scope.grants
    return scope.grants & system_held(connection, scope.actor, organization, place)


def system_held(
    connection: Connection, user: str, organization: str, place: Workspace | None = None
) -> frozenset[str]:
    """What somebody may do by his roles; without a workspace, in all of an organization."""
    if user == _LOCAL:
        return GRANTS
    found = users.system_find(connection, user)
    if found is None or found.disabled:
        return frozenset()
    if found.owner:
        return GRANTS
    return by_roles(connection, user, organization, place, teams_of(connection, user))


def by_roles(
    connection: Connection,
    user: str,
    organization: str,
    place: Workspace | None,
    in_teams: frozenset[str],
) -> frozenset[str]:
    """What somebody's roles add up to, and those of his teams."""
    own = (_M.user_id == user) & (_M.organization_id == organization)
    places = ["", place.id] if place else [""]
    found = select(_M.workspace_id, _M.role).where(own, _M.workspace_id.in_(places))
    given = [(row[0], row[1]) for row in connection.execute(found)]
    if place and place.team in in_teams and place.team_role:
        given.append((place.id, place.team_role))
    sets = of_roles(connection, organization, {role for _, role in given})
    grants: frozenset[str] = frozenset()
    for where, role in given:
        most = IN_WORKSPACE if where else IN_ORGANIZATION
        grants |= sets.get(role, frozenset()) & most
    return grants


def of_roles(
    connection: Connection, organization: str, wanted: Iterable[str]
) -> Mapping[str, frozenset[str]]:
    """The grants of roles; one that is not there is left out."""
    custom = [role for role in wanted if role not in ROLES]
    if not custom:
        return ROLES
    own = (_R.organization_id == organization) & _R.id.in_(custom)
    found = select(_R.id, _R.grants).where(own)
    read = {
        row[0]: msgspec.json.decode(row[1] or b"[]", type=frozenset[str])
        for row in connection.execute(found)
    }
    return {**ROLES, **read}


def teams_of(connection: Connection, user: str) -> frozenset[str]:
    """The teams that somebody is in."""
    found = select(_TM.team_id).where(_TM.user_id == user)
    return frozenset(row[0] for row in connection.execute(found))
