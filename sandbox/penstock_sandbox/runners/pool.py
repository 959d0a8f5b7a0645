"""Runner processes: the sandbox that is used by default.

The rules:

* Expressions and code have runners of their own, so that code that waits for its host never
  holds up an expression.
* Canceling a call, or a clock running out, kills its runner; another is forked at once.
* Nothing is started before the first call or `start`.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence

from penstock_sandbox.contract import Call, Done, Wall
from penstock_sandbox.errors import GuestRefused
from penstock_sandbox.runners import frames
from penstock_sandbox.runners.compilation import compile_component, component_key
from penstock_sandbox.runners.crossing import Crossing, admit_for, error_of
from penstock_sandbox.runners.frames import Frame, pack
from penstock_sandbox.runners.lane import Lane, Runner
from penstock_sandbox.runners.nursery import CAN_FORK, Nursery
from penstock_sandbox.runners.opening import Meta, call_body
from penstock_sandbox.walls.probe import Attempt, attempts_from
from penstock_sandbox.walls.walls import missing


class RunnerPool:
    """Implements `penstock_sandbox.contract.Sandbox` with processes."""

    def __init__(
        self,
        *,
        required_walls: frozenset[str] = frozenset(),
        slots: int | None = None,
        cap: int | None = None,
        memory_bytes: int = 1 << 30,
        can_fork: bool = CAN_FORK,
    ) -> None:
        """Make a pool that has started nothing yet.

        Args:
            required_walls: Where one of these does not stand, packages are refused.
            slots: How many runners of a class may compute at once; by default one per processor.
            cap: How many runners of a class there may be.
            memory_bytes: What one runner may allocate.
            can_fork: Whether runners are forked from a zygote, or each started by itself.
        """
        count = slots or max(os.cpu_count() or 1, 2)
        self._required = required_walls
        self._nursery = Nursery(memory_bytes=memory_bytes, can_fork=can_fork)
        most = cap or max(8, 4 * count)
        self._expressions = Lane(self._nursery, slots=count, cap=most)
        self._codes = Lane(self._nursery, slots=count, cap=most)
        self._code: dict[str, int] = {}
        self._compiling = asyncio.Lock()
        self._numbers = 0
        self._walls: Sequence[Wall] = ()

    def warm(self) -> None:
        """Start in the background; a first call will find runners ready."""
        self._expressions.warm()
        self._codes.warm()

    async def start(self) -> None:
        """Start, and wait until the walls are known.

        Raises:
            RunnerLost: No runner could be started.
        """
        self.warm()
        runner = await self._codes.borrow("", "")
        self._walls = runner.process.walls
        self._codes.slots.give()
        self._codes.give_back(runner)

    async def prepare(self, wasm: bytes) -> str:
        """See `Sandbox.prepare`."""
        key = component_key(wasm)
        async with self._compiling:
            if key not in self._code:
                self._code[key] = await compile_component(wasm)
        return key

    async def call(self, call: Call) -> Done:
        """See `Sandbox.call`."""
        if call.guest == "component" or call.stranger:
            await self._judge_package(call)
        lane = self._expressions if call.guest == "expression" else self._codes
        runner = await lane.borrow(call.workspace, call.vm)
        if not self._walls:
            self._walls = runner.process.walls
        self._numbers = number = (self._numbers + 1) & 0xFFFFFFFF
        crossing = Crossing(call, runner.process.link, number, lane.slots)
        try:
            return await self._cross(crossing, call, runner, number)
        finally:
            crossing.give_slot_back()
            if crossing.has_broken:
                lane.lose(runner)
            else:
                self._forget(runner)
                lane.give_back(runner)

    async def release(self, vm: str) -> None:
        """See `Sandbox.release`."""
        for runner in self._expressions.runners():
            if vm in runner.vms:
                runner.vms.discard(vm)
                runner.forgotten.append(vm)
                if runner.process.on_frame is None:
                    self._forget(runner)

    def walls(self) -> Sequence[Wall]:
        """The walls as the first runner found them; empty before one was started."""
        return self._walls

    async def probe(self) -> list[Attempt]:
        """Pretend the engine is broken: let a runner try what it must not be able to do."""
        runner = await self._codes.borrow("", "")
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

        def take(frame: Frame) -> None:
            if frame.kind == frames.PROBED:
                answer.set_result(frame.body)

        runner.process.on_frame = take
        runner.process.on_lost = answer.set_exception
        try:
            runner.process.link.send(pack(frames.PROBE, 0, str(os.getpid()).encode()))
            return attempts_from(await answer)
        finally:
            runner.process.rest()
            self._codes.slots.give()
            self._codes.lose(runner)

    async def close(self) -> None:
        """See `Sandbox.close`."""
        await asyncio.gather(self._expressions.close(), self._codes.close())
        await self._nursery.close()
        for descriptor in self._code.values():
            os.close(descriptor)
        self._code.clear()

    async def _cross(self, crossing: Crossing, call: Call, runner: Runner, number: int) -> Done:
        process = runner.process
        before = process.cpu_ms()
        process.on_frame = crossing.on_frame
        process.on_lost = lambda error: crossing.fail(error_of(error))
        process.admit = admit_for(crossing)
        try:
            return await crossing.run(self._opening(call, runner, number), call.chunks)
        finally:
            process.rest()
            call.spent.cpu_ms = process.cpu_ms() - before

    def _opening(self, call: Call, runner: Runner, number: int) -> bytes:
        """Make the CALL, and send ahead the code of a package that this runner does not have."""
        meta = Meta(
            guest=call.guest,
            budget=call.budget,
            hosted=call.host is not None or call.notes is not None,
            vm=call.vm,
            package=call.package,
        )
        if call.guest == "component" and call.package not in runner.packages:
            meta.brings_code = True
            opening = pack(frames.CALL, number, call_body(meta, call.header))
            runner.process.link.send_with(opening, self._code[call.package])
            runner.packages.add(call.package)
            return b""
        return pack(frames.CALL, number, call_body(meta, call.header))

    async def _judge_package(self, call: Call) -> None:
        if call.guest == "component" and call.package not in self._code:
            raise GuestRefused(
                "This component was not prepared here.", hint="Call `prepare` with its bytes first."
            )
        if not self._required:
            return
        if not self._walls:
            await self.start()
        if lacking := missing(self._walls, self._required):
            raise GuestRefused(
                f"Packages need walls that do not stand on this machine: {', '.join(lacking)}.",
                hint="See `docs/walls.md`, or require fewer walls in the settings.",
            )

    def _forget(self, runner: Runner) -> None:
        for vm in runner.forgotten:
            runner.process.link.send(pack(frames.RELEASE, 0, vm.encode()))
        runner.forgotten.clear()
