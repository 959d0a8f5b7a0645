"""The process that runners are forked from.

`python -I -m penstock_sandbox.runners.zygote FD NAME=…` starts it.

The rules:

* It was started by exec with an empty environment, before it could know anything of anybody.
* It loads compiled code and never compiles while runners may be forked: the compiler's threads
  would not survive a fork. When something had to be compiled it starts itself anew.
* It never runs a guest: whatever a guest's start draws at random, all runners would share.
* It ends when its pool's end of the socket closes, and every runner ends with it.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NoReturn

from penstock_sandbox.contract import Wall
from penstock_sandbox.guests.drivers import Drivers, load_drivers
from penstock_sandbox.guests.engine import make_engine
from penstock_sandbox.runners.frames import FORK, FORKED
from penstock_sandbox.runners.runner import Runner
from penstock_sandbox.walls.syscalls import IS_LINUX, libc
from penstock_sandbox.walls.walls import (
    Plan,
    allocated_bytes,
    can_give_users,
    raise_family_walls,
    raise_walls,
)

_ANEW: Final = "ANEW"
_SET_PARENT_DEATH: Final = 1
_ALONE: Final = "ALONE"
#: Said, because a runner may not ask the system what kind of socket it holds.
_STREAM: Final = (socket.AF_UNIX, socket.SOCK_STREAM, 0)

_FIRST_WALLS: Final = (
    Wall(name="webassembly", stands=True),
    Wall(name="process", stands=True, detail="killed by its parent at the wall clock"),
)


def main(arguments: Sequence[str]) -> None:
    """Load, wall in, and fork on request until the pool is gone; or be one runner, `ALONE`."""
    descriptor, *settings = arguments
    os.environ.update(dict(setting.split("=", 1) for setting in settings if "=" in setting))
    if IS_LINUX:
        libc("prctl", _SET_PARENT_DEATH, signal.SIGKILL, 0, 0, 0)
    before = _descriptors()
    drivers = load_drivers(make_engine())
    if _ALONE in settings:
        _be_a_runner(int(descriptor), drivers, settings, _descriptors() - before)
    if _has_threads():
        _start_anew(arguments, is_second_time=_ANEW in settings)
    mapped = _descriptors() - before
    walls = raise_family_walls()
    # Runners leave no zombies; the pool holds descriptors of them, which stay true.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    gc.collect()
    gc.freeze()
    control = socket.socket(fileno=int(descriptor))
    _Zygote(control, drivers, walls, mapped).serve()


def _be_a_runner(
    descriptor: int, drivers: Drivers, settings: Sequence[str], mapped: frozenset[int]
) -> NoReturn:
    """Where nothing can be forked: this process becomes the runner."""
    number, memory = settings[settings.index(_ALONE) + 1 :]
    plan = Plan(
        keep=mapped | {descriptor},
        data_bytes=allocated_bytes() + int(memory),
        number=int(number) if can_give_users() else None,
    )
    _become_runner(descriptor, drivers, raise_family_walls(), plan)


def _descriptors() -> frozenset[int]:
    """Return what is open: compiled code stays mapped from files that must stay open."""
    directory = Path("/proc/self/fd")
    if not directory.is_dir():
        return frozenset()
    candidates = [int(entry.name) for entry in directory.iterdir()]
    return frozenset(number for number in candidates if _is_open(number))


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


def _has_threads() -> bool:
    tasks = Path("/proc/self/task")
    return tasks.is_dir() and sum(1 for _ in tasks.iterdir()) > 1


def _start_anew(arguments: Sequence[str], *, is_second_time: bool) -> None:
    if is_second_time:
        raise RuntimeError("a loaded guest left a thread behind: runners cannot be forked")
    os.set_inheritable(int(arguments[0]), True)
    command = [sys.executable, "-I", "-m", "penstock_sandbox.runners.zygote", *arguments, _ANEW]
    os.execve(sys.executable, command, {})  # noqa: S606 - our own program, without a shell


class _Zygote:
    """Answers requests to fork, one after another."""

    def __init__(
        self,
        control: socket.socket,
        drivers: Drivers,
        walls: list[Wall],
        mapped: frozenset[int],
    ) -> None:
        self._control = control
        self._drivers = drivers
        self._walls = walls
        self._mapped = mapped
        self._allocated = allocated_bytes()
        self._gives_users = can_give_users()

    def serve(self) -> None:
        """Work until the pool's end closes."""
        while True:
            try:
                request, descriptors, _, _ = socket.recv_fds(self._control, FORK.size, 1)
            except ConnectionError:
                return
            if not request:
                return
            number, memory = FORK.unpack(request)
            self._fork(descriptors[0], number, memory)

    def _fork(self, descriptor: int, number: int, memory: int) -> None:
        zygote = os.getpid()
        pid = os.fork()
        if pid == 0:
            plan = Plan(
                keep=self._mapped | {descriptor},
                data_bytes=self._allocated + memory,
                number=number if self._gives_users else None,
                pinned_parent=zygote,
            )
            _become_runner(descriptor, self._drivers, self._walls, plan)
        os.close(descriptor)
        with contextlib.suppress(BrokenPipeError):  # the pool is gone: `serve` sees it next
            self._tell(pid)

    def _tell(self, pid: int) -> None:
        try:
            process = os.pidfd_open(pid)
        except (OSError, AttributeError):
            self._control.send(FORKED.pack(0))
            return
        socket.send_fds(self._control, [FORKED.pack(pid)], [process])
        os.close(process)


def _become_runner(descriptor: int, drivers: Drivers, family: list[Wall], plan: Plan) -> NoReturn:
    """Turn a fresh fork into a runner. Nothing may return into the zygote's work."""
    try:
        walls = [*_FIRST_WALLS, *family, *raise_walls(plan)]
        sys.stdin = sys.stdout = sys.stderr = None  # closed
        Runner(socket.socket(*_STREAM, fileno=descriptor), drivers).serve(walls)
    finally:
        os._exit(1)


if __name__ == "__main__":
    main(sys.argv[1:])
