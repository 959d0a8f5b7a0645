"""The contracts of a bus and of doorbells, between the parts of a process or a cluster.

What a bus promises, whichever it is:

* Subjects are words with dots between them. A subscription may put `*` for one word, and `>` at the
  end for one or more.
* A message reaches every subscription that stands when it is published, and none of them twice.
  Between processes that holds while the broker is there: what is published meanwhile is lost to the
  others and counted.
* Messages of one publisher arrive in order.
* A subscription holds a bounded number of messages. When a slow reader lets it run over, the oldest
  are dropped and counted: a bus carries hints, and the truth is in the journal.

What doorbells promise:

* A ring stays until a waiter takes it, of any process. It is taken by one, and by another one only
  where the first died or lost the broker in the act.
* Rings of a pool with the same message id count once while the first is not taken, and for two
  minutes in any case.
* Losing every ring must only cost time: who rings can tell from elsewhere that there is work left.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import ClassVar, Final, Protocol

import msgspec

from penstock_sdk import PenstockError

#: Larger payloads travel by reference.
MAX_BYTES = 64 << 10
MAX_SUBJECT_BYTES: Final = 1_000
#: For how long a ring that was taken is remembered.
REMEMBERED_S: Final = 120.0


class BusRefused(PenstockError):
    """A message or a subscription is not one: a bad subject, or too many bytes."""

    code: ClassVar[str] = "bus.refused"


class BusUnavailable(PenstockError):
    """The broker cannot be reached, or did not take what it was given."""

    code: ClassVar[str] = "bus.unavailable"


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
        """Would anybody receive it, as far as is known? A publisher may save itself the work."""
        ...

    async def close(self) -> None:
        """Close every subscription."""
        ...


class Doorbells(Protocol):
    """Wakes those who wait for work, by the name of their pool."""

    async def ring(self, pool: str, message_id: str) -> None:
        """Say that there may be work in a pool.

        Raises:
            BusUnavailable: Nobody has taken charge of the ring; it has to be rung again.
        """
        ...

    async def wait(self, pools: Sequence[str], timeout_s: float) -> bool:
        """Take a ring for one of the pools; False when none came in time, or it was closed."""
        ...

    async def close(self) -> None:
        """Let everyone go who waits."""
        ...
