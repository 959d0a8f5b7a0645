"""Signing in with other places: OpenID Connect, GitHub, and what plugins bring."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta
from starlette.responses import RedirectResponse, Response

from penstock_kernel.store.sql.users_providers import StoredProvider
from penstock_sdk import PenstockError
from penstock_web.api.identity_calls import (
    Title,
    cookie_of,
    identity_of,
    is_secure,
    part,
    session_of,
    where,
)
from penstock_web.http.endpoint import Call, Given, Page, Paged, endpoint
from penstock_web.identity import cookies
from penstock_web.identity.accounts import SignedIn
from penstock_web.identity.providers import STATE_MS, NewProvider

_TAG = "sign-in"
_COOKIE = "signin"


class OneProvider(Given, frozen=True):
    """Which provider."""

    provider: str


class ProviderGiven(Given, frozen=True):
    """How a provider is to be set up."""

    #: `oidc`, `github`, or a kind that a plugin brings.
    kind: Annotated[str, Meta(min_length=1, max_length=60)]
    name: Title
    #: Who answers for identities: `https://login.example.com`.
    issuer: Annotated[str, Meta(max_length=2_000)] = ""
    client_id: Annotated[str, Meta(max_length=2_000)] = ""
    #: Is never shown; empty: the one that it has stays.
    client_secret: Annotated[str, Meta(max_length=10_000)] = ""
    #: `creates_users`, `organization` and `role` say what becomes of people without an account.
    settings: Mapping[str, Any] = {}
    disabled: bool = False


class ProviderShown(msgspec.Struct, frozen=True, kw_only=True):
    """A provider, as its administrator sees it."""

    id: str
    kind: str
    name: str
    issuer: str
    client_id: str
    has_secret: bool
    settings: Mapping[str, Any]
    disabled: bool
    #: To be entered at the provider.
    redirect_uri: str


class WayIn(msgspec.Struct, frozen=True):
    """A place to sign in with."""

    id: str
    name: str
    kind: str


class WaysIn(msgspec.Struct, frozen=True):
    """The places to sign in with."""

    providers: Sequence[WayIn]


@endpoint("GET", "/sign-in/providers", public=True, tag=_TAG)
async def list_ways_in(call: Call) -> WaysIn:
    """The places to sign in with."""
    found = await identity_of(call).providers.listed()
    return WaysIn([WayIn(one.id, one.name, one.kind) for one in found if not one.disabled])


@endpoint(
    "GET", "/sign-in/with/{provider}", public=True, tag=_TAG, status=303, produces="text/html"
)
async def go_to_sign_in(call: Call, path: OneProvider) -> Response:
    """Send the browser to a provider."""
    return await _sent(call, path.provider)


@endpoint(
    "GET",
    "/sign-in/link/{provider}",
    needs="account:write",
    tag=_TAG,
    status=303,
    produces="text/html",
)
async def begin_link(call: Call, path: OneProvider) -> Response:
    """Send the browser to a provider, to sign in with it from now on."""
    session = session_of(call)
    cookies.check_own_page(call.request, identity_of(call).parts.choices)
    return await _sent(call, path.provider, links=call.principal.id, session=session)


@endpoint(
    "GET", "/sign-in/back/{provider}", public=True, tag=_TAG, status=303, produces="text/html"
)
async def finish_sign_in(call: Call, path: OneProvider) -> Response:
    """Where a provider sends the browser back to. What comes of it is at the front page."""
    secure = is_secure(call)
    given = {name: call.request.query_params[name] for name in call.request.query_params}
    identity = identity_of(call)
    try:
        done = await identity.providers.finish(
            path.provider,
            given,
            where(call),
            cookie=call.request.cookies.get(_name(secure=secure), ""),
            before=cookie_of(call),
        )
    except PenstockError as error:
        # Nothing of what came along is shown again.
        response = RedirectResponse(f"/#sign-in-failed={error.code}", 303)
    else:
        identity.forget()
        step = "" if isinstance(done, SignedIn) else f"#sign-in-step={done.step}"
        response = RedirectResponse(f"/{step}", 303)
        if isinstance(done, SignedIn):
            choices = identity.parts.choices
            header = cookies.set_cookie(done.cookie, secure=secure, choices=choices)
            response.headers.append("set-cookie", header)
    response.headers.append("set-cookie", _cookie("", 0, secure=secure))
    return response


@endpoint("GET", "/providers", needs="settings:read", tag="providers")
async def list_providers(call: Call, query: Paged) -> Page[ProviderShown]:
    """The providers that were set up."""
    call.scope.require("settings:read")
    found = await identity_of(call).providers.listed()
    return part([_shown(call, one) for one in found], query, lambda one: one.id)


@endpoint("PUT", "/providers/{provider}", needs="settings:write", tag="providers")
async def put_provider(call: Call, path: OneProvider, body: ProviderGiven) -> ProviderShown:
    """Set a provider up, or change it.

    Raises:
        ProviderInvalid: It cannot be set up so.
    """
    new = NewProvider(
        id=path.provider,
        kind=body.kind,
        name=body.name,
        issuer=body.issuer,
        client_id=body.client_id,
        client_secret=body.client_secret,
        settings=body.settings,
        disabled=body.disabled,
    )
    return _shown(call, await identity_of(call).providers.put(call.scope, new))


@endpoint("DELETE", "/providers/{provider}", needs="settings:write", tag="providers")
async def remove_provider(call: Call, path: OneProvider) -> None:
    """Let nobody sign in with a provider any more.

    Raises:
        ProviderMissing: There is none with this id.
    """
    await identity_of(call).providers.remove(call.scope, path.provider)


async def _sent(call: Call, provider: str, *, links: str = "", session: str = "") -> Response:
    secure = is_secure(call)
    sent = await identity_of(call).providers.begin(
        provider, _redirect_uri(call, provider), where(call), links=links, session=session
    )
    response = RedirectResponse(sent.url, 303)
    response.headers.append("set-cookie", _cookie(sent.cookie, STATE_MS // 1_000, secure=secure))
    return response


def _redirect_uri(call: Call, provider: str) -> str:
    base = identity_of(call).parts.choices.public_url
    if not base:
        parts = urlsplit(str(call.request.url))
        base = f"{parts.scheme}://{parts.netloc}"
    return f"{base.rstrip('/')}/api/v1/sign-in/back/{provider}"


def _name(*, secure: bool) -> str:
    return f"__Host-{_COOKIE}" if secure else _COOKIE


def _cookie(value: str, age_s: int, *, secure: bool) -> str:
    flag = "; Secure" if secure else ""
    name = _name(secure=secure)
    return f"{name}={value}; Path=/; Max-Age={age_s}; HttpOnly; SameSite=Lax{flag}"


def _shown(call: Call, one: StoredProvider) -> ProviderShown:
    return ProviderShown(
        id=one.id,
        kind=one.kind,
        name=one.name,
        issuer=one.issuer,
        client_id=one.client_id,
        has_secret=one.sealed_secret is not None,
        settings=one.settings,
        disabled=one.disabled,
        redirect_uri=_redirect_uri(call, one.id),
    )


ENDPOINTS = [
    list_ways_in,
    go_to_sign_in,
    begin_link,
    finish_sign_in,
    list_providers,
    put_provider,
    remove_provider,
]
