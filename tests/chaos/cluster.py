"""Three NATS servers that are one cluster, each of which can be killed, stopped and cut off."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import signal
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import permutations
from pathlib import Path
from typing import Any

from penstock_bus.contract import BusUnavailable
from penstock_bus.jetstream import MAX_STREAM_BYTES, STREAM
from penstock_bus.link import Link
from penstock_bus.server import find_program
from tests.chaos.partition import Wire
from tests.chaos.soak import Process, free_ports, within

MEMBERS = 3
#: A port that is free when it is chosen may be taken when the server comes to it.
ATTEMPTS = 3
#: Nobody is there: servers find each other by what they are told, and by nothing else.
_NOWHERE = "127.0.0.1:1"
#: As the doorbells make it, but kept by each server.
_RINGS = {
    "name": STREAM,
    "subjects": ["run.*.*"],
    "retention": "workqueue",
    "storage": "file",
    "discard": "new",
    "discard_new_per_subject": True,
    "max_msgs_per_subject": 1,
    "max_bytes": MAX_STREAM_BYTES,
    "num_replicas": MEMBERS,
}


class Cluster:
    """The servers, and the wires between them."""

    def __init__(self, folder: Path) -> None:
        self.members: list[Process] = []
        self.ports: list[int] = []
        self._routes: list[int] = []
        self._token = secrets.token_urlsafe(16)
        self._folder = folder
        self._wires: dict[tuple[int, int], Wire] = {}

    def _to(self, member: int) -> Any:
        return lambda: asyncio.open_connection("127.0.0.1", self._routes[member])

    @property
    def url(self) -> str:
        """The addresses of all of them."""
        return ",".join(f"nats://{self._token}@127.0.0.1:{port}" for port in self.ports)

    @property
    def held_back(self) -> int:
        """Bytes that did not pass between them while one was cut off."""
        return sum(wire.held_back for wire in self._wires.values())

    async def kill(self, member: int) -> None:
        """Kill one; it is started again."""
        self.members[member].send(signal.SIGKILL)

    async def pause(self, member: int, seconds: float) -> None:
        """Let one stand still."""
        self.members[member].send(signal.SIGSTOP)
        await asyncio.sleep(seconds)
        self.members[member].send(signal.SIGCONT)

    async def isolate(self, member: int, seconds: float) -> None:
        """Let nothing pass between one and the others; its clients still reach it."""
        ways = [wire for pair, wire in self._wires.items() if member in pair]
        await asyncio.gather(*(wire.cut(seconds) for wire in ways))

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[Cluster]:
        """Be there until the block ends, with a place for rings on each of them."""
        for attempt in range(ATTEMPTS):
            async with AsyncExitStack() as stack:
                await self._start(stack, self._folder / f"cluster{attempt}")
                if await within(40, self._has_room):
                    yield self
                    return
        raise AssertionError("the cluster has no JetStream:\n" + self._last_words())

    async def _start(self, stack: AsyncExitStack, folder: Path) -> None:
        """Start them on other ports than before: whoever has taken one keeps it."""
        self._folder = folder
        found = free_ports(2 * MEMBERS)
        self.ports, self._routes = found[:MEMBERS], found[MEMBERS:]
        self._wires = {pair: Wire(self._to(pair[1])) for pair in permutations(range(MEMBERS), 2)}
        for wire in self._wires.values():
            await stack.enter_async_context(wire.listening())
        self.members = [self._started(member) for member in range(MEMBERS)]
        for member in self.members:
            stack.push_async_callback(member.end)

    def _last_words(self) -> str:
        logs = sorted(self._folder.glob("nats*/server.log"))
        return "\n".join(f"{log}: {log.read_text()[-2_000:]}" for log in logs)

    def _started(self, member: int) -> Process:
        place = self._folder / f"nats{member}"
        place.mkdir(parents=True)
        (place / "server.conf").write_text(json.dumps(self._settings(member, place)))
        words = (str(find_program()), "-c", str(place / "server.conf"))
        return Process(words, dict(os.environ), self._folder / f"nats{member}.log")

    def _settings(self, member: int, place: Path) -> dict[str, object]:
        others = [pair for pair in self._wires if pair[0] == member]
        return {
            "server_name": f"member{member}",
            "host": "127.0.0.1",
            "port": self.ports[member],
            "authorization": {"token": self._token},
            "jetstream": {"store_dir": str(place), "max_file_store": 512 << 20},
            "cluster": {
                "name": "chaos",
                "listen": f"127.0.0.1:{self._routes[member]}",
                "advertise": _NOWHERE,
                "no_advertise": True,
                "pool_size": -1,
                "routes": [f"nats://127.0.0.1:{self._wires[pair].port}" for pair in others],
            },
            "log_file": str(place / "server.log"),
        }

    async def _has_room(self) -> bool:
        link = Link(self.url, None, name="cluster")
        try:
            await link.open(5)
            words = json.dumps(_RINGS).encode()
            answer = await link.request(f"$JS.API.STREAM.CREATE.{STREAM}", words, timeout_s=5)
        except BusUnavailable:
            return False
        finally:
            await link.close()
        return "error" not in json.loads(answer)
