"""Sends the requests of `egress.py`; apart from it, as what sends nothing needs no HTTP library.

The rules for proxies, beyond those of `egress.py`:

* A proxy that a request names is judged like a target: its form, its grant, its address.
* A credential passes such a proxy only inside TLS whose certificate is checked.
* Where any proxy is used, the target is judged too, as far as this machine can resolve it.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager

import httpcore2
import httpx2

from penstock_sandbox.egress.addresses import Allowed
from penstock_sandbox.egress.exchange import Incoming, Outgoing, Resolve, Signable, Signer
from penstock_sandbox.egress.grants import HttpGrant, granted
from penstock_sandbox.egress.network import GuardedBackend
from penstock_sandbox.errors import EgressFailed, EgressRefused

_PORTS = {"http": 80, "https": 443}
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_HOST = frozenset(b"abcdefghijklmnopqrstuvwxyz0123456789.-_:")
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"(?:[!-~]+(?:[ \t]+[!-~]+)*)?")
_SENSITIVE = frozenset({"authorization", "cookie", "proxy-authorization", "x-api-key"})


class Client:
    """One pool of connections per way to check certificates, but for requests with own proxies."""

    def __init__(
        self, allowed: Allowed, *, proxy: str | None, resolve: Resolve, connections: int
    ) -> None:
        self._allowed = allowed
        self._resolve = resolve
        self._backend = GuardedBackend(allowed, resolve)
        self._proxy = proxy
        self._contexts: dict[bool, ssl.SSLContext] = {}
        self._limit = connections
        self._pools: dict[bool, httpcore2.AsyncConnectionPool] = {}

    async def request(
        self,
        outgoing: Outgoing,
        *,
        grants: Sequence[HttpGrant],
        sign: Signer | None,
    ) -> Incoming:
        """See `Egress.request`."""
        async with self.open(outgoing, grants=grants, sign=sign) as (response, url):
            content = b"".join([part async for part in _bounded(response, outgoing.max_bytes)])
            return Incoming(
                status=response.status_code,
                reason=response.reason_phrase,
                header_list=[
                    (name.lower(), value) for name, value in response.headers.multi_items()
                ],
                content=content,
                url=url,
            )

    @asynccontextmanager
    async def open(
        self,
        outgoing: Outgoing,
        *,
        grants: Sequence[HttpGrant],
        sign: Signer | None,
    ) -> AsyncGenerator[tuple[httpx2.Response, str]]:
        """Send a request, follow redirects, and hand out the response unread with its URL."""
        try:
            async with asyncio.timeout(outgoing.timeout_s):
                response, url = await self._follow(outgoing, grants, sign)
                try:
                    yield response, url
                finally:
                    await response.aclose()
        except TimeoutError as error:
            message = f"{_place(outgoing.url)} did not answer within {outgoing.timeout_s:g} s."
            raise EgressFailed(message, hint="Raise the timeout of the node.") from error
        except (httpcore2.NetworkError, httpcore2.TimeoutException) as error:
            message = f"{_place(outgoing.url)} cannot be reached: {error or type(error).__name__}."
            raise EgressFailed(message) from error
        except (httpcore2.ProtocolError, httpx2.HTTPError, ssl.SSLError) as error:
            message = f"The exchange with {_place(outgoing.url)} broke off: {error}."
            raise EgressFailed(message) from error

    async def connect(
        self, host: str, port: int, *, tls: bool, timeout_s: float
    ) -> httpcore2.AsyncNetworkStream:
        """See `Egress.connect`."""
        try:
            stream = await self._backend.connect_tcp(host, port, timeout_s)
            if tls:
                context = ssl.create_default_context()
                stream = await stream.start_tls(context, host, timeout_s)
        except (httpcore2.NetworkError, httpcore2.TimeoutException, ssl.SSLError) as error:
            message = f"{host}:{port} cannot be reached: {error or type(error).__name__}."
            raise EgressFailed(message) from error
        return stream

    async def close(self) -> None:
        """See `Egress.close`."""
        for pool in self._pools.values():
            await pool.aclose()
        self._pools.clear()

    async def _follow(
        self, outgoing: Outgoing, grants: Sequence[HttpGrant], sign: Signer | None
    ) -> tuple[httpx2.Response, str]:
        request, credential = _first(outgoing), outgoing.credential
        for _ in range(outgoing.max_redirects + 1):
            response = await self._send(request, outgoing, grants, credential, sign)
            place = response.headers.get("location")
            if response.status_code not in _REDIRECTS or not place or not outgoing.max_redirects:
                return response, str(request.url)
            await response.aclose()
            following = _redirected(request, response.status_code, place)
            if _origin(following.url) != _origin(request.url):
                credential = None
                following = _without_secrets(following)
            request = following
        message = f"{_place(outgoing.url)} redirected more than {outgoing.max_redirects} times."
        raise EgressFailed(message, retryable=False)

    async def _send(
        self,
        request: httpx2.Request,
        outgoing: Outgoing,
        grants: Sequence[HttpGrant],
        credential: str | None,
        sign: Signer | None,
    ) -> httpx2.Response:
        _check(request, grants)
        proxy: httpx2.URL | None = None
        if outgoing.proxy:
            proxy = _checked_proxy(outgoing, request, grants, has_credential=credential is not None)
        if credential is not None:
            request = await _signed(request, credential, sign)
        sent = _core_request(request)
        if outgoing.proxy or self._proxy:
            await self._check_target(request.url)
        if proxy is None:
            got = await self._pool(outgoing.verify_tls).handle_async_request(sent)
            return _response(got, request)
        # Not kept: nodes could name any number of them.
        pool = self._proxy_pool(proxy, outgoing.verify_tls, self._allowed)
        try:
            got = await pool.handle_async_request(sent)
        except BaseException:
            await pool.aclose()
            raise
        return _response(got, request, pool)

    async def _check_target(self, url: httpx2.URL) -> None:
        host = url.host.rstrip(".")
        try:
            await self._backend.addresses(host, url.port or _PORTS[url.scheme])
        except EgressFailed:
            if not _is_number(host):
                return  # a name that only the proxy knows
            message = f"{url.host!r} is neither a name nor an address."
            raise EgressRefused(message, hint="Check the URL.") from None

    def _pool(self, verify: bool) -> httpcore2.AsyncConnectionPool:
        if verify not in self._pools:
            self._pools[verify] = self._new_pool(verify)
        return self._pools[verify]

    def _new_pool(self, verify: bool) -> httpcore2.AsyncConnectionPool:
        if self._proxy is not None:
            # The operator's own proxy may stand in a private network.
            anywhere = Allowed.parse(["0.0.0.0/0", "::/0"])
            return self._proxy_pool(httpx2.URL(self._proxy), verify, anywhere)
        return httpcore2.AsyncConnectionPool(
            ssl_context=self._context(verify),
            max_connections=self._limit,
            keepalive_expiry=15.0,
            network_backend=self._backend,
        )

    def _proxy_pool(
        self, proxy: httpx2.URL, verify: bool, allowed: Allowed
    ) -> httpcore2.AsyncConnectionPool:
        name = (proxy.username, proxy.password) if proxy.userinfo else None
        return httpcore2.AsyncHTTPProxy(
            proxy_url=_core_url(proxy),
            proxy_auth=name,
            ssl_context=self._context(verify),
            max_connections=self._limit,
            network_backend=GuardedBackend(allowed, self._resolve),
        )

    def _context(self, verify: bool) -> ssl.SSLContext:
        if verify not in self._contexts:
            context = self._contexts[verify] = ssl.create_default_context()
            if not verify:
                context.check_hostname = False
                context.verify_mode = ssl.CERT_NONE
        return self._contexts[verify]


class _Body(httpx2.AsyncByteStream):
    """The unread body of a response, and the pool that ends with it."""

    def __init__(
        self, response: httpcore2.Response, pool: httpcore2.AsyncConnectionPool | None
    ) -> None:
        self._response = response
        self._own_pool = pool

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._response.aiter_stream():
            yield part

    async def aclose(self) -> None:
        await self._response.aclose()
        if self._own_pool is not None:
            await self._own_pool.aclose()


def _is_number(host: str) -> bool:
    """Whether somebody may read this host as an address, however it is written."""
    last = host.rpartition(".")[2].lower()
    return ":" in host or last.isdigit() or last.startswith("0x")


def _response(
    got: httpcore2.Response,
    request: httpx2.Request,
    pool: httpcore2.AsyncConnectionPool | None = None,
) -> httpx2.Response:
    return httpx2.Response(
        got.status, headers=got.headers, stream=_Body(got, pool), request=request
    )


def _core_request(request: httpx2.Request) -> httpcore2.Request:
    try:
        return httpcore2.Request(
            method=request.method,
            url=_core_url(request.url),
            headers=request.headers.raw,
            content=request.read(),
        )
    except (UnicodeError, ValueError, TypeError) as error:
        message = f"The request cannot be made: {error}."
        raise EgressRefused(message, hint="Check the method and the headers.") from error


def _core_url(url: httpx2.URL) -> httpcore2.URL:
    return httpcore2.URL(
        scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
    )


async def _bounded(response: httpx2.Response, max_bytes: int) -> AsyncIterator[bytes]:
    """The decoded body, as long as it fits: what is counted is what was unpacked."""
    seen = 0
    async for part in response.aiter_bytes(65_536):
        seen += len(part)
        if seen > max_bytes:
            message = f"The response is larger than {max_bytes:,} bytes."
            hint = "Ask for less at a time, or raise the limit of the node."
            raise EgressFailed(message, retryable=False, hint=hint)
        yield part


def _first(outgoing: Outgoing) -> httpx2.Request:
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
        return httpx2.Request(outgoing.method, url, headers=headers, content=outgoing.body)
    except (httpx2.InvalidURL, UnicodeError, ValueError, TypeError) as error:
        message = f"The request cannot be made: {error}."
        raise EgressRefused(message, hint="Check the URL and the headers.") from error


def _check(request: httpx2.Request, grants: Sequence[HttpGrant]) -> None:
    url = request.url
    if url.scheme not in _PORTS or not url.host:
        message = (
            f"Only http and https URLs with a host can be requested, not {url.scheme or 'none'}."
        )
        raise EgressRefused(message, hint="Write the full URL, e.g. https://api.example.com/path.")
    if not _HOST.issuperset(url.raw_host.lower()):
        message = f"{url.host!r} is no name of a host."
        raise EgressRefused(message, hint="Check the URL for spaces and stray characters.")
    if url.userinfo:
        message = "A user name or password in a URL is refused: it would end up in logs."
        raise EgressRefused(message, hint="Use a credential instead.")
    port = url.port or _PORTS[url.scheme]
    if not granted(grants, request.method, scheme=url.scheme, host=url.host, port=port):
        message = f"{request.method} {url.scheme}://{url.host}:{port} was not granted."
        raise EgressRefused(message, hint="The package's manifest lists the hosts it may reach.")


def _checked_proxy(
    outgoing: Outgoing,
    request: httpx2.Request,
    grants: Sequence[HttpGrant],
    *,
    has_credential: bool,
) -> httpx2.URL:
    """The proxy that a request names.

    Raises:
        EgressRefused: It is no proxy, was not granted, or would see a credential.
    """
    hint = "Write it as http://host:port, or leave it to the operator's settings."
    try:
        url = httpx2.URL(outgoing.proxy or "")
    except (httpx2.InvalidURL, UnicodeError, ValueError, TypeError) as error:
        message = f"This is no address of a proxy: {error}."
        raise EgressRefused(message, hint=hint) from error
    if url.scheme not in _PORTS or not url.host or not _HOST.issuperset(url.raw_host.lower()):
        message = f"A proxy is an http or https URL with a host, not {url.scheme or 'none'}."
        raise EgressRefused(message, hint=hint)
    port = url.port or _PORTS[url.scheme]
    if not granted(grants, request.method, scheme=url.scheme, host=url.host, port=port):
        message = f"The proxy {url.scheme}://{url.host}:{port} was not granted."
        raise EgressRefused(message, hint="The package's manifest lists the hosts it may reach.")
    if has_credential and not (request.url.scheme == "https" and outgoing.verify_tls):
        message = "The proxy would see the credential of this request."
        raise EgressRefused(message, hint="Use https and let the certificate be checked.")
    return url


async def _signed(request: httpx2.Request, credential: str, sign: Signer | None) -> httpx2.Request:
    if sign is None:
        message = f"No credential is bound to the slot {credential!r}."
        raise EgressRefused(message, hint="Choose a credential in the node.")
    url = request.url
    signable = Signable(
        method=request.method,
        scheme=url.scheme,
        host=url.host,
        port=url.port or _PORTS[url.scheme],
        path=url.path,
        headers=request.headers.multi_items(),
        query=url.params.multi_items(),
        body=request.read(),
    )
    await sign(credential, signable)
    _check_signed(request.headers.multi_items(), signable, credential)
    if signable.query != url.params.multi_items():
        url = url.copy_with(params=httpx2.QueryParams(tuple(signable.query)))
    return httpx2.Request(request.method, url, headers=signable.headers, content=signable.body)


def _check_signed(headers: Sequence[tuple[str, str]], signable: Signable, credential: str) -> None:
    """Refuse here what the HTTP library would refuse with the secret in its message."""
    added = [pair for pair in signable.headers if pair not in headers]
    # Half of a surrogate pair is what no URL can hold.
    halves = any("\ud800" <= sign <= "\udfff" for pair in signable.query for sign in "".join(pair))
    if not halves and all(
        _NAME.fullmatch(name) and _VALUE.fullmatch(value) for name, value in added
    ):
        return
    message = f"The credential of the slot {credential!r} has characters that fit no request."
    hint = "Enter it again, without spaces or line breaks around it."
    raise EgressRefused(message, hint=hint)


def _redirected(request: httpx2.Request, status: int, place: str) -> httpx2.Request:
    """The request that a redirect asks for; a POST becomes a GET as browsers have it."""
    try:
        url = request.url.join(place)
    except httpx2.InvalidURL as error:
        message = f"{_place(str(request.url))} redirected to something that is no URL."
        raise EgressFailed(message, retryable=False) from error
    turns_to_get = (status == 303 and request.method != "HEAD") or (
        status in (301, 302) and request.method == "POST"
    )
    dropped = {"host"}
    if turns_to_get:
        dropped |= {"content-length", "content-type", "transfer-encoding"}
    headers = [pair for pair in request.headers.multi_items() if pair[0].lower() not in dropped]
    content = None if turns_to_get else request.read()
    method = "GET" if turns_to_get else request.method
    return httpx2.Request(method, url, headers=headers, content=content)


def _without_secrets(request: httpx2.Request) -> httpx2.Request:
    headers = [pair for pair in request.headers.multi_items() if pair[0].lower() not in _SENSITIVE]
    return httpx2.Request(request.method, request.url, headers=headers, content=request.read())


def _origin(url: httpx2.URL) -> tuple[str, str, int]:
    return url.scheme, url.host, url.port or _PORTS.get(url.scheme, 0)


def _place(url: str) -> str:
    """Scheme and host of a URL: the rest may hold secrets and stays out of messages."""
    try:
        parsed = httpx2.URL(url)
    except (httpx2.InvalidURL, TypeError):
        return "the target"
    return f"{parsed.scheme}://{parsed.host}" + (f":{parsed.port}" if parsed.port else "")
