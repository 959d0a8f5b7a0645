"""Tells the service manager that the process is ready, that it still turns, and that it ends.

The rules:

* It is told where the environment names a socket (`NOTIFY_SOCKET`), and to nobody else.
* The watchdog is told from the loop that everything else runs in: a loop that hangs is restarted.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager


@asynccontextmanager
async def notifying(environment: Mapping[str, str]) -> AsyncGenerator[None]:
    """Be ready until the block ends."""
    address = environment.get("NOTIFY_SOCKET", "")
    if not address:
        yield
        return
    _tell(address, "READY=1")
    interval_us = environment.get("WATCHDOG_USEC", "")
    turning: asyncio.Task[None] | None = None
    if interval_us.isdigit() and int(interval_us):
        turning = asyncio.create_task(_turns(address, int(interval_us) / 1e6 / 3))
    try:
        yield
    finally:
        if turning is not None:
            turning.cancel()
        _tell(address, "STOPPING=1")


async def _turns(address: str, every_s: float) -> None:
    while True:
        _tell(address, "WATCHDOG=1")
        await asyncio.sleep(every_s)


def _tell(address: str, message: str) -> None:
    # A name that begins with @ is no file.
    place = f"\0{address[1:]}" if address.startswith("@") else address
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as said:
        try:
            said.sendto(message.encode(), place)
        except OSError:
            return  # nobody listens any more; that is no reason not to work
