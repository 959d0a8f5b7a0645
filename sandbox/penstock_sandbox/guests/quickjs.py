"""A running QuickJS image: the few raw calls that cross into it, and what it imports.

Calls go through wasmtime's unchecked entry with one reused argument array, because the checked
wrapper costs more than most expressions. What makes that sound: the signatures below are those of
the image that our own build made, and every pointer that comes out of the guest is checked against
the size of its memory before it is used.
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Callable
from importlib import import_module
from typing import Any, Final

import wasmtime

from penstock_sandbox.errors import GuestRefused

#: Where an image keeps its facts, below everything that the C program uses:
#: dialect, runtime, context, buffer, the dispatch function.
FACTS: Final = struct.Struct("<IIIIq")
FACTS_AT: Final = 64
DIALECT: Final = 0x504E5301
#: Room for what is sent into the guest; what is longer gets its own allocation.
BUFFER_BYTES: Final = 1 << 20

#: wasmtime's own binding of its C interface; it is not typed, and neither are what the classes
#: below keep to themselves.
ffi: Any = import_module("wasmtime._ffi")
_unchecked: Any = ffi.wasmtime_func_call_unchecked
_pointer: Any = ctypes.POINTER
_trap_pointer: Any = _pointer(ffi.wasm_trap_t)
_trap_class: Any = wasmtime.Trap
_error_class: Any = wasmtime.WasmtimeError

_Import = Callable[..., int | None]

_HEAD: Final = 32  # of the buffer: arguments and lengths
_SCRATCH: Final = 16
_ARGUMENTS: Final = struct.Struct("<qq")
_EXCEPTION_TAG: Final = 6
_UNDEFINED: Final = 3 << 32
_ERRNO_NOSYS: Final = 52


class Stopped(Exception):
    """WebAssembly stopped the guest; `code` says why, or is None for a reason of ours."""

    def __init__(self, code: wasmtime.TrapCode | None, message: str) -> None:
        super().__init__(message)
        self.code = code


class Thrown(Exception):
    """The dispatcher itself threw: no memory or no stack was left for it."""


def link(
    linker: wasmtime.Linker,
    *,
    clock: Callable[[int], int],
    host_call: Callable[..., int],
) -> None:
    """Define everything that QuickJS imports; only the two given functions do anything."""
    i32, i64 = wasmtime.ValType.i32(), wasmtime.ValType.i64()

    def define(name: str, parameters: list[Any], results: list[Any], do: _Import) -> None:
        module = "env" if name.startswith("host_") else "wasi_snapshot_preview1"
        linker.define_func(module, name, wasmtime.FuncType(parameters, results), do)

    def refuse(*_: int) -> int:
        return _ERRNO_NOSYS

    def nothing(*_: int) -> int:
        return 0

    def clock_time_get(caller: wasmtime.Caller, clock_id: int, _: int, at: int) -> int:
        memory = caller["memory"]
        at &= 0xFFFFFFFF
        if not isinstance(memory, wasmtime.Memory) or at + 8 > memory.data_len(caller):
            return _ERRNO_NOSYS
        memory.write(caller, clock(clock_id).to_bytes(8, "little"), at)
        return 0

    define("host_get_timezone_offset", [i32, i32], [i32], nothing)
    define("host_interrupt", [], [i32], nothing)
    define("host_promise_rejection", [i32, i32, i32], [], lambda *_: None)
    define("host_module_normalize", [i32, i32], [i32], nothing)
    define("host_module_load", [i32, i32], [i32], nothing)
    define("host_call", [i32] * 5, [i32], host_call)
    define("fd_close", [i32], [i32], refuse)
    define("fd_fdstat_get", [i32, i32], [i32], refuse)
    define("fd_seek", [i32, i64, i32, i32], [i32], refuse)
    define("fd_write", [i32] * 4, [i32], refuse)
    define("random_get", [i32, i32], [i32], refuse)
    linker.define_func(
        "wasi_snapshot_preview1",
        "clock_time_get",
        wasmtime.FuncType([i32, i64, i32], [i32]),
        clock_time_get,
        access_caller=True,
    )


class Oversized(Exception):
    """The answer is larger than there is room for; it was not copied."""


class Machine:
    """One instance of an image."""

    def __init__(
        self, pre: wasmtime.InstancePre, engine: wasmtime.Engine, memory_bytes: int
    ) -> None:
        self.store = wasmtime.Store(engine)
        self.store.set_limits(
            memory_size=memory_bytes, table_elements=20_000, instances=1, tables=1, memories=1
        )
        self.limit = memory_bytes
        self.refill(1 << 40, 1 << 40)
        try:
            instance: Any = pre.instantiate(self.store)
        except (wasmtime.WasmtimeError, wasmtime.Trap) as error:
            raise Stopped(None, str(error)) from error
        store: Any = self.store
        self._instance = instance._instance  # noqa: SLF001
        self._context = store._context()  # noqa: SLF001
        self._raw = (ffi.wasmtime_val_raw_t * 8)()
        self._nested = (ffi.wasmtime_val_raw_t * 8)()
        self._functions: dict[str, Any] = {}  # a reference keeps what it refers to alive
        self._memory = self._export("memory").of.memory
        self._memory_ref = ctypes.byref(self._memory)
        dialect, self._runtime, self._js, self._buffer, self._dispatch = FACTS.unpack(
            self.read(FACTS_AT, FACTS.size)
        )
        if dialect != DIALECT:
            raise GuestRefused(
                "The JavaScript image was built for another version of the sandbox.",
                hint="Run `make setup`, which builds it again.",
            )

    def refill(self, fuel: int, ticks: int) -> None:
        """Set what may be spent from now on."""
        self.store.set_fuel(fuel)
        self.store.set_epoch_deadline(ticks)

    def fuel_left(self) -> int:
        return self.store.get_fuel()

    def memory_size(self) -> int:
        return int(ffi.wasmtime_memory_data_size(self._context, self._memory_ref))

    def dispatch(self, operation: int, body: bytes | None, room: int) -> tuple[int, bytes]:
        """Call into the guest; its answer's first character and the rest, of at most `room` bytes.

        Raises:
            Oversized: The answer does not fit.
            Stopped: WebAssembly stopped it.
            Thrown: It had no memory or stack left to answer.
        """
        text = _UNDEFINED if body is None else self._new_string(body)
        self.write(self._buffer, _ARGUMENTS.pack(operation, text))
        result = self._call("JS_Call", self._js, self._dispatch, _UNDEFINED, 2, self._buffer)
        if body is not None:
            self._call("JS_FreeValue", self._js, text)
        if result >> 32 == _EXCEPTION_TAG:
            raise Thrown(self._exception())
        return self._take_text(result, room)

    def run_job(self) -> bool:
        """Run one pending promise job; whether there was one."""
        status = self._call("JS_ExecutePendingJob", self._runtime, self._buffer + _SCRATCH)
        status &= 0xFFFFFFFF
        if status >= 1 << 31:
            raise Thrown(self._exception())
        return status > 0

    def _new_string(self, body: bytes) -> int:
        size = len(body)
        fits = size + _HEAD < BUFFER_BYTES
        at = self._buffer + _HEAD if fits else self._call("wasm_malloc", size + 1) & 0xFFFFFFFF
        if not at:
            raise Thrown("out of memory")
        self.write(at, body + b"\0")
        text = self._call("JS_NewStringLen", self._js, at, size)
        if not fits:
            self._call("wasm_free", at)
        if text >> 32 == _EXCEPTION_TAG:
            raise Thrown(self._exception())
        return text

    def _take_text(self, value: int, room: int) -> tuple[int, bytes]:
        at, size = self._c_string(self._call, value)
        if size > room + 1:
            raise Oversized
        head, rest = self.read(at, 1)[0] if size else 0, self.read(at + 1, max(size - 1, 0))
        self._call("JS_FreeCString", self._js, at)
        self._call("JS_FreeValue", self._js, value)
        return head, rest

    def _c_string(self, call: Callable[..., int], value: int) -> tuple[int, int]:
        lengths = self._buffer + _SCRATCH
        at = call("JS_ToCStringLen2", self._js, lengths, value, 0) & 0xFFFFFFFF
        if not at:
            raise Thrown(self._exception())
        return at, int.from_bytes(self.read(lengths, 4), "little")

    def _exception(self) -> str:
        """Return the text of the pending exception, dropping it."""
        value = self._call("JS_GetException", self._js)
        lengths = self._buffer + _SCRATCH
        at = self._call("JS_ToCStringLen2", self._js, lengths, value, 0) & 0xFFFFFFFF
        if not at:
            return "out of memory"
        size = int.from_bytes(self.read(lengths, 4), "little")
        return self.read(at, size).decode(errors="replace")

    def arguments(self, count: int, at: int, room: int) -> list[bytes]:
        """Return the arguments of a host call that is going on, as texts.

        Raises:
            Oversized: One of them is longer than `room`.
        """
        texts: list[bytes] = []
        for index in range(min(count & 0xFFFFFFFF, 2)):
            handle = int.from_bytes(self.read((at & 0xFFFFFFFF) + 4 * index, 4), "little")
            value = int.from_bytes(self.read(handle, 8), "little")
            texts.append(self._argument(value, room))
        return texts

    def _argument(self, value: int, room: int) -> bytes:
        pointer, size = self._c_string(self._call_nested, value)
        if size > room:
            raise Oversized
        text = self.read(pointer, size)
        self._call_nested("JS_FreeCString", self._js, pointer)
        return text

    def truth(self, *, value: bool) -> int:
        """Return a handle of `true` or `false`, for a host call to answer with."""
        return self._call_nested("qjs_get_true" if value else "qjs_get_false")

    def read(self, at: int, size: int) -> bytes:
        """Copy out of the guest.

        Raises:
            Stopped: That is not inside its memory.
        """
        return ctypes.string_at(self._address(at, size), size)

    def write(self, at: int, content: bytes) -> None:
        """Copy into the guest."""
        ctypes.memmove(self._address(at, len(content)), content, len(content))

    def _address(self, at: int, size: int) -> int:
        if at < 0 or size < 0 or at + size > self.memory_size():
            raise Stopped(None, f"The guest named memory that it does not have: {at}+{size}.")
        base = ffi.wasmtime_memory_data(self._context, self._memory_ref)
        return int(ctypes.cast(base, ctypes.c_void_p).value or 0) + at

    def _export(self, name: str) -> Any:
        found = ffi.wasmtime_extern_t()
        encoded = name.encode()
        if not ffi.wasmtime_instance_export_get(
            self._context,
            ctypes.byref(self._instance),
            ctypes.create_string_buffer(encoded),
            len(encoded),
            ctypes.byref(found),
        ):
            raise Stopped(None, f"The image exports no {name}; it was built by something else.")
        return found

    def _call(self, name: str, *arguments: int) -> int:
        return self._enter(self._raw, name, arguments)

    def _call_nested(self, name: str, *arguments: int) -> int:
        return self._enter(self._nested, name, arguments)

    def _enter(self, raw: Any, name: str, arguments: tuple[int, ...]) -> int:
        function = self._functions.get(name)
        if function is None:
            found = self._export(name).of.func
            function = self._functions[name] = ctypes.byref(found)
        for index, argument in enumerate(arguments):
            raw[index].i64 = argument
        trap = _trap_pointer()
        error = _unchecked(self._context, function, raw, 8, ctypes.byref(trap))
        if error:
            raise Stopped(None, str(_error_class._from_ptr(error)))  # noqa: SLF001
        if trap:
            caught = _trap_class._from_ptr(trap)  # noqa: SLF001
            raise Stopped(caught.trap_code, caught.message)
        return int(raw[0].i64)
