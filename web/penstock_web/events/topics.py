"""What is listened to on the bus, once for all clients of a process, and what came lately.

The rules:

* Every event has a number that counts through this process, and every topic keeps the latest ones.
* A client that comes back with the number of the last event that it saw gets what came since. Where
  that is not all there any more, it is told that it missed something.
* A topic that nobody watches is listened to for a while: who lost his connection comes back.
"""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, Protocol

from penstock_bus import Bus, Subscription

#: Events that a topic keeps, and for how long it is listened to when nobody watches.
KEPT, LINGER_S = 1_000, 60.0
_MOST_WAITING = 10_000


class Entry(NamedTuple):
    """An event, as it is sent."""

    number: int
    data: bytes


class Watcher(Protocol):
    """Takes events, and never waits."""

    def put(self, entry: Entry) -> None:
        """Take an event."""
        ...

    def lost(self, count: int) -> None:
        """Hear that so many were lost on their way here."""
        ...


class Counter:
    """Numbers the events of one process."""

    def __init__(self) -> None:
        #: Tells the numbers of one process from those of another.
        self.boot = os.urandom(6).hex()
        self.number = 0

    def next(self) -> int:
        """The next number."""
        self.number += 1
        return self.number

    def name(self, number: int | None = None) -> str:
        """An id of an event for clients."""
        return f"{self.boot}-{self.number if number is None else number}"

    def number_of(self, name: str) -> int | None:
        """The number that an id stands for; none: it is no id of this process."""
        boot, _, number = name.partition("-")
        if boot != self.boot or not number.isdecimal() or len(number) > len(str(self.number)):
            return None
        return int(number)

    def signed(self, data: bytes, number: int) -> bytes:
        """An event, which is an object in JSON, with its id."""
        return b'{"id":"%s",' % self.name(number).encode() + data[1:]


class Topic:
    """One pattern of the bus."""

    def __init__(self, pattern: str, counter: Counter, now: Callable[[], float]) -> None:
        self.pattern = pattern
        self.watchers: set[Watcher] = set()
        #: From here on nothing is missing.
        self.since = counter.next()
        self.idle_since = now()
        self._counter = counter
        self._now = now
        self._kept: deque[Entry] = deque(maxlen=KEPT)
        self._task: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()
        self._subscription: Subscription | None = None

    async def open(self, bus: Bus) -> None:
        """Listen from now on; whoever comes meanwhile waits for the same."""
        if self._subscription is not None or self._task is not None:
            await self._ready.wait()
            return
        self._task = asyncio.create_task(self._listen(bus), name=f"events of {self.pattern}")
        await self._ready.wait()

    def watch(self, watcher: Watcher) -> None:
        """Let somebody have what comes from now on."""
        self.watchers.add(watcher)

    def leave(self, watcher: Watcher) -> None:
        """Let somebody have no more."""
        self.watchers.discard(watcher)
        self.idle_since = self._now()

    def after(self, number: int) -> Sequence[Entry] | None:
        """What came after an event; none: not all of it is there any more."""
        if number < self.since:
            return None
        return [entry for entry in self._kept if entry.number > number]

    async def close(self) -> None:
        """Listen no more."""
        if self._subscription is not None:
            self._subscription.close()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _listen(self, bus: Bus) -> None:
        try:
            subscription = await bus.subscribe(self.pattern, limit=_MOST_WAITING)
        finally:
            self._ready.set()
        self._subscription, dropped = subscription, 0
        async for message in subscription:
            if subscription.dropped > dropped:
                self._lose(subscription.dropped - dropped)
                dropped = subscription.dropped
            self._take(message.data)

    def _take(self, data: bytes) -> None:
        number = self._counter.next()
        entry = Entry(number, self._counter.signed(data, number))
        if len(self._kept) == KEPT:
            self.since = self._kept[0].number
        self._kept.append(entry)
        for watcher in self.watchers:
            watcher.put(entry)

    def _lose(self, count: int) -> None:
        self._kept.clear()
        self.since = self._counter.next()
        for watcher in self.watchers:
            watcher.lost(count)


class Topics:
    """Those of one process."""

    def __init__(self, bus: Bus, now: Callable[[], float]) -> None:
        self.counter = Counter()
        self._bus = bus
        self._now = now
        self._open: dict[str, Topic] = {}

    async def topic(self, pattern: str) -> Topic:
        """What is listened to from now on at the latest."""
        topic = self._open.get(pattern)
        if topic is None:
            topic = self._open[pattern] = Topic(pattern, self.counter, self._now)
        await topic.open(self._bus)
        return topic

    async def close_idle(self, linger_s: float = LINGER_S) -> None:
        """Listen no more to what nobody has watched for a while."""
        until = self._now() - linger_s
        idle = [one for one in self._open.values() if not one.watchers and one.idle_since <= until]
        for topic in idle:
            if not topic.watchers:
                self._open.pop(topic.pattern, None)
                await topic.close()

    async def close(self) -> None:
        """Listen to nothing any more."""
        for topic in list(self._open.values()):
            await topic.close()
        self._open.clear()


def covers(wide: str, narrow: str) -> bool:
    """Does one pattern stand for everything that another one does, and more?"""
    if wide == narrow:
        return False
    pairs = zip(wide.split("."), narrow.split("."), strict=False)
    same_length = wide.count(".") == narrow.count(".")
    return same_length and all(one in ("*", other) for one, other in pairs)


def widest(patterns: Iterable[str]) -> set[str]:
    """Those patterns that no other one stands for."""
    known = set(patterns)
    return {one for one in known if not any(covers(other, one) for other in known)}
