"""The contract of a bus: messages by subject, between the parts of a process or a cluster.

The promises, for every implementation:

* Subjects are words with dots between them. A subscription may put `*` for one word, and `>` at the
  end for one or more.
* A message reaches every subscription that stands when it is published, and none of them twice.
* Messages of one publisher arrive in order.
* A subscription holds a bounded number of messages. When a slow reader lets it run over, the oldest
  are dropped and counted: a bus carries hints, and the truth is in the journal.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import ClassVar, Protocol

import msgspec

from penstock_sdk import PenstockError

#: Larger payloads travel by reference.
MAX_BYTES = 64 << 10


class BusRefused(PenstockError):
    """A message or a subscription is not one: a bad subject, or too many bytes."""

    code: ClassVar[str] = "bus.refused"


class Message(msgspec.Struct, frozen=True):
    """What arrived."""

    subject: str
    data: bytes


class Subscription(Protocol):
    """Messages as they arrive, until it is closed."""

    #: Messages that were lost because nobody took them in time.
    dropped: int

    def __aiter__(self) -> AsyncIterator[Message]: ...
    async def __anext__(self) -> Message: ...
    def close(self) -> None:
        """Receive no more; a reader that waits is let go."""
        ...


class Bus(Protocol):
    """Carries messages."""

    async def publish(self, subject: str, data: bytes) -> None:
        """Send a message.

        Raises:
            BusRefused: The subject is not one, or the payload is too large.
        """
        ...

    async def subscribe(self, pattern: str, *, limit: int = 1_000) -> Subscription:
        """Receive messages from now on.

        Raises:
            BusRefused: The pattern is not one.
        """
        ...

    def has_listener(self, subject: str) -> bool:
        """Would anybody here receive it? A publisher may save itself the work."""
        ...

    async def close(self) -> None:
        """Close every subscription."""
        ...
