"""The cookie of a session, and what keeps other sites from using it.

The rules:

* Over HTTPS the cookie is `__Host-sid`: Secure, HttpOnly, for this host and all of its paths. Over
  plain HTTP, where that is allowed, it is `sid` without Secure.
* A call that changes something and comes with a cookie has to come from our own pages: its
  `Sec-Fetch-Site` or its `Origin` says so, and it carries the token that the session was given, in
  `X-CSRF-Token`. What other sites can make a browser send has neither.
* A link that changes something when it is followed has to be followed on our own pages: the browser
  says so in `Sec-Fetch-Site`, or where it has none, over plain HTTP, in `Referer`.
* The token comes from the cookie, by a hash that leads nowhere back.
* No workflow sees the cookie, and none can set it, although it answers on the same host.
"""

from __future__ import annotations

import hmac
from typing import ClassVar, Final
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from penstock_sdk import PenstockError
from penstock_web.identity.addresses import is_loopback
from penstock_web.identity.choices import Choices

SECURE_NAME: Final = "__Host-sid"
PLAIN_NAME: Final = "sid"
#: All that this server keeps in a browser, in lower case; what it is while somebody signs in, too.
OWN_NAMES: Final = frozenset({PLAIN_NAME, SECURE_NAME.lower(), "signin", "__host-signin"})
CSRF_HEADER: Final = "x-csrf-token"
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_LOCAL_NAMES: Final = frozenset({"localhost", "127.0.0.1", "::1", "[::1]"})


class ForgedCall(PenstockError):
    """A call with a cookie that does not come from our own pages."""

    code: ClassVar[str] = "csrf.denied"


class PlainDenied(PenstockError):
    """Nobody signs in over plain HTTP here."""

    code: ClassVar[str] = "plain_http.denied"


def without_own(value: str) -> str:
    """A header `Cookie` as a workflow may see it: who has ours can do what their owner can."""
    cookies = [one.strip() for one in value.split(";")]
    return "; ".join(one for one in cookies if _name_of(one) not in OWN_NAMES)


def may_be_set(value: str) -> bool:
    """May a workflow answer with this `Set-Cookie`?"""
    name = _name_of(value.partition(";")[0])
    # A browser sends a cookie without a name as it stands: `=sid=x` comes back as `sid=x`.
    return bool(name) and not name.startswith("__") and name not in OWN_NAMES


def _name_of(cookie: str) -> str:
    name, has_value, _ = cookie.partition("=")
    return name.strip().lower() if has_value else ""


def is_secure(connection: HTTPConnection, choices: Choices) -> bool:
    """Do cookies of this call go over HTTPS alone?

    Raises:
        PlainDenied: They would have to, and it came over plain HTTP.
    """
    secure = connection.url.scheme in ("https", "wss") or choices.public_url.startswith("https:")
    if secure or choices.cookies == "plain":
        return secure
    client = connection.client.host if connection.client else ""
    local = is_loopback(client) and (connection.url.hostname or "") in _LOCAL_NAMES
    if choices.cookies == "auto" and local:
        return False
    message = "Nobody signs in over plain HTTP from another machine."
    raise PlainDenied(message, hint="Use HTTPS, or set `cookies` to plain in a trusted network.")


def cookie(connection: HTTPConnection, choices: Choices) -> str:
    """The cookie that a call came with; empty: none."""
    found = connection.cookies
    if connection.scope["scheme"] in ("https", "wss") or choices.public_url.startswith("https:"):
        # Whoever can change what goes over plain HTTP could plant the other one.
        return found.get(SECURE_NAME, "")
    return found.get(SECURE_NAME, "") or found.get(PLAIN_NAME, "")


def set_cookie(value: str, *, secure: bool, choices: Choices) -> str:
    """The header that gives a browser its cookie."""
    same_site = "None" if choices.same_site == "none" and secure else "Lax"
    name, flag = (SECURE_NAME, "; Secure") if secure else (PLAIN_NAME, "")
    age = choices.absolute_ms // 1_000
    return f"{name}={value}; Path=/; Max-Age={age}; HttpOnly; SameSite={same_site}{flag}"


def clear_cookie(*, secure: bool) -> str:
    """The header that takes it away."""
    name, flag = (SECURE_NAME, "; Secure") if secure else (PLAIN_NAME, "")
    return f"{name}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax{flag}"


def csrf_token(sid: str) -> str:
    """What a page sends along to change something."""
    return hmac.digest(sid.encode(), b"penstock csrf", "sha256").hex()


def check_origin(connection: HTTPConnection, choices: Choices) -> None:
    """Go on only where a browser's call comes from our own pages.

    Raises:
        ForgedCall: It comes from elsewhere.
    """
    origin = connection.headers.get("origin")
    if origin is not None:
        if origin in choices.trusted_origins or origin == _own_origin(connection, choices):
            return
        raise _forged("comes from a page of another site")
    site = connection.headers.get("sec-fetch-site")
    if site not in (None, "same-origin", "none"):
        raise _forged("comes from a page of another site")


def check_own_page(connection: HTTPConnection, choices: Choices) -> None:
    """Go on only where a browser says that a link on one of our own pages was followed.

    Raises:
        ForgedCall: It says something else, or nothing.
    """
    site = connection.headers.get("sec-fetch-site")
    if site is None:
        parts = urlsplit(connection.headers.get("referer", ""))
        if f"{parts.scheme}://{parts.netloc}" == _own_origin(connection, choices):
            return
    # "none" is not enough: so is a link in a letter.
    elif site == "same-origin":
        return
    raise ForgedCall(
        "This is begun on a page of this server alone.",
        hint="Go to your account there, and begin again.",
    )


def check_call(connection: HTTPConnection, sid: str, choices: Choices) -> None:
    """Go on only where a call with a cookie changes nothing, or comes from our own pages.

    Raises:
        ForgedCall: It may come from elsewhere.
    """
    if connection.scope.get("method", "GET") in _SAFE and connection.scope["type"] == "http":
        return
    check_origin(connection, choices)
    if connection.scope["type"] == "websocket":
        if connection.headers.get("origin") is None:
            raise _forged("does not say which page it comes from")
        return
    given = connection.headers.get(CSRF_HEADER, "")
    if not hmac.compare_digest(given.encode(), csrf_token(sid).encode()):
        raise _forged(f"carries no valid {CSRF_HEADER}")


def _own_origin(connection: HTTPConnection, choices: Choices) -> str:
    if choices.public_url:
        parts = urlsplit(choices.public_url)
        return f"{parts.scheme}://{parts.netloc}"
    scheme = {"ws": "http", "wss": "https"}.get(connection.url.scheme, connection.url.scheme)
    return f"{scheme}://{connection.url.netloc}"


def _forged(why: str) -> ForgedCall:
    message = f"A call that changes something with a cookie {why}."
    hint = "Read the token from /api/v1/me and send it along; programs use API tokens instead."
    return ForgedCall(message, hint=hint)
