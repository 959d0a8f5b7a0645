"""One runner as its parent sees it: a process to kill, and a link to talk over."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Final, Protocol

import msgspec

from penstock_sandbox.contract import Wall
from penstock_sandbox.errors import RunnerLost
from penstock_sandbox.runners import frames
from penstock_sandbox.runners.frames import Frame, FrameRefused
from penstock_sandbox.runners.link import Link

_END_S: Final = 5.0
_LOOK_S: Final = 0.002

_admit: Final = frames.admit_by(frames.FROM_RUNNER)
_decode_walls: Final = msgspec.json.Decoder(list[Wall]).decode


class Body(Protocol):
    """The process itself."""

    pid: int

    def kill(self) -> None:
        """End it, whatever it does; harmless when it has ended."""
        ...

    async def gone(self) -> None:
        """Wait until it has ended, and let go of it."""
        ...


class Forked:
    """A child of the zygote, held by a descriptor: its id cannot come to mean another process."""

    def __init__(self, pid: int, handle: int) -> None:
        self.pid = pid
        self._handle = handle

    def kill(self) -> None:
        with contextlib.suppress(OSError):
            signal.pidfd_send_signal(self._handle, signal.SIGKILL)

    async def gone(self) -> None:
        handle, self._handle = self._handle, -1
        if handle < 0:
            return
        loop = asyncio.get_running_loop()
        ended = asyncio.Event()
        loop.add_reader(handle, ended.set)
        try:
            await asyncio.wait_for(ended.wait(), _END_S)
        finally:
            loop.remove_reader(handle)
            os.close(handle)


class Spawned:
    """A child of this process, where the system has no descriptors of processes."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.pid = process.pid
        self._process = process

    def kill(self) -> None:
        self._process.kill()

    async def gone(self) -> None:
        await ended(self._process)


class RunnerProcess:
    """A runner's process and its link."""

    def __init__(self, body: Body, near: socket.socket) -> None:
        self._body = body
        self._hello: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.walls: list[Wall] = []
        #: What takes the frames of the call under way, what hears of the end, what judges headers.
        self.on_frame: Callable[[Frame], None] | None = None
        self.on_lost: Callable[[Exception], None] | None = None
        self.admit: Callable[[int, int], None] = _admit
        self.link = Link(near, admit=self._admit, on_frame=self._take, on_lost=self._lose)

    def rest(self) -> None:
        """Hold on to nothing of the call that has ended; what is said now breaks the protocol."""
        self.on_frame = self.on_lost = None
        self.admit = _admit

    async def ready(self) -> None:
        """Wait until its walls are up.

        Raises:
            RunnerLost: It died first.
        """
        await asyncio.shield(self._hello)

    @property
    def pid(self) -> int:
        """Its id, for showing."""
        return self._body.pid

    @property
    def is_alive(self) -> bool:
        """Whether it can be talked to."""
        return self.link.is_open

    def cpu_ms(self) -> float:
        """Return the processor time it has used, as the system counts it: at times a bit late."""
        if sys.platform != "linux":
            return 0.0
        # The clock of another process, by its id: see clock_getcpuclockid(3). No file is opened.
        with contextlib.suppress(OSError):
            return time.clock_gettime_ns((~self._body.pid << 3) | 2) / 1e6
        return 0.0

    def kill(self) -> None:
        """End it, whatever it does; who waits for an answer is told."""
        self.link.close()
        self._body.kill()
        if self.on_lost is not None:
            self.on_lost(ConnectionError("it was ended"))

    async def gone(self) -> None:
        """Wait until the process has ended."""
        await self._body.gone()

    def _admit(self, kind: int, length: int) -> None:
        self.admit(kind, length)

    def _take(self, frame: Frame) -> None:
        if self.on_frame is not None:
            self.on_frame(frame)
        elif frame.kind == frames.HELLO and not self._hello.done():
            self.walls = _decode_walls(frame.body)
            self._hello.set_result(None)
        else:
            raise FrameRefused("a frame without a call")

    def _lose(self, error: Exception) -> None:
        on_lost, self.on_lost = self.on_lost, None
        self.kill()
        if not self._hello.done():
            self._hello.set_exception(RunnerLost(f"A runner did not start: {error}."))
            self._hello.exception()  # whoever waits is told; nobody may be waiting
        if on_lost is not None:
            on_lost(error)


async def ended(process: subprocess.Popen[bytes]) -> None:
    """Wait for a child that ends by itself or was killed; after a while, kill it."""
    deadline = time.monotonic() + _END_S
    while process.poll() is None:
        if time.monotonic() > deadline:
            process.kill()
        await asyncio.sleep(_LOOK_S)
