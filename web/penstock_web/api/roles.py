"""Roles: those that everybody has, and custom ones as sets of grants."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType
from sqlalchemy import Connection

from penstock_kernel.store.sql import audit, members
from penstock_kernel.store.sql.members import Role
from penstock_kernel.store.sql.members_grants import IN_ORGANIZATION
from penstock_web.api.identity_calls import change, identity_of, part
from penstock_web.http.endpoint import Call, Given, Page, Paged, endpoint

RoleTitle = Annotated[str, Meta(min_length=1, max_length=100)]


class OneRole(Given, frozen=True):
    """Which role."""

    role: str


class NewRole(Given, frozen=True):
    """A custom role."""

    name: RoleTitle
    grants: Sequence[str]


class RoleChange(Given, frozen=True):
    """What is to be different; what is left out stays."""

    name: RoleTitle | UnsetType = UNSET
    grants: Sequence[str] | UnsetType = UNSET


class Grants(msgspec.Struct, frozen=True):
    """What a role can have."""

    grants: Sequence[str]


@endpoint("GET", "/grants", needs="role:read", tag="roles")
async def list_grants(call: Call) -> Grants:
    """The grants that a custom role can have."""
    call.scope.require("role:read")
    return Grants(sorted(IN_ORGANIZATION))


@endpoint("GET", "/roles", needs="role:read")
async def list_roles(call: Call, query: Paged) -> Page[Role]:
    """The roles that everybody has, and those of the organization."""
    found = await call.server.db.read(lambda one: members.listed_roles(one, call.scope))
    return part(found, query, lambda one: one.id)


@endpoint("POST", "/roles", needs="role:write", status=201)
async def add_role(call: Call, body: NewRole) -> Role:
    """Make a custom role.

    Raises:
        RoleTaken: There is one of this name.
        RoleInvalid: It cannot have these grants.
    """
    now_ms, grants = identity_of(call).parts.now_ms(), frozenset(body.grants)

    def work(connection: Connection) -> Role:
        made = members.add_role(connection, call.scope, body.name, grants, now_ms)
        told = {"name": body.name, "grants": sorted(grants)}
        audit.record(connection, call.scope, "role.added", made.id, told, now_ms)
        return made

    return await change(call, work)


@endpoint("PATCH", "/roles/{role}", needs="role:write")
async def change_role(call: Call, path: OneRole, body: RoleChange) -> Role:
    """Change a custom role, for all who have it.

    Raises:
        RoleMissing: There is no custom role with this id.
        RoleTaken: There is one of this name.
        RoleInvalid: It cannot have these grants.
    """
    now_ms = identity_of(call).parts.now_ms()
    name = None if body.name is UNSET else body.name
    grants = None if body.grants is UNSET else frozenset(body.grants)

    def work(connection: Connection) -> Role:
        found = members.change_role(connection, call.scope, path.role, name, grants)
        told = {"name": found.name, "grants": sorted(found.grants)}
        audit.record(connection, call.scope, "role.changed", path.role, told, now_ms)
        return found

    return await change(call, work)


@endpoint("DELETE", "/roles/{role}", needs="role:write")
async def remove_role(call: Call, path: OneRole) -> None:
    """Remove a custom role that nobody has.

    Raises:
        RoleMissing: There is no custom role with this id.
        RoleTaken: Somebody has it.
    """
    now_ms = identity_of(call).parts.now_ms()

    def work(connection: Connection) -> None:
        members.remove_role(connection, call.scope, path.role)
        audit.record(connection, call.scope, "role.removed", path.role, {}, now_ms)

    await change(call, work)


ENDPOINTS = [list_grants, list_roles, add_role, change_role, remove_role]
