"""One client: what waits to be sent to it, and what it watches.

The rules:

* Whoever brings an event never waits for a client. One that is too slow loses what waits for it,
  and is told how much that was.
* What is sent at once is sent together: a client gets a list of messages a few times a second, not
  a message for each event.
* Where it watches a workflow and an execution of it, it gets each event once.
"""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

from penstock_web.events.messages import Told, Wish, encode
from penstock_web.events.presence import Place
from penstock_web.events.topics import Counter, Entry, Topic, Topics, widest

#: What may wait to be sent.
MOST_WAITING, MOST_BYTES = 2_000, 4 << 20
_BATCH_BYTES = 256 << 10


class Want(NamedTuple):
    """Something that a client has asked for."""

    wish: Wish
    #: The one that it is about; empty: all of the workspace.
    workflow: str
    #: What it comes to on the bus.
    patterns: Sequence[str]


class Client:
    """Somebody who watches."""

    def __init__(self, counter: Counter) -> None:
        self.name = os.urandom(8).hex()
        self.wants: dict[str, Want] = {}
        #: Workflows that it has open, and those whose presence it is shown.
        self.opened: set[Place] = set()
        self.shown: set[Place] = set()
        self._counter = counter
        self._topics: dict[str, Topic] = {}
        self._waiting: deque[bytes] = deque()
        self._bytes = 0
        self._lost = 0
        self._arrived = asyncio.Event()
        #: Nothing comes any more.
        self.has_ended = False

    def put(self, entry: Entry) -> None:
        """Take an event."""
        self._add(entry.data)

    def lost(self, count: int) -> None:
        """Hear that so many events were lost on their way here."""
        self._lost += count
        self._arrived.set()

    def tell(self, told: Told) -> None:
        """Tell something of the connection."""
        self._add(self._counter.signed(encode(told), self._counter.number))

    def show(self, place: Place, data: bytes) -> None:
        """Show who has a workflow open."""
        if place in self.shown:
            self._add(self._counter.signed(data, self._counter.number))

    async def follow(self, topics: Topics, after: str) -> bool:
        """Watch what is wanted from now on; say whether all that came after an event is there."""
        wanted = widest(pattern for want in self.wants.values() for pattern in want.patterns)
        new = [await topics.topic(one) for one in sorted(wanted) if one not in self._topics]
        # From here on nothing else happens in between: no event is missed, and none comes twice.
        missed, entries = self._since(new, after)
        for pattern in [one for one in self._topics if one not in wanted]:
            self._topics.pop(pattern).leave(self)
        for topic in new:
            self._topics[topic.pattern] = topic
            topic.watch(self)
        for entry in entries:
            self.put(entry)
        return not missed

    def leave(self) -> None:
        """Watch nothing any more."""
        for topic in self._topics.values():
            topic.leave(self)
        self._topics.clear()

    def end(self) -> None:
        """Nothing comes any more."""
        self.has_ended = True
        self._arrived.set()

    async def batch(self) -> list[bytes]:
        """What waits to be sent, as soon as something does; nothing where nothing will."""
        while not self._waiting and not self._lost and not self.has_ended:
            self._arrived.clear()
            await self._arrived.wait()
        found: list[bytes] = []
        if self._lost:
            told = Told(kind="lost", count=self._lost)
            self._lost = 0
            found.append(self._counter.signed(encode(told), self._counter.number))
        size = 0
        while self._waiting and size < _BATCH_BYTES:
            data = self._waiting.popleft()
            size += len(data)
            found.append(data)
        self._bytes -= size
        return found

    def _since(self, topics: Sequence[Topic], after: str) -> tuple[bool, list[Entry]]:
        if not after:
            return False, []
        number = self._counter.number_of(after)
        if number is None:
            return True, []
        found = [topic.after(number) for topic in topics]
        entries = [entry for some in found if some is not None for entry in some]
        return None in found, sorted(entries)

    def _add(self, data: bytes) -> None:
        if len(self._waiting) >= MOST_WAITING or self._bytes + len(data) > MOST_BYTES:
            self._lost += len(self._waiting)
            self._waiting.clear()
            self._bytes = 0
        self._waiting.append(data)
        self._bytes += len(data)
        self._arrived.set()
