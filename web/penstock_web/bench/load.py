"""Sends requests one after the other over connections that are kept open, and times the answers."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import msgspec

#: Answers that take longer count as none.
PATIENCE_S = 60.0


class Told(msgspec.Struct):
    """What came of it."""

    seconds: float
    #: From the moment a request was due to its answer, in milliseconds, in order.
    times_ms: list[float]
    statuses: Counter[int]
    failed: int

    def at(self, percent: float) -> float:
        """The time that so many of a hundred answers kept to."""
        if not self.times_ms:
            return float("inf")
        place = round(percent / 100 * (len(self.times_ms) - 1))
        return self.times_ms[place]


class Asked(NamedTuple):
    """One request."""

    method: str
    path: str
    body: bytes = b""
    headers: Mapping[str, str] = {}


class Load:
    """Requests to one server on this machine: what the one of each number is."""

    def __init__(self, port: int, asked: Callable[[int], Asked]) -> None:
        self._port = port
        self._asked = asked

    async def run(self, connections: int, count: int, *, per_s: float = 0.0) -> Told:
        """Send so many; with a rate, each when it is due, whatever became of those before."""
        told = Told(0.0, [], Counter(), 0)
        numbers, started = iter(range(count)), time.perf_counter()
        await asyncio.gather(
            *(self._connection(numbers, started, per_s, told) for _ in range(connections))
        )
        told.seconds = time.perf_counter() - started
        told.times_ms.sort()
        return told

    async def _connection(
        self, numbers: Iterator[int], started: float, per_s: float, told: Told
    ) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        for number in numbers:
            due = started + number / per_s if per_s else time.perf_counter()
            pause_s = due - time.perf_counter()
            if pause_s > 0:
                await asyncio.sleep(pause_s)
            try:
                async with asyncio.timeout(PATIENCE_S):
                    told.statuses[await self._exchange(number, reader, writer)] += 1
                told.times_ms.append((time.perf_counter() - due) * 1e3)
            except (OSError, EOFError, TimeoutError):
                told.failed += 1
                writer.close()
                reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        writer.close()
        await writer.wait_closed()

    async def _exchange(
        self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> int:
        writer.write(self._message(self._asked(number)))
        head = await reader.readuntil(b"\r\n\r\n")
        length = 0
        for line in head.split(b"\r\n"):
            if line[:15].lower() == b"content-length:":
                length = int(line[15:])
        if length:
            await reader.readexactly(length)
        return int(head[9:12])

    def _message(self, asked: Asked) -> bytes:
        known = {
            "Host": f"127.0.0.1:{self._port}",
            "Content-Type": "application/json",
            "Content-Length": str(len(asked.body)),
            **asked.headers,
        }
        lines = [f"{asked.method} {asked.path} HTTP/1.1", *(f"{k}: {v}" for k, v in known.items())]
        return "\r\n".join([*lines, "", ""]).encode() + asked.body
