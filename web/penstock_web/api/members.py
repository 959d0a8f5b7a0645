"""Who belongs to a workspace or its organization, who is invited, and what is shared with whom."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta
from sqlalchemy import Connection

from penstock_kernel.store.sql import audit, members, members_shares
from penstock_kernel.store.sql.members import WHOLE, Member
from penstock_kernel.store.sql.members_shares import Share
from penstock_web.api.identity_calls import (
    Email,
    Handed,
    NowSignedIn,
    Password,
    change,
    from_our_pages,
    identity_of,
    in_browser,
    is_secure,
    part,
    user_of,
    where,
)
from penstock_web.http.endpoint import Call, Given, Page, Paged, Reply, endpoint
from penstock_web.identity.invitations import Invitation, Invited

RoleName = Annotated[str, Meta(min_length=1, max_length=100)]


class Which(Paged, frozen=True):
    """Which members."""

    #: Those of the organization as a whole.
    organization: bool = False


class OneMember(Given, frozen=True):
    """Which member."""

    user: str


class Where(Given, frozen=True):
    """Where."""

    #: In the organization as a whole, and not in this workspace.
    organization: bool = False


class InRole(Given, frozen=True):
    """A role: `admin`, `developer`, `viewer`, `member`, or the id of a custom one."""

    role: RoleName


class Inviting(Given, frozen=True):
    """Who is invited."""

    email: Email
    #: `admin`, `developer`, `viewer`, `member`, or the id of a custom one.
    role: RoleName
    #: Into the organization as a whole, and not into this workspace.
    organization: bool = False


class OneInvitation(Given, frozen=True):
    """Which invitation."""

    invitation: str


class Taking(Given, frozen=True):
    """An invitation that is taken."""

    #: Of the link.
    token: Handed
    password: Password
    name: Annotated[str, Meta(max_length=200)] = ""


class TakingAsUser(Given, frozen=True):
    """An invitation that is taken by who has signed in."""

    #: Of the link.
    token: Handed


class OneObject(Given, frozen=True):
    """Which object: `workflow` or `credential`, and its id."""

    kind: str
    object: str


class OneShare(Given, frozen=True):
    """An object, and `user:ID` or `team:ID`."""

    kind: str
    object: str
    subject: str


class Sharing(Given, frozen=True):
    """How to share."""

    #: Of a workflow: `read`, `run` or `write`. Of a credential: `use` or `write`.
    level: str


@endpoint("GET", "/members", needs="member:read")
async def list_members(call: Call, query: Which) -> Page[Member]:
    """Who belongs to this workspace, or to its organization as a whole."""
    place = WHOLE if query.organization else call.scope.workspace
    found = await call.server.db.read(lambda one: members.listed(one, call.scope, place))
    return part(found, query, lambda one: one.user)


@endpoint("PUT", "/members/{user}", needs="member:write")
async def put_member(call: Call, path: OneMember, query: Where, body: InRole) -> Member:
    """Give somebody who belongs to the organization a role in it, or in this workspace.

    Raises:
        MemberMissing: He does not belong to the organization: invite him.
        RoleMissing: There is no such role.
    """
    place = WHOLE if query.organization else call.scope.workspace
    now_ms = identity_of(call).parts.now_ms()

    def work(connection: Connection) -> Member:
        found = members.put(connection, call.scope, place, path.user, body.role, now_ms)
        told = {"role": body.role, "whole": query.organization}
        audit.record(connection, call.scope, "member.changed", path.user, told, now_ms)
        return found

    return await change(call, work)


@endpoint("DELETE", "/members/{user}", needs="member:write")
async def remove_member(call: Call, path: OneMember, query: Where) -> None:
    """Take somebody out of this workspace, or out of its organization as a whole.

    Raises:
        MemberMissing: He is no member.
    """
    place = WHOLE if query.organization else call.scope.workspace
    now_ms = identity_of(call).parts.now_ms()

    def work(connection: Connection) -> None:
        members.remove(connection, call.scope, place, path.user)
        told = {"whole": query.organization}
        audit.record(connection, call.scope, "member.removed", path.user, told, now_ms)

    await change(call, work)


@endpoint("GET", "/invitations", needs="member:read", tag="invitations")
async def list_invitations(call: Call, query: Paged) -> Page[Invitation]:
    """Who was invited and has not come."""
    found = await identity_of(call).invitations.pending(call.scope)
    return part(found, query, lambda one: one.id)


@endpoint("POST", "/invitations", needs="member:write", tag="invitations", status=201, secret=True)
async def invite(call: Call, body: Inviting) -> Invited:
    """Invite somebody. The link is shown once, and sent by mail where mail is set up.

    Raises:
        RoleMissing: There is no such role.
        UserInvalid: The address is none.
    """
    return await identity_of(call).invitations.invite(
        call.scope, body.email, body.role, whole=body.organization
    )


@endpoint("DELETE", "/invitations/{invitation}", needs="member:write", tag="invitations")
async def take_back_invitation(call: Call, path: OneInvitation) -> None:
    """Let an invitation be good no more.

    Raises:
        SingleUseExpired: There is none.
    """
    await identity_of(call).invitations.take_back(call.scope, path.invitation)


@endpoint("POST", "/invitations/look", public=True, tag="invitations")
async def look_at_invitation(call: Call, body: TakingAsUser) -> Invitation:
    """What an invitation is for, for who has the link.

    Raises:
        SingleUseExpired: It is too old, or was used.
    """
    return await identity_of(call).invitations.look(body.token, where(call).address)


@endpoint("POST", "/invitations/join", public=True, tag="invitations", status=201)
async def join(call: Call, body: Taking) -> Reply[NowSignedIn]:
    """Come as a new user, and be signed in.

    Raises:
        SingleUseExpired: The invitation is too old, or was used.
        UserTaken: The address belongs to somebody, who signs in first.
        PasswordInvalid: The password cannot be used.
    """
    from_our_pages(call)
    is_secure(call)
    done = await identity_of(call).invitations.join(
        body.token, body.name, body.password, where(call)
    )
    return in_browser(call, done, status=201)


@endpoint("POST", "/invitations/accept", needs="account:write", tag="invitations")
async def accept_invitation(call: Call, body: TakingAsUser) -> None:
    """Come as a user who has signed in.

    Raises:
        SingleUseExpired: The invitation is too old, or was used.
        UserTaken: It is for somebody else.
    """
    user = await user_of(call)
    await identity_of(call).invitations.accept(body.token, user.id)
    identity_of(call).forget()


@endpoint("GET", "/shares/{kind}/{object}", needs="workspace:read", tag="shares")
async def list_shares(call: Call, path: OneObject, query: Paged) -> Page[Share]:
    """With whom a workflow or a credential is shared.

    Raises:
        ShareMissing: There is no such object.
    """
    found = await call.server.db.read(
        lambda one: members_shares.listed(one, call.scope, path.kind, path.object)
    )
    return part(found, query, lambda one: one.subject)


@endpoint("PUT", "/shares/{kind}/{object}/{subject}", needs="workspace:read", tag="shares")
async def share(call: Call, path: OneShare, body: Sharing) -> Share:
    """Share a workflow or a credential with a user or a team.

    Raises:
        ShareMissing: There is no such object.
        ShareInvalid: It cannot be shared so, or with nobody of this name.
    """
    now_ms = identity_of(call).parts.now_ms()
    wanted = Share(
        kind=path.kind,
        object=path.object,
        subject=path.subject,
        level=body.level,
        made_by=call.scope.actor,
        created_ms=now_ms,
    )

    def work(connection: Connection) -> Share:
        found = members_shares.put(connection, call.scope, wanted, now_ms)
        told = {"with": path.subject, "level": body.level, "kind": path.kind}
        audit.record(connection, call.scope, "object.shared", path.object, told, now_ms)
        return found

    return await change(call, work)


@endpoint("DELETE", "/shares/{kind}/{object}/{subject}", needs="workspace:read", tag="shares")
async def unshare(call: Call, path: OneShare) -> None:
    """Share it with somebody no longer.

    Raises:
        ShareMissing: It was not shared so.
    """
    now_ms = identity_of(call).parts.now_ms()

    def work(connection: Connection) -> None:
        members_shares.remove(connection, call.scope, path.kind, path.object, path.subject)
        told = {"with": path.subject, "kind": path.kind}
        audit.record(connection, call.scope, "object.unshared", path.object, told, now_ms)

    await change(call, work)


ENDPOINTS = [
    list_members,
    put_member,
    remove_member,
    list_invitations,
    invite,
    look_at_invitation,
    join,
    accept_invitation,
    take_back_invitation,
    list_shares,
    share,
    unshare,
]
