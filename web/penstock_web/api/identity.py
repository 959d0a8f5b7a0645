"""Signing in and out, one's own account and its sessions.

The first user comes by the link that `penstock serve` prints. A browser gets a cookie; each change
that it makes carries the `csrf_token` of `/me` as `X-CSRF-Token`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from penstock_kernel.store.sql import sessions, users
from penstock_kernel.store.sql.members_access import Place, system_places
from penstock_kernel.store.sql.sessions import Session
from penstock_kernel.store.sql.users import NewUser, User
from penstock_web.api.identity_calls import (
    Email,
    Handed,
    NowSignedIn,
    Password,
    answered,
    change,
    cookie_of,
    from_our_pages,
    identity_of,
    in_browser,
    is_secure,
    known,
    part,
    session_of,
    user_of,
    where,
)
from penstock_web.http.endpoint import Call, Given, Page, Paged, Reply, endpoint
from penstock_web.identity import cookies
from penstock_web.identity.second_factor import NewFactor

Name = Annotated[str, Meta(max_length=200)]
_TAG = "identity"


class SettingUp(Given, frozen=True):
    """The first user."""

    #: Of the link.
    token: Handed
    email: Email
    password: Password
    name: Name = ""


class Registering(Given, frozen=True):
    """A new account."""

    email: Email
    password: Password
    name: Name = ""


class SigningIn(Given, frozen=True):
    """Who signs in."""

    email: Email
    password: Password


class Code(Given, frozen=True):
    """The second step."""

    step: Handed
    #: Of the program for codes, or a recovery code.
    code: Handed


class PasswordChange(Given, frozen=True):
    """Another password."""

    before: Annotated[str, Meta(max_length=1_000)]
    after: Password


class Forgotten(Given, frozen=True):
    """Who has forgotten a password."""

    email: Email


class Resetting(Given, frozen=True):
    """A new password, by a link."""

    token: Handed
    password: Password


class FirstCode(Given, frozen=True):
    """The first code of a second factor."""

    code: Handed


class EndingFactor(Given, frozen=True):
    """Without a second factor from now on."""

    code: Handed
    #: Empty for who has none.
    password: Annotated[str, Meta(max_length=1_000)] = ""


class AboutMe(Given, frozen=True):
    """What a user says of himself."""

    name: Name


class OneSession(Given, frozen=True):
    """Which session."""

    session: str


class SetUp(msgspec.Struct, frozen=True):
    """How far an installation is."""

    #: Is there an owner?
    done: bool
    #: May whoever likes make himself an account?
    registration: bool


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """Who calls, and what he may do here."""

    kind: str
    #: None: a service.
    user: User | None
    name: str
    #: The workspace of this call.
    workspace: str
    organization: str
    #: What may be done in it.
    grants: Sequence[str]
    #: What may be done besides with single objects, by their ids.
    shared: Mapping[str, Sequence[str]]
    #: Those that may be chosen by the header `Penstock-Workspace`.
    workspaces: Sequence[Place]
    #: To be sent as `X-CSRF-Token` with each change; empty: there is no cookie.
    csrf_token: str


class RecoveryCodes(msgspec.Struct, frozen=True):
    """Codes for when the program for codes is lost. Each is good once."""

    codes: Sequence[str]


class SessionShown(msgspec.Struct, frozen=True, kw_only=True):
    """A browser that somebody has signed in with."""

    session: Session
    #: Is it the one that asks?
    this: bool


@endpoint("GET", "/set-up", public=True, tag=_TAG)
async def show_set_up(call: Call) -> SetUp:
    """Is there an owner yet?"""
    identity = identity_of(call)
    return SetUp(await identity.accounts.is_set_up(), identity.parts.choices.registration)


@endpoint("POST", "/set-up", public=True, tag=_TAG, status=201)
async def set_up(call: Call, body: SettingUp) -> Reply[NowSignedIn]:
    """Make the first user, who owns the installation, and sign him in.

    Raises:
        SetUpDone: There is somebody.
        SingleUseExpired: The link is too old, or was used.
        PasswordInvalid: The password cannot be used.
    """
    from_our_pages(call)
    is_secure(call)
    new = NewUser(email=body.email, name=body.name)
    accounts = identity_of(call).accounts
    done = await accounts.set_up(body.token, new, body.password, where(call))
    return in_browser(call, done, status=201)


@endpoint("POST", "/register", public=True, tag=_TAG, status=201)
async def register(call: Call, body: Registering) -> Reply[NowSignedIn]:
    """Make an account for whoever asks, where that is allowed.

    Raises:
        RegistrationClosed: It is not.
        UserTaken: Somebody has this address.
    """
    from_our_pages(call)
    is_secure(call)
    new = NewUser(email=body.email, name=body.name)
    done = await identity_of(call).accounts.register(new, body.password, where(call))
    return in_browser(call, done, status=201)


@endpoint("POST", "/sign-in", public=True, tag=_TAG)
async def sign_in(call: Call, body: SigningIn) -> Reply[NowSignedIn]:
    """Sign somebody in by his password; or say that a code is needed too.

    Raises:
        SignInRefused: It is not right.
        TooManyAttempts: Somebody tries too often.
    """
    from_our_pages(call)
    is_secure(call)
    done = await identity_of(call).accounts.sign_in(
        body.email, body.password, where(call), before=cookie_of(call)
    )
    return answered(call, done)


@endpoint("POST", "/sign-in/code", public=True, tag=_TAG)
async def sign_in_with_code(call: Call, body: Code) -> Reply[NowSignedIn]:
    """Sign somebody in by the code that was needed too.

    Raises:
        SignInRefused: It is not the code.
        SingleUseExpired: It took too long.
        TooManyAttempts: Somebody tries too often.
    """
    from_our_pages(call)
    is_secure(call)
    done = await identity_of(call).accounts.second_step(
        body.step, body.code, where(call), before=cookie_of(call)
    )
    return in_browser(call, done)


@endpoint("POST", "/sign-out", needs="account:read", tag=_TAG)
async def sign_out(call: Call) -> Reply[None]:
    """End the session of this browser."""
    user = await user_of(call)
    identity = identity_of(call)
    await identity.accounts.sign_out(user.id, session_of(call))
    identity.forget()
    header = cookies.clear_cookie(secure=is_secure(call))
    return Reply(value=None, headers={"set-cookie": header}, status=204)


@endpoint("GET", "/me", needs="account:read", tag=_TAG)
async def show_me(call: Call) -> Me:
    """Who calls, and what he may do here."""
    found, who = await known(call), call.principal
    user = found.user
    places: Sequence[Place] = ()
    if user is not None:
        places = await call.server.db.read(lambda one: system_places(one, user))
    return Me(
        kind=who.kind,
        user=user,
        name=who.name,
        workspace=who.workspace,
        organization=who.organization,
        grants=sorted(who.grants),
        shared={target: sorted(given) for target, given in call.scope.shared.items()},
        workspaces=places,
        csrf_token=cookies.csrf_token(cookie_of(call)) if who.session else "",
    )


@endpoint("PATCH", "/me", needs="account:write", tag=_TAG)
async def change_me(call: Call, body: AboutMe) -> User:
    """Change one's own name."""
    user, name = await user_of(call), body.name.strip()
    await change(call, lambda one: users.system_set(one, user.id, name=name))
    return await call.server.db.read(lambda one: users.system_get(one, user.id))


@endpoint("GET", "/me/sessions", needs="account:read", tag=_TAG)
async def list_sessions(call: Call, query: Paged) -> Page[SessionShown]:
    """The browsers that one has signed in with, the one that was used last first."""
    user = await user_of(call)
    parts = identity_of(call).parts
    idle_ms, now_ms = parts.choices.idle_ms, parts.now_ms()
    found = await parts.db.read(lambda one: sessions.system_of_user(one, user.id, idle_ms, now_ms))
    this = call.principal.session
    shown = [SessionShown(session=one, this=one.id == this) for one in found]
    return part(shown, query, lambda one: one.session.id)


@endpoint("DELETE", "/me/sessions", needs="account:write", tag=_TAG)
async def end_sessions(call: Call) -> None:
    """End all of one's sessions but this one."""
    user, this = await user_of(call), call.principal.session
    await change(call, lambda one: sessions.system_end_all(one, user.id, but=this))


@endpoint("DELETE", "/me/sessions/{session}", needs="account:write", tag=_TAG)
async def end_session(call: Call, path: OneSession) -> None:
    """End one of one's sessions; one that has ended stays so."""
    user = await user_of(call)
    await change(call, lambda one: sessions.system_end(one, user.id, path.session))


@endpoint("POST", "/me/password", needs="account:write", tag=_TAG)
async def change_password(call: Call, body: PasswordChange) -> Reply[NowSignedIn]:
    """Change one's password; all other sessions end.

    Raises:
        SignInRefused: It is not the one of before.
        PasswordInvalid: The new one cannot be used.
    """
    user = await user_of(call)
    session_of(call)
    done = await identity_of(call).accounts.change_password(
        user.id, body.before, body.after, where(call)
    )
    return in_browser(call, done)


@endpoint("POST", "/password/forgotten", public=True, tag=_TAG, status=202)
async def forgotten_password(call: Call, body: Forgotten) -> Reply[None]:
    """Send a link for a new password to whoever has the address, if anybody.

    Raises:
        TooManyAttempts: Somebody tries too often.
    """
    from_our_pages(call)
    await identity_of(call).accounts.forgotten(body.email, where(call))
    return Reply(value=None, status=202)


@endpoint("POST", "/password/reset", public=True, tag=_TAG)
async def reset_password(call: Call, body: Resetting) -> Reply[NowSignedIn]:
    """Give whoever has a link a new password, and sign him in.

    Raises:
        SingleUseExpired: The link is too old, or was used.
        PasswordInvalid: The password cannot be used.
    """
    from_our_pages(call)
    is_secure(call)
    accounts = identity_of(call).accounts
    return answered(call, await accounts.reset(body.token, body.password, where(call)))


@endpoint("POST", "/me/second-factor", needs="account:write", tag=_TAG, status=201, secret=True)
async def begin_second_factor(call: Call) -> NewFactor:
    """Make a new secret for a program for codes; it counts after a first code.

    Raises:
        SecondFactorOn: There is one.
    """
    user = await user_of(call)
    session_of(call)
    return await identity_of(call).factor.begin(user.id)


@endpoint("POST", "/me/second-factor/confirm", needs="account:write", tag=_TAG, secret=True)
async def confirm_second_factor(call: Call, body: FirstCode) -> RecoveryCodes:
    """Let the second factor count from now on; the recovery codes are shown once.

    Raises:
        SecondFactorOn: There is one, or none was begun.
        SignInRefused: It is not the code.
    """
    user, session = await user_of(call), session_of(call)
    codes = await identity_of(call).factor.confirm(user.id, body.code, session)
    identity_of(call).forget()
    return RecoveryCodes(codes)


@endpoint("POST", "/me/second-factor/end", needs="account:write", tag=_TAG)
async def end_second_factor(call: Call, body: EndingFactor) -> None:
    """Sign in without a second factor from now on.

    Raises:
        SignInRefused: It is not the password, or not the code.
    """
    user = await user_of(call)
    session_of(call)
    await identity_of(call).factor.end(user.id, body.password, body.code)
    identity_of(call).forget()


ENDPOINTS = [
    show_set_up,
    set_up,
    register,
    sign_in,
    sign_in_with_code,
    sign_out,
    show_me,
    change_me,
    list_sessions,
    end_sessions,
    end_session,
    change_password,
    forgotten_password,
    reset_password,
    begin_second_factor,
    confirm_second_factor,
    end_second_factor,
]
