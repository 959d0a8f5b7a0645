"""API tokens of programs, and short tokens that clients renew.

The rules:

* A personal token is made in a browser that has signed in, and by nothing else: what was handed to
  a program for a time makes nothing that outlasts it.
* A service token is made by a personal one too, and then lasts no longer and is good from nowhere
  else. A short token makes none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import msgspec
from msgspec import Meta
from sqlalchemy import Connection

from penstock_kernel.store.scope import AccessDenied
from penstock_kernel.store.sql import audit, tokens
from penstock_kernel.store.sql.members_grants import ACCOUNT, IN_ORGANIZATION
from penstock_kernel.store.sql.tokens import ApiToken, NewToken, TokenKind
from penstock_web.api.identity_calls import (
    Title,
    change,
    identity_of,
    known,
    part,
    session_of,
    where,
)
from penstock_web.http.endpoint import Call, Given, Page, Paged, endpoint
from penstock_web.http.problem import BadRequest
from penstock_web.identity import addresses, token_text
from penstock_web.identity.bearer import Issued
from penstock_web.identity.identity import Known

_DAY_MS = 86_400_000


class TokenGiven(Given, frozen=True):
    """A token to be made."""

    name: Title
    #: What it may do, of what its maker may; `/grants` lists what there is.
    scopes: Annotated[Sequence[str], Meta(min_length=1, max_length=200)]
    #: personal: acts for its maker, and ends with him. service: belongs to this workspace.
    kind: TokenKind = "personal"
    #: A personal token that is good wherever its maker belongs, and not in this workspace alone.
    everywhere: bool = False
    #: Days that it is good for; null: until it is removed.
    days: Annotated[int, Meta(ge=1, le=3_650)] | None = 90
    #: Networks that calls may come from; none: any.
    allowed_ips: Sequence[str] = ()


class OneToken(Given, frozen=True):
    """Which token."""

    token: str


class Exchanging(Given, frozen=True):
    """What a client is to get short tokens for."""

    #: What they may do, of what is presented; null: all of it.
    scopes: Sequence[str] | None = None


class Renewing(Given, frozen=True):
    """What a client goes on with."""

    refresh_token: Annotated[str, Meta(min_length=1, max_length=200)]


class TokenMade(msgspec.Struct, frozen=True):
    """A new token, with what it is known by: shown once."""

    token: ApiToken
    value: str


class KeySet(msgspec.Struct, frozen=True):
    """A JSON Web Key Set."""

    keys: Sequence[Mapping[str, Any]]


@endpoint("GET", "/tokens", needs="account:read")
async def list_tokens(call: Call, query: Paged) -> Page[ApiToken]:
    """One's own tokens, and the service tokens of the workspace if one may see them."""
    found = await call.server.db.read(lambda one: tokens.listed(one, call.scope))
    return part(found, query, lambda one: one.id)


@endpoint("POST", "/tokens", needs="account:write", status=201, secret=True)
async def add_token(call: Call, body: TokenGiven) -> TokenMade:
    """Make a token. Its value is shown once.

    Raises:
        NetworkInvalid: A network is none.
    """
    strange = sorted(set(body.scopes) - IN_ORGANIZATION - ACCOUNT)
    if strange and not call.scope.may("settings:write"):
        raise BadRequest(f"There is no scope {strange[0]!r}.", hint="See /grants.")
    if body.kind == "personal":
        session_of(call)
    value, now_ms = token_text.new_token(), identity_of(call).parts.now_ms()
    wanted = NewToken(
        name=body.name,
        hashed=token_text.hashed(value),
        ending=value[-4:],
        kind=body.kind,
        scopes=frozenset(body.scopes),
        workspace="" if body.everywhere else call.scope.workspace,
        allowed_ips=addresses.checked(body.allowed_ips),
        expires_ms=None if body.days is None else now_ms + body.days * _DAY_MS,
    )
    new = _bounded(await known(call), wanted)

    def work(connection: Connection) -> ApiToken:
        made = tokens.add(connection, call.scope, new, now_ms)
        told = {"name": body.name, "kind": body.kind, "scopes": sorted(new.scopes)}
        audit.record(connection, call.scope, "token.added", made.id, told, now_ms)
        return made

    return TokenMade(await change(call, work), value)


@endpoint("DELETE", "/tokens/{token}", needs="account:write")
async def remove_token(call: Call, path: OneToken) -> None:
    """Let a token be good no more.

    Raises:
        TokenMissing: There is none that the caller may remove.
    """
    now_ms = identity_of(call).parts.now_ms()

    def work(connection: Connection) -> None:
        gone = tokens.remove(connection, call.scope, path.token)
        told = {"name": gone.name, "kind": gone.kind}
        audit.record(connection, call.scope, "token.removed", gone.id, told, now_ms)

    await change(call, work)


@endpoint("POST", "/tokens/exchange", needs="account:read", status=201, secret=True)
async def exchange_token(call: Call, body: Exchanging) -> Issued:
    """Begin the session of a client: a short token, and one to renew it with.

    It ends with the API token or the session that it was begun with.
    """
    identity = identity_of(call)
    scopes = None if body.scopes is None else frozenset(body.scopes)
    return await identity.bearer.begin(identity.exchange(await known(call), scopes))


@endpoint("POST", "/tokens/refresh", public=True, secret=True)
async def refresh_token(call: Call, body: Renewing) -> Issued:
    """Go on with the session of a client. A token to renew with is good once.

    Raises:
        TokenRefused: The token was used before, which ends the session; or it is none.
    """
    address = where(call).address
    return await identity_of(call).bearer.renew(body.refresh_token, address)


@endpoint("POST", "/tokens/end", needs="account:read")
async def end_client(call: Call) -> None:
    """End the session of the client that asks."""
    client = (await known(call)).client
    if client is None:
        raise BadRequest("This is for short tokens.", hint="Remove an API token by its id.")
    identity = identity_of(call)
    await identity.bearer.end(client.id)
    identity.forget()


@endpoint("GET", "/tokens/keys", public=True)
async def show_keys(call: Call) -> KeySet:
    """The keys that short tokens are checked with."""
    return KeySet((await identity_of(call).bearer.public_keys())["keys"])


def _bounded(by: Known, new: NewToken) -> NewToken:
    """A token within what it is made by.

    Raises:
        AccessDenied: It is made by a short token, or is to be good from where its maker is not.
    """
    if by.client is not None:
        message = "A short token makes no other tokens."
        raise AccessDenied(message, hint="Use an API token, or sign in.")
    if by.token is None:
        return new
    networks = new.allowed_ips or by.token.allowed_ips
    if not addresses.within(networks, by.token.allowed_ips):
        message = "A token makes none that is good from where it is not good itself."
        raise AccessDenied(message, hint="Leave the networks out: they are the same then.")
    ends = [one for one in (new.expires_ms, by.token.expires_ms) if one is not None]
    return msgspec.structs.replace(
        new, allowed_ips=networks, expires_ms=min(ends) if ends else None
    )


ENDPOINTS = [
    list_tokens,
    add_token,
    exchange_token,
    refresh_token,
    end_client,
    show_keys,
    remove_token,
]
