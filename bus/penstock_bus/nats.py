"""The bus between processes, over core NATS: nothing is stored.

The rules:

* Subscribers in this process get a message directly, and with the broker away too; the broker
  carries it to the others and never back.
* Publishing never fails because the broker is away: what it did not get is counted in `dropped`.
* When `subscribe` returns the broker knows, so that what others publish after that arrives.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Coroutine
from typing import Any, Final

from penstock_bus.contract import Message
from penstock_bus.interests import REPEAT_S, Interests, notice_of, notices, question
from penstock_bus.link import Arrived, Link, Listening
from penstock_bus.memory import MemoryBus, MemorySubscription

PREFIX: Final = "penstock.bus."
INTEREST: Final = "penstock.interest"
_ROUND_TRIP_S: Final = 2.0


class NatsBus:
    """Messages for this process and for all others at the same broker."""

    def __init__(self, link: Link, *, now: Callable[[], float] = time.monotonic) -> None:
        #: Messages that the broker did not get.
        self.dropped = 0
        self._link = link
        self._sender = secrets.token_hex(8)
        self._here = MemoryBus()
        self._elsewhere = Interests(now)
        self._subscriptions: dict[str, list[MemorySubscription]] = {}
        self._listenings: dict[str, Listening] = {}
        #: What is listened to and what is told of it change together.
        self._changing = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._repeating: asyncio.Task[None] | None = None
        self._interest: Listening | None = None

    async def open(self) -> None:
        """Take part: hear what others listen to."""
        self._interest = await self._link.listen(INTEREST, self._hear)
        self._link.when_up(self._introduce)
        await self.round_trip()
        self._introduce()
        self._repeating = asyncio.create_task(self._repeat(), name="bus interests")

    async def publish(self, subject: str, data: bytes) -> None:
        """Send a message.

        Raises:
            BusRefused: The subject is not one, or the payload is too large.
        """
        await self._here.publish(subject, data)
        if not await self._link.send(PREFIX + subject, data):
            self.dropped += 1

    async def subscribe(self, pattern: str, *, limit: int = 1_000) -> MemorySubscription:
        """Receive messages from now on.

        Raises:
            BusRefused: The pattern is not one.
        """
        subscription = await self._here.subscribe(pattern, limit=limit)
        subscription.on_close(self._withdraw)
        self._subscriptions.setdefault(pattern, []).append(subscription)
        try:
            await self._announce(pattern)
        except BaseException:
            subscription.close()
            raise
        return subscription

    def has_listener(self, subject: str) -> bool:
        """Would anybody receive it, as far as is known?"""
        return self._here.has_listener(subject) or self._elsewhere.has(subject)

    async def round_trip(self) -> None:
        """Wait until the broker has carried all that was published here, while it is there."""
        await self._link.round_trip(_ROUND_TRIP_S)

    async def close(self) -> None:
        """Close every subscription; the link is left open."""
        if self._repeating is not None:
            self._repeating.cancel()
            self._repeating = None
        await self._here.close()
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._interest is not None:
            await self._interest.close()
            self._interest = None
            await self.round_trip()

    async def _announce(self, pattern: str) -> None:
        async with self._changing:
            if pattern not in self._listenings:
                self._listenings[pattern] = await self._listen(pattern)
            await self._tell("want", pattern)
        await self.round_trip()

    async def _listen(self, pattern: str) -> Listening:
        def deliver(arrived: Arrived) -> None:
            message = Message(arrived.subject.removeprefix(PREFIX), arrived.data)
            for subscription in self._subscriptions.get(pattern, ()):
                subscription.put(message)

        return await self._link.listen(PREFIX + pattern, deliver)

    def _withdraw(self, subscription: MemorySubscription) -> None:
        pattern = subscription.pattern
        standing = self._subscriptions[pattern]
        standing.remove(subscription)
        if not standing:
            del self._subscriptions[pattern]
            self._start(self._stop_listening(pattern))

    async def _stop_listening(self, pattern: str) -> None:
        async with self._changing:
            if pattern in self._subscriptions:
                return  # somebody came before we got here
            listening = self._listenings.pop(pattern, None)
            if listening is not None:
                await listening.close()
                await self._tell("drop", pattern)

    def _introduce(self) -> None:
        self._start(self._ask_and_tell())

    async def _ask_and_tell(self) -> None:
        await self._link.send(INTEREST, question(self._sender))
        await self._tell("want", *self._subscriptions)

    async def _tell(self, kind: Any, *patterns: str) -> None:
        for notice in notices(kind, self._sender, patterns):
            await self._link.send(INTEREST, notice)

    def _hear(self, arrived: Arrived) -> None:
        notice = notice_of(arrived.data)
        if notice is None or notice.sender == self._sender:
            return
        if notice.kind == "ask":
            self._start(self._tell("want", *self._subscriptions))
        else:
            self._elsewhere.hear(notice)

    async def _repeat(self) -> None:
        while True:
            await asyncio.sleep(REPEAT_S)
            self._elsewhere.expire()
            await self._tell("want", *self._subscriptions)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
