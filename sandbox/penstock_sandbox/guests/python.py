"""The Python guest: CPython in WebAssembly, a fresh interpreter for every call.

An interpreter is never used twice, so nothing that code does to it can be seen by other code; what
makes that affordable is an image in which everything is imported already.
"""

from __future__ import annotations

from collections.abc import Iterator

from wasmtime import Engine

from penstock_sandbox.guests.component_world import World
from penstock_sandbox.guests.engine import compiled_component, guest_path
from penstock_sandbox.guests.guest import Task


class PythonDriver:
    """Runs code nodes and packages written in Python."""

    def __init__(self, engine: Engine) -> None:
        self._world = World(engine, compiled_component(engine, guest_path("python")))

    def run(self, task: Task) -> Iterator[bytes]:
        """See `penstock_sandbox.guests.guest.Driver`.

        Raises:
            GuestAnsweredError, BudgetExceeded, GuestTrapped
        """
        yield from self._world.run(task)

    def release(self, vm: str) -> None:
        """Nothing outlives a call."""
