"""Organizations, workspaces, teams, roles and shares: what adds up, and where it ends."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select
from tests.support.identity import HERE, PASSWORD, People, people

from penstock_kernel.store.scope import AccessDenied, Scope
from penstock_kernel.store.sql import members, members_places, members_shares
from penstock_kernel.store.sql.members import WHOLE, MemberMissing, RoleMissing, RoleTaken
from penstock_kernel.store.sql.members_access import system_places
from penstock_kernel.store.sql.members_grants import IN_ORGANIZATION, ROLES
from penstock_kernel.store.sql.members_places import (
    OrganizationMissing,
    TeamMissing,
    Workspace,
    WorkspaceMissing,
    WorkspaceNeeded,
)
from penstock_kernel.store.sql.members_shares import Share, ShareInvalid, ShareMissing
from penstock_kernel.store.sql.sessions_once import SingleUseExpired
from penstock_kernel.store.sql.tables import shares, workflows
from penstock_kernel.store.sql.users import UserTaken
from penstock_web.identity.accounts import SignedIn


@pytest.fixture
async def some(tmp_path: Path) -> AsyncGenerator[People]:
    async with people("memory", tmp_path) as found:
        yield found


@pytest.fixture
async def on_postgres(tmp_path: Path) -> AsyncGenerator[People]:
    async with people("postgresql", tmp_path) as found:
        yield found


@pytest.fixture
async def owner(some: People) -> SignedIn:
    return await some.owner()


async def another(some: People, name: str = "B") -> Workspace:
    """A workspace of another organization."""
    return await some.db.transact(lambda one: members_places.system_found(one, name, some.clock.ms))


async def second(some: People, scope: Scope) -> Workspace:
    """A second workspace of the same organization."""
    return await some.db.transact(
        lambda one: members_places.add_workspace(one, scope, "second", some.clock.ms)
    )


async def put(some: People, scope: Scope, place: str, user: str, role: str) -> None:
    await some.db.transact(lambda one: members.put(one, scope, place, user, role, some.clock.ms))
    some.identity.forget()


async def grants(some: People, who: SignedIn, workspace: str) -> frozenset[str]:
    return (await some.principal(who.cookie, workspace=workspace)).grants


async def test_a_role_in_a_workspace_ends_there(some: People, owner: SignedIn) -> None:
    scope = await some.scope_of(owner)
    beside = await second(some, scope)
    other = await some.invited("b@x.y", "admin", scope)

    found = await grants(some, other, "default")

    assert "member:write" in found
    assert not found & {"organization:admin", "workspace:admin", "role:write", "settings:read"}
    with pytest.raises(AccessDenied):
        await some.principal(other.cookie, workspace=beside.id)


async def test_a_role_in_the_organization_holds_in_all_of_it_and_not_beyond(
    some: People, owner: SignedIn
) -> None:
    scope = await some.scope_of(owner)
    beside, elsewhere = await second(some, scope), await another(some)
    other = await some.invited("b@x.y", "admin", scope, whole=True)

    assert await grants(some, other, beside.id) >= IN_ORGANIZATION
    assert "settings:read" not in await grants(some, other, beside.id)
    with pytest.raises(AccessDenied):
        await some.principal(other.cookie, workspace=elsewhere.id)


async def test_who_only_belongs_to_the_organization_sees_no_workspace(
    some: People, owner: SignedIn
) -> None:
    other = await some.invited("b@x.y", "member", await some.scope_of(owner), whole=True)

    found = await some.principal(other.cookie)

    assert found.workspace == ""
    assert found.grants == {"account:read", "account:write"}
    with pytest.raises(AccessDenied):
        await some.principal(other.cookie, workspace="default")
    assert await some.db.read(lambda one: system_places(one, other.user)) == []


async def test_roles_add_up(some: People, owner: SignedIn) -> None:
    scope = await some.scope_of(owner)
    role = await some.db.transact(
        lambda one: members.add_role(one, scope, "auditor", frozenset({"audit:read"}), 0)
    )
    other = await some.invited("b@x.y", role.id, scope, whole=True)
    await put(some, scope, "default", other.user.id, "viewer")

    found = await grants(some, other, "default")

    assert found >= ROLES["viewer"] | {"audit:read"}
    assert "workflow:write" not in found


async def test_who_is_in_a_team_belongs_to_its_workspaces_as_long_as_that_lasts(
    some: People, owner: SignedIn
) -> None:
    scope = await some.scope_of(owner)
    beside = await second(some, scope)
    other = await some.invited("b@x.y", "member", scope, whole=True)
    team = await some.db.transact(lambda one: members_places.add_team(one, scope, "T", 0))
    values = {"team_id": team.id, "team_role": "developer"}
    await some.db.transact(
        lambda one: members_places.change_workspace(one, scope, beside.id, values)
    )
    with pytest.raises(AccessDenied):
        await grants(some, other, beside.id)

    await some.db.transact(
        lambda one: members_places.join_team(one, scope, team.id, other.user.id, 0)
    )
    some.identity.forget()
    joined = await grants(some, other, beside.id)
    await some.db.transact(
        lambda one: members_places.leave_team(one, scope, team.id, other.user.id)
    )
    some.identity.forget()

    assert joined >= ROLES["developer"]
    with pytest.raises(AccessDenied):
        await grants(some, other, beside.id)


async def test_a_team_takes_members_of_its_organization_alone(
    some: People, owner: SignedIn
) -> None:
    scope = await some.scope_of(owner)
    elsewhere = await another(some)
    there = await some.scope_of(owner, elsewhere.id)
    stranger = await some.invited("b@x.y", "admin", there)
    team = await some.db.transact(lambda one: members_places.add_team(one, scope, "T", 0))

    with pytest.raises(AccessDenied):
        await some.db.transact(
            lambda one: members_places.join_team(one, scope, team.id, stranger.user.id, 0)
        )
    with pytest.raises(TeamMissing):
        await some.db.transact(lambda one: members_places.team(one, there, team.id))
    with pytest.raises(TeamMissing):
        await some.db.transact(
            lambda one: members_places.change_workspace(
                one, there, elsewhere.id, {"team_id": team.id}
            )
        )


async def test_a_team_that_is_removed_leaves_its_workspace_without_one(
    some: People, owner: SignedIn
) -> None:
    scope = await some.scope_of(owner)
    team = await some.db.transact(lambda one: members_places.add_team(one, scope, "T", 0))
    values = {"team_id": team.id, "team_role": "viewer"}
    await some.db.transact(
        lambda one: members_places.change_workspace(one, scope, "default", values)
    )

    await some.db.transact(lambda one: members_places.remove_team(one, scope, team.id))

    found = await some.db.read(lambda one: members_places.workspace(one, scope, "default"))
    assert (found.team, found.team_role) == ("", "")


async def test_workspaces_of_another_organization_are_not_there(
    some: People, owner: SignedIn
) -> None:
    elsewhere = await another(some)
    admin = await some.invited("b@x.y", "admin", await some.scope_of(owner), whole=True)
    scope = await some.scope_of(admin, "default")

    listed = await some.db.read(lambda one: members_places.listed_workspaces(one, scope))

    assert [one.id for one in listed] == ["default"]
    for work in (
        lambda one: members_places.workspace(one, scope, elsewhere.id),
        lambda one: members_places.change_workspace(one, scope, elsewhere.id, {"name": "x"}),
        lambda one: members_places.remove_workspace(one, scope, elsewhere.id),
    ):
        with pytest.raises(WorkspaceMissing):
            await some.db.transact(work)
    with pytest.raises(OrganizationMissing):
        await some.db.read(
            lambda one: members_places.organization(one, scope, elsewhere.organization)
        )


async def test_a_workspace_with_workflows_or_the_only_one_stays(
    some: People, owner: SignedIn
) -> None:
    scope = await some.scope_of(owner)
    with pytest.raises(WorkspaceNeeded, match="only"):
        await some.db.transact(lambda one: members_places.remove_workspace(one, scope, "default"))
    beside = await second(some, scope)
    row = {"id": "f1", "workspace_id": beside.id, "name": "F"}
    await some.db.transact(lambda one: one.execute(insert(workflows).values(row)).rowcount)

    with pytest.raises(WorkspaceNeeded, match="workflows"):
        await some.db.transact(lambda one: members_places.remove_workspace(one, scope, beside.id))


async def test_nobody_raises_himself_by_a_role(some: People, owner: SignedIn) -> None:
    scope = await some.scope_of(owner)
    held = frozenset({"member:read", "member:write", "role:read", "role:write", "workflow:read"})
    role = await some.db.transact(lambda one: members.add_role(one, scope, "held", held, 0))
    other = await some.invited("b@x.y", role.id, scope, whole=True)
    mine = await some.scope_of(other, "default")
    more = held | {"workflow:write"}

    for work in (
        lambda one: members.put(one, mine, "default", other.user.id, "developer", 0),
        lambda one: members.put(one, mine, WHOLE, other.user.id, "admin", 0),
        lambda one: members.add_role(one, mine, "more", more, 0),
        lambda one: members.change_role(one, mine, role.id, None, more),
        lambda one: members.remove(one, mine, "default", owner.user.id),
        lambda one: members.remove(one, mine, WHOLE, owner.user.id),
    ):
        with pytest.raises((AccessDenied, MemberMissing)):
            await some.db.transact(work)
    assert await grants(some, other, "default") == held | {"account:read", "account:write"}


async def test_nobody_takes_a_role_away_that_may_do_more_than_he(
    some: People, owner: SignedIn
) -> None:
    scope = await some.scope_of(owner)
    held = frozenset({"member:read", "member:write"})
    role = await some.db.transact(lambda one: members.add_role(one, scope, "held", held, 0))
    developer = await some.invited("d@x.y", "developer", scope)
    mine = await some.scope_of(await some.invited("b@x.y", role.id, scope))

    with pytest.raises(AccessDenied):
        await some.db.transact(
            lambda one: members.put(one, mine, "default", developer.user.id, role.id, 0)
        )
    with pytest.raises(AccessDenied):
        await some.db.transact(lambda one: members.remove(one, mine, "default", developer.user.id))


async def test_a_custom_role_in_a_workspace_gives_nothing_of_the_organization(
    some: People, owner: SignedIn
) -> None:
    scope = await some.scope_of(owner)
    every = IN_ORGANIZATION
    role = await some.db.transact(lambda one: members.add_role(one, scope, "all", every, 0))
    other = await some.invited("b@x.y", role.id, scope)

    assert "organization:admin" not in await grants(some, other, "default")


async def test_a_role_of_another_organization_is_none(some: People, owner: SignedIn) -> None:
    scope = await some.scope_of(owner)
    there = await some.scope_of(owner, (await another(some)).id)
    role = await some.db.transact(
        lambda one: members.add_role(one, there, "r", frozenset({"workflow:read"}), 0)
    )

    with pytest.raises(RoleMissing):
        await some.identity.invitations.invite(scope, "b@x.y", role.id, whole=False)
    with pytest.raises(RoleMissing):
        await some.db.transact(lambda one: members.change_role(one, scope, role.id, "x", None))
    with pytest.raises(RoleMissing):
        await some.db.transact(lambda one: members.remove_role(one, scope, role.id))


def added(scope: Scope, name: str, connection: Connection) -> object:
    return members.add_role(connection, scope, name, frozenset({"workflow:read"}), 0)


async def test_a_role_that_somebody_has_and_a_name_that_is_there_stay(
    some: People, owner: SignedIn
) -> None:
    scope = await some.scope_of(owner)
    read = frozenset({"workflow:read"})
    role = await some.db.transact(lambda one: members.add_role(one, scope, "r", read, 0))
    await some.invited("b@x.y", role.id, scope)

    with pytest.raises(RoleTaken):
        await some.db.transact(lambda one: members.remove_role(one, scope, role.id))
    for name in ("r", "admin"):
        with pytest.raises(RoleTaken):
            await some.db.transact(partial(added, scope, name))


async def test_a_role_that_changes_changes_for_who_has_it(some: People, owner: SignedIn) -> None:
    scope = await some.scope_of(owner)
    read = frozenset({"workflow:read"})
    role = await some.db.transact(lambda one: members.add_role(one, scope, "r", read, 0))
    other = await some.invited("b@x.y", role.id, scope)
    more = frozenset({"workflow:read", "workflow:run"})
    assert "workflow:run" not in await grants(some, other, "default")

    await some.db.transact(lambda one: members.change_role(one, scope, role.id, None, more))
    some.clock.pass_s(1)

    assert "workflow:run" in await grants(some, other, "default")


async def test_who_leaves_an_organization_leaves_all_of_it(some: People, owner: SignedIn) -> None:
    scope = await some.scope_of(owner)
    other = await some.invited("b@x.y", "developer", scope)
    team = await some.db.transact(lambda one: members_places.add_team(one, scope, "T", 0))
    await some.db.transact(
        lambda one: members_places.join_team(one, scope, team.id, other.user.id, 0)
    )

    await some.db.transact(lambda one: members.remove(one, scope, WHOLE, other.user.id))
    some.clock.pass_s(1)

    with pytest.raises(AccessDenied):
        await some.principal(other.cookie, workspace="default")
    found = await some.db.read(lambda one: members_places.team(one, scope, team.id))
    assert found.users == ()


async def test_an_invitation_is_good_once_and_not_for_somebody_elses_account(
    some: People, owner: SignedIn
) -> None:
    scope = await some.scope_of(owner)
    await some.invited("b@x.y", "viewer", scope)
    made = await some.identity.invitations.invite(scope, "b@x.y", "developer", whole=False)
    token = made.link.partition("invitation=")[2]

    with pytest.raises(UserTaken):
        await some.identity.invitations.join(token, "B", PASSWORD, HERE)
    with pytest.raises(UserTaken):
        await some.identity.invitations.accept(token, owner.user.id)
    assert some.letters[-1][0] == "b@x.y"


async def test_an_invitation_that_is_taken_back_or_replaced_is_good_no_more(
    some: People, owner: SignedIn
) -> None:
    scope = await some.scope_of(owner)
    invitations = some.identity.invitations
    first = await invitations.invite(scope, "b@x.y", "viewer", whole=False)
    second_one = await invitations.invite(scope, "B@x.y", "viewer", whole=False)
    (pending,) = await invitations.pending(scope)

    await invitations.take_back(scope, pending.id)

    for made in (first, second_one):
        with pytest.raises(SingleUseExpired):
            await invitations.join(made.link.partition("invitation=")[2], "B", PASSWORD, HERE)


async def test_who_has_a_role_keeps_it_when_he_takes_an_invitation(
    some: People, owner: SignedIn
) -> None:
    scope = await some.scope_of(owner)
    other = await some.invited("b@x.y", "admin", scope)
    made = await some.identity.invitations.invite(scope, "b@x.y", "viewer", whole=False)

    await some.identity.invitations.accept(made.link.partition("invitation=")[2], other.user.id)

    assert "member:write" in await grants(some, other, "default")


async def share_of(
    some: People, scope: Scope, subject: str, level: str = "read", target: str = "f1"
) -> Share:
    wanted = Share(
        kind="workflow", object=target, subject=subject, level=level, made_by="", created_ms=0
    )
    return await some.db.transact(lambda one: members_shares.put(one, scope, wanted, 0))


async def test_a_share_counts_for_its_object_and_its_level(some: People, owner: SignedIn) -> None:
    scope = await some.scope_of(owner)
    stranger = await some.invited(
        "b@x.y", "viewer", await some.scope_of(owner, (await another(some)).id)
    )
    row = {"id": "f1", "workspace_id": "default", "name": "F"}
    await some.db.transact(lambda one: one.execute(insert(workflows).values(row)).rowcount)

    await share_of(some, scope, f"user:{stranger.user.id}", "run")
    found = await some.scope_of(stranger, "default")

    assert found.may("workflow:run", "f1")
    assert not found.may("workflow:write", "f1")
    assert not found.may("workflow:run", "f2")
    assert not found.may("workflow:read")


async def shared_with(some: People, subject: str) -> list[str]:
    found = select(shares.c.object_id).where(shares.c.subject == subject)
    return sorted(await some.db.read(lambda one: one.execute(found).scalars().all()))


@pytest.mark.parametrize(
    ("whole", "left"), [(True, ["f3"]), (False, ["f2", "f3"])], ids=["organization", "workspace"]
)
async def test_nothing_stays_shared_with_who_was_taken_out_where_he_was_taken_out(
    some: People, owner: SignedIn, *, whole: bool, left: list[str]
) -> None:
    scope = await some.scope_of(owner)
    next_ = await some.scope_of(owner, (await second(some, scope)).id)
    there = await some.scope_of(owner, (await another(some)).id)
    other = (await some.invited("b@x.y", "viewer", scope)).user.id
    stays = (await some.invited("c@x.y", "viewer", scope)).user.id
    await put(some, scope, WHOLE, other, "viewer")
    places = {"f1": scope, "f2": next_, "f3": there}
    rows = [
        {"id": name, "workspace_id": where.workspace, "name": "F"} for name, where in places.items()
    ]
    await some.db.transact(lambda one: one.execute(insert(workflows).values(rows)).rowcount)
    for name, where in places.items():
        await share_of(some, where, f"user:{other}", target=name)
    await share_of(some, scope, f"user:{stays}")

    await some.db.transact(
        lambda one: members.remove(one, scope, WHOLE if whole else scope.workspace, other)
    )

    assert await shared_with(some, f"user:{other}") == left
    assert await shared_with(some, f"user:{stays}") == ["f1"]


async def test_what_is_shared_with_a_team_is_shared_with_who_is_in_it(
    some: People, owner: SignedIn
) -> None:
    scope = await some.scope_of(owner)
    there = await some.scope_of(owner, (await another(some)).id)
    stranger = await some.invited("b@x.y", "viewer", there)
    team = await some.db.transact(lambda one: members_places.add_team(one, there, "T", 0))
    row = {"id": "f1", "workspace_id": "default", "name": "F"}
    await some.db.transact(lambda one: one.execute(insert(workflows).values(row)).rowcount)
    await share_of(some, scope, f"team:{team.id}")
    with pytest.raises(AccessDenied):
        await some.principal(stranger.cookie, workspace="default")

    await some.db.transact(
        lambda one: members_places.join_team(one, there, team.id, stranger.user.id, 0)
    )
    some.identity.forget()
    places = await some.db.read(lambda one: system_places(one, stranger.user))

    assert (await some.scope_of(stranger, "default")).may("workflow:read", "f1")
    assert "default" in [one.workspace for one in places]


async def test_nothing_is_shared_that_is_not_there_nor_by_who_may_not_change_it(
    some: People, owner: SignedIn
) -> None:
    scope = await some.scope_of(owner)
    viewer = await some.scope_of(await some.invited("b@x.y", "viewer", scope))
    row = {"id": "f1", "workspace_id": "default", "name": "F"}
    await some.db.transact(lambda one: one.execute(insert(workflows).values(row)).rowcount)
    subject = f"user:{owner.user.id}"

    with pytest.raises(AccessDenied):
        await share_of(some, viewer, subject)
    with pytest.raises(ShareMissing):
        await share_of(some, scope, subject, target="f2")
    for wrong in ("user:nobody", "team:nobody", "nobody", "role:admin", ""):
        with pytest.raises(ShareInvalid):
            await share_of(some, scope, wrong)
    with pytest.raises(ShareInvalid):
        await share_of(some, scope, subject, "everything")
    with pytest.raises(ShareMissing):
        await some.db.transact(
            lambda one: members_shares.remove(one, scope, "workflow", "f1", subject)
        )


async def test_who_has_a_share_to_change_shares_no_more_than_that(
    some: People, owner: SignedIn
) -> None:
    scope = await some.scope_of(owner)
    stranger = await some.invited(
        "b@x.y", "viewer", await some.scope_of(owner, (await another(some)).id)
    )
    for target in ("f1", "f2"):
        row = {"id": target, "workspace_id": "default", "name": "F"}
        new = insert(workflows).values(row)
        await some.db.transact(partial(Connection.execute, statement=new))
    await share_of(some, scope, f"user:{stranger.user.id}", "write")
    theirs = await some.scope_of(stranger, "default")

    await share_of(some, theirs, f"user:{owner.user.id}", "run")

    with pytest.raises(AccessDenied):
        await share_of(some, theirs, f"user:{owner.user.id}", "run", target="f2")


async def test_all_of_it_holds_on_postgresql_too(on_postgres: People) -> None:
    """One way through roles, teams, shares and invitations: its queries are the same ones."""
    some = on_postgres
    owner = await some.owner()
    await test_a_custom_role_in_a_workspace_gives_nothing_of_the_organization(some, owner)
    scope = await some.scope_of(owner)
    there = await some.scope_of(owner, (await another(some)).id)
    stranger = await some.invited("s@x.y", "viewer", there)
    team = await some.db.transact(lambda one: members_places.add_team(one, there, "T", 0))
    await some.db.transact(
        lambda one: members_places.join_team(one, there, team.id, stranger.user.id, 0)
    )
    row = {"id": "f1", "workspace_id": "default", "name": "F"}
    await some.db.transact(lambda one: one.execute(insert(workflows).values(row)).rowcount)

    await share_of(some, scope, f"team:{team.id}", "read")
    await share_of(some, scope, f"team:{team.id}", "run")

    theirs = await some.scope_of(stranger, "default")
    places = await some.db.read(lambda one: system_places(one, stranger.user))
    assert theirs.may("workflow:run", "f1")
    assert not theirs.may("workflow:write", "f1")
    assert {one.workspace for one in places} == {"default", there.workspace}
    await some.db.transact(lambda one: members_places.remove_team(one, there, team.id))
    with pytest.raises(TeamMissing):
        await some.db.read(lambda one: members_places.team(one, there, team.id))
