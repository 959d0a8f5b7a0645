"""Doorbells between processes, kept by JetStream.

The rules:

* Rings lie in one stream, a subject for each: `run.<pool>.<id>`. A second ring of a subject is not
  taken in while the first lies there, so that a pool that nobody serves cannot fill the stream by
  being rung for again and again.
* Each pool has a durable consumer. A process that waits has one request per waiter and pool at the
  broker. What is delivered for a request whose waiter has left is handed back at once.
* The stream and the consumers may vanish at any time, as the broker is no home of facts. They are
  made again when that is noticed: by a ring that nobody took in, by a request that nobody answers,
  by a new connection.
* A stream that an operator has made is used as it is, and comes back as it was. One that several
  servers keep is never thrown away: it is silent while they choose who leads.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from penstock_bus.contract import REMEMBERED_S, BusUnavailable
from penstock_bus.link import Arrived, Link, Listening, NoResponder
from penstock_bus.subjects import word_of

log = logging.getLogger(__name__)

STREAM: Final = "PENSTOCK_RUN"
MAX_STREAM_BYTES: Final = 128 << 20
_API: Final = "$JS.API."
_ANSWER_S: Final = 2.0
_PULL_S: Final = 10.0
#: After this long without an answer the broker does not know of the request any more.
_PULL_LOST_S: Final = _PULL_S + 2.0
_AGAIN_S: Final = 0.2
#: Who took a ring and has not said so by then is dead.
_ACK_S: Final = 5.0
_NANO: Final = 1_000_000_000
_ACK: Final = b"+ACK"
_NAK: Final = b"-NAK"
#: How the server refuses a second message of a subject.
_IN_PLACE: Final = "per subject"
_EXPIRED: Final = ("404", "408")
#: A stream or consumer of that name is there with other settings: an operator's, who knows why.
_EXISTS: Final = (10058, 10148)


class _Refusal(msgspec.Struct, frozen=True):
    description: str = ""
    err_code: int = 0


class _Position(msgspec.Struct, frozen=True):
    stream_seq: int = 0


class _Stored(msgspec.Struct, frozen=True):
    last_seq: int = 0
    seq: int = 0


class _Answer(msgspec.Struct, frozen=True):
    """What is read of the server's answers, whichever it is."""

    error: _Refusal | None = None
    state: _Stored = _Stored()
    message: _Stored = _Stored()
    delivered: _Position = _Position()
    ack_floor: _Position = _Position()
    config: dict[str, Any] = {}


class _Unanswered(BusUnavailable):
    """Neither taken in nor refused."""


class _Waiter:
    def __init__(self, pools: Sequence[str]) -> None:
        self.words = frozenset(word_of(pool) for pool in pools)
        #: The subject at which the ring is acknowledged.
        self.ring: asyncio.Future[str] = asyncio.get_running_loop().create_future()


class JetStreamDoorbells:
    """Rings that any process can take."""

    def __init__(self, link: Link, *, replicas: int = 1) -> None:
        self._link = link
        #: As we make it, or as an operator has made it.
        self._stream: dict[str, Any] = {
            "name": STREAM,
            "subjects": ["run.*.*"],
            "retention": "workqueue",
            "storage": "file",
            "discard": "new",
            "discard_new_per_subject": True,
            "max_msgs_per_subject": 1,
            "max_bytes": MAX_STREAM_BYTES,
            "duplicate_window": int(REMEMBERED_S * _NANO),
            "num_replicas": replicas,
        }
        self._waiters: list[_Waiter] = []
        #: Requests that stand at the broker: number -> pool and when it is given up.
        self._pulls: dict[int, tuple[str, float]] = {}
        self._numbers = itertools.count()
        self._consumers: set[str] = set()
        self._kick = asyncio.Event()
        self._healing = asyncio.Lock()
        self._handing_back: set[asyncio.Task[None]] = set()
        self._inbox: Listening | None = None
        self._tending: asyncio.Task[None] | None = None
        self._closed = False

    async def open(self) -> None:
        """Make the stream where there is none, and begin to listen.

        Raises:
            BusUnavailable: The broker has no JetStream, or does not allow the stream.
        """
        self._inbox = await self._link.listen(f"{self._link.inbox}.p.*", self._arrived)
        self._link.when_up(self._start_anew)
        await self._make_stream()
        self._tending = asyncio.create_task(self._tend(), name="doorbells")

    async def ring(self, pool: str, message_id: str) -> None:
        """Say that there may be work in a pool.

        Raises:
            BusUnavailable: Nobody has taken charge of the ring; it has to be rung again.
        """
        if self._closed:
            raise BusUnavailable("The doorbells are closed.")
        words = f"{word_of(pool)}.{word_of(message_id)}"
        try:
            await self._store(words)
        except NoResponder:
            await self._make_stream()
            await self._store(words)
        except _Unanswered:
            await self._heal(words)

    async def wait(self, pools: Sequence[str], timeout_s: float) -> bool:
        """Take a ring for one of the pools; False when none came in time, or it was closed."""
        if self._closed:
            return False
        waiter = _Waiter(pools)
        self._waiters.append(waiter)
        self._kick.set()
        try:
            await asyncio.wait([waiter.ring], timeout=timeout_s)
        except asyncio.CancelledError:
            await self._settle(waiter, _NAK)
            raise
        finally:
            self._waiters.remove(waiter)
        return await self._settle(waiter, _ACK)

    async def close(self) -> None:
        """Let everyone go who waits; the link is left open."""
        self._closed = True
        if self._tending is not None:
            self._tending.cancel()
            await asyncio.gather(self._tending, return_exceptions=True)
            self._tending = None
        for waiter in self._waiters:
            waiter.ring.cancel()
        await asyncio.gather(*self._handing_back, return_exceptions=True)
        if self._inbox is not None:
            await self._inbox.close()
            self._inbox = None

    async def _store(self, words: str) -> None:
        headers = {"Nats-Msg-Id": words, "Nats-Expected-Stream": STREAM}
        try:
            refusal = (await self._request(f"run.{words}", b"", headers)).error
        except NoResponder:
            raise
        except BusUnavailable as error:
            raise _Unanswered(error.message, hint=error.hint) from error
        if refusal is not None and _IN_PLACE not in refusal.description:
            raise BusUnavailable(f"A ring was not taken in: {refusal.description}.")

    async def _heal(self, words: str) -> None:
        """Store a ring after all: in a new stream, where the old one is out of order.

        A stream whose files are gone or cannot be written is silent from then on, while the server
        goes on. Who finds somebody at it already has its ring refused, to be rung again.
        """
        if self._healing.locked() or not self._link.is_up:
            raise BusUnavailable("The NATS server did not take a ring in.")
        async with self._healing:
            try:
                await self._store(words)
            except _Unanswered:
                if not await self._link.round_trip(_ANSWER_S):
                    raise
            else:
                return
            if self._stream.get("num_replicas", 1) > 1:
                raise BusUnavailable("The NATS servers have not agreed yet who keeps rings.")
            log.warning("doorbell_stream_replaced")
            await self._ask(f"STREAM.DELETE.{STREAM}")
            await self._make_stream()
            await self._store(words)

    async def _settle(self, waiter: _Waiter, word: bytes) -> bool:
        if not waiter.ring.done() or waiter.ring.cancelled():
            return False
        await self._link.send(waiter.ring.result(), word)
        return True

    def _arrived(self, arrived: Arrived) -> None:
        self._kick.set()
        if arrived.status:
            self._pull_ended(int(arrived.subject.rpartition(".")[2]), arrived.status)
            return
        word = arrived.subject.split(".")[1]
        # A ring comes under its own subject, so it does not say which request it answers; the
        # broker serves them in order.
        with contextlib.suppress(StopIteration):
            del self._pulls[next(n for n, (owner, _) in self._pulls.items() if owner == word)]
        for waiter in self._waiters:
            if word in waiter.words and not waiter.ring.done():
                waiter.ring.set_result(arrived.reply)
                return
        handing = asyncio.get_running_loop().create_task(self._hand_back(arrived.reply))
        self._handing_back.add(handing)
        handing.add_done_callback(self._handing_back.discard)

    async def _hand_back(self, reply: str) -> None:
        await self._link.send(reply, _NAK)

    def _pull_ended(self, number: int, status: str) -> None:
        word, _ = self._pulls.pop(number, ("", 0.0))
        if status not in _EXPIRED:
            self._consumers.discard(word)

    def _start_anew(self) -> None:
        self._pulls.clear()
        self._consumers.clear()
        self._kick.set()

    async def _tend(self) -> None:
        """Keep as many requests standing as there are waiters."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1.0):
                    await self._kick.wait()
            self._kick.clear()
            try:
                await self._ask_for_rings()
            except BusUnavailable:
                self._kick.set()
                await asyncio.sleep(_AGAIN_S)

    async def _ask_for_rings(self) -> None:
        now = asyncio.get_running_loop().time()
        for number in [number for number, (_, until) in self._pulls.items() if until <= now]:
            self._pull_ended(number, "lost")
        waiting = [word for waiter in self._waiters for word in waiter.words]
        for word in sorted(set(waiting)):
            standing = sum(owner == word for owner, _ in self._pulls.values())
            if word not in self._consumers:
                await self._make_consumer(word)
            for _ in range(waiting.count(word) - standing):
                await self._pull(word)

    async def _pull(self, word: str) -> None:
        number = next(self._numbers)
        request = msgspec.json.encode({"batch": 1, "expires": int(_PULL_S * _NANO)})
        self._pulls[number] = (word, asyncio.get_running_loop().time() + _PULL_LOST_S)
        subject = f"{_API}CONSUMER.MSG.NEXT.{STREAM}.{word}"
        if not await self._link.send(subject, request, reply=f"{self._link.inbox}.p.{number}"):
            self._pulls.pop(number, None)
            raise BusUnavailable("There is no connection to the NATS server.")

    async def _make_stream(self) -> None:
        if not await self._make(f"STREAM.CREATE.{STREAM}", self._stream):
            # Servers that choose who leads do not answer; there is another time.
            with contextlib.suppress(BusUnavailable):
                found = await self._ask(f"STREAM.INFO.{STREAM}")
                self._stream = found.config or self._stream

    async def _make_consumer(self, word: str) -> None:
        await self._make_stream()
        subject = f"run.{word}.*"
        config = {
            "name": word,
            "durable_name": word,
            "filter_subject": subject,
            "ack_policy": "explicit",
            "ack_wait": int(_ACK_S * _NANO),
            "max_ack_pending": -1,
            "max_waiting": 4_096,
        }
        asked = {"stream_name": STREAM, "config": config}
        what = f"CONSUMER.CREATE.{STREAM}.{word}.{subject}"
        await self._make(what, asked)
        if await self._is_ahead(word):
            log.warning("doorbell_consumer_replaced", extra={"consumer": word})
            await self._ask(f"CONSUMER.DELETE.{STREAM}.{word}")
            await self._make(what, asked)
        self._consumers.add(word)

    async def _is_ahead(self, word: str) -> bool:
        """Does it pass over rings, as it has outlived the stream whose positions it knows?

        That happens where the files were deleted while the server wrote: positions are counted from
        one again, and the rings up to where it was would stay for ever.
        """
        consumer = await self._ask(f"CONSUMER.INFO.{STREAM}.{word}")
        stream = await self._ask(f"STREAM.INFO.{STREAM}")
        if consumer.delivered.stream_seq > stream.state.last_seq:
            return True
        asked = {"next_by_subj": f"run.{word}.*", "seq": 1}
        oldest = (await self._ask(f"STREAM.MSG.GET.{STREAM}", asked)).message.seq
        return 0 < oldest <= consumer.ack_floor.stream_seq

    async def _make(self, what: str, config: dict[str, Any]) -> bool:
        """Make something; False where it is there with other settings."""
        try:
            refusal = (await self._ask(what, config)).error
        except NoResponder as error:
            message = "The NATS server has no JetStream."
            raise BusUnavailable(message, hint="Enable it in the server's settings.") from error
        if refusal is not None and refusal.err_code not in _EXISTS:
            message = f"The NATS server refused what doorbells need: {refusal.description}."
            raise BusUnavailable(message, hint="Give the account JetStream with 128 MiB of files.")
        return refusal is None

    async def _ask(self, what: str, words: dict[str, Any] | None = None) -> _Answer:
        return await self._request(_API + what, msgspec.json.encode(words) if words else b"")

    async def _request(
        self, subject: str, data: bytes, headers: dict[str, str] | None = None
    ) -> _Answer:
        found = await self._link.request(subject, data, timeout_s=_ANSWER_S, headers=headers)
        try:
            return msgspec.json.decode(found, type=_Answer)
        except (msgspec.ValidationError, msgspec.DecodeError) as error:
            raise BusUnavailable("The NATS server's answer is none.") from error
