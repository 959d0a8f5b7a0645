"""The one door for everything that goes out: HTTP and TCP of nodes, guests, hooks and alerts.

The rules, in the order they are applied to each request and again to each redirect:

* The URL is parsed once; only http and https, no user name or password in it.
* Scheme, host, port and method are checked against the grants of whoever asks.
* The host is resolved once, every address checked, and a checked address connected (`network.py`).
* Credentials are attached here, after those checks, and dropped when a redirect leaves the origin.
* Time, redirects and bytes are bounded. Proxies of the environment are ignored.
"""

from __future__ import annotations

import socket
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from penstock_sandbox.egress.addresses import Allowed
from penstock_sandbox.egress.exchange import Incoming, Open, Outgoing, Resolve, Signer, Stream
from penstock_sandbox.egress.grants import ANY_HOST, HttpGrant

if TYPE_CHECKING:
    from penstock_sandbox.egress.client import Client


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

    @asynccontextmanager
    async def open(
        self,
        outgoing: Outgoing,
        *,
        grants: Sequence[HttpGrant] = ANY_HOST,
        sign: Signer | None = None,
    ) -> AsyncGenerator[Open]:
        """Send a request and hand out its response with the body still to come.

        Raises:
            EgressRefused: A rule forbids it.
            EgressFailed: It did not succeed.
        """
        async with self._client.open(outgoing, grants=grants, sign=sign) as response:
            yield response

    async def open_socket(self, host: str, port: int, *, timeout_s: float = 30.0) -> socket.socket:
        """A connected socket, for libraries that speak other protocols than HTTP.

        The name is resolved once, every address checked, and a checked address connected.

        Raises:
            EgressRefused: The address is not allowed.
            EgressFailed: It cannot be reached.
        """
        return await self._client.open_socket(host, port, timeout_s=timeout_s)

    async def addresses(self, host: str, port: int) -> list[str]:
        """The addresses of a host, all of them checked, for libraries that connect by themselves.

        Raises:
            EgressRefused: One of them is not allowed.
            EgressFailed: There is none.
        """
        return await self._client.addresses(host, port)

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
        from penstock_sandbox.egress import network  # noqa: PLC0415  # 60 ms that most runs never need
        from penstock_sandbox.egress.client import Client  # noqa: PLC0415

        return Client(
            self._allowed,
            proxy=self._proxy,
            resolve=self._resolve or network.resolve,
            connections=self._connections,
        )
