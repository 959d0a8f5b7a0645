"""Connect to a broker: the user's, or the bundled one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final

from penstock_bus.contract import Bus, Doorbells
from penstock_bus.jetstream import JetStreamDoorbells
from penstock_bus.link import Find, Link
from penstock_bus.nats import NatsBus
from penstock_bus.server import NatsServer

_CONNECT_S: Final = 10.0


@dataclass(frozen=True)
class Connected:
    """A bus, its doorbells, and the server where it is ours."""

    bus: Bus
    doorbells: Doorbells
    server: NatsServer | None
    links: tuple[Link, ...]
    #: What another process needs to connect to the same broker.
    url: str
    token: str | None

    async def __aenter__(self) -> Connected:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close all of it, the server last."""
        await self.doorbells.close()
        await self.bus.close()
        await _close(self.links, self.server)


async def open_bus(
    url: str | None,
    token: str | None,
    directory: Path,
    *,
    replicas: int = 1,
    find: Find | None = None,
) -> Connected:
    """Connect to the server at a URL, or start the bundled one in a directory where there is none.

    A server that may move is looked for with `find` whenever the connection was lost.

    Raises:
        BusUnavailable: Nothing answers there, or it has no JetStream.
        BusServerMissing: The bundled server is not installed.
        BusServerFailed: The bundled server did not become ready.
    """
    server: NatsServer | None = None
    if not url:
        server = NatsServer(directory)
        await server.open()
        url, token = server.url, server.token
    # Two connections, so that a flood of events does not delay a ring.
    links = (
        Link(url, token, name="penstock bus", find=find),
        Link(url, token, name="penstock doorbells", find=find),
    )
    bus, doorbells = NatsBus(links[0]), JetStreamDoorbells(links[1], replicas=replicas)
    try:
        for link in links:
            await link.open(_CONNECT_S)
        await bus.open()
        await doorbells.open()
    except BaseException:
        await doorbells.close()
        await bus.close()
        await _close(links, server)
        raise
    return Connected(bus, doorbells, server, links, url, token)


async def _close(links: tuple[Link, ...], server: NatsServer | None) -> None:
    for link in links:
        await link.close()
    if server is not None:
        await server.close()
