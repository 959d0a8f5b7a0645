"""Who makes a call: a cookie, an API token, or a short token of a client.

The rules:

* What is presented is looked up in the database, at most once a second for the same thing: who is
  disabled, signed out or loses a role is out within a second, here and in all other processes.
* A cookie that is good no more counts as none; a token that is not good is refused.
* A call is for the workspace of its header `Penstock-Workspace`; else for that of its token; else
  for the first that its user belongs to.
* A token may do what both it and its user may. Lists of networks hold for tokens and workspaces.
* A client's session that was begun in a browser is good as long as the browser's is. Its calls
  count as calls of the browser, and let it last no longer than it does in any case.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection
from starlette.requests import HTTPConnection

from penstock_kernel.store.scope import AccessDenied
from penstock_kernel.store.sql import sessions, tokens, tokens_client, users
from penstock_kernel.store.sql.members_access import Access, system_access, system_first
from penstock_kernel.store.sql.members_grants import ACCOUNT, IN_WORKSPACE
from penstock_kernel.store.sql.members_places import system_find_workspace
from penstock_kernel.store.sql.sessions import Session
from penstock_kernel.store.sql.tokens import ApiToken
from penstock_kernel.store.sql.tokens_client import ClientSession, NewClient
from penstock_kernel.store.sql.users import User
from penstock_web.http.principal import ANONYMOUS, Principal
from penstock_web.identity import addresses, cookies, token_text
from penstock_web.identity.accounts import Accounts
from penstock_web.identity.bearer import Bearer, looks_like_jwt, token_refused
from penstock_web.identity.invitations import Invitations
from penstock_web.identity.limits import Limits
from penstock_web.identity.parts import Parts
from penstock_web.identity.passwords import Passwords
from penstock_web.identity.providers import Providers
from penstock_web.identity.second_factor import SecondFactor

#: Below the second that is promised, for what takes place around it.
_FRESH_S = 0.9
_MOST_KEPT = 10_000
#: How often it is written down that something is in use.
_SEEN_MS = 60_000
WORKSPACE_HEADER = "penstock-workspace"


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What was presented, as it was found."""

    user: User | None = None
    session: Session | None = None
    token: ApiToken | None = None
    client: ClientSession | None = None
    #: The browser's session that the client's was begun in.
    begun_in: Session | None = None

    @property
    def scopes(self) -> frozenset[str] | None:
        """What it may do at most; None: whatever its user may."""
        given = [one.scopes for one in (self.token, self.client) if one is not None]
        limits = [scopes for scopes in given if scopes is not None]
        return None if not limits else limits[0].intersection(*limits)

    @property
    def workspace(self) -> str:
        """The one that it is good for; empty: any."""
        of_client = self.client.workspace if self.client else ""
        return of_client or (self.token.workspace if self.token else "")


class _Kept(NamedTuple):
    since: float
    known: Known | None
    principal: Principal


class Identity:
    """Everything about who somebody is."""

    def __init__(
        self,
        parts: Parts,
        *,
        passwords: Passwords | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.parts = parts
        self.limits = Limits(parts.rates)
        self.passwords = passwords or Passwords()
        self.factor = SecondFactor(parts, self.passwords, self.limits)
        self.accounts = Accounts(parts, self.passwords, self.limits, self.factor)
        self.invitations = Invitations(parts, self.passwords, self.limits, self.accounts)
        self.bearer = Bearer(parts, self.limits)
        self.providers = Providers(parts, self.limits, self.accounts)
        self._monotonic = monotonic
        self._kept: dict[tuple[str, str, str], _Kept] = {}

    async def principal(self, connection: HTTPConnection) -> Principal:
        """Who makes a call; nobody where nothing is presented.

        Raises:
            TokenRefused: A token is not good.
            AccessDenied: He does not belong to the workspace that he names.
            AddressDenied: The token or the workspace takes no calls from there.
            ForgedCall: It comes with a cookie, and maybe not from our own pages.
        """
        return (await self._found(connection)).principal

    async def known(self, connection: HTTPConnection) -> Known | None:
        """What was presented with a call; None: nothing.

        Raises:
            TokenRefused: A token is not good.
        """
        return (await self._found(connection)).known

    def address(self, connection: HTTPConnection) -> str:
        """Where a call comes from."""
        return addresses.caller(connection, self.parts.choices.proxies)

    def forget(self) -> None:
        """Look everything up again, after something was changed here."""
        self._kept.clear()

    def exchange(self, known: Known, scopes: frozenset[str] | None) -> NewClient:
        """What a client's session is begun with by whoever has a session or an API token.

        Raises:
            AccessDenied: A client's short token is no way to another one.
        """
        if known.client is not None:
            message = "A short token is renewed with its refresh token, not by itself."
            raise AccessDenied(message, hint="Send the refresh token.")
        ends_ms = self.parts.now_ms() + self.parts.choices.client_session_ms
        if known.token is not None and known.token.expires_ms is not None:
            ends_ms = min(ends_ms, known.token.expires_ms)
        if known.session is not None:
            ends_ms = min(ends_ms, known.session.expires_ms)
        return NewClient(
            user=known.user.id if known.user else "",
            api_token=known.token.id if known.token else "",
            session=known.session.id if known.session else "",
            workspace=known.workspace,
            scopes=scopes,
            ends_ms=ends_ms,
        )

    async def _found(self, connection: HTTPConnection) -> _Kept:
        scheme, _, given = connection.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return await self._looked_up(connection, given.strip(), self._of_token)
        sid = cookies.cookie(connection, self.parts.choices)
        if not sid:
            return _NOBODY
        kept = await self._looked_up(connection, sid, self._of_session)
        if kept.known is not None:
            cookies.check_call(connection, sid, self.parts.choices)
        return kept

    async def _looked_up(
        self,
        connection: HTTPConnection,
        given: str,
        look: Callable[[str], Awaitable[Known | None]],
    ) -> _Kept:
        address = self.address(connection)
        wanted = connection.headers.get(WORKSPACE_HEADER, "")
        key, now = (token_text.hashed(given), wanted, address), self._monotonic()
        kept = self._kept.get(key)
        if kept is not None and now - kept.since < _FRESH_S:
            return kept
        known = await look(given)
        if known is None:
            return _NOBODY
        principal = await self._principal(known, wanted, address)
        if len(self._kept) >= _MOST_KEPT:
            self._kept.clear()
        kept = self._kept[key] = _Kept(now, known, principal)
        await self._write_use(known, address)
        return kept

    async def _of_session(self, sid: str) -> Known | None:
        idle_ms, now_ms = self.parts.choices.idle_ms, self.parts.now_ms()

        def look(connection: Connection) -> Known | None:
            hashed = token_text.hashed(sid)
            session = sessions.system_find(connection, hashed, idle_ms, now_ms)
            if session is None:
                return None
            user = users.system_find(connection, session.user)
            if user is None or user.disabled:
                return None
            return Known(user=user, session=session)

        return await self.parts.db.read(look)

    async def _of_token(self, given: str) -> Known:
        if looks_like_jwt(given):
            claims = await self.bearer.claims(given)
            found = await self.parts.db.read(lambda one: self._of_client(one, claims.sid))
        elif token_text.is_token(given):
            hashed, now_ms = token_text.hashed(given), self.parts.now_ms()
            found = await self.parts.db.read(
                lambda one: _of_api_token(one, tokens.system_find(one, hashed, now_ms))
            )
        else:
            found = None
        if found is None:
            raise token_refused()
        return found

    def _of_client(self, connection: Connection, sid: str) -> Known | None:
        now_ms = self.parts.now_ms()
        client = tokens_client.system_find(connection, sid, now_ms)
        if client is None:
            return None
        if client.api_token:
            token = tokens.system_by_id(connection, client.api_token, now_ms)
            known = _of_api_token(connection, token)
            return known and msgspec.structs.replace(known, client=client)
        user = users.system_find(connection, client.user)
        if user is None or user.disabled:
            return None
        if not client.session:
            return Known(user=user, client=client)
        idle_ms = self.parts.choices.idle_ms
        session = sessions.system_find(connection, client.session, idle_ms, now_ms)
        if session is None:
            return None
        return Known(user=user, client=client, begun_in=session)

    async def _principal(self, known: Known, wanted: str, address: str) -> Principal:
        if known.token is not None:
            addresses.require(address, known.token.allowed_ips, "token")
        bound = known.workspace
        if bound and wanted not in ("", bound):
            raise _not_let_in(wanted)

        def look(connection: Connection) -> Access | None:
            if known.user is None:
                return _access_of_service(connection, bound)
            workspace = bound or wanted or system_first(connection, known.user)
            return system_access(connection, known.user, workspace) if workspace else None

        access = await self.parts.db.read(look)
        if access is None and (bound or wanted):
            raise _not_let_in(bound or wanted)
        if access is not None:
            addresses.require(address, access.workspace.allowed_ips, "workspace")
        return _principal_of(known, access)

    async def _write_use(self, known: Known, address: str) -> None:
        now_ms = self.parts.now_ms()
        session, token = known.session or known.begun_in, known.token
        if session is not None and session.seen_ms < now_ms - _SEEN_MS:
            hashed = session.id
            await self.parts.db.transact(lambda one: sessions.system_seen(one, hashed, now_ms))
        if token is not None and (token.used_ms or 0) < now_ms - _SEEN_MS:
            used = token.id
            await self.parts.db.transact(lambda one: tokens.system_used(one, used, address, now_ms))


_NOBODY = _Kept(0.0, None, ANONYMOUS)


def _of_api_token(connection: Connection, token: ApiToken | None) -> Known | None:
    if token is None:
        return None
    if token.kind == "service":
        return Known(token=token)
    user = users.system_find(connection, token.user)
    return None if user is None or user.disabled else Known(user=user, token=token)


def _access_of_service(connection: Connection, workspace: str) -> Access | None:
    found = system_find_workspace(connection, workspace)
    return None if found is None else Access(workspace=found, grants=IN_WORKSPACE)


def _principal_of(known: Known, access: Access | None) -> Principal:
    grants = ACCOUNT if access is None else access.grants
    shared: Mapping[str, frozenset[str]] = {} if access is None else access.shared
    if known.scopes is not None:
        scopes = known.scopes
        # Whoever has a token may ask what it is.
        grants = (grants & scopes) | {"account:read"}
        shared = {target: some & scopes for target, some in shared.items()}
    user, token = known.user, known.token
    return Principal(
        kind="service" if user is None else "user" if known.session else "token",
        id=user.id if user else token.id if token else "",
        name=(user.name or user.email) if user else token.name if token else "",
        organization=access.workspace.organization if access else "",
        workspace=access.workspace.id if access else "",
        grants=grants,
        shared=shared,
        session=known.session.id if known.session else "",
    )


def _not_let_in(workspace: str) -> AccessDenied:
    message = f"There is no workspace {workspace!r} that you belong to."
    return AccessDenied(message, hint="Choose one of /api/v1/me in the header Penstock-Workspace.")
