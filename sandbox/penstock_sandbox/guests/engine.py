"""The WebAssembly engine, and the private cache of the native code it made.

Rules of the cache, because loading native code is running it:

- A file is loaded only from our own directory, which nobody else may write, and only if
  it carries our seal: a MAC of its content under a key that lies beside it.
- Its name is derived from the engine's version and settings, the processor, and the content's hash,
  so that nothing stale is ever found.
- It appears by an atomic rename. What fails a check is compiled again, never repaired.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import platform
import secrets
import stat
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import wasmtime
from wasmtime import component

from penstock_sandbox.errors import GuestRefused

#: How often whoever drives an engine's epoch is expected to tick it.
EPOCH_TICK_S = 0.01

#: Where the guests that set-up builds are.
GUESTS = Path(__file__).parents[1] / "_guest"

#: Proposals and limits; part of the cache's key.
SETTINGS: dict[str, bool | int] = {
    "consume_fuel": True,
    "epoch_interruption": True,
    "wasm_component_model": True,
    "wasm_threads": False,
    "shared_memory": False,
    "wasm_memory64": False,
    "wasm_multi_memory": False,
    "wasm_exceptions": False,
    "wasm_stack_switching": False,
    "wasm_tail_call": False,
    "wasm_function_references": False,
    "wasm_gc": False,
    "gc_support": False,
    "wasm_relaxed_simd": False,
    "wasm_wide_arithmetic": False,
    "wasm_custom_page_sizes": False,
    "max_wasm_stack": 3 << 19,  # threads that run guests need a larger one of their own
}

_SEAL_BYTES = 32


def make_engine() -> wasmtime.Engine:
    """Make an engine with fuel, epochs and components, and off whatever no guest needs."""
    config = wasmtime.Config()
    for name, value in SETTINGS.items():
        setattr(config, name, value)
    return wasmtime.Engine(config)


def guest_path(name: str) -> Path:
    """Return where the built guest `name` (`expression`, `javascript`, `python`) is.

    Raises:
        GuestRefused: It was not built.
    """
    path = GUESTS / f"{name}.wasm"
    if not path.is_file():
        raise GuestRefused(
            f"The guest {name!r} is not built: {path} does not exist.",
            hint="Run `make setup`, which builds the guests.",
        )
    return path


def compiled_module(engine: wasmtime.Engine, wasm_path: Path) -> wasmtime.Module:
    """Load a core module's native code, compiling it where the cache has none."""
    path = compile_to_cache(engine, wasm_path.read_bytes(), kind="module")
    return wasmtime.Module.deserialize_file(engine, str(path))


def compiled_component(engine: wasmtime.Engine, wasm: Path | bytes) -> component.Component:
    """Load a component's native code, compiling it where the cache has none."""
    content = wasm if isinstance(wasm, bytes) else wasm.read_bytes()
    path = compile_to_cache(engine, content, kind="component")
    return component.Component.deserialize_file(engine, str(path))


def compile_to_cache(engine: wasmtime.Engine, wasm: bytes, *, kind: str) -> Path:
    """Make sure that the cache holds the native code of `wasm`, and return the file.

    Args:
        engine: One that `make_engine` made.
        wasm: The binary.
        kind: `module` or `component`.

    Raises:
        GuestRefused: It is not valid, or uses what this engine has turned off; or the cache
            cannot be used.
    """
    directory = cache_directory()
    path = directory / f"{_cache_key(wasm, kind)}.cwasm"
    try:
        key = _seal_key(directory)
        if not _is_sealed(path, key):
            _write_sealed(path, key, _compile(engine, wasm, kind))
    except OSError as error:
        raise _unusable(directory, error) from error
    return path


def cache_directory() -> Path:
    """Return the private directory for native code, made if it was missing.

    Raises:
        GuestRefused: Somebody else owns it or may write to it, or it cannot be made.
    """
    directory = _cache_root() / "native"
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = directory.lstat()
    except OSError as error:
        raise _unusable(directory, error) from error
    if stat.S_ISLNK(status.st_mode) or not _is_private(status):
        raise GuestRefused(
            f"The cache of compiled guests at {directory} is open to other users.",
            hint=f"Remove it, or run `chmod 700 {directory}` as its owner, "
            "or point PENSTOCK_CACHE_DIR elsewhere.",
        )
    return directory


def _unusable(directory: Path, error: OSError) -> GuestRefused:
    return GuestRefused(
        f"The cache of compiled guests at {directory} cannot be used: {error.strerror or error}.",
        hint="Let PENSTOCK_CACHE_DIR name a folder that the user of this process may write to.",
    )


def _cache_root() -> Path:
    if given := os.environ.get("PENSTOCK_CACHE_DIR"):
        return Path(given).absolute()
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache").absolute() / "penstock"


def _is_private(status: os.stat_result) -> bool:
    if os.name == "nt":
        return True  # profile directories are private by their access lists
    return status.st_uid == os.geteuid() and not status.st_mode & 0o077


def _cache_key(wasm: bytes, kind: str) -> str:
    settings = ",".join(f"{name}={value}" for name, value in sorted(SETTINGS.items()))
    about = f"{version('wasmtime')}|{kind}|{settings}|{_processor()}|"
    return hashlib.sha256(about.encode() + hashlib.sha256(wasm).digest()).hexdigest()


def _processor() -> str:
    """Name what native code depends on: a cache may be shared by unlike machines."""
    cpuinfo = Path("/proc/cpuinfo")
    if not cpuinfo.is_file():
        return f"{platform.machine()} {platform.processor()}"
    lines = cpuinfo.read_text(errors="replace").splitlines()
    flags = (line for line in lines if line.startswith(("flags", "Features")))
    return f"{platform.machine()} {next(flags, '')}"


def _compile(engine: wasmtime.Engine, wasm: bytes, kind: str) -> bytes:
    make: Callable[[wasmtime.Engine, bytes], wasmtime.Module | component.Component]
    make = component.Component if kind == "component" else wasmtime.Module
    try:
        return bytes(make(engine, wasm).serialize())
    except wasmtime.WasmtimeError as error:
        raise GuestRefused(
            f"This is not a WebAssembly {kind} that may run here: {error}",
            hint="Build it for WASI 0.2 without threads, exceptions, GC or 64-bit memories.",
        ) from error


def _seal_key(directory: Path) -> bytes:
    path = directory / "seal.key"
    if not path.exists():
        _write_atomically(path, secrets.token_bytes(_SEAL_BYTES))
    if not _is_private(path.lstat()):
        raise GuestRefused(
            f"The key of the cache of compiled guests, {path}, is open to other users.",
            hint="Remove the directory it is in; it is made again.",
        )
    return path.read_bytes()


def _is_sealed(path: Path, key: bytes) -> bool:
    seal = path.with_suffix(".seal")
    if not (path.is_file() and seal.is_file()):
        return False
    if path.is_symlink() or not _is_private(path.lstat()):
        return False
    return hmac.compare_digest(seal.read_bytes(), _seal(path, key))


def _seal(path: Path, key: bytes) -> bytes:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").digest()
    return hmac.digest(key, path.name.encode() + digest, "sha256")


def _write_sealed(path: Path, key: bytes, content: bytes) -> None:
    _write_atomically(path, content)
    _write_atomically(path.with_suffix(".seal"), _seal(path, key))


def _write_atomically(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    Path(name).replace(path)
