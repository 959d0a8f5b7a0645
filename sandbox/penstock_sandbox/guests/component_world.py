"""One component, linked with our host functions and our WASI, and called once per Store."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, cast

import msgspec
from wasmtime import Engine, Store, WasmtimeError
from wasmtime.component import (
    Component,
    ComponentInstanceType,
    ExportIndex,
    FuncType,
    Linker,
    LinkerInstance,
    ResultType,
    String,
    Variant,
)

from penstock_sandbox.errors import BudgetExceeded, GuestRefused, GuestTrapped
from penstock_sandbox.guests.engine import EPOCH_TICK_S
from penstock_sandbox.guests.guest import GuestAnsweredError, Task
from penstock_sandbox.guests.wasi import Wasi

#: Functions that are one request to the host each: interface, function, name of the request.
_REQUESTS = {
    "http": {"send": "http"},
    "state": {"get": "state.get", "set": "state.set", "delete": "state.delete"},
    "binary": {"read": "binary.read", "write": "binary.write"},
}
WORLD_INTERFACES = frozenset({*_REQUESTS, "items", "host", "notes", "ambient"})

#: A memory limit holds for each memory, so there may not be many.
_LIMITS = {"table_elements": 1 << 18, "instances": 64, "tables": 32, "memories": 4}
_OUT_OF_MEMORY = b'{"error":{"name":"MemoryError"'


#: The exports of the world that are called.
_SIGNATURES = {
    "run": "(string) -> result<_, string>",
    "options": "(string) -> result<string, string>",
    "describe": "() -> string",
}


class Entry(NamedTuple):
    """An export that can be called."""

    name: str
    place: ExportIndex


class _Answer(msgspec.Struct):
    ok: msgspec.Raw = msgspec.Raw(b"null")
    error: msgspec.Raw = msgspec.Raw(b"")


_ANSWERS = msgspec.json.Decoder(list[_Answer])
_VALUE = msgspec.json.Decoder(msgspec.Raw)


class World:
    """A component with everything it imports."""

    def __init__(self, engine: Engine, component: Component) -> None:
        self._engine = engine
        self._component = component
        self._calls = threading.local()
        self._wasi = Wasi(self._printed)
        self._functions = self._host_functions()
        self._linker = self._link()
        self._entries = self._exports()

    def run(self, task: Task) -> Iterator[bytes]:
        """Call the export that the header asks for, and yield what the guest has emitted.

        Raises:
            GuestAnsweredError, BudgetExceeded, GuestTrapped, GuestRefused
        """
        running = Running(task)
        self._calls.running = running
        try:
            entry = self._entries.get(_asked(task.header)) or self._entries["run"]
            error = running.call(self._engine, self._linker, self._component, entry)
        finally:
            del self._calls.running
        if error is not None:
            raise _answered(error)
        yield from running.out

    def _exports(self) -> dict[str, Entry]:
        found: dict[str, Entry] = {}
        for name, extern in self._component.type.exports(self._engine).items():
            index = self._component.get_export_index(name)
            if name in _SIGNATURES and index is not None:
                if _signature(extern.ty) != _SIGNATURES[name]:
                    raise _unlike_the_world(name)
                found[name] = Entry(name, index)
        if "run" not in found:
            raise _unlike_the_world("run")
        return found

    def _link(self) -> Linker:
        linker = Linker(self._engine)
        with linker.root() as root:
            for name, extern in self._component.type.imports(self._engine).items():
                kind = extern.ty
                if not isinstance(kind, ComponentInstanceType):
                    raise GuestRefused(f"The component imports {name}, which no guest is given.")
                with root.add_instance(name) as instance:
                    self._define(name, kind, instance)
        return linker

    def _define(self, name: str, kind: ComponentInstanceType, instance: LinkerInstance) -> None:
        if name.startswith("wasi:"):
            self._wasi.define(self._engine, name, kind, instance)
            return
        interface = name.partition("@")[0].removeprefix("penstock:node/")
        for export, extern in kind.exports(self._engine).items():
            function = self._functions.get(f"{interface}.{export}")
            if function is None or not isinstance(extern.ty, FuncType):
                raise GuestRefused(f"The component imports {name}#{export}, which does not exist.")
            instance.add_func(export, function)

    def _host_functions(self) -> dict[str, Callable[..., Any]]:
        guarded = self._guarded
        functions: dict[str, Callable[..., Any]] = {
            "items.next": guarded(Running.next_chunk),
            "items.emit": guarded(Running.emit),
            "host.call": guarded(Running.ask),
            "notes.log": guarded(Running.log),
            "notes.progress": guarded(Running.progress),
            "ambient.now": _now_ms,
            "ambient.random": self._wasi.random,
        }
        for interface, names in _REQUESTS.items():
            for function, request in names.items():
                functions[f"{interface}.{function}"] = guarded(_single(request))
        return functions

    def _guarded(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Keep what a host function raises, as the engine would make a text of it."""

        def call(_store: Any, *arguments: Any) -> Any:
            running: Running = self._calls.running
            try:
                return function(running, *arguments)
            except Exception as error:  # noqa: BLE001  raised again by `Running.call`
                running.raised = error
                raise WasmtimeError("a host function failed") from None

        return call

    def _printed(self, level: str, data: bytes) -> None:
        running: Running = self._calls.running
        running.print(level, data)


def _now_ms(_store: Any) -> int:
    return time.time_ns() // 1_000_000


def _single(name: str) -> Callable[[Running, str], Variant]:
    def call(running: Running, arguments: str) -> Variant:
        _need_one_value(arguments)
        answers = running.ask(f'[{{"name":"{name}","arguments":{arguments}}}]')
        [answer] = _ANSWERS.decode(answers)
        if answer.error:
            return Variant("err", bytes(answer.error).decode())
        return Variant("ok", bytes(answer.ok).decode())

    return call


def _need_one_value(text: str) -> None:
    """Refuse what would end the request it is put into, and begin another."""
    try:
        _VALUE.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise GuestTrapped("The guest sent a request that is not JSON.") from error


class Running:
    """One call: its Store, and what its host functions do."""

    def __init__(self, task: Task) -> None:
        self.out: list[bytes] = []
        self.raised: Exception | None = None
        self._task = task
        self._unfinished: dict[str, bytes] = {}
        self._store: Store | None = None
        self._deadline = 0.0

    def call(
        self, engine: Engine, linker: Linker, component: Component, entry: Entry
    ) -> str | None:
        """Run to the end; the guest's own error, if it answered with one."""
        budget = self._task.budget
        with Store(engine) as store:
            self._store = store
            store.set_fuel(budget.fuel)
            store.set_limits(memory_size=budget.memory_bytes, **_LIMITS)
            self._deadline = time.monotonic() + budget.wall_s
            store.set_epoch_deadline(_ticks(budget.wall_s))
            try:
                error = self._settle(entry, self._enter(store, linker, component, entry))
            except WasmtimeError as stop:
                raise self._reason(stop, store) from None
            except (TypeError, ValueError, AssertionError) as unfit:
                # The bindings could not turn an answer into what the component declared.
                raise GuestTrapped(f"A host function was called wrongly: {unfit}") from unfit
            finally:
                self._task.spent.fuel += budget.fuel - store.get_fuel()
                self._store = None
                self._finish_lines()
        return error

    def _enter(self, store: Store, linker: Linker, component: Component, entry: Entry) -> Any:
        try:
            instance = linker.instantiate(store, component)
        except WasmtimeError as error:
            raise self._not_started(error) from None
        function = instance.get_func(store, entry.place)
        if function is None:
            raise _unlike_the_world(entry.name)
        arguments = () if entry.name == "describe" else (self._task.header.decode(),)
        return function(store, *arguments)

    def _settle(self, entry: Entry, answer: Any) -> str | None:
        """Take in what an export returned; the guest's own error, if it was one."""
        if entry.name == "run":
            return cast("str | None", answer)
        if isinstance(answer, Variant) and answer.tag == "err":
            return cast("str", answer.payload)
        self.emit(cast("str", answer.payload if isinstance(answer, Variant) else answer))
        return None

    def _not_started(self, error: WasmtimeError) -> Exception:
        text = str(error)
        if "memory minimum size" in text:
            return _memory_exceeded(self._task.budget.memory_bytes)
        if "wasm trap" in text or "wasm backtrace" in text or self.raised is not None:
            return error  # its own start function ran, and failed
        return GuestRefused(f"The component does not fit its world: {text[:500]}")

    def _reason(self, error: WasmtimeError, store: Store) -> Exception:
        if self.raised is not None:
            return self.raised
        text, budget = str(error), self._task.budget
        if store.get_fuel() == 0:
            return BudgetExceeded(
                "fuel",
                f"The code used up its {budget.fuel:,} units of computing.",
                hint="Look for a loop that does not end, or raise the node's fuel limit.",
            )
        if "interrupt" in text:  # time passes for guests by ticks, which may come in a bunch
            return BudgetExceeded(
                "wall",
                f"The code ran for more than {budget.wall_s:g} s.",
                hint="Look for a loop that does not end, or raise the node's time limit.",
            )
        if "call stack exhausted" in text:
            return GuestTrapped(
                "The guest nested calls or data too deeply.",
                hint="Look for a function that calls itself without end, or for very deep data.",
            )
        return GuestTrapped(f"The guest was stopped: {_last_line(text)}")

    def next_chunk(self) -> str | None:
        chunk = next(self._task.chunks, None)
        return None if chunk is None else chunk.decode()

    def emit(self, chunk: str) -> None:
        body = chunk.encode()
        spent, limit = self._task.spent, self._task.budget.output_bytes
        spent.output_bytes += len(body)
        if spent.output_bytes > limit:
            raise BudgetExceeded(
                "output",
                f"The code returned more than {limit:,} bytes.",
                hint="Return fewer or smaller items, or raise the node's output limit.",
            )
        self.out.append(body)

    def ask(self, requests: str) -> str:
        if self._task.channel is None:
            raise GuestRefused(
                "The guest asked its host for something, and was given no host functions.",
                hint="Grant the package what its manifest asks for.",
            )
        started = time.monotonic()
        answers = self._task.channel.host(requests.encode())
        self._extend(time.monotonic() - started)
        return answers.decode()

    def _extend(self, waited_s: float) -> None:
        """The compute clock stands still while the host answers."""
        self._deadline += waited_s
        if self._store is not None:
            self._store.set_epoch_deadline(_ticks(self._deadline - time.monotonic()))

    def log(self, line: str) -> None:
        self._note("log", line.encode())

    def progress(self, state: str) -> None:
        self._note("progress", state.encode())

    def print(self, level: str, data: bytes) -> None:
        *lines, rest = (self._unfinished.get(level, b"") + data).split(b"\n")
        self._unfinished[level] = rest[-_MAX_LINE:]
        for line in lines:
            self._log_line(level, line)

    def _finish_lines(self) -> None:
        for level, line in self._unfinished.items():
            if line:
                self._log_line(level, line)

    def _log_line(self, level: str, line: bytes) -> None:
        body = {"level": level, "message": line.decode("utf-8", "replace")}
        self._note("log", msgspec.json.encode(body))

    def _note(self, kind: str, body: bytes) -> None:
        if self._task.channel is not None:
            self._task.channel.note(kind, body)


_MAX_LINE = 1 << 14


def _asked(header: bytes) -> str:
    """The export that a call is for. `kind` stands first in a header, so that nobody decodes it."""
    kind = header[: len(_KIND) + 10].removeprefix(_KIND).partition(b'"')[0]
    return kind.decode("ascii", "replace")


_KIND = b'{"kind":"'


def _signature(kind: Any) -> str:
    if not isinstance(kind, FuncType):
        return "no function"
    parameters = ", ".join(_type_name(one) for _, one in kind.params)
    return f"({parameters}) -> {_type_name(kind.result)}"


def _type_name(kind: Any) -> str:
    if isinstance(kind, String):
        return "string"
    if isinstance(kind, ResultType):
        return f"result<{_type_name(kind.ok)}, {_type_name(kind.err)}>"
    return "_" if kind is None else type(kind).__name__


def _unlike_the_world(name: str) -> GuestRefused:
    return GuestRefused(
        f"The component does not export {name} as the world has it.",
        hint="Build it for the world penstock:node/node@1.0.0.",
    )


def _ticks(seconds: float) -> int:
    return max(1, int(seconds / EPOCH_TICK_S) + 1)


def _memory_exceeded(limit: int) -> BudgetExceeded:
    return BudgetExceeded(
        "memory",
        f"The code needs more than its {limit:,} bytes of memory.",
        hint="Work on fewer items at a time, or raise the node's memory limit.",
    )


def _answered(error: str) -> Exception:
    body = error.encode()
    if body.startswith(_OUT_OF_MEMORY):
        return BudgetExceeded(
            "memory",
            "The code used up its memory.",
            hint="Work on fewer items at a time, or raise the node's memory limit.",
        )
    return GuestAnsweredError(body)


def _last_line(text: str) -> str:
    return text.strip().rpartition("\n")[2].strip()[:300]
