"""Have a stranger's component compiled, in a process of its own; the server's side.

The rules:

* Fuel does not bound compiling: time, memory and output are bounded by the system.
* Nothing here looks into the component; `compiler.py` does, walled in.
* The native code comes back in an anonymous file that is sealed before anybody reads it.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import hashlib
import os
import subprocess
import sys
import tempfile
from typing import Final

from penstock_sandbox.errors import GuestRefused
from penstock_sandbox.runners.failures import failure_from
from penstock_sandbox.walls.syscalls import write_all

WASM_BYTES: Final = 64 << 20
#: Exit code of the compiler when its answer is a refusal.
REFUSED: Final = 3
_COMPILE_S: Final = 120.0
_LOOK_S: Final = 0.01

_ADD_SEALS: Final = 1033
_ALL_SEALS: Final = 0b1111


def component_key(wasm: bytes) -> str:
    """Name a component by its content."""
    return hashlib.sha256(wasm).hexdigest()


async def compile_component(wasm: bytes, *, limit_s: float = _COMPILE_S) -> int:
    """Return a descriptor of a sealed file with the component's native code.

    Raises:
        GuestRefused: It is too large, takes too long, or is nothing that may run here.
    """
    if len(wasm) > WASM_BYTES:
        raise GuestRefused(
            f"A component may have {WASM_BYTES:,} bytes; this one has {len(wasm):,}."
        )
    source, target = _anonymous_file("component"), _anonymous_file("native")
    try:
        write_all(source, wasm)
        code = await _run_compiler(source, target, limit_s)
        if code:
            raise _refusal(code, target)
        _seal(target)
    except BaseException:
        os.close(target)
        raise
    finally:
        os.close(source)
    return target


async def _run_compiler(source: int, target: int, limit_s: float) -> int:
    command = [
        sys.executable,
        "-I",
        "-m",
        "penstock_sandbox.runners.compiler",
        str(source),
        str(target),
    ]
    process = subprocess.Popen(  # noqa: ASYNC220, S603 - returns at once; our own program
        command,
        env={},
        cwd="/",
        stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=[source, target],
    )
    try:
        async with asyncio.timeout(limit_s):
            while (code := process.poll()) is None:  # noqa: ASYNC110 - no signal of ours to wait for
                await asyncio.sleep(_LOOK_S)
            return code
    except TimeoutError:
        raise GuestRefused(
            f"Compiling the component took longer than {limit_s:g} s.",
            hint="Build it smaller, or optimized for size.",
        ) from None
    finally:
        process.kill()
        process.wait()


def _refusal(code: int, target: int) -> GuestRefused:
    if code == REFUSED:
        error = failure_from(os.pread(target, 1 << 20, 0))
        return error if isinstance(error, GuestRefused) else GuestRefused(error.message)
    return GuestRefused(
        "The component could not be compiled within the limits of time and memory.",
        hint="Build it smaller, or optimized for size.",
    )


def _anonymous_file(name: str) -> int:
    if sys.platform == "linux":
        return os.memfd_create(name, os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


def _seal(descriptor: int) -> None:
    """Nobody may change it from here on, this process included."""
    with contextlib.suppress(OSError):
        fcntl.fcntl(descriptor, _ADD_SEALS, _ALL_SEALS)
