"""The JavaScript guest: expressions in a VM per execution, code in a VM per call.

A driver is used by one thread at a time. It never looks into what passes through it, except into
one character that says what an answer is.
"""

from __future__ import annotations

import re
import time
import weakref
from collections import OrderedDict
from collections.abc import Iterator
from typing import Final, Literal

import msgspec
import wasmtime

from penstock_sandbox.contract import Budget, Spent
from penstock_sandbox.errors import BudgetExceeded, GuestTrapped
from penstock_sandbox.guests.engine import EPOCH_TICK_S, compiled_module, guest_path
from penstock_sandbox.guests.guest import Channel, GuestAnsweredError, Task
from penstock_sandbox.guests.quickjs import Machine, Oversized, Stopped, Thrown, link

Kind = Literal["expression", "javascript"]

#: Expression VMs that are kept at most; the least recently used goes first.
VM_COUNT: Final = 16
#: An expression VM that has grown beyond this is not kept.
VM_KEPT_BYTES: Final = 32 << 20

_BEGIN, _CHUNK, _PREPARE, _ITEMS, _RUN, _POLL, _REPLY, _NEXT, _FIRST = range(9)
_RESULT, _ERROR, _HOST, _PENDING = b"REHP"

_INTERNAL, _NO_MEMORY = b'"name":"InternalError"', b'"message":"out of memory"'
_NULL = b'"name":"Error","message":"null"'

#: How often the wall clock is looked at while promises are being settled.
_JOBS_PER_LOOK = 1024

#: An escape in a JSON text. Of those that `JSON.stringify` writes, the group is half a surrogate
#: pair.
_ESCAPE = re.compile(rb"\\(?:(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL)


class JavaScriptDriver:
    """Runs tasks in one of the two images; see `penstock_sandbox.guests.guest.Driver`."""

    def __init__(self, engine: wasmtime.Engine, kind: Kind) -> None:
        self._engine = engine
        self._kind: Kind = kind
        self._machines: OrderedDict[str, Machine] = OrderedDict()
        self._run: _Run | None = None
        linker = wasmtime.Linker(engine)
        take_note = weakref.WeakMethod(self._take_note)  # as wasmtime keeps what it is given

        def host_call(_name: int, _size: int, _this: int, count: int, at: int) -> int:
            take = take_note()
            return 0 if take is None else take(count, at)

        link(linker, clock=_clock, host_call=host_call)
        self._pre = linker.instantiate_pre(compiled_module(engine, guest_path(kind)))
        self._make_machine(Budget())  # an image that does not fit is found now and not by a call

    def run(self, task: Task) -> Iterator[bytes]:
        """Yield the answer's chunks."""
        return self._expressions(task) if self._kind == "expression" else self._code(task)

    def release(self, vm: str) -> None:
        """Drop the VM of an execution, if there is one."""
        self._machines.pop(vm, None)

    def _expressions(self, task: Task) -> Iterator[bytes]:
        run = self._expression_run(task)
        kept = False
        try:
            yield from _begin(run, task)
            for chunk in task.chunks:
                yield run.enter(_CHUNK, chunk)[1]
            kept = True
        except GuestAnsweredError:
            kept = True
            raise
        finally:
            run.settle()
            if not kept or run.machine.memory_size() > VM_KEPT_BYTES:
                self.release(task.vm)

    def _expression_run(self, task: Task) -> _Run:
        machine = self._machines.get(task.vm)
        if machine is None or machine.limit != task.budget.memory_bytes:
            machine = self._make_machine(task.budget)
            self._machines[task.vm] = machine
        self._machines.move_to_end(task.vm)
        while len(self._machines) > VM_COUNT:
            self._machines.popitem(last=False)
        return _Run(machine, task)

    def _code(self, task: Task) -> Iterator[bytes]:
        run = self._run = _Run(self._make_machine(task.budget), task)
        try:
            run.enter(_PREPARE, task.header)
            for chunk in task.chunks:
                run.enter(_ITEMS, chunk)
            run.finish()
            while True:
                self._run = run
                kind, body = run.enter(_NEXT)
                if kind != _RESULT:
                    return
                yield body
        finally:
            run.settle()
            self._run = None

    def _make_machine(self, budget: Budget) -> Machine:
        try:
            return Machine(self._pre, self._engine, budget.memory_bytes)
        except Stopped as stopped:
            raise _too_small(budget, str(stopped)) from stopped

    def _take_note(self, count: int, at: int) -> int:
        """Take one note; answer whether more of them are wanted.

        Nothing may be raised through WebAssembly, so a failure is kept for later.
        """
        run = self._run
        if run is None:
            return 0
        try:
            return run.note(count, at)
        except Exception as error:  # noqa: BLE001 - raised by `enter` when the guest has returned
            run.failure = error
            return 0


def _begin(run: _Run, task: Task) -> Iterator[bytes]:
    """Send the header, with the first chunk where they can share a crossing: each costs 30 us."""
    first = next(task.chunks, None)
    if first is None:
        run.enter(_BEGIN, task.header)
    elif b"\n" in task.header:
        run.enter(_BEGIN, task.header)
        yield run.enter(_CHUNK, first)[1]
    else:
        yield run.enter(_FIRST, task.header + b"\n" + first)[1]


class _Run:
    """One task in one machine."""

    def __init__(self, machine: Machine, task: Task) -> None:
        self.machine = machine
        self.failure: Exception | None = None
        self._task = task
        self._budget = task.budget
        self._left_s = task.budget.wall_s
        self._output = 0
        self._notes = 0
        machine.refill(task.budget.fuel, _ticks(self._left_s))

    def enter(self, operation: int, body: bytes | None = None) -> tuple[int, bytes]:
        """Call the guest and judge its answer."""
        started = time.monotonic()
        try:
            room = self._budget.output_bytes - self._output
            kind, answer = self.machine.dispatch(operation, body, room)
        except Oversized:
            raise self._too_much() from None
        except (Stopped, Thrown) as error:
            raise self._ended(error) from error
        finally:
            self._left_s -= time.monotonic() - started
        answer = _mend(answer)
        if self.failure is not None:
            raise self.failure
        if kind == _ERROR:
            raise self._answered(answer)
        if kind == _RESULT:
            self._output += len(answer)
        return kind, answer

    def finish(self) -> None:
        """Run the code until its promise is settled, asking the host for what it wants."""
        kind, answer = self.enter(_RUN)
        while kind in (_PENDING, _HOST):
            if kind == _HOST:
                kind, answer = self.enter(_REPLY, self._ask(answer))
            else:
                self._run_jobs()
                kind, answer = self.enter(_POLL)

    def settle(self) -> None:
        """Write down what was spent."""
        spent: Spent = self._task.spent
        spent.fuel += max(self._budget.fuel - self.machine.fuel_left(), 0)
        spent.memory_bytes = max(spent.memory_bytes, self.machine.memory_size())

    def note(self, count: int, at: int) -> int:
        """Pass on a note that the guest is sending right now."""
        channel, most = self._task.channel, self._budget.note_bytes
        try:
            kind, body = self.machine.arguments(count, at, most)
        except Oversized:
            return self.machine.truth(value=False)
        if channel is not None and self._notes <= most:
            self._notes += len(body)
            channel.note(kind.decode(), _mend(body))
        return self.machine.truth(value=self._notes <= most)

    def _ask(self, requests: bytes) -> bytes:
        channel: Channel | None = self._task.channel
        if channel is None:
            raise GuestTrapped(
                "The guest asked its host for something, and was given no host functions.",
                hint="Grant the node what it needs.",
            )
        answers = channel.host(requests)
        self.machine.refill(self.machine.fuel_left(), _ticks(self._left_s))
        return answers

    def _run_jobs(self) -> None:
        started = time.monotonic()
        try:
            count = 0
            while self.machine.run_job():
                count += 1
                if not count % _JOBS_PER_LOOK and time.monotonic() - started > self._left_s:
                    raise _out_of_time(self._budget)
        except (Stopped, Thrown) as error:
            raise self._ended(error) from error
        finally:
            self._left_s -= time.monotonic() - started

    def _too_much(self) -> BudgetExceeded:
        return BudgetExceeded(
            "output",
            f"The guest's output is larger than {self._budget.output_bytes:,} bytes.",
            hint="Return fewer or smaller items, or raise the node's output limit.",
        )

    def _answered(self, body: bytes) -> Exception:
        if _NO_MEMORY in body and _INTERNAL in body:
            return _out_of_memory(self._budget)
        # Without the memory for an error object, QuickJS throws null.
        if _NULL in body and self.machine.memory_size() > self._budget.memory_bytes // 2:
            return _out_of_memory(self._budget)
        return GuestAnsweredError(body)

    def _ended(self, error: Stopped | Thrown) -> Exception:
        if isinstance(error, Thrown):
            return _thrown(str(error), self._budget)
        match error.code:
            case wasmtime.TrapCode.OUT_OF_FUEL:
                return BudgetExceeded(
                    "fuel",
                    "The JavaScript ran for too long and was stopped.",
                    hint="Look for a loop without an end, or raise the node's fuel limit.",
                )
            case wasmtime.TrapCode.INTERRUPT:
                return _out_of_time(self._budget)
            case wasmtime.TrapCode.STACK_OVERFLOW:
                return _thrown("Maximum call stack size exceeded", self._budget)
            case _:
                return GuestTrapped(f"The JavaScript guest was stopped: {error}")


def _mend(answer: bytes) -> bytes:
    """Replace half surrogate pairs, which are text to JavaScript and to nobody else."""
    if b"\\ud" not in answer:
        return answer
    return _ESCAPE.sub(lambda found: b"\\ufffd" if found[1] else found[0], answer)


def _thrown(message: str, budget: Budget) -> Exception:
    """Judge an exception that not even the guest's dispatcher could describe."""
    if "out of memory" in message:
        return _out_of_memory(budget)
    name, _, text = message.partition(": ")
    error = {"name": "RangeError" if "stack" in message else name, "message": text or message}
    return GuestAnsweredError(msgspec.json.encode({"error": error}))


def _out_of_memory(budget: Budget) -> BudgetExceeded:
    return BudgetExceeded(
        "memory",
        f"The JavaScript needed more than {budget.memory_bytes >> 20} MB of memory.",
        hint="Work on fewer items at a time, or raise the node's memory limit.",
    )


def _too_small(budget: Budget, detail: str) -> BudgetExceeded:
    return BudgetExceeded(
        "memory",
        f"No JavaScript VM fits into {budget.memory_bytes >> 20} MB: {detail}",
        hint="Raise the node's memory limit.",
    )


def _out_of_time(budget: Budget) -> BudgetExceeded:
    return BudgetExceeded(
        "wall",
        f"The JavaScript ran for more than {budget.wall_s:g} s and was stopped.",
        hint="Look for a loop without an end, or raise the node's time limit.",
    )


def _ticks(seconds: float) -> int:
    return max(1, int(seconds / EPOCH_TICK_S) + 1)


def _clock(clock_id: int) -> int:
    """Tell the time in nanoseconds, to the millisecond: a finer clock times the neighbours."""
    milliseconds = time.time() if clock_id == 0 else time.monotonic()
    return int(milliseconds * 1000) * 1_000_000
