"""Signing in with other places: which there are, and whose account it is that comes back.

The rules:

* The state of a sign-in is good once, for ten minutes, for one provider and for the browser that it
  was begun in, which has a cookie for that.
* One that links an account is good in the session that it was begun in, and as long as that lasts:
  a new password, which ends all sessions, ends what others began too.
* An account is found by issuer and subject. An address finds none, whoever says that it was
  checked: who has an account already signs in to it and links the two there.
* Accounts are made only where the provider was set up to do so.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import msgspec
from sqlalchemy import Connection

from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sealing import Place
from penstock_kernel.store.sql import audit, members, sessions, users
from penstock_kernel.store.sql import sessions_once as once
from penstock_kernel.store.sql import users_providers as stored
from penstock_kernel.store.sql.sessions import From
from penstock_kernel.store.sql.sessions_once import NewOnce, hashed
from penstock_kernel.store.sql.users import NewUser, User
from penstock_kernel.store.sql.users_providers import ProviderMissing, StoredProvider
from penstock_sandbox.egress.exchange import Outgoing
from penstock_sdk import PenstockError
from penstock_sdk.auth import (
    AuthAnswer,
    AuthProvider,
    ExternalIdentity,
    ProviderConfig,
    ProviderRefused,
)
from penstock_web.identity.accounts import Accounts, SignedIn, StepNeeded
from penstock_web.identity.github import GitHub
from penstock_web.identity.homes import found_home
from penstock_web.identity.limits import Limits
from penstock_web.identity.oidc import Oidc, is_private
from penstock_web.identity.parts import Parts, note

STATE_MS = 10 * 60_000
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_MOST_BYTES = 256 * 1024


class ProviderInvalid(PenstockError):
    """A provider cannot be set up so."""

    code: ClassVar[str] = "provider.invalid"


class AccountNeeded(PenstockError):
    """Who came back has no account here, and gets none by that."""

    code: ClassVar[str] = "account.denied"


class NewProvider(msgspec.Struct, frozen=True, kw_only=True):
    """A provider to be set up, or as it is to be from now on."""

    id: str
    kind: str
    name: str
    issuer: str = ""
    client_id: str = ""
    #: Empty: the one that it has.
    client_secret: str = ""
    settings: Mapping[str, Any] = {}
    disabled: bool = False

    def __repr__(self) -> str:
        return f"NewProvider(id={self.id!r}, kind={self.kind!r})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """For printers that do not ask `__repr__`."""
        return [("id", self.id), ("kind", self.kind)]


class Joining(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider's settings say of people who have no account."""

    #: Are accounts made for them?
    creates_users: bool = False
    #: The organization that they belong to, and their role there.
    organization: str = ""
    role: str = "member"


class Sent(msgspec.Struct, frozen=True):
    """Where to send a browser, and the cookie that it gets."""

    url: str
    cookie: str


class Providers:
    """Sends browsers away and lets people in who come back."""

    def __init__(self, parts: Parts, limits: Limits, accounts: Accounts) -> None:
        self._parts, self._db = parts, parts.db
        self._limits, self._accounts = limits, accounts
        self._kinds: dict[str, AuthProvider] = {}
        for kind in (Oidc(), GitHub()):
            self.add(kind)

    def add(self, kind: AuthProvider) -> None:
        """Take in a kind; the first of a name stays."""
        self._kinds.setdefault(kind.kind, kind)

    @property
    def kinds(self) -> Mapping[str, str]:
        """The kinds there are, with their titles."""
        return {name: kind.title for name, kind in self._kinds.items()}

    async def listed(self) -> Sequence[StoredProvider]:
        """Those that were set up."""
        return await self._db.read(stored.system_listed)

    async def put(self, scope: Scope, new: NewProvider) -> StoredProvider:
        """Set one up, or change it.

        Raises:
            ProviderInvalid: It cannot be set up so.
            AccessDenied: He who asks may not.
        """
        scope.require("settings:write")
        _check(new, self._kinds)
        place, now_ms = Place("", "sign_in_provider", new.id), self._parts.now_ms()
        secret = new.client_secret
        sealed = self._parts.sealer.seal(place, secret.encode()) if secret else None
        row = StoredProvider(
            id=new.id,
            kind=new.kind,
            name=new.name,
            issuer=new.issuer,
            client_id=new.client_id,
            sealed_secret=sealed,
            settings=new.settings,
            disabled=new.disabled,
        )

        def change(connection: Connection) -> StoredProvider:
            found = stored.put(connection, scope, row, now_ms)
            told = {"kind": new.kind, "issuer": new.issuer}
            audit.record(connection, scope, "provider.changed", new.id, told, now_ms)
            return found

        return await self._db.transact(change)

    async def remove(self, scope: Scope, provider: str) -> None:
        """Let nobody sign in with it any more."""

        def change(connection: Connection) -> None:
            stored.remove(connection, scope, provider)
            now_ms = self._parts.now_ms()
            audit.record(connection, scope, "provider.removed", provider, {}, now_ms)

        await self._db.transact(change)

    async def begin(
        self,
        provider: str,
        redirect_uri: str,
        where: From,
        *,
        links: str = "",
        session: str = "",
    ) -> Sent:
        """Begin a sign-in, or let a user who has signed in be known so from now on.

        Args:
            provider: Where he is to sign in.
            redirect_uri: Where he comes back to.
            where: Where he signs in from.
            links: The user who is to be known so.
            session: His session.

        Raises:
            ProviderMissing: There is none with this id, or it is disabled.
            ProviderRefused: It cannot be asked now.
            TooManyAttempts: Somebody tries too often.
        """
        await self._limits.link(where.address)
        found, kind = await self._wanted(provider)
        state, cookie = once.new_token(), once.new_token()
        config = await self._config(found, redirect_uri)
        begun = await kind.begin(self._host(), config, state)
        now_ms = self._parts.now_ms()
        new = NewOnce(
            kind="provider",
            subject=provider,
            detail={
                "kept": dict(begun.kept),
                "browser": hashed(cookie),
                "redirect_uri": redirect_uri,
                "links": links,
                "session": session,
            },
            ends_ms=now_ms + STATE_MS,
        )
        await self._db.transact(lambda one: once.system_issue(one, new, now_ms, token=state))
        return Sent(begun.url, cookie)

    async def finish(
        self,
        provider: str,
        given: Mapping[str, str],
        where: From,
        *,
        cookie: str,
        before: str = "",
    ) -> SignedIn | StepNeeded:
        """Let somebody in who came back.

        Args:
            provider: Where he comes from, as the address says that he came back to.
            given: What his browser came back with.
            where: Where he signs in from.
            cookie: What his browser was given at the beginning.
            before: The cookie of the session that his browser had.

        Raises:
            ProviderRefused: It cannot be said who he is.
            SingleUseExpired: It took too long, or it is another browser.
            AccountNeeded: He has no account here.
        """
        now_ms, state = self._parts.now_ms(), given.get("state", "")
        begun = await self._db.transact(lambda one: once.system_use(one, "provider", state, now_ms))
        detail: dict[str, Any] = dict(begun.detail)
        same = hmac.compare_digest(detail["browser"], hashed(cookie))
        if detail["links"]:
            same &= hmac.compare_digest(detail.get("session", ""), hashed(before))
        if begun.subject != provider or not same:
            raise once.expired()
        found, kind = await self._wanted(provider)
        config = await self._config(found, detail["redirect_uri"])
        who = await kind.finish(self._host(), config, given, detail["kept"])
        if not who.issuer or not who.subject:
            raise ProviderRefused("The provider did not say who it is.", hint="Try again.")

        def change(connection: Connection) -> SignedIn | StepNeeded:
            if detail["links"]:
                self._check_session(connection, detail["session"], detail["links"])
                user = self._linked(connection, who, detail["links"])
            else:
                user = self._account(connection, who, _joining(found))
            if user.totp_on and not detail["links"]:
                return StepNeeded(self._accounts.step(connection, user))
            return self._accounts.began(connection, user, where, before=before)

        return await self._db.transact(change)

    def _account(self, connection: Connection, who: ExternalIdentity, joining: Joining) -> User:
        user = users.system_by_identity(connection, who.issuer, who.subject)
        if user is None:
            user = self._made(connection, who, joining)
        if user.disabled:
            raise _no_account()
        return user

    def _made(self, connection: Connection, who: ExternalIdentity, joining: Joining) -> User:
        if not joining.creates_users or not who.email:
            raise _no_account()
        if users.system_by_email(connection, users.normalized(who.email)) is not None:
            raise _no_account()
        now_ms = self._parts.now_ms()
        new = NewUser(email=who.email, name=who.name, email_verified=who.email_verified)
        user = users.system_add(connection, new, now_ms)
        users.system_link(connection, user.id, who.issuer, who.subject, who.email, now_ms)
        if joining.organization:
            role = members.system_role(connection, joining.organization, joining.role).id
            members.system_put(connection, joining.organization, "", user.id, role, now_ms)
        else:
            found_home(connection, user, now_ms)
        note(connection, user, "user.made", now_ms=now_ms, issuer=who.issuer)
        return user

    def _check_session(self, connection: Connection, session: str, user: str) -> None:
        idle_ms, now_ms = self._parts.choices.idle_ms, self._parts.now_ms()
        found = sessions.system_find(connection, session, idle_ms, now_ms)
        if found is None or found.user != user:
            raise once.expired()

    def _linked(self, connection: Connection, who: ExternalIdentity, wanted: str) -> User:
        user, now_ms = users.system_get(connection, wanted), self._parts.now_ms()
        other = users.system_by_identity(connection, who.issuer, who.subject)
        if user.disabled or (other is not None and other.id != user.id):
            raise _no_account()
        if other is None:
            users.system_link(connection, user.id, who.issuer, who.subject, who.email, now_ms)
            note(connection, user, "user.linked", now_ms=now_ms, issuer=who.issuer)
        return user

    async def _wanted(self, provider: str) -> tuple[StoredProvider, AuthProvider]:
        found = await self._db.read(lambda one: stored.system_get(one, provider))
        kind = self._kinds.get(found.kind)
        if found.disabled or kind is None:
            message = f"Nobody signs in with {provider!r} now."
            raise ProviderMissing(message, hint="Choose another way to sign in.")
        return found, kind

    async def _config(self, found: StoredProvider, redirect_uri: str) -> ProviderConfig:
        place, secret = Place("", "sign_in_provider", found.id), ""
        if found.sealed_secret is not None:
            sealed = found.sealed_secret
            secret = await self._db.read(
                lambda one: self._parts.sealer.open(place, sealed, one).decode()
            )
        return ProviderConfig(
            id=found.id,
            issuer=found.issuer,
            client_id=found.client_id,
            client_secret=secret,
            redirect_uri=redirect_uri,
            settings=found.settings,
        )

    def _host(self) -> _Host:
        return _Host(self._parts)


class _Host:
    """What a provider may use: the operator's door for what goes out, and no redirects."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Sequence[tuple[str, str]] = (),
        body: bytes | None = None,
    ) -> AuthAnswer:
        """See the contract."""
        if self._parts.egress is None:
            raise ProviderRefused("Nothing goes out from here.", hint="Sign in with a password.")
        outgoing = Outgoing(
            method=method,
            url=url,
            headers=headers,
            body=body,
            timeout_s=10.0,
            max_redirects=0,
            max_bytes=_MOST_BYTES,
        )
        incoming = await self._parts.egress.request(outgoing)
        return AuthAnswer(incoming.status, incoming.content)

    def now_s(self) -> int:
        """See the contract."""
        return self._parts.now_ms() // 1_000


def _check(new: NewProvider, kinds: Mapping[str, AuthProvider]) -> None:
    if _ID.fullmatch(new.id) is None:
        hint = "Use letters, digits and hyphens: it is a part of addresses."
        raise ProviderInvalid(f"A provider cannot have the id {new.id!r}.", hint=hint)
    if new.kind not in kinds:
        hint = f"It is one of {', '.join(sorted(kinds))}."
        raise ProviderInvalid(f"There is no kind {new.kind!r}.", hint=hint)
    if new.issuer and not is_private(new.issuer):
        raise ProviderInvalid("The issuer is no address over HTTPS.", hint="Write it as https://….")
    if new.kind == "oidc" and not new.issuer:
        raise ProviderInvalid("OpenID Connect needs an issuer.", hint="Name it.")
    try:
        msgspec.convert(dict(new.settings), Joining)
    except msgspec.ValidationError as error:
        raise ProviderInvalid(f"These settings cannot be used: {error}.", hint="") from error


def _joining(found: StoredProvider) -> Joining:
    return msgspec.convert(dict(found.settings), Joining)


def _no_account() -> AccountNeeded:
    message = "There is no account here that belongs to this sign-in."
    hint = "Sign in as before and link the two there, or ask somebody to invite you."
    return AccountNeeded(message, hint=hint)
