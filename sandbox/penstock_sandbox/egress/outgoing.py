"""The request that is sent: made, checked, and made again for a redirect."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

import httpcore2
import httpx2

from penstock_sandbox.egress.exchange import Cookies, Outgoing, Streamed
from penstock_sandbox.egress.grants import HttpGrant, granted
from penstock_sandbox.errors import EgressFailed, EgressRefused

PORTS = {"http": 80, "https": 443}
HOST_SIGNS = frozenset(b"abcdefghijklmnopqrstuvwxyz0123456789.-_:")
STREAM = "penstock.stream"
_SENSITIVE = frozenset({"authorization", "cookie", "proxy-authorization", "x-api-key"})


def core_request(request: httpx2.Request) -> httpcore2.Request:
    """The request as the connection pool takes it.

    Raises:
        EgressRefused: Method or headers are none.
    """
    try:
        return httpcore2.Request(
            method=request.method,
            url=core_url(request.url),
            headers=request.headers.raw,
            content=_content(request),
        )
    except (UnicodeError, ValueError, TypeError) as error:
        message = f"The request cannot be made: {error}."
        raise EgressRefused(message, hint="Check the method and the headers.") from error


def _content(request: httpx2.Request) -> bytes | AsyncIterator[bytes]:
    stream: Streamed | None = request.extensions.get(STREAM)
    return request.read() if stream is None else stream.chunks()


def core_url(url: httpx2.URL) -> httpcore2.URL:
    """The URL as the connection pool takes it."""
    return httpcore2.URL(
        scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
    )


def first_request(outgoing: Outgoing) -> httpx2.Request:
    """The request as it stands before signing."""
    try:
        url = httpx2.URL(outgoing.url)
        if outgoing.query:
            url = url.copy_merge_params(httpx2.QueryParams([*outgoing.query]))
        headers = [
            ("accept", "*/*"),
            ("user-agent", "penstock"),
            ("accept-encoding", "gzip, deflate"),
        ]
        given = {name.lower() for name, _ in outgoing.headers}
        headers = [pair for pair in headers if pair[0] not in given] + list(outgoing.headers)
        more: dict[str, Any] = {}
        if outgoing.stream is not None:
            more[STREAM] = outgoing.stream
            headers.append(_length(outgoing.stream))
        return httpx2.Request(
            outgoing.method, url, headers=headers, content=outgoing.body, extensions=more
        )
    except (httpx2.InvalidURL, UnicodeError, ValueError, TypeError) as error:
        message = f"The request cannot be made: {error}."
        raise EgressRefused(message, hint="Check the URL and the headers.") from error


def _length(stream: Streamed) -> tuple[str, str]:
    if stream.size is None:
        return "transfer-encoding", "chunked"
    return "content-length", str(stream.size)


def check(request: httpx2.Request, grants: Sequence[HttpGrant]) -> None:
    """Is the URL one, and was it granted?

    Raises:
        EgressRefused: It is not.
    """
    url = request.url
    if url.scheme not in PORTS or not url.host:
        message = (
            f"Only http and https URLs with a host can be requested, not {url.scheme or 'none'}."
        )
        raise EgressRefused(message, hint="Write the full URL, e.g. https://api.example.com/path.")
    if not HOST_SIGNS.issuperset(url.raw_host.lower()):
        message = f"{url.host!r} is no name of a host."
        raise EgressRefused(message, hint="Check the URL for spaces and stray characters.")
    if url.userinfo:
        message = "A user name or password in a URL is refused: it would end up in logs."
        raise EgressRefused(message, hint="Use a credential instead.")
    port = url.port or PORTS[url.scheme]
    if not granted(grants, request.method, scheme=url.scheme, host=url.host, port=port):
        message = f"{request.method} {url.scheme}://{url.host}:{port} was not granted."
        raise EgressRefused(message, hint="The package's manifest lists the hosts it may reach.")


def redirected(request: httpx2.Request, status: int, place: str) -> httpx2.Request:
    """The request that a redirect asks for; a POST becomes a GET as browsers have it."""
    try:
        url = request.url.join(place)
    except httpx2.InvalidURL as error:
        message = f"{place_of(str(request.url))} redirected to something that is no URL."
        raise EgressFailed(message, retryable=False) from error
    turns_to_get = (status == 303 and request.method != "HEAD") or (
        status in (301, 302) and request.method == "POST"
    )
    dropped = {"host"}
    if turns_to_get:
        dropped |= {"content-length", "content-type", "transfer-encoding"}
    headers = [pair for pair in request.headers.multi_items() if pair[0].lower() not in dropped]
    if turns_to_get:
        return httpx2.Request("GET", url, headers=headers)
    return httpx2.Request(
        request.method,
        url,
        headers=headers,
        content=kept_body(request),
        extensions=request.extensions,
    )


def kept_body(request: httpx2.Request) -> bytes | None:
    """The body, for another request; a stream is kept elsewhere."""
    return None if STREAM in request.extensions else request.read()


def without_secrets(request: httpx2.Request) -> httpx2.Request:
    """The request for another origin."""
    headers = [pair for pair in request.headers.multi_items() if pair[0].lower() not in _SENSITIVE]
    return httpx2.Request(
        request.method,
        request.url,
        headers=headers,
        content=kept_body(request),
        extensions=request.extensions,
    )


def jar_of(outgoing: Outgoing) -> httpx2.Cookies:
    """The cookies that this request shares with others, or its own."""
    shared = outgoing.cookies or Cookies()
    if shared.jar is None:
        shared.jar = httpx2.Cookies()
    jar: httpx2.Cookies = shared.jar
    return jar


def set_cookies(request: httpx2.Request, given: str, jar: httpx2.Cookies) -> None:
    """Set the header anew: the cookies of the person, and those that fit this URL."""
    request.headers.pop("cookie", None)
    jar.set_cookie_header(request)
    cookies = [part for part in (given, request.headers.get("cookie", "")) if part]
    if cookies:
        request.headers["cookie"] = "; ".join(cookies)


def origin(url: httpx2.URL) -> tuple[str, str, int]:
    """Scheme, host and port."""
    return url.scheme, url.host, url.port or PORTS.get(url.scheme, 0)


def place_of(url: str) -> str:
    """Scheme and host of a URL: the rest may hold secrets and stays out of messages."""
    try:
        parsed = httpx2.URL(url)
    except (httpx2.InvalidURL, TypeError):
        return "the target"
    return f"{parsed.scheme}://{parsed.host}" + (f":{parsed.port}" if parsed.port else "")
