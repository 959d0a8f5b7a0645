"""The bus within one process."""

from __future__ import annotations

import asyncio
from collections import deque

from penstock_bus.contract import MAX_BYTES, BusRefused, Message


class MemorySubscription:
    """A bounded queue of the messages that match a pattern."""

    def __init__(self, bus: MemoryBus, pattern: str, limit: int) -> None:
        self.dropped = 0
        self.words = pattern.split(".")
        self._bus = bus
        self._messages: deque[Message] = deque()
        self._limit = limit
        self._arrived = asyncio.Event()
        self._closed = False

    def __aiter__(self) -> MemorySubscription:
        return self

    async def __anext__(self) -> Message:
        while not self._messages:
            if self._closed:
                raise StopAsyncIteration
            self._arrived.clear()
            await self._arrived.wait()
        return self._messages.popleft()

    def close(self) -> None:
        """Receive no more; what has arrived can still be read."""
        self._closed = True
        self._bus.forget(self)
        self._arrived.set()

    def put(self, message: Message) -> None:
        """Take in a message, at the cost of the oldest where there is no room."""
        if len(self._messages) >= self._limit:
            self._messages.popleft()
            self.dropped += 1
        self._messages.append(message)
        self._arrived.set()


class MemoryBus:
    """Delivers at once, without a copy."""

    def __init__(self) -> None:
        self._subscriptions: list[MemorySubscription] = []

    async def publish(self, subject: str, data: bytes) -> None:
        """Send a message.

        Raises:
            BusRefused: The subject is not one, or the payload is too large.
        """
        words = _words(subject)
        if "*" in words or ">" in words:
            message = f"{subject!r} is a pattern; a message needs a subject."
            raise BusRefused(message, hint="Leave out the wildcards.")
        if len(data) > MAX_BYTES:
            message = f"A message of {len(data):,} bytes does not travel on the bus."
            raise BusRefused(
                message, hint=f"Keep it elsewhere and send a reference: {MAX_BYTES:,}."
            )
        for subscription in self._subscriptions:
            if _matches(subscription.words, words):
                subscription.put(Message(subject, data))

    async def subscribe(self, pattern: str, *, limit: int = 1_000) -> MemorySubscription:
        """Receive messages from now on.

        Raises:
            BusRefused: The pattern is not one.
        """
        words = _words(pattern)
        if ">" in words[:-1]:
            message = f"In {pattern!r} the wildcard `>` is not at the end."
            raise BusRefused(message, hint="Use `*` for one word.")
        subscription = MemorySubscription(self, pattern, limit)
        self._subscriptions.append(subscription)
        return subscription

    def has_listener(self, subject: str) -> bool:
        """Would anybody receive it?"""
        if not self._subscriptions:
            return False
        words = subject.split(".")
        return any(_matches(subscription.words, words) for subscription in self._subscriptions)

    def forget(self, subscription: MemorySubscription) -> None:
        """Stop delivering to a subscription."""
        if subscription in self._subscriptions:
            self._subscriptions.remove(subscription)

    async def close(self) -> None:
        """Close every subscription."""
        for subscription in list(self._subscriptions):
            subscription.close()


def _words(subject: str) -> list[str]:
    words = subject.split(".")
    if not all(words) or any(word.split() != [word] for word in words):
        message = f"{subject!r} is no subject."
        raise BusRefused(message, hint="Write words with dots between them, without spaces.")
    return words


def _matches(pattern: list[str], words: list[str]) -> bool:
    if pattern[-1] == ">":
        head = pattern[:-1]
        return len(words) > len(head) and _matches_each(head, words)
    return len(pattern) == len(words) and _matches_each(pattern, words)


def _matches_each(pattern: list[str], words: list[str]) -> bool:
    return all(part in ("*", word) for part, word in zip(pattern, words, strict=False))
