"""The runners of one class: who gets which, and when a new one is forked.

The rules:

* A runner serves one workspace until it is killed. Where another workspace needs the place of an
  idle one, that one is killed and a new one forked.
* Only as many as there are slots compute; a call that waits for its host keeps its runner and
  gives its slot back, so there may be more runners than slots, up to a cap.
* A VM's calls go to a runner that has it while one of those is free. A VM is a pure cache: another
  runner gives the same results.
* A runner that was killed is replaced at once.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Final

from penstock_sandbox.errors import RunnerLost
from penstock_sandbox.runners.nursery import Nursery
from penstock_sandbox.runners.process import RunnerProcess
from penstock_sandbox.runners.slots import Slots

_IDLE_S: Final = 60.0


class Runner:
    """A runner in the pool's hands."""

    def __init__(self, process: RunnerProcess) -> None:
        self.process = process
        self.workspace = ""
        self.vms: set[str] = set()
        self.forgotten: list[str] = []
        self.packages: set[str] = set()
        self.calls = 0


class Lane:
    """Lends runners."""

    def __init__(self, nursery: Nursery, *, slots: int, cap: int) -> None:
        self._nursery = nursery
        self.slots = Slots(slots)
        self._cap = cap
        self._idle: list[Runner] = []
        self._busy: set[Runner] = set()
        self._births: set[asyncio.Task[None]] = set()
        self._coming = 0  # being born
        self._growing = 0  # waiting for one of those
        self._wanting: deque[asyncio.Future[None]] = deque()
        self._deaths: set[asyncio.Task[None]] = set()
        self._trim: asyncio.TimerHandle | None = None
        self._is_closed = False

    def warm(self) -> None:
        """Have one runner ready."""
        if not self._idle and not self._coming and not self._busy:
            self._give_birth()

    async def borrow(self, workspace: str, vm: str) -> Runner:
        """Lend a runner, with a slot to compute in.

        Raises:
            RunnerLost: None could be started.
        """
        while True:
            if not self.slots.try_take():
                await self.slots.take()
            try:
                self._check_open()
                runner = await self._pick_or_grow(workspace, vm)
            except BaseException:
                self.slots.give()
                raise
            if runner is not None:
                return self._lent(runner, workspace, vm)
            # All places are taken by calls that may be waiting for this very slot.
            self.slots.give()
            await self._arrival()

    def give_back(self, runner: Runner) -> None:
        """Take a runner back; its slot was given back with its call."""
        if self._is_closed or not runner.process.is_alive:
            self.lose(runner)
            return
        self._busy.discard(runner)
        self._idle.append(runner)
        self._wake()
        if self._trim is None:
            self._trim = asyncio.get_running_loop().call_later(_IDLE_S, self._trim_idle)

    def lose(self, runner: Runner) -> None:
        """Kill a runner and fork another."""
        self._busy.discard(runner)
        if self._is_closed:
            return  # `close` has buried it
        self._bury(runner)
        self._give_birth()

    def runners(self) -> list[Runner]:
        """Return those that live."""
        return [*self._idle, *self._busy]

    async def close(self) -> None:
        """End every runner and wait for it."""
        self._is_closed = True
        if self._trim is not None:
            self._trim.cancel()
        for runner in self.runners():
            self._bury(runner)
        self._idle.clear()
        self._busy.clear()
        self._wake(RunnerLost("The sandbox was closed."))
        if tasks := [*self._births, *self._deaths]:
            await asyncio.gather(*tasks, return_exceptions=True)

    def _check_open(self) -> None:
        if self._is_closed:
            raise RunnerLost("The sandbox was closed.")

    def _lent(self, runner: Runner, workspace: str, vm: str) -> Runner:
        runner.workspace = workspace
        if vm:
            runner.vms.add(vm)
        runner.calls += 1
        self._busy.add(runner)
        return runner

    async def _pick_or_grow(self, workspace: str, vm: str) -> Runner | None:
        """Return a runner, forking one where there is room for it; None where there is none."""
        while (runner := self._pick(workspace, vm)) is None:
            has_one_coming = self._coming > self._growing
            if not (has_one_coming or self._make_room() or self._coming):
                return None
            self._growing += 1
            try:
                await self._arrival()
            finally:
                self._growing -= 1
        return runner

    def _pick(self, workspace: str, vm: str) -> Runner | None:
        best: Runner | None = None
        for runner in reversed(self._idle):
            if runner.workspace == workspace and (not vm or vm in runner.vms):
                best = runner
                break
            if runner.workspace == workspace or (best is None and not runner.workspace):
                best = runner
        if best is None:
            return None
        self._idle.remove(best)
        if best.process.is_alive:
            return best
        self._bury(best)
        return self._pick(workspace, vm)

    def _make_room(self) -> bool:
        """Start a new runner, in place of an idle one of another workspace if need be."""
        if len(self._idle) + len(self._busy) + self._coming < self._cap:
            self._give_birth()
            return True
        if self._idle:
            self.lose(self._idle.pop(0))
            return True
        return False

    async def _arrival(self) -> None:
        """Wait until a runner has come back or was born."""
        arrival = asyncio.get_running_loop().create_future()
        self._wanting.append(arrival)
        await arrival

    def _give_birth(self) -> None:
        self._coming += 1
        task = asyncio.get_running_loop().create_task(self._birth())
        self._births.add(task)
        task.add_done_callback(self._births.discard)

    async def _birth(self) -> None:
        try:
            process = await self._nursery.make()
        except Exception as error:  # noqa: BLE001 - told to whoever waits for this runner
            self._coming -= 1
            self._wake(error)
            return
        self._coming -= 1
        runner = Runner(process)
        if self._is_closed:
            self._bury(runner)
            return
        self._idle.append(runner)
        self._wake()

    def _wake(self, error: Exception | None = None) -> None:
        """Wake all: who has a slot must not sleep because one without was woken."""
        while self._wanting:
            arrival = self._wanting.popleft()
            if arrival.done():
                continue
            if error is None:
                arrival.set_result(None)
            else:
                arrival.set_exception(error)

    def _bury(self, runner: Runner) -> None:
        runner.process.kill()
        task = asyncio.get_running_loop().create_task(runner.process.gone())
        self._deaths.add(task)
        task.add_done_callback(self._deaths.discard)

    def _trim_idle(self) -> None:
        """End what has not worked since the last look, but for one."""
        self._trim = None
        resting = [runner for runner in self._idle if not runner.calls]
        for runner in resting[: len(self._idle) - 1]:
            self._idle.remove(runner)
            self._bury(runner)
        for runner in self._idle:
            runner.calls = 0
        if len(self._idle) > 1:
            self._trim = asyncio.get_running_loop().call_later(_IDLE_S, self._trim_idle)
