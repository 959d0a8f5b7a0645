"""Bake the JavaScript guest's two images: run as `python sandbox/guests/build_javascript.py`.

QuickJS is started once, evaluates the libraries and our sources, and its memory then becomes the
data segments of a new module, so that making a VM is no more than copying pages. Nothing is done
when no input has changed.
"""

from __future__ import annotations

import hashlib
import os
import runpy
import struct
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import wasmtime

from penstock_sandbox.guests.engine import GUESTS, make_engine
from penstock_sandbox.guests.quickjs import BUFFER_BYTES, DIALECT, FACTS, FACTS_AT, link

HERE = Path(__file__).resolve().parent
SOURCES = HERE / "javascript"
PACKAGES = HERE / "node_modules"
LIBRARIES = {
    "luxon": PACKAGES / "luxon/build/global/luxon.min.js",
    "jmespath": PACKAGES / "jmespath/jmespath.js",
}
QUICKJS = PACKAGES / "quickjs-wasi/quickjs.wasm"

#: What the host calls; all other exports are removed.
KEPT = (
    "memory",
    "JS_NewStringLen",
    "JS_Call",
    "JS_FreeValue",
    "JS_ToCStringLen2",
    "JS_FreeCString",
    "JS_ExecutePendingJob",
    "JS_GetException",
    "qjs_get_true",
    "qjs_get_false",
    "wasm_malloc",
    "wasm_free",
)
#: Sources that only one image gets.
ONLY_IN = {"expressions.js": "expression", "freeze.js": "expression", "code.js": "javascript"}
#: Sources that belong to a name in `ORDER` and come before it.
BEFORE = {"random.js": ("failures.js",), "code.js": ("requests.js", "buffer.js", "modules.js")}

#: Of QuickJS's own stack, in linear memory; deeper recursion is an error in the guest.
STACK_BYTES = 352 << 10
#: Garbage in cycles is looked for when this much was allocated; most VMs end before.
GC_THRESHOLD_BYTES = 24 << 20

_CUSTOM_SECTION = 0
_PAGE = 4096
_WASM_PAGE = 1 << 16

Export = TypeVar("Export", wasmtime.Func, wasmtime.Memory, wasmtime.Global)


class BuildFailed(Exception):
    """An input is missing, or a source does not evaluate."""


class Builder:
    """A running QuickJS that is going to be an image."""

    def __init__(self, engine: wasmtime.Engine, module: wasmtime.Module) -> None:
        self._store = wasmtime.Store(engine)
        self._store.set_fuel(1 << 60)
        self._store.set_epoch_deadline(1 << 40)
        linker = wasmtime.Linker(engine)
        link(linker, clock=lambda _id: 0, host_call=lambda *_: 0)
        self._exports = linker.instantiate(self._store, module).exports(self._store)
        self.call("_initialize")
        self.call("qjs_init")
        self.call("qjs_set_max_stack_size", STACK_BYTES)
        self.call("qjs_set_gc_threshold", GC_THRESHOLD_BYTES)
        self._define_host_function()

    def call(self, name: str, *arguments: int) -> int:
        result = self._export(name, wasmtime.Func)(self._store, *arguments)
        return result if isinstance(result, int) else 0

    def _define_host_function(self) -> None:
        """Give the sources the one function that calls the host while they run."""
        name = "__penstock_note"
        at = self.text(name)
        function = self.call("qjs_new_host_function", at, len(name), 0)
        self.call("qjs_set_prop_string", self.call("qjs_get_global"), at, function)

    @property
    def memory(self) -> wasmtime.Memory:
        return self._export("memory", wasmtime.Memory)

    def read(self, at: int, size: int) -> bytes:
        return bytes(self.memory.read(self._store, at, at + size))

    def write(self, at: int, content: bytes) -> None:
        self.memory.write(self._store, content, at)

    def text(self, content: str) -> int:
        encoded = content.encode()
        at = self.call("wasm_malloc", len(encoded) + 1)
        self.write(at, encoded + b"\0")
        return at

    def evaluate(self, name: str, source: str) -> int:
        """Evaluate a source and return a handle of its value."""
        code, file = self.text(source), self.text(f"penstock:{name}")
        handle = self.call("qjs_eval", code, len(source.encode()), file, 0)
        self.call("wasm_free", code)
        self.call("wasm_free", file)
        if self.call("qjs_is_exception", handle):
            raise BuildFailed(f"{name}: {self._exception()}")
        return handle

    def _exception(self) -> str:
        error = self.call("qjs_get_exception")
        stack = self.call("qjs_get_prop_string", error, self.text("stack"))
        return f"{self._string(error)}\n{self._string(stack)}"

    def _string(self, handle: int) -> str:
        at = self.call("qjs_get_string", handle)
        return self.read(at, 4096).split(b"\0", 1)[0].decode(errors="replace")

    def value(self, handle: int) -> int:
        """Return the engine's own representation of a handle's value."""
        return int(struct.unpack("<q", self.read(handle, 8))[0])

    def snapshot(self) -> bytes:
        """Return the memory, without what calls have left on the stack (it grows down to 0)."""
        stack = self.stack_pointer()
        facts = self.read(FACTS_AT, FACTS.size)
        clean = bytes(FACTS_AT) + facts + bytes(stack - FACTS_AT - len(facts))
        return clean + self.read(stack, self.memory.data_len(self._store) - stack)

    def stack_pointer(self) -> int:
        return int(self._export("__stack_pointer", wasmtime.Global).value(self._store))

    def _export(self, name: str, kind: type[Export]) -> Export:
        found = self._exports[name]
        if not isinstance(found, kind):
            raise BuildFailed(f"QuickJS exports {name} as something else than {kind.__name__}.")
        return found


def main() -> None:
    """Build what has changed."""
    inputs = b"".join(_inputs())
    stamp = hashlib.sha256(inputs).hexdigest()
    for kind in ("expression", "javascript"):
        target = GUESTS / f"{kind}.wasm"
        note = GUESTS / f"{kind}.stamp"
        if target.exists() and note.exists() and note.read_text() == stamp:
            continue
        GUESTS.mkdir(exist_ok=True)
        part = target.with_suffix(f".{os.getpid()}.part")
        part.write_bytes(build(kind))
        part.replace(target)
        note.write_text(stamp)
        sys.stdout.write(f"built {target.name}, {target.stat().st_size >> 10} KB\n")


def build(kind: str) -> bytes:
    """Return the image `expression` or `javascript` as a module."""
    engine = make_engine()
    binary = QUICKJS.read_bytes()
    builder = Builder(engine, wasmtime.Module(engine, binary))
    before = builder.stack_pointer()
    for name, source in _sources(kind):
        if name == "freeze.js":  # it takes away the way to the namespace
            break
        builder.evaluate(name, source)
    dispatch = builder.value(builder.evaluate("door", "globalThis.__penstock.dispatch"))
    if kind == "expression":
        builder.evaluate("freeze.js", (SOURCES / "freeze.js").read_text())
    else:
        builder.evaluate("close", "delete globalThis.__penstock")
    builder.call("qjs_run_gc")
    facts = FACTS.pack(
        DIALECT,
        builder.call("qjs_get_runtime_ptr"),
        builder.call("qjs_get_context_ptr"),
        builder.call("wasm_malloc", BUFFER_BYTES),
        dispatch,
    )
    if any(builder.read(FACTS_AT, len(facts))):
        raise BuildFailed("QuickJS uses the memory where the image's facts go.")
    builder.write(FACTS_AT, facts)
    if builder.stack_pointer() != before:
        raise BuildFailed("QuickJS did not come back to the bottom of its stack.")
    return _bake(binary, builder.snapshot())


def _inputs() -> Iterator[bytes]:
    files = [QUICKJS, *LIBRARIES.values(), HERE / "zones.py", *sorted(SOURCES.iterdir())]
    files += [Path(__file__), Path(sys.modules["penstock_sandbox.guests.quickjs"].__file__ or "")]
    for path in files:
        if path.is_file():
            yield path.name.encode() + hashlib.sha256(path.read_bytes()).digest()
        elif PACKAGES in path.parents:
            raise BuildFailed(f"{path} is missing: run `npm ci` in {HERE}.")


def _sources(kind: str) -> Iterator[tuple[str, str]]:
    """Yield name and text of each source of an image, in the order that `ORDER` gives."""
    for name in (SOURCES / "ORDER").read_text().split():
        if ONLY_IN.get(name, kind) != kind:
            continue
        if name == "zones":
            yield from _zones()
        elif name in LIBRARIES:
            yield name, _library(name)
        else:
            for part in (*BEFORE.get(name, ()), name):
                if (SOURCES / part).is_file():
                    yield part, (SOURCES / part).read_text()


def _library(name: str) -> str:
    """Wrap a library, as a `var` of a script would be a global that nobody can take away."""
    share = f"(globalThis.__penstock ??= {{}}).{name} = globalThis.{name} = {name};"
    return f"(function () {{ {LIBRARIES[name].read_text()}\n;{share} }}).call(globalThis)"


def _zones() -> Iterator[tuple[str, str]]:
    path = HERE / "zones.py"
    if not path.is_file():
        return
    yield "zones", str(runpy.run_path(str(path))["zones_javascript"]())


def _bake(binary: bytes, memory: bytes) -> bytes:
    """Return the module with `memory` as its data and without the exports that nobody calls."""
    segments = list(_segments(memory))
    out = bytearray(binary[:8])
    rewrite: dict[int, Callable[[bytes], bytes]] = {
        5: lambda body: _memory_section(body, len(memory) // _WASM_PAGE),
        7: _export_section,
        11: lambda _: _unsigned(len(segments)) + b"".join(map(_data_segment, segments)),
        12: lambda _: _unsigned(len(segments)),
    }
    for section, body in _sections(binary):
        if section != _CUSTOM_SECTION:  # names and other notes
            new = rewrite.get(section, bytes)(body)
            out += bytes([section]) + _unsigned(len(new)) + new
    return bytes(out)


def _segments(memory: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the runs of pages that are not all zero."""
    start: int | None = None
    for at in range(0, len(memory) + _PAGE, _PAGE):
        used = any(memory[at : at + _PAGE])
        if used and start is None:
            start = at
        elif not used and start is not None:
            yield start, memory[start:at]
            start = None


def _sections(binary: bytes) -> Iterator[tuple[int, bytes]]:
    at = 8
    while at < len(binary):
        size, body = _read_unsigned(binary, at + 1)
        yield binary[at], binary[body : body + size]
        at = body + size


def _memory_section(body: bytes, pages: int) -> bytes:
    count, at = _read_unsigned(body, 0)
    if count != 1:
        raise BuildFailed(f"QuickJS has {count} memories, expected one.")
    flags = body[at]
    _, rest = _read_unsigned(body, at + 1)
    return _unsigned(1) + bytes([flags]) + _unsigned(pages) + body[rest:]


def _export_section(body: bytes) -> bytes:
    count, at = _read_unsigned(body, 0)
    kept: list[bytes] = []
    for _ in range(count):
        size, name = _read_unsigned(body, at)
        _, end = _read_unsigned(body, name + size + 1)
        if body[name : name + size].decode() in KEPT:
            kept.append(body[at:end])
        at = end
    if len(kept) != len(KEPT):
        raise BuildFailed("This QuickJS does not export what the host calls.")
    return _unsigned(len(kept)) + b"".join(kept)


def _data_segment(segment: tuple[int, bytes]) -> bytes:
    at, content = segment
    return b"\0\x41" + _signed(at) + b"\x0b" + _unsigned(len(content)) + content


def _read_unsigned(binary: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = binary[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def _unsigned(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def _signed(value: int) -> bytes:
    out = bytearray()
    while not -64 <= value < 64:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value & 127)
    return bytes(out)


if __name__ == "__main__":
    main()
