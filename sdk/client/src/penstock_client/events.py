"""Events as they happen, over a connection that may drop.

The rules:

* After a dropped connection it goes on behind the last event that arrived, as the server numbers
  them. Nothing arrives twice, and what the server still has is not missed.
* An answer without content ends it; so does a refusal that another attempt would not change.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

import httpx2
import msgspec

from penstock_client.errors import Refused, Unreachable
from penstock_client.transport import Asked, Transport, wait_s


class Event(msgspec.Struct, frozen=True):
    """Something that happened."""

    #: Where it stands among the others; to go on behind it later.
    id: str
    #: What kind of event it is.
    name: str
    data: str

    def json(self) -> Any:
        """What its data says."""
        return msgspec.json.decode(self.data)


class Events:
    """The events of a stream, for `async for`. Leaving the loop closes the connection."""

    def __init__(self, transport: Transport, asked: Asked, after: str = "") -> None:
        self._transport = transport
        self._asked = msgspec.structs.replace(asked, accept="text/event-stream")
        #: The last one that arrived.
        self.last_id = after
        self._retry_s: float | None = None

    async def __aiter__(self) -> AsyncIterator[Event]:
        failed = 0
        while True:
            more = {"last-event-id": self.last_id} if self.last_id else {}
            try:
                async with self._transport.stream(self._asked, more) as answer:
                    if answer.status_code == 204:
                        return
                    async for event in self._read(answer):
                        failed = 0
                        yield event
            except httpx2.TransportError as error:
                failed += 1
                if failed >= self._transport.attempts:
                    raise Unreachable(f"{self._asked.path}: {error!r}") from error
            except Refused as refused:
                failed += 1
                if refused.problem.status not in (429, 502, 503, 504):
                    raise
                if failed >= self._transport.attempts:
                    raise
            told = self._retry_s
            await asyncio.sleep(wait_s(failed + 1) if told is None else told)

    async def _read(self, answer: httpx2.Response) -> AsyncGenerator[Event]:
        # An event counts from its end on: the number of one that was cut off is not kept.
        number, name, data = self.last_id, "message", list[str]()
        async for line in answer.aiter_lines():
            field, _, value = line.partition(":")
            value = value.removeprefix(" ")
            match field:
                case "" if not line:
                    self.last_id = number
                    if data:
                        yield Event(number, name, "\n".join(data))
                    name, data = "message", []
                case "id":
                    number = value
                case "event":
                    name = value
                case "data":
                    data.append(value)
                case "retry" if value.isdigit():
                    self._retry_s = int(value) / 1000
                case _:
                    pass
