"""A connection to a NATS server that is made anew whenever it is lost.

The rules:

* It never gives up. While it is down, what is sent is refused at once, so that nobody waits.
* A connection that was lost is thrown away whole and a new one listens to the same subjects. The
  client's own way of reconnecting ends for good on some errors, and sends late what it had kept.
* Who knows that the server may move says how to find it: it is asked before each new connection.
* A request that is under way when the connection is lost fails then, not at its time-out.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import secrets
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription as NatsListening

from penstock_bus.contract import BusUnavailable

log = logging.getLogger(__name__)

_SCHEMES: Final = ("nats", "tls", "ws", "wss")
_CONNECT_S: Final = 5.0
_FIRST_DELAY_S: Final = 0.05
_LONGEST_DELAY_S: Final = 1.0
#: Twice without an answer, and the connection counts as lost.
_PING_S: Final = 5
#: More than this waits to be written: the broker does not keep up, or is gone.
_CLOGGED_BYTES: Final = 1 << 20
_NO_RESPONDERS: Final = "503"


class Arrived(msgspec.Struct, frozen=True):
    """A message, with what its sender said about it."""

    subject: str
    reply: str
    data: bytes
    #: Set by the broker where this is its answer and no message.
    status: str = ""


class NoResponder(BusUnavailable):
    """The broker is there, and nobody behind the subject."""


Handler = Callable[[Arrived], None]
#: Where the server is now, and the token for it; none: where it was.
Find = Callable[[], tuple[str, str | None] | None]


class Listening:
    """A subject that is listened to, on one connection after the other."""

    def __init__(self, link: Link, subject: str, handler: Handler) -> None:
        self.subject = subject
        self._link = link
        self._handler = handler
        self._client: Client | None = None
        self._standing: NatsListening | None = None

    def stands_on(self, client: Client) -> bool:
        """Was it told to this connection?"""
        return self._client is client

    async def stand(self, client: Client) -> None:
        """Listen on a new connection."""
        self._client = client
        self._standing = await client.subscribe(  # pyright: ignore[reportUnknownMemberType]
            self.subject, cb=self._take
        )

    async def close(self) -> None:
        """Listen no more."""
        self._link.forget(self)
        if self._standing is not None:
            with contextlib.suppress(Exception):
                await self._standing.unsubscribe()

    async def _take(self, message: Msg) -> None:
        # The library gives what an inbox gets the subject it was stored under.
        headers = message.headers or {}
        self._handler(
            Arrived(message.subject, message.reply, message.data, headers.get("Status", ""))
        )


class Link:
    """The connection."""

    def __init__(
        self,
        url: str,
        token: str | None = None,
        *,
        name: str = "penstock",
        find: Find | None = None,
    ) -> None:
        self.inbox = f"_INBOX.{secrets.token_hex(11)}"
        self._servers = _servers(url)
        self._token = token
        self._find = find
        self._name = name
        self._client: Client | None = None
        self._error: BaseException | None = None
        self._up = asyncio.Event()
        self._lost = asyncio.Event()
        self._keeping: asyncio.Task[None] | None = None
        self._listenings: list[Listening] = []
        self._when_up: list[Callable[[], None]] = []
        self._asked: dict[str, asyncio.Future[Arrived]] = {}
        self._numbers = 0

    @property
    def is_up(self) -> bool:
        """Is there a connection, as far as is known?"""
        return self._client is not None and self._client.is_connected

    async def open(self, timeout_s: float) -> None:
        """Connect, and stay connected from then on.

        Raises:
            BusUnavailable: The address is none, or nothing answers there in time.
        """
        self._check()
        self._listenings.append(Listening(self, f"{self.inbox}.a.*", self._answered))
        self._keeping = asyncio.create_task(self._keep(), name="bus link")
        try:
            await self._first(timeout_s)
        except BaseException:
            await self.close()
            raise

    def when_up(self, tell: Callable[[], None]) -> None:
        """Have this called whenever a connection was made."""
        self._when_up.append(tell)

    async def listen(self, subject: str, handler: Handler) -> Listening:
        """Hand what arrives to a handler, until it is closed."""
        listening = Listening(self, subject, handler)
        self._listenings.append(listening)
        client = self._client
        if client is not None:
            # Where this fails the connection is lost, and the next one stands for it.
            with contextlib.suppress(Exception):
                await listening.stand(client)
        return listening

    def forget(self, listening: Listening) -> None:
        """Do not listen to it on the next connection."""
        if listening in self._listenings:
            self._listenings.remove(listening)

    async def send(
        self, subject: str, data: bytes, *, reply: str = "", headers: dict[str, str] | None = None
    ) -> bool:
        """Hand a message to the connection; False when there is none, or it is clogged."""
        client = self._client
        if client is None or not client.is_connected:
            return False
        if client.pending_data_size > _CLOGGED_BYTES:
            await asyncio.sleep(0)
            if client.pending_data_size > _CLOGGED_BYTES:
                return False
        try:
            await client.publish(subject, data, reply, headers)
        except Exception:  # noqa: BLE001  # whatever the library raises on a connection that breaks
            return False
        return True

    async def request(
        self, subject: str, data: bytes, *, timeout_s: float, headers: dict[str, str] | None = None
    ) -> bytes:
        """Send a message and return the answer.

        Raises:
            NoResponder: Nobody listens to the subject.
            BusUnavailable: There is no connection, or no answer in time.
        """
        self._numbers += 1
        reply = f"{self.inbox}.a.{self._numbers}"
        answer: asyncio.Future[Arrived] = asyncio.get_running_loop().create_future()
        self._asked[reply] = answer
        try:
            if not await self.send(subject, data, reply=reply, headers=headers):
                raise _away()
            async with asyncio.timeout(timeout_s):
                arrived = await answer
        except TimeoutError as error:
            raise BusUnavailable("The NATS server did not answer in time.") from error
        finally:
            del self._asked[reply]
        if arrived.status == _NO_RESPONDERS:
            raise NoResponder(f"Nobody listens to {subject}.")
        return arrived.data

    async def round_trip(self, timeout_s: float) -> bool:
        """Wait until the server has seen all that was sent; False when it does not answer."""
        try:
            await self.request(f"{self.inbox}.nobody", b"", timeout_s=timeout_s)
        except NoResponder:
            return True
        except BusUnavailable:
            return False
        return True

    async def close(self) -> None:
        """Disconnect for good."""
        keeping, self._keeping = self._keeping, None
        while keeping is not None and not keeping.done():
            # The library swallows a cancellation now and then.
            keeping.cancel()
            await asyncio.wait({keeping}, timeout=0.1)
        await self._drop()

    async def _first(self, timeout_s: float) -> None:
        try:
            async with asyncio.timeout(timeout_s):
                await self._up.wait()
        except TimeoutError:
            message = f"No NATS server can be used at {self._where()}: {self._error}."
            raise BusUnavailable(
                message, hint="Look whether it is up, and whether the address and token are right."
            ) from self._error

    def _check(self) -> None:
        for server in self._servers:
            with contextlib.suppress(ValueError):
                parts = urlsplit(server)
                if parts.scheme in _SCHEMES and parts.hostname and parts.port != 0:
                    continue
            # Not the address itself: it may hold a password.
            message = "The address of the NATS server is not one."
            raise BusUnavailable(message, hint="Write it as nats://host:4222.")
        if not self._servers:
            raise BusUnavailable("The address of the NATS server is empty.")

    def _where(self) -> str:
        parts = [urlsplit(server) for server in self._servers]
        return ", ".join(f"{part.hostname}:{part.port or 4222}" for part in parts)

    async def _keep(self) -> None:
        delay_s = _FIRST_DELAY_S
        while True:
            try:
                await self._connect()
            except Exception as error:  # noqa: BLE001  # whatever the library raises, we try again
                self._error = error
                await self._drop()
                # Many processes lose the same server, and must not come back all at once.
                await asyncio.sleep(delay_s * random.uniform(0.5, 1.0))  # noqa: S311
                delay_s = min(delay_s * 1.5, _LONGEST_DELAY_S)
                continue
            delay_s = _FIRST_DELAY_S
            log.info("bus_connected", extra={"server": self._where()})
            await self._until_lost()
            log.info("bus_lost", extra={"server": self._where()})
            await self._drop()

    async def _connect(self) -> None:
        client = Client()
        self._lost.clear()
        found = None if self._find is None else self._find()
        if found is not None:
            self._servers, self._token = _servers(found[0]), found[1]
        try:
            async with asyncio.timeout(_CONNECT_S):
                await client.connect(**self._options())
                while missing := [each for each in self._listenings if not each.stands_on(client)]:
                    await missing[0].stand(client)
        except BaseException:
            await _shut(client)
            raise
        self._client = client
        self._up.set()
        for tell in self._when_up:
            tell()

    def _options(self) -> dict[str, Any]:
        return {
            "servers": self._servers,
            "token": self._token,
            "name": self._name,
            "allow_reconnect": False,
            "max_reconnect_attempts": 1,
            "reconnect_time_wait": 0,
            "ping_interval": _PING_S,
            "max_outstanding_pings": 2,
            "no_echo": True,
            "error_cb": self._note_error,
            "closed_cb": self._note_closed,
        }

    async def _note_error(self, error: Exception) -> None:
        self._error = error
        self._lost.set()

    async def _note_closed(self) -> None:
        self._lost.set()

    async def _until_lost(self) -> None:
        while self.is_up:
            self._lost.clear()
            # Not every way in which the library closes is told.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1.0):
                    await self._lost.wait()

    async def _drop(self) -> None:
        client, self._client = self._client, None
        self._up.clear()
        for answer in self._asked.values():
            if not answer.done():
                answer.set_exception(_away())
        if client is not None:
            await _shut(client)

    def _answered(self, arrived: Arrived) -> None:
        answer = self._asked.get(arrived.subject)
        if answer is not None and not answer.done():
            answer.set_result(arrived)


def _away() -> BusUnavailable:
    return BusUnavailable(
        "There is no connection to the NATS server.", hint="It is made again as soon as it answers."
    )


async def _shut(client: Client) -> None:
    # What the library makes of a connection that is broken already concerns nobody any more.
    with contextlib.suppress(Exception):
        await client.close()


def _servers(url: str) -> list[str]:
    return [part.strip() for part in url.split(",") if part.strip()]
