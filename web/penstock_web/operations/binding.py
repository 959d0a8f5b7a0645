"""Where a server may listen.

The rule: a server that nobody owns yet listens on a loopback address only, because whoever comes
first would own it. An operator who keeps others away by other means may say so.
"""

from __future__ import annotations

import errno
import socket
from ipaddress import ip_address

from penstock_kernel.settings import Settings
from penstock_kernel.store.sql import users
from penstock_kernel.store.sql.database import Database
from penstock_web.errors import CommandRefused


def is_loopback(address: str) -> bool:
    """Does an address lead to this machine only?"""
    try:
        return ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return address == "localhost"


def listening(address: str, port: int, option: str = "--port") -> socket.socket:
    """The port, ours from now on; 0 is any that is free. Hints name the option that sets it.

    Raises:
        CommandRefused: Somebody else has it, or there is no such address here.
    """
    host = address.strip("[]")
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        message = f"The port {port} of {address} cannot be used: {error.strerror or error}."
        raise CommandRefused(message, hint=_hint(error.errno, option)) from error
    return listener


def _hint(why: int | None, option: str) -> str:
    if why == errno.EADDRINUSE:
        return f"End what uses it, or choose another one, as with {option} 5690."
    if why in (errno.EACCES, errno.EPERM):
        return f"Choose one above 1023, as with {option} 5690."
    return "The setting `bind` has to be an address of this machine, as 127.0.0.1."


async def refuse_unowned(db: Database, settings: Settings) -> None:
    """Refuse to be reached from outside before somebody owns the server.

    Raises:
        CommandRefused: Nobody does, and nobody said that this is meant.
    """
    if is_loopback(settings.bind) or settings.open_setup:
        return
    if not await db.read(users.system_anybody):
        message = f"Nobody owns this server yet, so it does not listen at {settings.bind}."
        hint = (
            "Start it once with PENSTOCK_BIND=127.0.0.1 and follow the link that it prints; or set "
            "PENSTOCK_OPEN_SETUP=true where nobody else can reach it."
        )
        raise CommandRefused(message, hint=hint)
