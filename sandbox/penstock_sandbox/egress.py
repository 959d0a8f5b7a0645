"""The one door for everything that goes out: HTTP and TCP of nodes, guests, hooks and alerts.

The rules, in the order they are applied to each request and again to each redirect:

* The URL is parsed once; only http and https, no user name or password in it.
* Scheme, host, port and method are checked against the grants of whoever asks.
* The host is resolved once, every address checked, and a checked address connected (`network.py`).
* Credentials are attached here, after those checks, and dropped when a redirect leaves the origin.
* Time, redirects and bytes are bounded. Proxies of the environment are ignored.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from email.message import Message
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from penstock_sandbox.addresses import Allowed
from penstock_sandbox.errors import EgressFailed
from penstock_sandbox.grants import ANY_HOST, HttpGrant

if TYPE_CHECKING:
    from penstock_sandbox.client import Client

#: Host and port to the addresses in the order to try.
Resolve = Callable[[str, int], Awaitable[list[str]]]


class Outgoing(msgspec.Struct, kw_only=True):
    """One request, before it is checked."""

    method: str
    url: str
    query: Sequence[tuple[str, str]] = ()
    headers: Sequence[tuple[str, str]] = ()
    body: bytes | None = None
    credential: str | None = None
    timeout_s: float = 30.0
    max_redirects: int = 5
    max_bytes: int = 50_000_000
    proxy: str | None = None
    verify_tls: bool = True


class Incoming(msgspec.Struct, kw_only=True):
    """A response that was read to its end."""

    status: int
    reason: str
    header_list: list[tuple[str, str]]  # names in lower case, in order
    content: bytes
    url: str

    @property
    def headers(self) -> dict[str, str]:
        """By name; the values of a repeated header joined."""
        joined: dict[str, str] = {}
        for name, value in self.header_list:
            joined[name] = f"{joined[name]}, {value}" if name in joined else value
        return joined

    def text(self) -> str:
        """The body in the charset of the response, UTF-8 where it names none."""
        described = Message()
        described["content-type"] = self.headers.get("content-type", "")
        charset = described.get_content_charset("utf-8")
        try:
            return self.content.decode(charset, errors="replace")
        except LookupError:
            return self.content.decode("utf-8", errors="replace")

    def json(self) -> Any:
        """The body as JSON.

        Raises:
            EgressFailed: It is not JSON.
        """
        try:
            return msgspec.json.decode(self.content)
        except msgspec.DecodeError as error:
            message = f"The response of {self.url} is not JSON: {error}."
            raise EgressFailed(message, retryable=False) from error


#: Adds a credential to the headers and query of a request, or refuses: name, URL, method, body.
Signer = Callable[[str, "Signable"], Awaitable[None]]


class Signable(msgspec.Struct, kw_only=True):
    """What a signer sees and changes."""

    method: str
    scheme: str
    host: str
    port: int
    path: str
    headers: list[tuple[str, str]]
    query: list[tuple[str, str]]
    body: bytes | None


class Stream(Protocol):
    """An open TCP connection."""

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes: ...  # noqa: ASYNC109
    async def write(self, buffer: bytes, timeout: float | None = None) -> None: ...  # noqa: ASYNC109
    async def aclose(self) -> None: ...


class Egress:
    """The door. One per kernel; whoever goes through says what it was granted."""

    def __init__(
        self,
        allowed: Allowed | None = None,
        *,
        proxy: str | None = None,
        resolve: Resolve | None = None,
        connections: int = 200,
    ) -> None:
        self._allowed = allowed or Allowed()
        self._proxy = proxy
        self._resolve = resolve
        self._connections = connections

    async def request(
        self,
        outgoing: Outgoing,
        *,
        grants: Sequence[HttpGrant] = ANY_HOST,
        sign: Signer | None = None,
    ) -> Incoming:
        """Send a request and read its response.

        Raises:
            EgressRefused: A rule forbids it.
            EgressFailed: It did not succeed.
        """
        return await self._client.request(outgoing, grants=grants, sign=sign)

    async def connect(
        self, host: str, port: int, *, tls: bool = False, timeout_s: float = 30.0
    ) -> Stream:
        """Open a TCP connection to a checked address.

        Raises:
            EgressRefused: The address is not allowed.
            EgressFailed: It cannot be reached.
        """
        return await self._client.connect(host, port, tls=tls, timeout_s=timeout_s)

    async def close(self) -> None:
        """Close all connections."""
        if "_client" in self.__dict__:
            await self._client.close()
            del self._client

    @cached_property
    def _client(self) -> Client:
        from penstock_sandbox import network  # noqa: PLC0415  # 60 ms that most runs never need
        from penstock_sandbox.client import Client  # noqa: PLC0415

        return Client(
            self._allowed,
            proxy=self._proxy,
            resolve=self._resolve or network.resolve,
            connections=self._connections,
        )
