"""WASI 0.2 as guests get it: there is a clock and there is entropy, and nothing else.

These are our own functions, not the engine's WASI: no file, socket or waiting code of the engine is
reachable from a guest at all (`docs/adr/0010-wasi-of-the-python-guest.md`). The rules:

* What a runtime needs to start answers truthfully and emptily: no arguments, no environment, no
  directories, an input that has ended.
* What text is printed goes line by line to the step's log.
* Clocks tick in milliseconds. Nothing waits: a pollable is always ready.
* Opening a socket or looking up a name is denied, as an error that the guest can catch.
* Everything else ends the guest.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Protocol

from wasmtime import Engine, WasmtimeError
from wasmtime.component import (
    ComponentInstanceType,
    FuncType,
    LinkerInstance,
    Record,
    ResourceHost,
    ResourceType,
    Variant,
)

Function = Callable[..., Any]

_MAX_RANDOM_BYTES = 1 << 16
_WRITE_BYTES = 1 << 12
_MS_NS = 1_000_000


class Printer(Protocol):
    """Takes what a guest prints."""

    def __call__(self, level: str, data: bytes) -> None: ...


class Wasi:
    """The functions and the resource types; one per linker."""

    def __init__(self, printer: Printer) -> None:
        self._print = printer
        self._types: dict[str, tuple[int, ResourceType]] = {}
        self._functions = _ambient() | _denied() | self._streams()

    @staticmethod
    def random(store: Any) -> int:
        """64 bits of entropy."""
        return _random_u64(store)

    def define(
        self, engine: Engine, name: str, kind: ComponentInstanceType, at: LinkerInstance
    ) -> None:
        """Define the instance `name` (`wasi:io/poll@0.2.9`) as far as a component asks for it."""
        interface = name.partition("@")[0].removeprefix("wasi:")
        for export, extern in kind.exports(engine).items():
            is_resource = isinstance(extern.ty, ResourceType)
            if is_resource:
                at.add_resource(export, self._resource(export)[1], _dropped)
            elif isinstance(extern.ty, FuncType):
                function = self._functions.get(f"{interface}.{export}")
                at.add_func(export, function or _refusing(f"{name}#{export}"))

    def _resource(self, name: str) -> tuple[int, ResourceType]:
        if name not in self._types:
            number = len(self._types) + 1
            self._types[name] = number, ResourceType.host(number)
        return self._types[name]

    def _new(self, name: str, representation: int) -> ResourceHost:
        return ResourceHost.own(representation, self._resource(name)[0])

    def _hand_out(self, name: str, representation: int, _store: Any) -> ResourceHost:
        return self._new(name, representation)

    def _streams(self) -> dict[str, Function]:
        """Functions that hand out or take resources."""
        pollable = self._pollable
        stream = "io/streams.[method]output-stream"
        source = "io/streams.[method]input-stream"
        return {
            "cli/stdin.get-stdin": partial(self._hand_out, "input-stream", 0),
            "cli/stdout.get-stdout": partial(self._hand_out, "output-stream", 1),
            "cli/stderr.get-stderr": partial(self._hand_out, "output-stream", 2),
            "sockets/instance-network.instance-network": partial(self._hand_out, "network", 0),
            "clocks/monotonic-clock.subscribe-instant": pollable,
            "clocks/monotonic-clock.subscribe-duration": pollable,
            f"{stream}.subscribe": pollable,
            f"{source}.subscribe": pollable,
            "io/poll.poll": _all_ready,
            "io/poll.[method]pollable.ready": _ready,
            "io/poll.[method]pollable.block": _returned,
            f"{stream}.check-write": _room,
            f"{stream}.write": self._written,
            f"{stream}.blocking-write-and-flush": self._written,
            f"{stream}.flush": _flushed,
            f"{stream}.blocking-flush": _flushed,
            f"{source}.read": _ended,
            f"{source}.blocking-read": _ended,
        }

    def _pollable(self, store: Any, *arguments: Any) -> ResourceHost:
        _release(store, arguments)
        return self._new("pollable", 0)

    def _written(self, store: Any, stream: Any, data: bytes) -> Variant:
        number = stream.to_host(store).rep  # ends the borrow as well
        self._print("warning" if number == 2 else "info", data)
        return Variant("ok")


def _dropped(_store: Any, _representation: int) -> None:
    """Resources are numbers: there is nothing to give back."""


def _release(store: Any, arguments: Sequence[Any]) -> None:
    """End the borrow of each handle among the arguments; a guest traps where one is left."""
    for argument in arguments:
        if hasattr(argument, "drop"):
            argument.drop(store)


def _all_ready(store: Any, pollables: list[Any]) -> list[int]:
    _release(store, pollables)
    return list(range(len(pollables)))


def _ready(store: Any, pollable: Any) -> bool:
    _release(store, (pollable,))
    return True


def _returned(store: Any, *arguments: Any) -> None:
    _release(store, arguments)


def _room(store: Any, stream: Any) -> int:
    _release(store, (stream,))
    return _WRITE_BYTES


def _ended(store: Any, stream: Any, _size: int) -> None:
    """Say `closed`: the bindings lower None to that case, as the other two hold values."""
    _release(store, (stream,))


def _flushed(store: Any, stream: Any) -> Variant:
    _release(store, (stream,))
    return Variant("ok")


def _refusing(name: str) -> Function:
    def refuse(_store: Any, *_arguments: Any) -> None:
        raise WasmtimeError(f"a guest has no {name}")

    return refuse


def _ambient() -> dict[str, Function]:
    return {
        "random/random.get-random-bytes": _random_bytes,
        "random/random.get-random-u64": _random_u64,
        "random/insecure.get-insecure-random-bytes": _random_bytes,
        "random/insecure.get-insecure-random-u64": _random_u64,
        "random/insecure-seed.insecure-seed": _two_random_u64,
        "clocks/wall-clock.now": _wall_clock,
        "clocks/wall-clock.resolution": _resolution,
        "clocks/monotonic-clock.now": _monotonic_clock,
        "clocks/monotonic-clock.resolution": _monotonic_resolution,
        "cli/environment.get-environment": _nothing,
        "cli/environment.get-arguments": _nothing,
        "cli/environment.initial-cwd": _none,
        "cli/exit.exit": _exit,
        "cli/exit.exit-with-code": _exit,
        "cli/terminal-stdin.get-terminal-stdin": _none,
        "cli/terminal-stdout.get-terminal-stdout": _none,
        "cli/terminal-stderr.get-terminal-stderr": _none,
        "filesystem/preopens.get-directories": _nothing,
    }


def _denied() -> dict[str, Function]:
    return {
        "sockets/tcp-create-socket.create-tcp-socket": _deny,
        "sockets/udp-create-socket.create-udp-socket": _deny,
        "sockets/ip-name-lookup.resolve-addresses": _deny,
    }


def _deny(store: Any, *arguments: Any) -> str:
    _release(store, arguments)
    return "access-denied"


def _exit(_store: Any, _status: Any) -> None:
    raise WasmtimeError("it ended itself (exit)")


def _random_bytes(_store: Any, size: int) -> bytes:
    if size > _MAX_RANDOM_BYTES:
        raise WasmtimeError(f"a guest asked for {size} random bytes at once")
    return os.urandom(size)


def _random_u64(_store: Any) -> int:
    return int.from_bytes(os.urandom(8), "big")


def _two_random_u64(store: Any) -> tuple[int, int]:
    return _random_u64(store), _random_u64(store)


def _nothing(_store: Any) -> list[Any]:
    return []


def _none(_store: Any) -> None:
    return None


def _wall_clock(_store: Any) -> Record:
    return _moment(time.time_ns() // _MS_NS)


def _resolution(_store: Any) -> Record:
    return _moment(1)


def _monotonic_clock(_store: Any) -> int:
    return time.monotonic_ns() // _MS_NS * _MS_NS


def _monotonic_resolution(_store: Any) -> int:
    return _MS_NS


def _moment(milliseconds: int) -> Record:
    moment = Record()
    seconds, rest = divmod(milliseconds, 1000)
    vars(moment).update(seconds=seconds, nanoseconds=rest * _MS_NS)
    return moment
