"""The organization of the workspace that is asked in, and its teams."""

from __future__ import annotations

from sqlalchemy import Connection

from penstock_kernel.store.sql import audit
from penstock_kernel.store.sql import members_places as places
from penstock_kernel.store.sql.members_places import Organization, Team, Workspace
from penstock_web.api.identity_calls import Title, change, identity_of, part
from penstock_web.http.endpoint import Call, Given, Page, Paged, endpoint


class OneOrganization(Given, frozen=True):
    """Which organization."""

    organization: str


class OneTeam(Given, frozen=True):
    """Which team."""

    team: str


class OneInTeam(Given, frozen=True):
    """Who, in which team."""

    team: str
    user: str


class Named(Given, frozen=True):
    """A name."""

    name: Title


@endpoint("POST", "/organizations", needs="settings:write", status=201)
async def add_organization(call: Call, body: Named) -> Workspace:
    """Add an organization with its first workspace, which is answered."""
    call.scope.require("settings:write")
    now_ms = identity_of(call).parts.now_ms()

    def work(connection: Connection) -> Workspace:
        made = places.system_found(connection, body.name, now_ms)
        told = {"name": body.name, "workspace": made.id}
        audit.record(connection, call.scope, "organization.added", made.organization, told, now_ms)
        return made

    return await change(call, work)


@endpoint("GET", "/organizations/{organization}", needs="organization:read")
async def show_organization(call: Call, path: OneOrganization) -> Organization:
    """The organization of this workspace.

    Raises:
        OrganizationMissing: It is not the one of this workspace.
    """
    return await call.server.db.read(
        lambda one: places.organization(one, call.scope, path.organization)
    )


@endpoint("PATCH", "/organizations/{organization}", needs="organization:write")
async def rename_organization(call: Call, path: OneOrganization, body: Named) -> Organization:
    """Give the organization another name.

    Raises:
        OrganizationMissing: It is not the one of this workspace.
    """
    now_ms = identity_of(call).parts.now_ms()

    def work(connection: Connection) -> Organization:
        found = places.rename(connection, call.scope, path.organization, body.name)
        told = {"name": body.name}
        audit.record(connection, call.scope, "organization.changed", found.id, told, now_ms)
        return found

    return await change(call, work)


@endpoint("GET", "/teams", needs="organization:read", tag="teams")
async def list_teams(call: Call, query: Paged) -> Page[Team]:
    """The teams of the organization, by name."""
    found = await call.server.db.read(lambda one: places.listed_teams(one, call.scope))
    return part(found, query, lambda one: one.id)


@endpoint("POST", "/teams", needs="organization:write", tag="teams", status=201)
async def add_team(call: Call, body: Named) -> Team:
    """Add a team to the organization."""
    now_ms = identity_of(call).parts.now_ms()

    def work(connection: Connection) -> Team:
        made = places.add_team(connection, call.scope, body.name, now_ms)
        told = {"name": body.name}
        audit.record(connection, call.scope, "team.added", made.id, told, now_ms)
        return made

    return await change(call, work)


@endpoint("GET", "/teams/{team}", needs="organization:read", tag="teams")
async def show_team(call: Call, path: OneTeam) -> Team:
    """A team, with who is in it.

    Raises:
        TeamMissing: There is none with this id.
    """
    return await call.server.db.read(lambda one: places.team(one, call.scope, path.team))


@endpoint("PATCH", "/teams/{team}", needs="organization:write", tag="teams")
async def rename_team(call: Call, path: OneTeam, body: Named) -> Team:
    """Give a team another name.

    Raises:
        TeamMissing: There is none with this id.
    """
    now_ms = identity_of(call).parts.now_ms()

    def work(connection: Connection) -> Team:
        found = places.rename_team(connection, call.scope, path.team, body.name)
        told = {"name": body.name}
        audit.record(connection, call.scope, "team.changed", found.id, told, now_ms)
        return found

    return await change(call, work)


@endpoint("DELETE", "/teams/{team}", needs="organization:write", tag="teams")
async def remove_team(call: Call, path: OneTeam) -> None:
    """Remove a team; its workspaces stay, without it.

    Raises:
        TeamMissing: There is none with this id.
    """
    now_ms = identity_of(call).parts.now_ms()

    def work(connection: Connection) -> None:
        places.remove_team(connection, call.scope, path.team)
        audit.record(connection, call.scope, "team.removed", path.team, {}, now_ms)

    await change(call, work)


@endpoint("PUT", "/teams/{team}/members/{user}", needs="organization:write", tag="teams")
async def join_team(call: Call, path: OneInTeam) -> Team:
    """Take a member of the organization into a team.

    Raises:
        TeamMissing: There is none with this id.
    """
    now_ms = identity_of(call).parts.now_ms()

    def work(connection: Connection) -> Team:
        team = places.join_team(connection, call.scope, path.team, path.user, now_ms)
        told = {"team": path.team}
        audit.record(connection, call.scope, "team.joined", path.user, told, now_ms)
        return team

    return await change(call, work)


@endpoint("DELETE", "/teams/{team}/members/{user}", needs="organization:write", tag="teams")
async def leave_team(call: Call, path: OneInTeam) -> None:
    """Take somebody out of a team.

    Raises:
        TeamMissing: There is none with this id.
    """
    now_ms = identity_of(call).parts.now_ms()

    def work(connection: Connection) -> None:
        places.leave_team(connection, call.scope, path.team, path.user)
        told = {"team": path.team}
        audit.record(connection, call.scope, "team.left", path.user, told, now_ms)

    await change(call, work)


ENDPOINTS = [
    add_organization,
    show_organization,
    rename_organization,
    list_teams,
    add_team,
    show_team,
    rename_team,
    remove_team,
    join_team,
    leave_team,
]
