"""Carrying messages between the parts: the contract, and the bus within one process."""

from penstock_bus.contract import Bus, BusRefused, Message, Subscription
from penstock_bus.memory import MemoryBus

__all__ = ["Bus", "BusRefused", "MemoryBus", "Message", "Subscription"]
