"""Workspaces of the organization: what they are called, who owns them, and their limits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType
from sqlalchemy import Connection

from penstock_kernel.store.sql import audit, members
from penstock_kernel.store.sql import members_places as places
from penstock_kernel.store.sql.members_places import Workspace
from penstock_web.api.identity_calls import Title, change, identity_of, part
from penstock_web.http.endpoint import Call, Given, Page, Paged, endpoint
from penstock_web.identity import addresses
from penstock_web.identity.addresses import NetworkInvalid


class OneWorkspace(Given, frozen=True):
    """Which workspace."""

    workspace: str


class NewWorkspace(Given, frozen=True):
    """A workspace to be added."""

    name: Title


class WorkspaceChange(Given, frozen=True):
    """What is to be different; what is left out stays."""

    name: Title | UnsetType = UNSET
    #: Networks that calls may come from; none: any.
    allowed_ips: Sequence[str] | UnsetType = UNSET
    #: Of two workspaces with work, one of weight 2 gets twice as much done.
    weight: Annotated[int, Meta(ge=1, le=1_000)] | UnsetType = UNSET
    #: Executions that may be queued at once; null: the limit of the installation.
    max_queued: Annotated[int, Meta(ge=1, le=1000000000)] | UnsetType | None = UNSET
    #: Who is in this team is a member; empty: no team.
    team: str | UnsetType = UNSET
    #: In this role.
    team_role: str | UnsetType = UNSET


@endpoint("GET", "/workspaces", needs="workspace:read")
async def list_workspaces(call: Call, query: Paged) -> Page[Workspace]:
    """The workspaces of the organization, for who administers it; else this one."""
    found = await call.server.db.read(lambda one: places.listed_workspaces(one, call.scope))
    return part(found, query, lambda one: one.id)


@endpoint("POST", "/workspaces", needs="workspace:admin", status=201)
async def add_workspace(call: Call, body: NewWorkspace) -> Workspace:
    """Add a workspace to the organization."""
    now_ms = identity_of(call).parts.now_ms()

    def work(connection: Connection) -> Workspace:
        made = places.add_workspace(connection, call.scope, body.name, now_ms)
        audit.record(
            connection, call.scope, "workspace.added", made.id, {"name": body.name}, now_ms
        )
        return made

    return await change(call, work)


@endpoint("GET", "/workspaces/{workspace}", needs="workspace:read")
async def show_workspace(call: Call, path: OneWorkspace) -> Workspace:
    """A workspace.

    Raises:
        WorkspaceMissing: There is none that the caller may see.
    """
    return await call.server.db.read(lambda one: places.workspace(one, call.scope, path.workspace))


@endpoint("PATCH", "/workspaces/{workspace}", needs="workspace:write")
async def change_workspace(call: Call, path: OneWorkspace, body: WorkspaceChange) -> Workspace:
    """Change a workspace. Its share of the work and its team are for the organization to say.

    Raises:
        WorkspaceMissing: There is none that the caller may see.
        TeamMissing: There is no such team.
        RoleMissing: There is no such role.
        NetworkInvalid: A network is none, or the caller would be shut out.
    """
    values, now_ms = _values(call, body), identity_of(call).parts.now_ms()

    def work(connection: Connection) -> Workspace:
        found = places.change_workspace(connection, call.scope, path.workspace, values)
        if role := values.get("team_role"):
            members.system_role(connection, found.organization, role)
        said = msgspec.to_builtins(body)
        audit.record(connection, call.scope, "workspace.changed", found.id, said, now_ms)
        return found

    return await change(call, work)


@endpoint("DELETE", "/workspaces/{workspace}", needs="workspace:admin")
async def remove_workspace(call: Call, path: OneWorkspace) -> None:
    """Remove a workspace that has no workflows any more.

    Raises:
        WorkspaceMissing: There is none that the caller may see.
        WorkspaceNeeded: It has workflows, or is the only one.
    """
    now_ms = identity_of(call).parts.now_ms()

    def work(connection: Connection) -> None:
        found = places.remove_workspace(connection, call.scope, path.workspace)
        told = {"name": found.name}
        audit.record(connection, call.scope, "workspace.removed", found.id, told, now_ms)

    await change(call, work)


def _values(call: Call, body: WorkspaceChange) -> dict[str, Any]:
    values: dict[str, Any] = {
        name: value
        for name, value in (
            ("name", body.name),
            ("weight", body.weight),
            ("max_queued", body.max_queued),
            ("team_id", body.team),
            ("team_role", body.team_role),
        )
        if value is not UNSET
    }
    if body.allowed_ips is not UNSET:
        networks = addresses.checked(body.allowed_ips)
        if not addresses.allowed(identity_of(call).address(call.request), networks):
            message = "This list would shut out whoever sends it."
            raise NetworkInvalid(message, hint="Add the network that you call from.")
        values["allowed_ips"] = msgspec.json.encode(networks)
    return values


ENDPOINTS = [
    list_workspaces,
    add_workspace,
    show_workspace,
    change_workspace,
    remove_workspace,
]
