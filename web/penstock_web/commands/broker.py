"""The broker of a process: the operator's cluster, the one we start, or the one of the server here.

The rules:

* `serve` starts a broker beside itself where no cluster is named, and leaves its address in the
  data directory, for its owner to read only, so that workers on the same machine find it. A second
  server of the same data directory uses that one too: what a broker keeps belongs to one alone.
* A process that finds no broker works without: it looks into the database. It says so once.
"""

from __future__ import annotations

import asyncio
import fcntl
import logging
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import msgspec

from penstock_bus.opening import Connected, open_bus
from penstock_kernel.settings import Settings
from penstock_kernel.store.state import private_folder, replace_file
from penstock_sdk import PenstockError

log = logging.getLogger(__name__)


class Address(msgspec.Struct, frozen=True):
    """Where the broker of a server is."""

    url: str
    token: str | None


@asynccontextmanager
async def broker(settings: Settings, *, starts: bool) -> AsyncGenerator[Connected | None]:
    """The broker, until the block ends; none where the settings or the circumstances say so."""
    with _place(settings, starts=starts) as is_ours:
        connected = await _connect(settings, starts=is_ours)
        if connected is None:
            yield None
            return
        left = _leave(settings, connected) if connected.server is not None else None
        try:
            yield connected
        finally:
            if left is not None:
                left.unlink(missing_ok=True)
            await connected.close()


@contextmanager
def _place(settings: Settings, *, starts: bool) -> Generator[bool]:
    """The right to start a broker in the data directory, if nobody else has it."""
    if not starts or settings.dispatch == "db" or settings.nats_url:
        yield False
        return
    private_folder(settings.data_dir)
    with (settings.data_dir / "nats.lock").open("wb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


async def _connect(settings: Settings, *, starts: bool) -> Connected | None:
    if settings.dispatch == "db":
        return None
    if settings.nats_url:
        return await open_bus(settings.nats_url, None, settings.data_dir)
    if starts:
        return await open_bus(None, None, settings.data_dir / "nats")
    return await _of_the_server_here(settings)


async def _of_the_server_here(settings: Settings) -> Connected | None:
    def find() -> tuple[str, str | None] | None:
        """Each start of the server has another address."""
        try:
            address = msgspec.json.decode(_file(settings).read_bytes(), type=Address)
        except (OSError, msgspec.DecodeError):
            return None
        return address.url, address.token

    found = await asyncio.to_thread(find)
    try:
        if found is not None:
            return await open_bus(*found, settings.data_dir, find=find)
        why = "there is none in the data directory"
    except PenstockError as error:
        why = error.message
    log.warning("no_broker: working by looking into the database (%s)", why)
    return None


def _leave(settings: Settings, connected: Connected) -> Path:
    private_folder(settings.data_dir)
    path = _file(settings)
    replace_file(path, msgspec.json.encode(Address(connected.url, connected.token)))
    return path


def _file(settings: Settings) -> Path:
    return settings.data_dir / "nats.json"
