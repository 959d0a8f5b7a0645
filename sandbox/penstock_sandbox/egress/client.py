"""Sends the requests of `egress.py`; apart from it, as what sends nothing needs no HTTP library.

The rules for proxies, beyond those of `egress.py`:

* A proxy that a request names is judged like a target: its form, its grant, its address.
* A credential passes such a proxy only inside TLS whose certificate is checked.
* Where any proxy is used, the target is judged too, as far as this machine can resolve it.
"""

from __future__ import annotations

import asyncio
import logging
import re
import socket
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpcore2
import httpx2
import msgspec

from penstock_sandbox.egress.addresses import Allowed
from penstock_sandbox.egress.body import bounded
from penstock_sandbox.egress.exchange import (
    Incoming,
    Outgoing,
    Resolve,
    Signable,
    Signer,
    Start,
)
from penstock_sandbox.egress.grants import HttpGrant, granted
from penstock_sandbox.egress.network import GuardedBackend
from penstock_sandbox.egress.outgoing import (
    HOST_SIGNS,
    PORTS,
    STREAM,
    check,
    core_request,
    core_url,
    first_request,
    jar_of,
    origin,
    place_of,
    redirected,
    set_cookies,
    without_secrets,
)
from penstock_sandbox.egress.tls import new_context, with_identity
from penstock_sandbox.errors import EgressFailed, EgressRefused

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"(?:[!-~]+(?:[ \t]+[!-~]+)*)?")
_UNAUTHORIZED = 401
# At its lowest level it tells the headers of answers, which may repeat a secret.
logging.getLogger("httpcore2").setLevel(logging.INFO)


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
        async with self.open(outgoing, grants=grants, sign=sign) as response:
            return await response.read()

    @asynccontextmanager
    async def open(
        self,
        outgoing: Outgoing,
        *,
        grants: Sequence[HttpGrant],
        sign: Signer | None,
    ) -> AsyncGenerator[Opened]:
        """Send a request, follow redirects, and hand out the response unread."""
        try:
            async with asyncio.timeout(outgoing.timeout_s):
                response, url = await self._follow(outgoing, grants, sign)
                try:
                    yield Opened(response, url, outgoing.max_bytes)
                finally:
                    await response.aclose()
        except TimeoutError as error:
            message = f"{place_of(outgoing.url)} did not answer within {outgoing.timeout_s:g} s."
            raise EgressFailed(message, hint="Raise the timeout of the node.") from error
        except (httpcore2.NetworkError, httpcore2.TimeoutException) as error:
            message = (
                f"{place_of(outgoing.url)} cannot be reached: {error or type(error).__name__}."
            )
            raise EgressFailed(message) from error
        except httpcore2.ProxyError as error:
            message = f"The proxy does not lead to {place_of(outgoing.url)}: {error}."
            raise EgressFailed(message) from error
        except (httpcore2.ProtocolError, httpx2.HTTPError, ssl.SSLError) as error:
            message = f"The exchange with {place_of(outgoing.url)} broke off: {error}."
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

    async def addresses(self, host: str, port: int) -> list[str]:
        """See `Egress.addresses`."""
        return await self._backend.addresses(host, port)

    async def open_socket(self, host: str, port: int, *, timeout_s: float) -> socket.socket:
        """See `Egress.open_socket`."""
        last = "it has no address"
        for address in await self.addresses(host, port):
            kind = socket.AF_INET6 if ":" in address else socket.AF_INET
            opened = socket.socket(kind, socket.SOCK_STREAM)
            opened.setblocking(False)
            try:
                async with asyncio.timeout(timeout_s):
                    await asyncio.get_running_loop().sock_connect(opened, (address, port))
            except BaseException as error:
                opened.close()
                if not isinstance(error, OSError):  # TimeoutError is one
                    raise
                last = error.strerror or type(error).__name__
            else:
                return opened
        message = f"{host}:{port} cannot be reached: {last}."
        raise EgressFailed(message)

    async def close(self) -> None:
        """See `Egress.close`."""
        for pool in self._pools.values():
            await pool.aclose()
        self._pools.clear()

    async def _follow(
        self, outgoing: Outgoing, grants: Sequence[HttpGrant], sign: Signer | None
    ) -> tuple[httpx2.Response, str]:
        request, credential = first_request(outgoing), outgoing.credential
        certificate, given = outgoing.certificate, request.headers.get("cookie", "")
        jar = jar_of(outgoing)
        for _ in range(outgoing.max_redirects + 1):
            check(request, grants)
            set_cookies(request, given, jar)
            slots = _Slots(credential, certificate, sign)
            response = await self._send(request, outgoing, grants, slots)
            jar.extract_cookies(response)
            place = response.headers.get("location")
            if response.status_code not in _REDIRECTS or not place or not outgoing.max_redirects:
                return response, str(request.url)
            await response.aclose()
            following = redirected(request, response.status_code, place)
            if origin(following.url) != origin(request.url):
                credential, certificate, given = None, None, ""
                following = without_secrets(following)
            request = following
        message = f"{place_of(outgoing.url)} redirected more than {outgoing.max_redirects} times."
        raise EgressFailed(message, retryable=False)

    async def _send(
        self,
        request: httpx2.Request,
        outgoing: Outgoing,
        grants: Sequence[HttpGrant],
        slots: _Slots,
    ) -> httpx2.Response:
        proxy: httpx2.URL | None = None
        if outgoing.proxy:
            secret = slots.credential is not None or slots.certificate is not None
            proxy = _checked_proxy(outgoing, request, grants, has_credential=secret)
        if outgoing.proxy or self._proxy:
            await self._check_target(request.url)
        pool, own = await self._pool_for(request, outgoing, slots, proxy)
        try:
            got = await _exchange(pool, request, slots, own=own)
        except BaseException:
            if own:
                await pool.aclose()
            raise
        return got

    async def _pool_for(
        self,
        request: httpx2.Request,
        outgoing: Outgoing,
        slots: _Slots,
        proxy: httpx2.URL | None,
    ) -> tuple[httpcore2.AsyncConnectionPool, bool]:
        """A pool, and whether it is for this request alone: of these there could be any number."""
        context: ssl.SSLContext | None = None
        if slots.certificate is not None and request.url.scheme == "https":
            signable = await _ask(request, slots.certificate, slots.sign)
            if signable.identity is None:
                message = f"The credential of the slot {slots.certificate!r} is no certificate."
                raise EgressRefused(message, hint="Choose a client certificate in the node.")
            context = with_identity(new_context(outgoing.verify_tls), signable.identity)
        if proxy is not None:
            return self._proxy_pool(proxy, outgoing.verify_tls, self._allowed, context), True
        if context is not None:
            return self._new_pool(outgoing.verify_tls, context), True
        return self._pool(outgoing.verify_tls), False

    async def _check_target(self, url: httpx2.URL) -> None:
        host = url.host.rstrip(".")
        try:
            await self._backend.addresses(host, url.port or PORTS[url.scheme])
        except EgressFailed:
            if not _is_number(host):
                return  # a name that only the proxy knows
            message = f"{url.host!r} is neither a name nor an address."
            raise EgressRefused(message, hint="Check the URL.") from None

    def _pool(self, verify: bool) -> httpcore2.AsyncConnectionPool:
        if verify not in self._pools:
            self._pools[verify] = self._new_pool(verify)
        return self._pools[verify]

    def _new_pool(
        self, verify: bool, context: ssl.SSLContext | None = None
    ) -> httpcore2.AsyncConnectionPool:
        if self._proxy is not None:
            # The operator's own proxy may stand in a private network.
            anywhere = Allowed.parse(["0.0.0.0/0", "::/0"])
            return self._proxy_pool(httpx2.URL(self._proxy), verify, anywhere, context)
        return httpcore2.AsyncConnectionPool(
            ssl_context=context or self._context(verify),
            max_connections=self._limit,
            keepalive_expiry=15.0,
            network_backend=self._backend,
        )

    def _proxy_pool(
        self,
        proxy: httpx2.URL,
        verify: bool,
        allowed: Allowed,
        context: ssl.SSLContext | None = None,
    ) -> httpcore2.AsyncConnectionPool:
        name = (proxy.username, proxy.password) if proxy.userinfo else None
        return httpcore2.AsyncHTTPProxy(
            proxy_url=core_url(proxy),
            proxy_auth=name,
            ssl_context=context or self._context(verify),
            max_connections=self._limit,
            network_backend=GuardedBackend(allowed, self._resolve),
        )

    def _context(self, verify: bool) -> ssl.SSLContext:
        if verify not in self._contexts:
            self._contexts[verify] = new_context(verify)
        return self._contexts[verify]


@dataclass(frozen=True)
class _Slots:
    """Which secrets a request gets, and who attaches them."""

    credential: str | None
    certificate: str | None
    sign: Signer | None


class Opened:
    """Implements `exchange.Open`."""

    def __init__(self, response: httpx2.Response, url: str, max_bytes: int) -> None:
        self._response = response
        self._max_bytes = max_bytes
        headers = response.headers.multi_items()
        self.start = Start(
            status=response.status_code,
            reason=response.reason_phrase,
            header_list=[(name.lower(), value) for name, value in headers],
            url=url,
        )

    async def chunks(self) -> AsyncIterator[bytes]:
        """See `Open.chunks`."""
        async for part in bounded(self._response, self._max_bytes):
            yield part

    async def read(self) -> Incoming:
        """See `Open.read`."""
        content = b"".join([part async for part in self.chunks()])
        return Incoming(content=content, **msgspec.structs.asdict(self.start))


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
    if url.scheme not in PORTS or not url.host or not HOST_SIGNS.issuperset(url.raw_host.lower()):
        message = f"A proxy is an http or https URL with a host, not {url.scheme or 'none'}."
        raise EgressRefused(message, hint=hint)
    port = url.port or PORTS[url.scheme]
    if not granted(grants, request.method, scheme=url.scheme, host=url.host, port=port):
        message = f"The proxy {url.scheme}://{url.host}:{port} was not granted."
        raise EgressRefused(message, hint="The package's manifest lists the hosts it may reach.")
    if has_credential and not (request.url.scheme == "https" and outgoing.verify_tls):
        message = "The proxy would see the credential of this request."
        raise EgressRefused(message, hint="Use https and let the certificate be checked.")
    return url


async def _exchange(
    pool: httpcore2.AsyncConnectionPool, request: httpx2.Request, slots: _Slots, *, own: bool
) -> httpx2.Response:
    """Send a request; once more where the target challenges what its credential can answer."""
    signed, mine = request, pool if own else None
    if slots.credential is not None:
        signable = await _ask(request, slots.credential, slots.sign)
        signed = _with_signature(request, signable, slots.credential)
    got = await pool.handle_async_request(core_request(signed))
    response = _response(got, signed, mine)
    challenge = ", ".join(response.headers.get_list("www-authenticate"))
    if response.status_code != _UNAUTHORIZED or slots.credential is None or not challenge:
        return response
    signable = await _ask(request, slots.credential, slots.sign, challenge)
    if not signable.answered:
        return response
    await got.aclose()
    signed = _with_signature(request, signable, slots.credential)
    return _response(await pool.handle_async_request(core_request(signed)), signed, mine)


async def _ask(
    request: httpx2.Request, credential: str, sign: Signer | None, challenge: str = ""
) -> Signable:
    if sign is None:
        message = f"No credential is bound to the slot {credential!r}."
        raise EgressRefused(message, hint="Choose a credential in the node.")
    url = request.url
    signable = Signable(
        method=request.method,
        scheme=url.scheme,
        host=url.host,
        port=url.port or PORTS[url.scheme],
        path=url.raw_path.decode("ascii") if challenge else url.path,
        headers=request.headers.multi_items(),
        query=url.params.multi_items(),
        body=None if STREAM in request.extensions else request.read(),
        challenge=challenge,
    )
    await sign(credential, signable)
    return signable


def _with_signature(request: httpx2.Request, signable: Signable, credential: str) -> httpx2.Request:
    url = request.url
    _check_signed(request.headers.multi_items(), signable, credential)
    if signable.query != url.params.multi_items():
        url = url.copy_with(params=httpx2.QueryParams(tuple(signable.query)))
    return httpx2.Request(
        request.method,
        url,
        headers=signable.headers,
        content=signable.body,
        extensions=request.extensions,
    )


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
