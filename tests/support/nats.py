"""Real NATS servers for tests, and waiting for what they bring about."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable

from penstock_bus.jetstream import JetStreamDoorbells
from penstock_bus.link import Link
from penstock_bus.nats import NatsBus
from penstock_bus.server import NatsServer


async def until(condition: Callable[[], bool], *, within_s: float = 20.0) -> None:
    """Wait for a condition."""
    async with asyncio.timeout(within_s):
        while True:
            if condition():
                return
            await asyncio.sleep(0.01)


@contextlib.asynccontextmanager
async def linked(server: NatsServer) -> AsyncGenerator[Link]:
    """One connection to a server."""
    link = Link(server.url, server.token)
    await link.open(10)
    try:
        yield link
    finally:
        await link.close()


@contextlib.asynccontextmanager
async def joined(
    server: NatsServer, now: Callable[[], float] | None = None
) -> AsyncGenerator[NatsBus]:
    """A bus with a connection of its own, as another process has."""
    async with linked(server) as link:
        bus = NatsBus(link, now=now) if now else NatsBus(link)
        await bus.open()
        try:
            yield bus
        finally:
            await bus.close()


@contextlib.asynccontextmanager
async def belled(server: NatsServer) -> AsyncGenerator[JetStreamDoorbells]:
    """Doorbells with a connection of their own, as another process has."""
    async with linked(server) as link:
        doorbells = JetStreamDoorbells(link)
        await doorbells.open()
        try:
            yield doorbells
        finally:
            await doorbells.close()
