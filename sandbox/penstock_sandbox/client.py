"""Sends the requests of `egress.py`; apart from it, as what sends nothing needs no HTTP library."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager

import httpcore2
import httpx2

from penstock_sandbox.addresses import Allowed
from penstock_sandbox.errors import EgressFailed, EgressRefused
from penstock_sandbox.exchange import Incoming, Outgoing, Resolve, Signable, Signer
from penstock_sandbox.grants import HttpGrant, granted
from penstock_sandbox.network import GuardedBackend

_PORTS = {"http": 80, "https": 443}
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_HOST = frozenset(b"abcdefghijklmnopqrstuvwxyz0123456789.-_:")
_SENSITIVE = frozenset({"authorization", "cookie", "proxy-authorization", "x-api-key"})


class Client:
    """One pool of connections per proxy and per way to check certificates."""

    def __init__(
        self, allowed: Allowed, *, proxy: str | None, resolve: Resolve, connections: int
    ) -> None:
        self._allowed = allowed
        self._backend = GuardedBackend(allowed, resolve)
        self._proxy = proxy
        self._limit = connections
        self._pools: dict[tuple[str | None, bool], httpcore2.AsyncConnectionPool] = {}

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
        if credential is not None:
            request = await _signed(request, credential, sign)
        pool = self._pool(outgoing.proxy or self._proxy, outgoing.verify_tls)
        sent = httpcore2.Request(
            method=request.method,
            url=httpcore2.URL(
                scheme=request.url.raw_scheme,
                host=request.url.raw_host,
                port=request.url.port,
                target=request.url.raw_path,
            ),
            headers=request.headers.raw,
            content=request.read(),
        )
        got = await pool.handle_async_request(sent)
        return httpx2.Response(
            got.status,
            headers=got.headers,
            stream=_Body(got),
            request=request,
        )

    def _pool(self, proxy: str | None, verify: bool) -> httpcore2.AsyncConnectionPool:
        key = (proxy, verify)
        if key not in self._pools:
            self._pools[key] = self._new_pool(proxy, verify)
        return self._pools[key]

    def _new_pool(self, proxy: str | None, verify: bool) -> httpcore2.AsyncConnectionPool:
        context = ssl.create_default_context()
        if not verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        if proxy is None:
            return httpcore2.AsyncConnectionPool(
                ssl_context=context,
                max_connections=self._limit,
                keepalive_expiry=15.0,
                network_backend=self._backend,
            )
        # The operator's own proxy may stand in a private network; one that a node names may not.
        trusted = Allowed.parse(["0.0.0.0/0", "::/0"]) if proxy == self._proxy else self._allowed
        return httpcore2.AsyncHTTPProxy(
            proxy_url=proxy,
            ssl_context=context,
            max_connections=self._limit,
            network_backend=GuardedBackend(trusted),
        )


class _Body(httpx2.AsyncByteStream):
    """The unread body of a response."""

    def __init__(self, response: httpcore2.Response) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._response.aiter_stream():
            yield part

    async def aclose(self) -> None:
        await self._response.aclose()


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
    if signable.query != url.params.multi_items():
        url = url.copy_with(params=httpx2.QueryParams(tuple(signable.query)))
    return httpx2.Request(request.method, url, headers=signable.headers, content=signable.body)


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
