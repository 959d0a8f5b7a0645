"""The network backend under every outgoing connection: resolve, check, connect to what was checked.

Tried and dropped: checking the URL before handing it to the client. The client resolves the name a
second time, and a name server with a lifetime of zero gives it another answer.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterable
from typing import Any, cast

import httpcore2

from penstock_sandbox.egress.addresses import Allowed, refusal
from penstock_sandbox.egress.exchange import Resolve
from penstock_sandbox.errors import EgressFailed, EgressRefused

REFUSED_HINT = (
    "Nodes reach public addresses only. If this target is meant, the operator can allow it: "
    "PENSTOCK_EGRESS_ALLOW=<network or host>."
)


async def resolve(host: str, port: int) -> list[str]:
    """Ask the system for all addresses of a host."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        message = f"The host {host!r} was not found."
        raise EgressFailed(message, hint="Check the spelling of the host name.") from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class GuardedBackend(httpcore2.AsyncNetworkBackend):
    """Connects only to addresses that were looked at."""

    def __init__(self, allowed: Allowed, resolve: Resolve = resolve) -> None:
        self._allowed = allowed
        self._resolve = resolve
        self._inner = cast("httpcore2.AsyncNetworkBackend", httpcore2.AnyIOBackend())

    async def addresses(self, host: str, port: int) -> list[str]:
        """The addresses of a host, all of them allowed.

        Raises:
            EgressRefused: One of them is not: a name that mixes the two is a trap.
            EgressFailed: There is none.
        """
        found = await self._resolve(host, port)
        if not self._allowed.host(host):
            for address in found:
                if (why := refusal(address, self._allowed)) is not None:
                    message = f"The connection to {host} was refused: {why}."
                    raise EgressRefused(message, hint=REFUSED_HINT)
        return found

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  # the base class's signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        last: Exception | None = None
        for address in await self.addresses(host, port):
            try:
                return await self._inner.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                last = error
        raise last or httpcore2.ConnectError(f"{host} has no address")

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109  # the base class's signature
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        message = "Connections to unix sockets are not for nodes."
        raise EgressRefused(message)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
