"""The sandbox in threads of this process, for embedding and for tests.

The rules:

* It is one wall: WebAssembly. Where the engine is broken, so is the program around it.
* A guest is stopped by its engine's epoch, so each thread has an engine of its own. While the
  guest waits for its host no wall clock runs, only the clock of the whole call.
* The host's functions, and whatever makes the chunks, run on the event loop and nowhere else.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import os
import threading
import time
from collections.abc import Coroutine, Iterator, Sequence
from typing import Any, Final, TypeVar

from penstock_sandbox.contract import Call, Done, Spent, Wall
from penstock_sandbox.errors import BudgetExceeded, GuestRefused, GuestTrapped
from penstock_sandbox.guests.drivers import Drivers, driver_of, load_driver
from penstock_sandbox.guests.engine import EPOCH_TICK_S, make_engine
from penstock_sandbox.guests.guest import GuestAnsweredError, Task
from penstock_sandbox.runners.compilation import compile_component, component_key
from penstock_sandbox.runners.failures import guest_failed
from penstock_sandbox.runners.ledger import Ledger
from penstock_sandbox.runners.slots import Slots
from penstock_sandbox.walls.walls import NAMES, missing
from penstock_sdk import PenstockError

_T = TypeVar("_T")
#: At least as far as the longest deadline that a driver sets.
_STOP_TICKS: Final = 1_000


class InProcessSandbox:
    """Implements `penstock_sandbox.contract.Sandbox` with threads."""

    def __init__(
        self, *, required_walls: frozenset[str] = frozenset(), threads: int | None = None
    ) -> None:
        self._required = required_walls
        count = threads or max(os.cpu_count() or 1, 2)
        # Code that waits for its host must not hold up expressions: they have their own threads.
        self._slots = {True: Slots(count), False: Slots(count)}
        self._idle: dict[bool, list[_Lane]] = {True: [], False: []}
        self._lanes: list[_Lane] = []
        self._running: set[asyncio.Future[Done]] = set()
        self._code: dict[str, bytes] = {}
        self._ticker = _Ticker(self._lanes)

    async def prepare(self, wasm: bytes) -> str:
        """See `Sandbox.prepare`."""
        key = component_key(wasm)
        if key not in self._code:
            descriptor = await compile_component(wasm)
            try:
                self._code[key] = os.pread(descriptor, os.fstat(descriptor).st_size, 0)
            finally:
                os.close(descriptor)
        return key

    async def call(self, call: Call) -> Done:
        """See `Sandbox.call`."""
        code = self._component(call)
        await self._slots[call.guest == "expression"].take()
        lane = self._pick(call)
        work = _Work(call, code)
        running = asyncio.ensure_future(lane.start(work))
        self._running.add(running)
        running.add_done_callback(lambda ended: self._give_back(lane, ended))
        self._ticker.start()
        try:
            async with asyncio.timeout(call.budget.total_s):
                return await asyncio.shield(running)
        except TimeoutError:
            raise _too_slow(call.budget.total_s) from None
        finally:
            if not running.done():
                work.stop()
                running.add_done_callback(_swallow)

    async def release(self, vm: str) -> None:
        """See `Sandbox.release`."""
        for lane in self._lanes:
            if vm in lane.vms:
                lane.vms.discard(vm)
                # Behind the call that runs there, if one does; the next call comes after it.
                lane.executor.submit(lane.release, vm)

    def walls(self) -> Sequence[Wall]:
        """One wall."""
        detail = "the sandbox runs inside the server's process"
        return [
            Wall(name="webassembly", stands=True),
            Wall(
                name="process",
                stands=False,
                detail="no wall clock while a guest waits for its host",
            ),
            *(Wall(name=name, stands=False, detail=detail) for name in NAMES),
        ]

    async def close(self) -> None:
        """See `Sandbox.close`."""
        for lane in self._lanes:
            if lane.work is not None:
                lane.work.stop()
        await asyncio.gather(*self._running, return_exceptions=True)
        for lane in self._lanes:
            lane.executor.shutdown()
        self._ticker.stop()
        self._lanes.clear()
        self._idle = {True: [], False: []}

    def _component(self, call: Call) -> bytes:
        is_component = call.guest == "component"
        if not (is_component or call.stranger):
            return b""
        if lacking := missing(self.walls(), self._required):
            raise GuestRefused(
                f"Packages need walls that do not stand here: {', '.join(lacking)}.",
                hint="Use runner processes, or require fewer walls in the settings.",
            )
        if not is_component:
            return b""
        if call.package not in self._code:
            raise GuestRefused(
                "This component was not prepared here.", hint="Call `prepare` with its bytes first."
            )
        return self._code[call.package]

    def _pick(self, call: Call) -> _Lane:
        is_expression = call.guest == "expression"
        idle = self._idle[is_expression]
        lane = next((lane for lane in idle if call.vm and call.vm in lane.vms), None)
        if lane is not None:
            idle.remove(lane)
        elif idle:
            lane = idle.pop()
        else:
            lane = _Lane(len(self._lanes), is_expression=is_expression)
            self._lanes.append(lane)
        if call.vm:
            lane.vms.add(call.vm)
        return lane

    def _give_back(self, lane: _Lane, ended: asyncio.Future[Done]) -> None:
        self._running.discard(ended)
        lane.work = None
        self._idle[lane.is_expression].append(lane)
        self._slots[lane.is_expression].give()


class _Work:
    """One call in a lane: the driver's channel, and the way to stop it."""

    def __init__(self, call: Call, code: bytes) -> None:
        self.call = call
        self.ledger = Ledger(call)
        self.spent = Spent()  # the driver's; the ledger counts for itself
        self.is_stopped = False
        self._told_s = time.monotonic()
        self._code = code
        self._loop = asyncio.get_running_loop()
        self._chunks = iter(call.chunks)
        self._asking: concurrent.futures.Future[Any] | None = None

    def task(self) -> Task:
        """Describe the call to its driver."""
        is_hosted = self.call.host is not None or self.call.notes is not None
        return Task(
            header=self.call.header,
            chunks=self._take_chunks(),
            budget=self.call.budget,
            channel=self if is_hosted else None,
            vm=self.call.vm,
            component=self._code,
            spent=self.spent,
        )

    def ticks(self) -> int:
        """How many ticks have passed for it since it was asked last."""
        if self.is_stopped:
            return _STOP_TICKS
        # A guest that keeps its host functions busy lets others run too seldom.
        due = max(1, int((time.monotonic() - self._told_s) / EPOCH_TICK_S))
        self._told_s += due * EPOCH_TICK_S
        return due

    def host(self, requests: bytes) -> bytes:
        """See `penstock_sandbox.guests.guest.Channel`."""
        return self._on_loop(self.ledger.answer(requests))

    def note(self, kind: str, body: bytes) -> None:
        """See `penstock_sandbox.guests.guest.Channel`."""
        self._loop.call_soon_threadsafe(self.ledger.note, kind, body)

    def stop(self) -> None:
        """Have the guest end at its next step."""
        self.is_stopped = True
        if self._asking is not None:
            self._asking.cancel()

    def _take_chunks(self) -> Iterator[bytes]:
        while (chunk := self._on_loop(self._next_chunk())) is not None:
            yield chunk

    async def _next_chunk(self) -> bytes | None:
        return next(self._chunks, None)

    def _on_loop(self, work: Coroutine[Any, Any, _T]) -> _T:
        asking = self._asking = asyncio.run_coroutine_threadsafe(work, self._loop)
        if self.is_stopped:
            asking.cancel()
        try:
            answer: _T = asking.result()
            return answer
        except concurrent.futures.CancelledError:
            raise GuestTrapped("The call was canceled.") from None
        finally:
            self._asking = None


class _Lane:
    """One thread with an engine of its own."""

    def __init__(self, number: int, *, is_expression: bool) -> None:
        self.is_expression = is_expression
        self.engine = make_engine()
        self.executor = concurrent.futures.ThreadPoolExecutor(1, f"penstock-guest-{number}")
        self.vms: set[str] = set()
        self.work: _Work | None = None
        self._drivers: Drivers = {}

    async def start(self, work: _Work) -> Done:
        """Run one call in the thread."""
        self.work = work
        return await asyncio.wrap_future(self.executor.submit(self._run, work))

    def release(self, vm: str) -> None:
        driver = self._drivers.get("expression")
        if driver is not None and not isinstance(driver, GuestRefused):
            driver.release(vm)

    def _run(self, work: _Work) -> Done:
        guest = work.call.guest
        if guest not in self._drivers:
            self._drivers[guest] = load_driver(guest, self.engine)
        driver = driver_of(self._drivers, guest)
        started, cpu = time.monotonic(), time.thread_time()
        chunks: list[bytes] = []
        try:
            for chunk in driver.run(work.task()):
                work.ledger.count_output(len(chunk))
                chunks.append(chunk)
        except GuestAnsweredError as answered:
            raise guest_failed(answered.body) from None
        except PenstockError:
            raise
        except Exception as error:
            raise GuestTrapped(f"The guest was stopped: {error!r}") from error
        finally:
            spent = work.ledger.spent
            spent.fuel, spent.memory_bytes = work.spent.fuel, work.spent.memory_bytes
            spent.wall_ms = (time.monotonic() - started) * 1000
            spent.cpu_ms = (time.thread_time() - cpu) * 1000
        return Done(chunks=chunks, spent=spent)


class _Ticker:
    """The thread that makes time pass for the guests."""

    def __init__(self, lanes: list[_Lane]) -> None:
        self._lanes = lanes
        self._end = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._tick, name="penstock-epoch", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        if self._thread is not None:
            self._end.set()
            self._thread.join()
            self._thread = None
            self._end.clear()

    def _tick(self) -> None:
        while not self._end.wait(EPOCH_TICK_S):
            for lane in tuple(self._lanes):
                work = lane.work
                if work is not None:
                    for _ in range(work.ticks()):
                        lane.engine.increment_epoch()


def _too_slow(seconds: float) -> BudgetExceeded:
    return BudgetExceeded(
        "total",
        f"The guest took longer than {seconds:g} s and was stopped.",
        hint="Give it less to do at a time, or raise the node's `total_s`.",
    )


def _swallow(running: asyncio.Future[Done]) -> None:
    """Nobody waits for a call that was canceled; its error is no news."""
    if not running.cancelled():
        running.exception()
