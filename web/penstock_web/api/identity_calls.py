"""What the endpoints about people share: who calls, from where, and what a browser gets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta
from sqlalchemy import Connection

from penstock_kernel.store.sql.sessions import From
from penstock_kernel.store.sql.sessions_once import hashed
from penstock_kernel.store.sql.users import User
from penstock_web.http.endpoint import Call, Page, Paged, Reply
from penstock_web.http.problem import SignInNeeded
from penstock_web.identity import cookies
from penstock_web.identity.accounts import SignedIn, StepNeeded
from penstock_web.identity.identity import Identity, Known

T = TypeVar("T")
Title = Annotated[str, Meta(min_length=1, max_length=200)]
#: What is handed out: a link's token, a step, a code.
Handed = Annotated[str, Meta(min_length=1, max_length=200)]
Password = Annotated[str, Meta(min_length=1, max_length=1_000)]
Email = Annotated[str, Meta(min_length=3, max_length=254)]
AGENT = "user-agent"


class NowSignedIn(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody was signed in, and the cookie is in the header; or a code is needed too."""

    #: None: a code is needed too.
    user: User | None = None
    #: To be sent as `X-CSRF-Token` with each change.
    csrf_token: str = ""
    #: To be sent to `/sign-in/code` with the code that is needed too.
    step: str = ""


def identity_of(call: Call) -> Identity:
    """Everything about people on this server."""
    found = call.server.identity
    assert isinstance(found, Identity)  # noqa: S101 - no server is put together with another one
    return found


def where(call: Call) -> From:
    """Where a call comes from."""
    return From(identity_of(call).address(call.request), call.request.headers.get(AGENT, ""))


def from_our_pages(call: Call) -> None:
    """Go on only where no other site sends a browser here to be signed in."""
    cookies.check_origin(call.request, identity_of(call).parts.choices)


def cookie_of(call: Call) -> str:
    """The cookie that a browser has."""
    return cookies.cookie(call.request, identity_of(call).parts.choices)


def is_secure(call: Call) -> bool:
    """Does its cookie go over HTTPS alone?"""
    return cookies.is_secure(call.request, identity_of(call).parts.choices)


def in_browser(call: Call, done: SignedIn, *, status: int = 200) -> Reply[NowSignedIn]:
    """Give a browser its cookie."""
    identity_of(call).forget()
    choices = identity_of(call).parts.choices
    header = cookies.set_cookie(done.cookie, secure=is_secure(call), choices=choices)
    shown = NowSignedIn(user=done.user, csrf_token=cookies.csrf_token(done.cookie))
    return Reply(value=shown, headers={"set-cookie": header}, status=status)


def answered(call: Call, done: SignedIn | StepNeeded, *, status: int = 200) -> Reply[NowSignedIn]:
    """Give a browser its cookie, or say that a code is needed too."""
    if isinstance(done, SignedIn):
        return in_browser(call, done, status=status)
    return Reply(value=NowSignedIn(step=done.step), status=200)


async def known(call: Call) -> Known:
    """What was presented.

    Raises:
        SignInNeeded: Nothing.
    """
    found = await identity_of(call).known(call.request)
    if found is None:
        hint = "Send a session cookie, or a token as `Authorization: Bearer …`."
        raise SignInNeeded("Nobody has signed in.", hint=hint)
    return found


async def user_of(call: Call) -> User:
    """The user who calls.

    Raises:
        SignInNeeded: It is nobody, or a service.
    """
    found = await known(call)
    if found.user is None:
        raise SignInNeeded("This is for people alone.", hint="Sign in as a user.")
    return found.user


def session_of(call: Call) -> str:
    """The session that a call is made in.

    Raises:
        SignInNeeded: It is made with a token.
    """
    if not call.principal.session:
        message = "This is done in a browser that has signed in, not with a token."
        raise SignInNeeded(message, hint="Sign in.")
    return call.principal.session


def session_id(cookie: str) -> str:
    """The session that a cookie is of."""
    return hashed(cookie)


async def change(call: Call, work: Callable[[Connection], T]) -> T:
    """Change something, and let it take effect here at once."""
    done = await call.server.db.transact(work)
    identity_of(call).forget()
    return done


def part(found: Sequence[T], asked: Paged, name: Callable[[T], str]) -> Page[T]:
    """A part of a list that is short enough to be read as a whole."""
    names = [name(one) for one in found]
    start = names.index(asked.cursor) + 1 if asked.cursor in names else 0
    limit = max(1, min(asked.limit, 200))
    items = found[start : start + limit]
    more = start + limit < len(found)
    return Page(items, name(items[-1]) if more and items else None)
