"""The users of the installation, for its owners."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType
from sqlalchemy import Connection

from penstock_kernel.store.sql import audit, sessions, users, users_removal
from penstock_kernel.store.sql.users import User
from penstock_web.api.identity_calls import change, identity_of
from penstock_web.http.endpoint import Call, Given, Page, Paged, endpoint
from penstock_web.identity.second_factor import forget


class OneUser(Given, frozen=True):
    """Which user."""

    user: str


class UserChange(Given, frozen=True):
    """What is to be different; what is left out stays."""

    name: Annotated[str, Meta(max_length=200)] | UnsetType = UNSET
    #: Nobody who is disabled gets in, from now on.
    disabled: bool | UnsetType = UNSET
    #: May do everything everywhere.
    owner: bool | UnsetType = UNSET
    #: Sign in without a second factor, for who has lost it.
    second_factor: bool | UnsetType = UNSET


class Link(msgspec.Struct, frozen=True):
    """A link that is shown once."""

    link: str


@endpoint("GET", "/users", needs="settings:read")
async def list_users(call: Call, query: Paged) -> Page[User]:
    """All users, by address."""
    call.scope.require("settings:read")
    limit = max(1, min(query.limit, 200))
    found = await call.server.db.read(lambda one: users.system_listed(one, query.cursor, limit + 1))
    items = found[:limit]
    return Page(items, items[-1].email if len(found) > limit else None)


@endpoint("GET", "/users/{user}", needs="settings:read")
async def show_user(call: Call, path: OneUser) -> User:
    """One user.

    Raises:
        UserMissing: There is none with this id.
    """
    call.scope.require("settings:read")
    return await call.server.db.read(lambda one: users.system_get(one, path.user))


@endpoint("PATCH", "/users/{user}", needs="settings:write")
async def change_user(call: Call, path: OneUser, body: UserChange) -> User:
    """Disable a user, make him an owner, or end his second factor.

    Raises:
        UserMissing: There is none with this id.
        LastOwner: Nobody would own the installation any more.
    """
    call.scope.require("settings:write")
    now_ms = identity_of(call).parts.now_ms()

    def work(connection: Connection) -> User:
        user = users.system_get(connection, path.user).id
        _apply(connection, user, body)
        said = msgspec.to_builtins(body)
        audit.record(connection, call.scope, "user.changed", user, said, now_ms)
        return users.system_get(connection, user)

    return await change(call, work)


@endpoint("DELETE", "/users/{user}", needs="settings:write")
async def remove_user(call: Call, path: OneUser) -> None:
    """Remove a user with his tokens, roles and shares; what he did stays, under his id alone.

    Raises:
        UserMissing: There is none with this id.
        LastOwner: Nobody would own the installation any more.
    """
    call.scope.require("settings:write")
    now_ms = identity_of(call).parts.now_ms()

    def work(connection: Connection) -> None:
        users_removal.system_remove(connection, path.user)
        audit.record(connection, call.scope, "user.removed", path.user, {}, now_ms)

    await change(call, work)


@endpoint("POST", "/users/{user}/reset-link", needs="settings:write", status=201, secret=True)
async def make_reset_link(call: Call, path: OneUser) -> Link:
    """A link by which a user gives himself a new password, where no mail is sent.

    Raises:
        UserMissing: There is none with this id.
    """
    call.scope.require("settings:write")
    return Link(await identity_of(call).accounts.reset_link(path.user))


def _apply(connection: Connection, user: str, body: UserChange) -> None:
    if body.name is not UNSET:
        users.system_set(connection, user, name=body.name.strip())
    if body.owner is not UNSET:
        users.system_own(connection, user, owner=body.owner)
    if body.disabled is not UNSET:
        users.system_disable(connection, user, disabled=body.disabled)
        if body.disabled:
            sessions.system_end_all(connection, user)
    if body.second_factor is False:
        forget(connection, user)


ENDPOINTS = [list_users, show_user, change_user, remove_user, make_reset_link]
