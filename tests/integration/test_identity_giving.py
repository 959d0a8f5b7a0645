"""Nobody gives, changes or takes away more than he may himself, whichever way he goes about it."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert
from tests.support.identity import HERE, PASSWORD, People, people

from penstock_kernel.store.scope import AccessDenied, Scope
from penstock_kernel.store.sql import members, members_places, tokens, users
from penstock_kernel.store.sql.members import WHOLE, Role
from penstock_kernel.store.sql.members_grants import ROLES
from penstock_kernel.store.sql.members_places import Team, Workspace
from penstock_kernel.store.sql.sessions_once import SingleUseExpired
from penstock_kernel.store.sql.tables import shares
from penstock_kernel.store.sql.tokens import NewToken
from penstock_web.identity.accounts import SignedIn

TEAMS = frozenset({"organization:read", "organization:write"})
PLACES = frozenset({"workspace:read", "workspace:write", "workspace:admin", "member:write"})
PEOPLE = frozenset({"organization:read", "organization:admin", "member:read", "member:write"})
KEEPER = frozenset({"organization:read", "role:read", "role:write"})


@pytest.fixture
async def some(tmp_path: Path) -> AsyncGenerator[People]:
    async with people("memory", tmp_path) as found:
        yield found


@pytest.fixture
async def scope(some: People) -> Scope:
    """The owner's."""
    return await some.scope_of(await some.owner())


async def role_of(some: People, scope: Scope, grants: frozenset[str]) -> Role:
    return await some.db.transact(lambda one: members.add_role(one, scope, "custom", grants, 0))


async def second(some: People, scope: Scope) -> Workspace:
    return await some.db.transact(
        lambda one: members_places.add_workspace(one, scope, "second", some.clock.ms)
    )


async def team_of(some: People, scope: Scope, name: str = "T") -> Team:
    return await some.db.transact(lambda one: members_places.add_team(one, scope, name, 0))


async def owned(some: People, scope: Scope, place: str, **values: Any) -> Workspace:
    found = await some.db.transact(
        lambda one: members_places.change_workspace(one, scope, place, values)
    )
    some.identity.forget()
    return found


async def join(some: People, scope: Scope, team: Team, user: str) -> None:
    await some.db.transact(lambda one: members_places.join_team(one, scope, team.id, user, 0))
    some.identity.forget()


async def with_role(
    some: People, scope: Scope, grants: frozenset[str], *, here: str = ""
) -> SignedIn:
    """Somebody with grants in the whole organization, and maybe with a role in one workspace."""
    role = await role_of(some, scope, grants)
    found = await some.invited("some@x.y", role.id, scope, whole=True)
    if here:
        await some.db.transact(
            lambda one: members.put(one, scope, "default", found.user.id, here, 0)
        )
    some.identity.forget()
    return found


@pytest.mark.parametrize("way", ["join", "leave", "remove"])
async def test_a_team_is_no_way_to_a_role_that_may_do_more(
    some: People, scope: Scope, way: str
) -> None:
    other = await with_role(some, scope, TEAMS)
    team = await team_of(some, scope)
    await owned(some, scope, "default", team_id=team.id, team_role="admin")
    admin = await some.invited("admin@x.y", "member", scope, whole=True)
    await join(some, scope, team, admin.user.id)
    mine = await some.scope_of(other, "default")
    ways = {
        "join": lambda one: members_places.join_team(one, mine, team.id, other.user.id, 0),
        "leave": lambda one: members_places.leave_team(one, mine, team.id, admin.user.id),
        "remove": lambda one: members_places.remove_team(one, mine, team.id),
    }

    with pytest.raises(AccessDenied):
        await some.db.transact(ways[way])

    assert (await some.scope_of(admin, "default")).may("member:write")


async def test_a_team_is_no_way_to_what_is_shared_with_it(some: People, scope: Scope) -> None:
    other = await with_role(some, scope, TEAMS)
    team = await team_of(some, scope)
    row = {
        "object_id": "cred_1",
        "subject": f"team:{team.id}",
        "kind": "credential",
        "workspace_id": "default",
        "level": "use",
        "made_by": "somebody",
        "created_ms": 0,
    }
    await some.db.transact(lambda one: one.execute(insert(shares).values(row)).rowcount)
    mine = await some.scope_of(other, "default")

    with pytest.raises(AccessDenied, match="credential:use"):
        await join(some, mine, team, other.user.id)

    await join(some, scope, team, other.user.id)


async def test_a_team_is_looked_at_in_each_of_its_workspaces(some: People, scope: Scope) -> None:
    beside = await second(some, scope)
    other = await with_role(some, scope, TEAMS, here="developer")
    team = await team_of(some, scope)
    await owned(some, scope, "default", team_id=team.id, team_role="viewer")
    mine = await some.scope_of(other, "default")
    await join(some, mine, team, other.user.id)

    await owned(some, scope, beside.id, team_id=team.id, team_role="viewer")

    third = await some.invited("third@x.y", "member", scope, whole=True)
    narrow = Scope("default", mine.actor, (mine.grants or frozenset()) - {"workflow:read"})
    with pytest.raises(AccessDenied, match="workflow:read"):
        await join(some, narrow, team, third.user.id)
    await join(some, mine, team, third.user.id)
    assert (await some.scope_of(third, beside.id)).grants == (
        ROLES["viewer"] | {"account:read", "account:write"}
    )


@pytest.mark.parametrize("values", [{"team_role": "viewer"}, {"team_role": "admin"}, {"team": ""}])
async def test_a_workspace_goes_to_another_team_only_with_a_role_one_has_there(
    some: People, scope: Scope, values: dict[str, str]
) -> None:
    beside = await second(some, scope)
    other = await with_role(some, scope, PLACES, here="admin")
    mine = await some.scope_of(other, "default")
    ops, canteen = await team_of(some, scope, "ops"), await team_of(some, scope, "canteen")
    await owned(some, scope, beside.id, team_id=ops.id, team_role="admin")
    changes = {"team_id": canteen.id, **values} if "team" not in values else {"team_id": ""}

    with pytest.raises(AccessDenied, match="more than you may do"):
        await owned(some, mine, beside.id, **changes)


async def test_another_team_alone_gives_its_people_the_role_that_stands(
    some: People, scope: Scope
) -> None:
    other = await with_role(some, scope, PLACES)
    mine = await some.scope_of(other, "default")
    ops, canteen = await team_of(some, scope, "ops"), await team_of(some, scope, "canteen")
    await owned(some, scope, "default", team_id=ops.id, team_role="admin")
    await join(some, scope, canteen, other.user.id)

    with pytest.raises(AccessDenied, match="more than you may do"):
        await owned(some, mine, "default", team_id=canteen.id)
    assert not (await some.scope_of(other, "default")).may("credential:write")


async def test_who_may_do_it_all_changes_the_team_and_its_role(some: People, scope: Scope) -> None:
    beside = await second(some, scope)
    admin = await some.invited("admin@x.y", "admin", scope, whole=True)
    mine = await some.scope_of(admin, "default")
    team = await team_of(some, mine)

    found = await owned(some, mine, beside.id, team_id=team.id, team_role="admin")
    await join(some, mine, team, admin.user.id)
    await some.db.transact(lambda one: members_places.remove_team(one, mine, team.id))

    assert (found.team, found.team_role) == (team.id, "admin")


async def test_a_role_in_one_workspace_is_none_in_the_others(some: People, scope: Scope) -> None:
    beside = await second(some, scope)
    other = await with_role(some, scope, KEEPER, here="developer")
    mine = await some.scope_of(other, "default")
    (role,) = [
        one
        for one in await some.db.read(lambda one: members.listed_roles(one, scope))
        if not one.built_in
    ]
    more = KEEPER | {"workflow:write", "credential:use"}

    for work in (
        lambda one: members.change_role(one, mine, role.id, None, more),
        lambda one: members.add_role(one, mine, "more", frozenset({"credential:use"}), 0),
    ):
        with pytest.raises(AccessDenied):
            await some.db.transact(work)
    some.identity.forget()
    assert not (await some.scope_of(other, beside.id)).may("credential:use")


async def test_a_role_that_may_do_more_elsewhere_is_not_removed(some: People, scope: Scope) -> None:
    other = await with_role(some, scope, KEEPER, here="developer")
    mine = await some.scope_of(other, "default")
    grants = frozenset({"credential:use"})
    role = await some.db.transact(lambda one: members.add_role(one, scope, "uses", grants, 0))

    with pytest.raises(AccessDenied):
        await some.db.transact(lambda one: members.remove_role(one, mine, role.id))


async def test_nobody_gives_the_organization_what_he_has_in_a_workspace(
    some: People, scope: Scope
) -> None:
    other = await with_role(some, scope, PEOPLE, here="developer")
    mine = await some.scope_of(other, "default")

    with pytest.raises(AccessDenied):
        await some.identity.invitations.invite(mine, "puppet@x.y", "developer", whole=True)
    with pytest.raises(AccessDenied):
        await some.db.transact(
            lambda one: members.put(one, mine, WHOLE, other.user.id, "developer", 0)
        )
    made = await some.identity.invitations.invite(mine, "guest@x.y", "developer", whole=False)
    assert made.invitation.role == "developer"


@pytest.mark.parametrize("by", ["role", "team"])
async def test_who_takes_somebody_out_of_all_takes_no_higher_role_along(
    some: People, scope: Scope, by: str
) -> None:
    other = await with_role(some, scope, PEOPLE)
    mine = await some.scope_of(other, "default")
    admin = await some.invited("admin@x.y", "member", scope, whole=True)
    if by == "team":
        team = await team_of(some, scope)
        await owned(some, scope, "default", team_id=team.id, team_role="admin")
        await join(some, scope, team, admin.user.id)
    else:
        await some.db.transact(
            lambda one: members.put(one, scope, "default", admin.user.id, "admin", 0)
        )

    with pytest.raises(AccessDenied):
        await some.db.transact(lambda one: members.remove(one, mine, WHOLE, admin.user.id))

    some.identity.forget()
    assert (await some.scope_of(admin, "default")).may("member:write")


async def test_who_is_a_mere_member_is_taken_out_by_who_may(some: People, scope: Scope) -> None:
    other = await with_role(some, scope, PEOPLE)
    mine = await some.scope_of(other, "default")
    third = await some.invited("third@x.y", "member", scope, whole=True)

    await some.db.transact(lambda one: members.remove(one, mine, WHOLE, third.user.id))

    found = await some.db.read(lambda one: members.listed(one, mine, WHOLE))
    assert third.user.id not in {one.user for one in found}


@pytest.mark.parametrize("lost", ["taken-out", "disabled", "lower"])
async def test_an_invitation_is_good_as_long_as_who_sent_it_may_give_the_role(
    some: People, scope: Scope, lost: str
) -> None:
    admin = await some.invited("admin@x.y", "admin", scope)
    mine, user = await some.scope_of(admin, "default"), admin.user.id
    made = await some.identity.invitations.invite(mine, "other@x.y", "admin", whole=False)
    token = made.link.partition("invitation=")[2]
    ways = {
        "taken-out": lambda one: members.remove(one, scope, WHOLE, user),
        "disabled": lambda one: users.system_disable(one, user, disabled=True),
        "lower": lambda one: members.put(one, scope, "default", user, "viewer", 0),
    }
    await some.db.transact(ways[lost])

    with pytest.raises(SingleUseExpired, match="may not give"):
        await some.identity.invitations.join(token, "O", PASSWORD, HERE)
    assert await some.db.read(lambda one: users.system_by_email(one, "other@x.y")) is None


async def test_an_invitation_into_the_organization_is_asked_about_again_too(
    some: People, scope: Scope
) -> None:
    admin = await some.invited("admin@x.y", "admin", scope, whole=True)
    mine = await some.scope_of(admin, "default")
    made = await some.identity.invitations.invite(mine, "other@x.y", "member", whole=True)
    third = await some.invited("third@x.y", "member", scope, whole=True)
    await some.db.transact(lambda one: members.put(one, scope, WHOLE, admin.user.id, "member", 0))

    with pytest.raises(SingleUseExpired, match="may not give"):
        await some.identity.invitations.accept(made.link.partition("invitation=")[2], third.user.id)


@pytest.mark.parametrize("kept", [True, False])
async def test_an_invitation_of_a_service_is_good_as_long_as_its_token(
    some: People, scope: Scope, kept: bool
) -> None:
    scopes = ROLES["viewer"] | {"member:write"}
    new = NewToken(name="t", hashed="h", ending="h", kind="service", scopes=scopes)
    token = await some.db.transact(lambda one: tokens.add(one, scope, new, some.clock.ms))
    mine = Scope("default", token.id, scopes)
    made = await some.identity.invitations.invite(mine, "other@x.y", "viewer", whole=False)
    link = made.link.partition("invitation=")[2]
    if kept:
        assert await some.identity.invitations.join(link, "O", PASSWORD, HERE)
        return
    await some.db.transact(lambda one: tokens.remove(one, scope, token.id))

    with pytest.raises(SingleUseExpired, match="may not give"):
        await some.identity.invitations.join(link, "O", PASSWORD, HERE)
