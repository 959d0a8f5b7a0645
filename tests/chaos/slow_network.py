"""Everything between the processes takes long, and some of it longer.

What goes to the database and to the broker passes through us, and is late by half of the delay in
either direction. Of TCP, somebody who loses packets sees no loss but a pause until they were sent
again, which holds up all that comes after them: so that is what a lost packet is here.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import msgspec

from penstock_bus.server import NatsServer
from tests.chaos.partition import Ends, Wire, database_through, nats_through, to_database
from tests.chaos.soak import Plan, Report, events, staged

MECHANISM = "a proxy between the processes, where what is lost comes after a pause"
#: What is sent again is sent after so long, at least and at most.
_AGAIN_S = (0.2, 0.6)
#: Of all executions, those that somebody else may have to take on, though nobody died.
MOST_AGAIN = 0.01


class Slowness(Plan, frozen=True, kw_only=True):
    """What is to be done."""

    #: There and back.
    delay_s: float = 0.2
    loss: float = 0.05


class Slowed(Report, kw_only=True):
    """What came of it."""

    mechanism: str = MECHANISM
    passed: int = 0
    lost_packets: int = 0

    @property
    def is_clean(self) -> bool:
        """Did everybody keep what he had, though he was slow?"""
        flaps = self.redispatched > MOST_AGAIN * self.executions
        return super().is_clean and self.lost_packets > 0 and not flaps


CI = Slowness(executions=28, kills=0, seed=8, per_second=8, dispatch="nats")
FULL = Slowness(executions=6_000, kills=0, seed=8, per_second=10, dispatch="nats", patience_s=300)


class SlowWire(Wire):
    """One on which all that passes is late."""

    def __init__(
        self, reach: Callable[[], Awaitable[Ends]], plan: Slowness, chance: random.Random
    ) -> None:
        super().__init__(reach)
        self.passed = 0
        self.lost = 0
        self._plan = plan
        self._chance = chance

    async def _pass(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: asyncio.Event
    ) -> None:
        line: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        handing_on = asyncio.create_task(self._hand_on(line, writer))
        try:
            while data := await reader.read(1 << 12):
                await line.put((self._due_s(), data))
        except OSError:
            pass  # one of them is gone
        finally:
            await line.put((self._due_s(), b""))
            await handing_on

    def _due_s(self) -> float:
        late_s = self._plan.delay_s / 2
        self.passed += 1
        if self._chance.random() < self._plan.loss:
            self.lost += 1
            late_s += self._chance.uniform(*_AGAIN_S)
        return asyncio.get_running_loop().time() + late_s

    async def _hand_on(
        self, line: asyncio.Queue[tuple[float, bytes]], writer: asyncio.StreamWriter
    ) -> None:
        """In order: nothing overtakes what is late."""
        try:
            while True:
                due_s, data = await line.get()
                await asyncio.sleep(max(0.0, due_s - asyncio.get_running_loop().time()))
                if not data:
                    return
                writer.write(data)
                await writer.drain()
        except OSError:
            pass  # one of them is gone
        finally:
            writer.close()


async def play(plan: Slowness, url: str, folder: Path) -> Slowed:
    """Do it."""
    chance = random.Random(plan.seed)  # noqa: S311 - it has to be the same again
    async with AsyncExitStack() as stack:
        broker = NatsServer(folder / "nats")
        await broker.open()
        stack.push_async_callback(broker.close)

        def to_broker() -> Any:
            return asyncio.open_connection("127.0.0.1", broker.port)

        wires = [SlowWire(to_database(url), plan, chance), SlowWire(to_broker, plan, chance)]
        for wire in wires:
            await stack.enter_async_context(wire.listening())
        through = {
            "PENSTOCK_DATABASE": database_through(url, wires[0].port),
            "PENSTOCK_NATS_URL": nats_through(broker, wires[1].port),
        }
        scene = await stack.enter_async_context(staged(plan, url, folder, environment=through))
        await scene.send(events(plan.executions), per_second=plan.per_second)
        await scene.settle()
        report = await scene.report(0)
    return Slowed(
        **msgspec.structs.asdict(report),
        passed=sum(wire.passed for wire in wires),
        lost_packets=sum(wire.lost for wire in wires),
    )
