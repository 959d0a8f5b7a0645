"""Carrying messages and rings: the contracts, and what serves them within one process.

What needs a broker is in `opening`, so that who needs none does not load it.
"""

from penstock_bus.contract import (
    Bus,
    BusRefused,
    BusUnavailable,
    Doorbells,
    Message,
    Subscription,
)
from penstock_bus.doorbells import MemoryDoorbells
from penstock_bus.memory import MemoryBus

__all__ = [
    "Bus",
    "BusRefused",
    "BusUnavailable",
    "Doorbells",
    "MemoryBus",
    "MemoryDoorbells",
    "Message",
    "Subscription",
]
