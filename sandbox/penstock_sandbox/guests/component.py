"""The component guest: nodes as WebAssembly components of the world `penstock:node/node@1.0.0`.

The rules:

* A component imports interfaces of that world and of WASI 0.2, and nothing else; `check_component`
  judges that from its names, before anything is compiled.
* Each call has a Store of its own, thrown away after it.
* Without a channel there are no host functions: whatever is asked is refused.
* Native code comes from our own compiler, never from a package.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator

from wasmtime import Engine, WasmtimeError
from wasmtime.component import Component

from penstock_sandbox.errors import GuestRefused
from penstock_sandbox.guests.component_format import read_names
from penstock_sandbox.guests.component_world import WORLD_INTERFACES, World
from penstock_sandbox.guests.guest import Task

#: Of WASI 0.2; there is no http, no key-value store and no configuration in it.
_WASI_PACKAGES = ("cli", "clocks", "filesystem", "io", "random", "sockets")
_EXPORTS = ("describe", "run", "options")
_MAX_LOADED = 8


class ComponentDriver:
    """Runs components; the ones used last stay loaded."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._loaded: OrderedDict[bytes, World] = OrderedDict()

    def run(self, task: Task) -> Iterator[bytes]:
        """See `penstock_sandbox.guests.guest.Driver`.

        Raises:
            GuestAnsweredError, BudgetExceeded, GuestTrapped, GuestRefused
        """
        yield from self._world(task.component).run(task)

    def release(self, vm: str) -> None:
        """Nothing outlives a call."""

    def _world(self, code: bytes) -> World:
        world = self._loaded.pop(code, None) or self._load(code)
        self._loaded[code] = world
        if len(self._loaded) > _MAX_LOADED:
            self._loaded.popitem(last=False)
        return world

    def _load(self, code: bytes) -> World:
        try:
            return World(self._engine, Component.deserialize(self._engine, code))
        except WasmtimeError as error:
            raise GuestRefused(
                "The component's native code was not made by this version of the engine.",
                hint="Prepare the component again.",
            ) from error


def check_component(wasm: bytes) -> None:
    """Judge what a component imports and exports, without compiling it.

    Raises:
        GuestRefused: It is no component, lacks an export, or imports what no guest is given.
    """
    names = read_names(wasm)
    if refused := [name for name in names.imports if not _is_given(name)]:
        raise GuestRefused(
            f"The component imports {', '.join(sorted(refused)[:5])}, which no guest is given.",
            hint="A component may import WASI 0.2 and the interfaces of penstock:node@1.0.0.",
        )
    if missing := [name for name in _EXPORTS if name not in names.exports]:
        raise GuestRefused(
            f"The component does not export {', '.join(missing)}.",
            hint="Build it for the world penstock:node/node@1.0.0.",
        )


def _is_given(name: str) -> bool:
    path, _, version = name.partition("@")
    package, _, interface = path.partition("/")
    if package == "penstock:node":
        return interface in WORLD_INTERFACES and version.startswith("1.")
    namespace, _, part = package.partition(":")
    return namespace == "wasi" and part in _WASI_PACKAGES and version.startswith("0.2.")
