"""Inviting people by a link.

The rules:

* An invitation names an address and a role, and nobody gives one that may do more than he may: not
  when he invites, and not when the invitation is taken.
* Who has the link takes it: as a new user, whose address it is by that, or, signed in, as himself.
* An address that belongs to somebody is not taken over: he signs in first.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import msgspec
from sqlalchemy import Connection

from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql import audit, members, tokens, users
from penstock_kernel.store.sql import sessions_once as once
from penstock_kernel.store.sql.members_grants import IN_WORKSPACE
from penstock_kernel.store.sql.members_places import Workspace, system_find_workspace
from penstock_kernel.store.sql.sessions import From
from penstock_kernel.store.sql.sessions_once import NewOnce, Once, SingleUseExpired
from penstock_kernel.store.sql.users import NewUser, User, UserTaken
from penstock_sdk import PenstockError
from penstock_web.identity.accounts import Accounts, SignedIn
from penstock_web.identity.limits import Limits
from penstock_web.identity.parts import Parts
from penstock_web.identity.passwords import Passwords

log = logging.getLogger(__name__)


class Invitation(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who was invited and has not come."""

    id: str
    email: str
    role: str
    #: Empty: into the organization as a whole.
    workspace: str
    invited_by: str
    created_ms: int
    expires_ms: int


class Invited(msgspec.Struct, frozen=True):
    """A new invitation, with the link that is shown once."""

    invitation: Invitation
    link: str
    #: Was it sent by mail?
    sent: bool


class Invitations:
    """Lets people come in."""

    def __init__(
        self, parts: Parts, passwords: Passwords, limits: Limits, accounts: Accounts
    ) -> None:
        self._parts, self._db = parts, parts.db
        self._passwords, self._limits, self._accounts = passwords, limits, accounts

    async def invite(self, scope: Scope, email: str, role: str, *, whole: bool) -> Invited:
        """Invite somebody into the workspace, or into its organization as a whole.

        Raises:
            AccessDenied: He who asks may not, or the role may do more than he.
            RoleMissing: There is no such role.
            UserInvalid: The address is none.
        """
        address, now_ms = users.normalized(email), self._parts.now_ms()

        def change(connection: Connection) -> tuple[Once, str]:
            organization = members.may_give(connection, scope, role, whole=whole)
            new = NewOnce(
                kind="invitation",
                subject=address,
                workspace=scope.workspace,
                detail={
                    "organization": organization,
                    "whole": whole,
                    "role": role,
                    "by": scope.actor,
                },
                ends_ms=now_ms + self._parts.choices.invitation_ms,
            )
            once.system_take_back(
                connection, "invitation", subject=address, workspace=scope.workspace
            )
            token = once.system_issue(connection, new, now_ms)
            audit.record(connection, scope, "member.invited", address, {"role": role}, now_ms)
            return once.system_look(connection, "invitation", token, now_ms), token

        found, token = await self._db.transact(change)
        link = f"{self._parts.choices.link_url}/?{urlencode({'invitation': token})}"
        return Invited(_shown(found), link, await self._sent(address, link))

    async def pending(self, scope: Scope) -> Sequence[Invitation]:
        """Who was invited here and has not come.

        Raises:
            AccessDenied: He who asks may not see it.
        """
        scope.require("member:read")
        now_ms = self._parts.now_ms()
        found = await self._db.read(
            lambda one: once.system_pending(one, "invitation", scope.workspace, now_ms)
        )
        return [_shown(one) for one in found]

    async def take_back(self, scope: Scope, invitation: str) -> None:
        """Let an invitation be good no more.

        Raises:
            AccessDenied: He who asks may not.
            SingleUseExpired: There is none.
        """
        scope.require("member:write")
        now_ms = self._parts.now_ms()

        def change(connection: Connection) -> None:
            gone = once.system_take_back(
                connection, "invitation", workspace=scope.workspace, once=invitation
            )
            if gone == 0:
                raise once.expired()
            audit.record(connection, scope, "member.uninvited", invitation, {}, now_ms)

        await self._db.transact(change)

    async def look(self, token: str, address: str) -> Invitation:
        """What an invitation is for, for who has the link.

        Raises:
            SingleUseExpired: It is too old, or was used.
        """
        await self._limits.link(address)
        now_ms = self._parts.now_ms()
        return _shown(
            await self._db.read(lambda one: once.system_look(one, "invitation", token, now_ms))
        )

    async def join(self, token: str, name: str, password: str, where: From) -> SignedIn:
        """Come as a new user, and be signed in.

        Raises:
            SingleUseExpired: The invitation is too old, or was used, or who sent it may not give
                the role any more.
            UserTaken: The address belongs to somebody, who signs in first.
            PasswordInvalid: The password cannot be used.
        """
        await self.look(token, where.address)
        made = await self._passwords.hash(password)
        now_ms = self._parts.now_ms()

        def change(connection: Connection) -> SignedIn:
            found = once.system_use(connection, "invitation", token, now_ms)
            # The link came to this address, or from somebody who answers for it.
            new = NewUser(email=found.subject, name=name, password_hash=made)
            user = users.system_add(connection, new, now_ms)
            self._admit(connection, found, user, now_ms)
            return self._accounts.began(connection, user, where)

        return await self._db.transact(change)

    async def accept(self, token: str, user: str) -> None:
        """Come as a user who has signed in.

        Raises:
            SingleUseExpired: The invitation is too old, or was used, or who sent it may not give
                the role any more.
            UserTaken: It is for an address that belongs to somebody else.
        """
        now_ms = self._parts.now_ms()

        def change(connection: Connection) -> None:
            found = once.system_use(connection, "invitation", token, now_ms)
            who = users.system_get(connection, user)
            other = users.system_by_email(connection, found.subject)
            if other is not None and other.id != who.id:
                message = "This invitation is for somebody else."
                raise UserTaken(message, hint="Sign in as the one who was invited.")
            self._admit(connection, found, who, now_ms)

        await self._db.transact(change)

    async def _sent(self, address: str, link: str) -> bool:
        """Send it by mail, where that is set up; the link is shown in any case."""
        if self._parts.mail is None:
            return False
        text = f"You are invited to work with Penstock:\n\n{link}\n\nThe link is good once."
        try:
            await self._parts.mail(address, "An invitation to Penstock", text)
        except PenstockError as error:
            log.warning("letter_not_sent: %s: %s", error.code, error.message)
            return False
        return True

    def _admit(self, connection: Connection, found: Once, user: User, now_ms: int) -> None:
        detail: dict[str, Any] = dict(found.detail)
        organization, role = detail["organization"], detail["role"]
        here = system_find_workspace(connection, found.workspace)
        if here is None or here.organization != organization:
            raise once.expired()
        place = None if detail["whole"] else here
        if not _may_still_give(connection, detail, place, now_ms):
            raise _withdrawn()
        belongs = members.system_roles_of(connection, organization, user.id)
        where = place.id if place else members.WHOLE
        # A role that somebody has stays: an invitation is no way to take it away.
        if belongs.get(where, "member") == "member":
            members.system_put(connection, organization, where, user.id, role, now_ms)
        if place and "" not in belongs:
            members.system_put(connection, organization, "", user.id, "member", now_ms)
        scope = Scope(found.workspace, user.id)
        audit.record(connection, scope, "member.joined", user.id, {"role": role}, now_ms)


def _may_still_give(
    connection: Connection, detail: dict[str, Any], place: Workspace | None, now_ms: int
) -> bool:
    """May whoever sent an invitation give its role, as of now?"""
    organization, role, by = detail["organization"], detail["role"], detail["by"]
    token = tokens.system_by_id(connection, by, now_ms)
    if token is None:
        return members.system_may_give(connection, by, organization, place, role)
    grants = members.system_role(connection, organization, role).grants & IN_WORKSPACE
    here = place is not None and token.workspace == place.id
    return here and grants | {"member:write"} <= token.scopes


def _withdrawn() -> SingleUseExpired:
    message = "Whoever sent this invitation may not give this role any more."
    return SingleUseExpired(message, hint="Ask somebody who may for another invitation.")


def _shown(found: Once) -> Invitation:
    return Invitation(
        id=found.id,
        email=found.subject,
        role=str(found.detail["role"]),
        workspace="" if found.detail["whole"] else found.workspace,
        invited_by=str(found.detail["by"]),
        created_ms=found.created_ms,
        expires_ms=found.expires_ms,
    )
