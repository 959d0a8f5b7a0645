"""Compiles a stranger's component: `python -I -m penstock_sandbox.runners.compiler SOURCE TARGET`.

The rules:

* The process walls itself in like a runner before it reads the component. It may start threads
  and write into the one file it was given.
* A component is judged by its names before it is compiled.
* What it makes is native code for a runner, never loaded into the process of the server.
"""

from __future__ import annotations

import os
import sys
from typing import Final

import wasmtime
from wasmtime import component

from penstock_sandbox.errors import GuestRefused
from penstock_sandbox.guests.component import check_component
from penstock_sandbox.guests.engine import make_engine
from penstock_sandbox.runners.compilation import REFUSED, WASM_BYTES
from penstock_sandbox.runners.failures import failure_bytes
from penstock_sandbox.walls import seccomp
from penstock_sandbox.walls.syscalls import write_all
from penstock_sandbox.walls.walls import (
    Plan,
    allocated_bytes,
    can_give_users,
    raise_family_walls,
    raise_walls,
)

_NATIVE_BYTES: Final = 512 << 20
_MEMORY_BYTES: Final = 2 << 30


def main(source: int, target: int) -> int:
    """Compile from one descriptor to the other, walled in."""
    engine = make_engine()
    raise_family_walls()
    plan = Plan(
        keep=frozenset({source, target}),
        data_bytes=allocated_bytes() + _MEMORY_BYTES,
        number=os.getpid() if can_give_users() else None,
        file_bytes=_NATIVE_BYTES,
        syscalls=seccomp.COMPILER,
    )
    raise_walls(plan)
    try:
        wasm = os.pread(source, WASM_BYTES, 0)
        check_component(wasm)
        native = bytes(component.Component(engine, wasm).serialize())
    except (GuestRefused, wasmtime.WasmtimeError) as error:
        write_all(target, failure_bytes(_as_refusal(error)))
        return REFUSED
    write_all(target, native)
    return 0


def _as_refusal(error: Exception) -> GuestRefused:
    if isinstance(error, GuestRefused):
        return error
    return GuestRefused(
        f"This is not a component that may run here: {error}",
        hint="Build it for WASI 0.2 without threads, exceptions, GC or 64-bit memories.",
    )


if __name__ == "__main__":
    os._exit(main(int(sys.argv[1]), int(sys.argv[2])))
