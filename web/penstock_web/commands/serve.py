"""`penstock serve` and `penstock worker`: a process that accepts and runs executions until told."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import hypercorn.asyncio
import msgspec
from hypercorn.config import Config

from penstock_kernel.kernel import Kernel
from penstock_kernel.settings import Settings, load_settings
from penstock_kernel.work.serving import Role
from penstock_web import exit_codes
from penstock_web.commands.broker import broker
from penstock_web.commands.terminal import print_text
from penstock_web.errors import CommandRefused
from penstock_web.health import Health

HOST = "127.0.0.1"


class Asked(msgspec.Struct, kw_only=True):
    """What the command line asks for."""

    role: Role
    port: int
    pools: Sequence[str]
    concurrency: int
    packages: Sequence[Path]
    patience_s: float


def run_server(asked: Asked) -> int:
    """Serve until SIGTERM or Ctrl+C, then end in order."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    loaded = load_settings()
    for warning in loaded.warnings:
        logging.getLogger(__name__).warning("%s", warning)
    settings = msgspec.structs.replace(
        loaded.settings, database=loaded.settings.store_url, tune_gc=True
    )
    asyncio.run(_serve(asked, settings, _listening(asked.port)))
    return exit_codes.OK


def _listening(port: int) -> socket.socket:
    """The port, ours from now on; 0 is any that is free.

    Raises:
        CommandRefused: Somebody else has it.
    """
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        listener.close()
        message = f"The port {port} of {HOST} cannot be used: {error.strerror}."
        hint = "End what uses it, or choose another one, as with --port 5690."
        raise CommandRefused(message, hint=hint) from error
    return listener


async def _serve(asked: Asked, settings: Settings, listener: socket.socket) -> None:
    health, stop = Health(asked.role), _stop_signal()
    port = listener.getsockname()[1]
    # What answers closes it in the end.
    answering = asyncio.create_task(_answer(health, listener.detach(), stop))
    try:
        async with _working(asked, settings, health):
            print_text(_greeting(asked, settings, port))
            await asyncio.wait(
                {answering, asyncio.create_task(stop.wait())},
                return_when=asyncio.FIRST_COMPLETED,
            )
            health.is_ending = True
    finally:
        stop.set()
        await answering


@asynccontextmanager
async def _working(asked: Asked, settings: Settings, health: Health) -> AsyncGenerator[None]:
    async with (
        broker(settings, starts=asked.role == "all") as connected,
        Kernel.open(
            settings,
            packages=asked.packages,
            bus=None if connected is None else connected.bus,
        ) as kernel,
        kernel.serve(
            role=asked.role,
            pools=asked.pools,
            concurrency=asked.concurrency,
            bells=None if connected is None else connected.doorbells,
            patience_s=asked.patience_s,
        ),
    ):
        health.db, health.has_started = kernel.db, True
        yield


def _greeting(asked: Asked, settings: Settings, port: int) -> str:
    database = "PostgreSQL" if settings.database.startswith("postgresql") else "SQLite"
    return (
        f"penstock {asked.role} · {database} · data in {settings.data_dir} · "
        f"http://{HOST}:{port}/healthz/ready"
    )


async def _answer(health: Health, listener: int, stop: asyncio.Event) -> None:
    config = Config()
    config.bind = [f"fd://{listener}"]
    config.graceful_timeout = 1
    config.accesslog = None
    config.errorlog = None
    # Its types name each kind of message; an ASGI app has one for all of them.
    app, trigger = cast("Any", health), cast("Any", stop.wait)
    answering: Any = cast("Any", hypercorn.asyncio).serve(app, config, shutdown_trigger=trigger)
    await answering


def _stop_signal() -> asyncio.Event:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    return stop
