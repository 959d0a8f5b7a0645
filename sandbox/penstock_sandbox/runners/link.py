"""The pool's end of a runner's socket: reads always, writes what fits, queues the rest."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections import deque
from collections.abc import Callable
from typing import Final

from penstock_sandbox.runners.frames import Frame, Inbox

#: A small read costs no fresh memory; a full one is followed by larger ones.
_SMALL_BYTES: Final = 16 << 10
_READ_BYTES: Final = 256 << 10
#: Above this, whoever sends waits for the runner to read.
HIGH_BYTES: Final = 2 << 20


class Link:
    """A socket of frames on the event loop.

    `on_frame` is called for each frame, `on_lost` once, with what went wrong.
    """

    def __init__(
        self,
        handle: socket.socket,
        *,
        admit: Callable[[int, int], None],
        on_frame: Callable[[Frame], None],
        on_lost: Callable[[Exception], None],
    ) -> None:
        self._socket = handle
        self._loop = asyncio.get_running_loop()
        self._inbox = Inbox(admit)
        self._on_frame = on_frame
        self._on_lost = on_lost
        self._queue: deque[memoryview] = deque()
        self._queued = 0
        self._read_bytes = _SMALL_BYTES
        self._drained: asyncio.Future[None] | None = None
        self.is_open = True
        handle.setblocking(False)
        self._loop.add_reader(handle, self.read)

    def read(self) -> None:
        """Take in what has arrived."""
        if not self.is_open:
            return
        try:
            data = self._socket.recv(self._read_bytes)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if not data:
            self._lose(ConnectionError("its end of the socket was closed"))
            return
        self._read_bytes = _SMALL_BYTES if len(data) < self._read_bytes else _READ_BYTES
        try:
            for frame in self._inbox.feed(data):
                self._on_frame(frame)
        except Exception as error:  # noqa: BLE001 - whatever a runner's bytes cause ends that runner only
            self._lose(error)

    def send(self, data: bytes) -> None:
        """Send, or queue what does not fit now."""
        if not self.is_open:
            return
        if self._queue:
            self._enqueue(memoryview(data))
            return
        try:
            sent = self._socket.send(data)
        except (BlockingIOError, InterruptedError):
            sent = 0
        except OSError as error:
            self._lose(error)
            return
        if sent < len(data):
            self._enqueue(memoryview(data)[sent:])
            self._loop.add_writer(self._socket, self._write)

    def send_with(self, data: bytes, descriptor: int) -> None:
        """Send with a descriptor attached; only when nothing is queued."""
        if self._queue:
            raise ValueError("a descriptor cannot overtake what is queued")
        sent = socket.send_fds(self._socket, [data], [descriptor])
        if sent < len(data):
            self._enqueue(memoryview(data)[sent:])
            self._loop.add_writer(self._socket, self._write)

    @property
    def is_full(self) -> bool:
        """Whether the sender should wait."""
        return self._queued > HIGH_BYTES

    async def drained(self) -> None:
        """Wait until all was taken over by the system, or the link is closed."""
        if self._queue and self.is_open:
            if self._drained is None:
                self._drained = self._loop.create_future()
            await asyncio.shield(self._drained)

    def close(self) -> None:
        """Stop reading and close the socket."""
        if not self.is_open:
            return
        self.is_open = False
        self._loop.remove_reader(self._socket)
        self._loop.remove_writer(self._socket)
        self._queue.clear()
        self._wake()
        self._socket.close()

    def _enqueue(self, data: memoryview) -> None:
        self._queue.append(data)
        self._queued += len(data)

    def _write(self) -> None:
        while self._queue:
            data = self._queue[0]
            try:
                sent = self._socket.send(data)
            except (BlockingIOError, InterruptedError):
                return
            except OSError as error:
                self._lose(error)
                return
            self._queued -= sent
            if sent < len(data):
                self._queue[0] = data[sent:]
                return
            self._queue.popleft()
        self._loop.remove_writer(self._socket)
        self._wake()

    def _wake(self) -> None:
        if self._drained is not None and not self._drained.done():
            self._drained.set_result(None)
        self._drained = None

    def _lose(self, error: Exception) -> None:
        if self.is_open:
            self.close()
            with contextlib.suppress(asyncio.InvalidStateError):
                self._on_lost(error)
