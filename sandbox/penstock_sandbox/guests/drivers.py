"""The guests that this installation has, each behind its driver."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import wasmtime

from penstock_sandbox.contract import Guest
from penstock_sandbox.errors import GuestRefused
from penstock_sandbox.guests.component import ComponentDriver
from penstock_sandbox.guests.guest import Driver
from penstock_sandbox.guests.javascript import JavaScriptDriver
from penstock_sandbox.guests.python import PythonDriver

#: A guest that cannot be had here stands with the reason, told to whoever calls it.
Drivers = dict[Guest, Driver | GuestRefused]


def load_drivers(engine: wasmtime.Engine) -> Drivers:
    """Load the compiled code of every guest."""
    return {guest: load_driver(guest, engine) for guest in _LOADERS}


def driver_of(drivers: Drivers, guest: Guest) -> Driver:
    """Return the driver of a guest.

    Raises:
        GuestRefused: It is not built here.
    """
    driver = drivers[guest]
    if isinstance(driver, GuestRefused):
        raise GuestRefused(driver.message, hint=driver.hint)
    return driver


def load_driver(guest: Guest, engine: wasmtime.Engine) -> Driver | GuestRefused:
    """Load the compiled code of one guest."""
    try:
        return _LOADERS[guest](engine)
    except GuestRefused as refused:
        return refused


def _expression(engine: wasmtime.Engine) -> Driver:
    return JavaScriptDriver(engine, kind="expression")


def _javascript(engine: wasmtime.Engine) -> Driver:
    return JavaScriptDriver(engine, kind="javascript")


_LOADERS: Final[dict[Guest, Callable[[wasmtime.Engine], Driver]]] = {
    "expression": _expression,
    "javascript": _javascript,
    "python": PythonDriver,
    "component": ComponentDriver,
}
