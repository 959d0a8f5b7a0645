"""What runs inside a runner (or in-process): one guest language behind one small contract.

A driver never decodes bodies in Python. It is given bytes, drives WebAssembly, and yields bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import msgspec

from penstock_sandbox.contract import Budget, Spent


class GuestAnsweredError(Exception):
    """The guest caught its own exception and answered with it; `body` is its JSON."""

    def __init__(self, body: bytes) -> None:
        super().__init__(body)
        self.body = body


class Channel(Protocol):
    """How a running guest reaches its host; blocking, as the runner has one thread."""

    def host(self, requests: bytes) -> bytes:
        """Send a JSON list of requests, wait for the JSON list of answers."""
        ...

    def note(self, kind: str, body: bytes) -> None:
        """Send a one-way note; never waits."""
        ...


class Task(msgspec.Struct, kw_only=True):
    """One call, as the driver sees it."""

    header: bytes
    chunks: Iterator[bytes]
    budget: Budget
    #: None: no host functions.
    channel: Channel | None = None
    #: expression: which VM; see `Call.vm`.
    vm: str = ""
    #: component: serialized native code made by our own compiler, or empty.
    component: bytes = b""
    spent: Spent


class Driver(Protocol):
    """Runs tasks of one guest language."""

    def run(self, task: Task) -> Iterator[bytes]:
        """Yield the answer's chunks; `task.spent` (fuel, memory) is filled in on the way.

        Raises:
            GuestAnsweredError: The guest's own error, as data.
            BudgetExceeded: Fuel or memory ran out (also `wall` where epochs tick).
            GuestTrapped: Anything else that WebAssembly stopped.
        """
        ...

    def release(self, vm: str) -> None:
        """Drop the VM of an execution, if there is one."""
        ...
