"""The bus within one process."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable

from penstock_bus.contract import Message
from penstock_bus.subjects import check_message, check_pattern, matches


class MemorySubscription:
    """A bounded queue of the messages that match a pattern."""

    def __init__(self, pattern: str, limit: int) -> None:
        self.dropped = 0
        self.pattern = pattern
        self.words = pattern.split(".")
        self._messages: deque[Message] = deque()
        self._limit = limit
        self._arrived = asyncio.Event()
        self._closed = False
        self._on_close: list[Callable[[MemorySubscription], None]] = []

    def __aiter__(self) -> MemorySubscription:
        return self

    async def __anext__(self) -> Message:
        while not self._messages:
            if self._closed:
                raise StopAsyncIteration
            self._arrived.clear()
            await self._arrived.wait()
        return self._messages.popleft()

    def on_close(self, tell: Callable[[MemorySubscription], None]) -> None:
        """Have this called once, when it is closed."""
        self._on_close.append(tell)

    def close(self) -> None:
        """Receive no more; what has arrived can still be read."""
        if self._closed:
            return
        self._closed = True
        for tell in self._on_close:
            tell(self)
        self._arrived.set()

    def put(self, message: Message) -> None:
        """Take in a message, at the cost of the oldest where there is no room."""
        if self._closed:
            return
        if len(self._messages) >= self._limit:
            self._messages.popleft()
            self.dropped += 1
        self._messages.append(message)
        self._arrived.set()


class MemoryBus:
    """Delivers at once, without a copy."""

    def __init__(self) -> None:
        self._subscriptions: list[MemorySubscription] = []
        #: By the first word of their patterns: most subjects begin with one that nobody waits for.
        self._firsts: Counter[str] = Counter()

    async def publish(self, subject: str, data: bytes) -> None:
        """Send a message.

        Raises:
            BusRefused: The subject is not one, or the payload is too large.
        """
        words = check_message(subject, data)
        for subscription in self._subscriptions:
            if matches(subscription.words, words):
                subscription.put(Message(subject, data))

    async def subscribe(self, pattern: str, *, limit: int = 1_000) -> MemorySubscription:
        """Receive messages from now on.

        Raises:
            BusRefused: The pattern is not one.
        """
        check_pattern(pattern)
        subscription = MemorySubscription(pattern, limit)
        subscription.on_close(self._removed)
        self._subscriptions.append(subscription)
        self._firsts[subscription.words[0]] += 1
        return subscription

    def _removed(self, subscription: MemorySubscription) -> None:
        self._subscriptions.remove(subscription)
        self._firsts[subscription.words[0]] -= 1

    def has_listener(self, subject: str) -> bool:
        """Would anybody receive it?"""
        firsts, words = self._firsts, subject.split(".")
        if not (firsts[words[0]] or firsts["*"] or firsts[">"]):
            return False
        return any(matches(subscription.words, words) for subscription in self._subscriptions)

    async def close(self) -> None:
        """Close every subscription."""
        for subscription in list(self._subscriptions):
            subscription.close()
