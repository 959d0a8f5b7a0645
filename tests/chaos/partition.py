"""Processes are cut off from the database and from the broker, for longer than a lease, and come back.

What is cut is a connection that goes through us: while it is, nothing passes in one direction or in
both, and nobody is told. What was sent meanwhile arrives in the end, as late as it is: a commit of
an owner that is none any more, for one.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

import msgspec
from sqlalchemy.engine import make_url

from penstock_bus.server import NatsServer
from tests.chaos.leases import SHORT_S
from tests.chaos.soak import Plan, Report, Scene, events, staged

MECHANISM = "a proxy between the processes, which holds back what is sent"
Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Cuts(Plan, frozen=True, kw_only=True):
    """What is to be done; kills are the times that a connection is cut."""

    lasts_s: tuple[float, float]
    #: From the beginning of a cut to that of the next one.
    every_s: float


class Healed(Report, kw_only=True):
    """What came of it."""

    mechanism: str = MECHANISM
    #: Bytes that were held back.
    held_back: int = 0
    longest_s: float = 0.0

    @property
    def is_clean(self) -> bool:
        """Nothing lost or twice, though something was held back?"""
        return super().is_clean and self.held_back > 0


CI = Cuts(
    executions=1_100,
    kills=4,
    seed=7,
    per_second=80,
    dispatch="nats",
    lasts_s=(2, 7),
    every_s=3,
    lease_s=SHORT_S,
)
FULL = Cuts(
    executions=20_000,
    kills=60,
    seed=7,
    per_second=50,
    dispatch="nats",
    lasts_s=(5, 30),
    every_s=6,
    patience_s=300,
)


class Wire:
    """A port of 127.0.0.1 from which everything goes to somebody else, unless it is cut."""

    def __init__(self, reach: Callable[[], Awaitable[Ends]]) -> None:
        self.port = 0
        self.held_back = 0
        self._reach = reach
        self._there, self._back = asyncio.Event(), asyncio.Event()
        self._there.set()
        self._back.set()
        self._passing: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def listening(self) -> AsyncGenerator[Wire]:
        """Be there until the block ends."""
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        async with server:
            yield self
            for task in self._passing:
                task.cancel()
            await asyncio.gather(*self._passing, return_exceptions=True)

    async def cut(self, seconds: float, *, there: bool = True, back: bool = True) -> None:
        """Let nothing pass for a while, in one direction or in both."""
        chosen = [way for way, is_cut in ((self._there, there), (self._back, back)) if is_cut]
        for way in chosen:
            way.clear()
        await asyncio.sleep(seconds)
        for way in chosen:
            way.set()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await self._reach()
        except OSError:
            writer.close()
            return
        with suppress(asyncio.CancelledError):
            both = (
                asyncio.create_task(self._pass(reader, far_writer, self._there)),
                asyncio.create_task(self._pass(far_reader, writer, self._back)),
            )
            self._passing.update(both)
            await asyncio.wait(both)
            self._passing.difference_update(both)

    async def _pass(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: asyncio.Event
    ) -> None:
        try:
            while data := await reader.read(1 << 16):
                self.held_back += 0 if way.is_set() else len(data)
                await way.wait()
                writer.write(data)
                await writer.drain()
            await way.wait()
        except OSError:
            pass  # one of them is gone
        finally:
            writer.close()


async def play(plan: Cuts, url: str, folder: Path) -> Healed:
    """Do it: one worker is cut off from the database, one from the broker, and who accepts too."""
    async with AsyncExitStack() as stack:
        broker = NatsServer(folder / "nats")
        await broker.open()
        stack.push_async_callback(broker.close)
        to_broker = Wire(lambda: asyncio.open_connection("127.0.0.1", broker.port))
        wires = [Wire(to_database(url)), Wire(to_database(url)), to_broker]
        for wire in wires:
            await stack.enter_async_context(wire.listening())
        through = [{"PENSTOCK_DATABASE": database_through(url, wire.port)} for wire in wires[:2]]
        through.append({"PENSTOCK_NATS_URL": nats_through(broker, to_broker.port)})
        stage = staged(
            plan,
            url,
            folder,
            environment={"PENSTOCK_NATS_URL": nats_through(broker, broker.port)},
            of_gate=through[0],
            of_worker=lambda number: through[1 + number],
        )
        scene = await stack.enter_async_context(stage)
        sending = scene.send(events(plan.executions), per_second=plan.per_second)
        _, lasted = await asyncio.gather(sending, _cut(scene, plan, wires))
        await scene.settle()
        report = await scene.report(plan.kills)
    return Healed(
        **msgspec.structs.asdict(report),
        held_back=sum(wire.held_back for wire in wires),
        longest_s=round(max(lasted), 1),
    )


async def _cut(scene: Scene, plan: Cuts, wires: list[Wire]) -> list[float]:
    """Cut one wire after the other, the first of all for the longest; gives for how long each."""
    lasted: list[float] = []
    async with asyncio.TaskGroup() as cuts:
        for number in range(plan.kills):
            await asyncio.sleep(plan.every_s)
            least, most = plan.lasts_s
            # The worker first, so that somebody else has to take over.
            wire = wires[(1, 2, 0)[number % 3]]
            seconds = most if number == 0 else scene.chance.uniform(least, most)
            there = scene.chance.random() < 0.7
            cuts.create_task(wire.cut(seconds, there=there, back=not there or number == 0))
            lasted.append(seconds)
    return lasted


def to_database(url: str) -> Callable[[], Awaitable[Ends]]:
    """What a wire to a database leads to."""
    folder = make_url(url).query["host"]
    return lambda: asyncio.open_unix_connection(f"{folder}/.s.PGSQL.5432")


def database_through(url: str, port: int) -> str:
    """The address of a database behind a wire."""
    return f"postgresql://postgres@127.0.0.1:{port}/{make_url(url).database}"


def nats_through(server: NatsServer, port: int) -> str:
    """The address of a broker behind a wire."""
    return f"nats://{server.token}@127.0.0.1:{port}"
