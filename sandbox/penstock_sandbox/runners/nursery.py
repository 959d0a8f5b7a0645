"""Where runners come from.

The rules:

* On Linux they are forked from a zygote, started with the first of them.
* Elsewhere each is a process of its own that loads the guests itself: slower, with fewer walls.
* What is started here ends here: the zygote when its socket closes, its runners with it.
"""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from collections import deque
from pathlib import Path
from typing import Final

from penstock_sandbox.errors import RunnerLost
from penstock_sandbox.runners.frames import FORK, FORKED
from penstock_sandbox.runners.process import Forked, RunnerProcess, Spawned, ended

_BUFFER_BYTES: Final = 1 << 20
#: Compiling every guest anew, on a slow machine.
_START_S: Final = 300.0
_FULL_S: Final = 0.005
_CACHE_NAMES: Final = ("PENSTOCK_CACHE_DIR", "XDG_CACHE_HOME", "HOME")

CAN_FORK: Final = hasattr(os, "pidfd_open")


class Nursery:
    """Makes runners."""

    def __init__(self, *, memory_bytes: int, can_fork: bool = CAN_FORK) -> None:
        self._memory_bytes = memory_bytes
        self._can_fork = can_fork
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._asked: deque[tuple[socket.socket, asyncio.Future[RunnerProcess]]] = deque()
        self._numbers = 0

    async def make(self) -> RunnerProcess:
        """Return a new runner, its walls up.

        Raises:
            RunnerLost: It could not be started.
        """
        self._numbers += 1
        near, far = _socket_pair()
        with far:
            runner = await (self._fork(near, far) if self._can_fork else self._spawn(near, far))
        try:
            async with asyncio.timeout(_START_S):
                await runner.ready()
        except (RunnerLost, TimeoutError) as error:
            runner.kill()
            await runner.gone()
            raise RunnerLost(f"A runner could not be started: {error}") from error
        return runner

    async def close(self) -> None:
        """End the zygote and wait for it."""
        self._stop(RunnerLost("The sandbox was closed."))
        if self._process is not None:
            await ended(self._process)
            self._process = None

    async def _spawn(self, near: socket.socket, far: socket.socket) -> RunnerProcess:
        settings = ["ALONE", str(self._numbers), str(self._memory_bytes)]
        return RunnerProcess(Spawned(_run_zygote(far, settings)), near)

    async def _fork(self, near: socket.socket, far: socket.socket) -> RunnerProcess:
        control = self._control or self._start()
        born: asyncio.Future[RunnerProcess] = asyncio.get_running_loop().create_future()
        self._asked.append((near, born))
        request = FORK.pack(self._numbers & 0xFFFFFFFF, self._memory_bytes)
        await _send_descriptor(control, request, far.fileno())
        return await born

    def _start(self) -> socket.socket:
        """Start the zygote; it loads while this process does other things.

        Runs in the thread of the event loop: the zygote dies with the thread that started it.
        """
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with far:
            self._process = _run_zygote(far, [])
        near.setblocking(False)
        asyncio.get_running_loop().add_reader(near, self._read, near)
        self._control = near
        return near

    def _read(self, control: socket.socket) -> None:
        try:
            answer, descriptors, _, _ = socket.recv_fds(control, FORKED.size, 1)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            answer, descriptors = b"", []
        if len(answer) != FORKED.size:
            self._stop(RunnerLost("The process that starts runners has ended."))
            return
        (pid,) = FORKED.unpack(answer)
        near, born = self._asked.popleft()
        if pid and descriptors:
            _hand_over(born, RunnerProcess(Forked(pid, descriptors[0]), near))
            return
        near.close()
        if not born.done():
            born.set_exception(RunnerLost("the system did not allow a fork"))

    def _stop(self, error: RunnerLost) -> None:
        if self._control is not None:
            asyncio.get_running_loop().remove_reader(self._control)
            self._control.close()
            self._control = None
        for near, born in self._asked:
            near.close()
            if not born.done():
                born.set_exception(error)
        self._asked.clear()


def _hand_over(born: asyncio.Future[RunnerProcess], runner: RunnerProcess) -> None:
    if born.done():
        runner.kill()
    else:
        born.set_result(runner)


def _run_zygote(far: socket.socket, more: list[str]) -> subprocess.Popen[bytes]:
    # Its environment is empty; where compiled code lies is all it is told.
    known = [name for name in _CACHE_NAMES if name in os.environ]
    settings = [f"{name}={Path(os.environ[name]).absolute()}" for name in known]
    command = [sys.executable, "-I", "-m", "penstock_sandbox.runners.zygote", str(far.fileno())]
    return subprocess.Popen(  # noqa: S603 - our own program
        [*command, *settings, *more],
        env={},
        stdin=subprocess.DEVNULL,
        cwd="/",
        start_new_session=True,  # an interrupt at the terminal is for the server
        pass_fds=[far.fileno()],
    )


def _socket_pair() -> tuple[socket.socket, socket.socket]:
    near, far = socket.socketpair()
    for end in (near, far):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER_BYTES)
    return near, far


async def _send_descriptor(control: socket.socket, request: bytes, descriptor: int) -> None:
    while True:
        try:
            socket.send_fds(control, [request], [descriptor])
        except BlockingIOError:
            # The zygote is still loading and many have asked: its queue is short.
            await asyncio.sleep(_FULL_S)
        except OSError as error:
            raise RunnerLost("the process that starts runners has ended") from error
        else:
            return
