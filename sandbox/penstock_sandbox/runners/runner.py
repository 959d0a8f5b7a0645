"""The process that runs guests: one thread, one socket, nothing else.

The rules:

* It serves one call after another and never decodes what the call carries.
* It holds back answers only while it has more to say: before it waits for anything, all is sent.
* A call's failure is an answer. What leaves the process unsure of itself ends the process.
* It enforces nothing that matters: the pool counts and kills.
"""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import time
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from penstock_sandbox.contract import Spent, Wall
from penstock_sandbox.errors import BudgetExceeded, GuestRefused
from penstock_sandbox.guests.drivers import Drivers, driver_of
from penstock_sandbox.guests.guest import Task
from penstock_sandbox.runners import frames
from penstock_sandbox.runners.failures import failure_bytes
from penstock_sandbox.runners.frames import Frame, Inbox, pack
from penstock_sandbox.runners.opening import Meta, read_call
from penstock_sandbox.walls.probe import probe

#: A small read costs no fresh memory; a full one is followed by larger ones.
_SMALL_BYTES: Final = 16 << 10
_READ_BYTES: Final = 256 << 10
_HOLD_BYTES: Final = 64 << 10
#: Progress is worth nothing when it is late; a flood may wait.
_PROMPT_NOTES: Final = 500
#: A chain of steps sends its next call within this; a process that sleeps takes up to 0.1 ms to
#: wake, which such a chain would pay for each of its steps. A runner without work sleeps.
_LOOK_S: Final = 300e-6
_PIECE_BYTES: Final = 16 << 20
_LINE_BYTES: Final = frames.NOTE_BYTES - 64
_TOO_LONG: Final = b'{"level":"warn","message":"A line of %d bytes was dropped."}'
_DESCRIPTOR: Final = struct.Struct("i")


_encode = msgspec.json.Encoder().encode


class _Wire:
    """The runner's end of the socket."""

    def __init__(self, handle: socket.socket) -> None:
        self._socket = handle
        self._inbox = Inbox(frames.admit_by(frames.FROM_POOL))
        self._frames: deque[Frame] = deque()
        self._held: list[bytes] = []
        self._held_bytes = 0
        self._read_bytes = _SMALL_BYTES
        self._descriptors: deque[int] = deque()

    def take(self) -> Frame:
        """Return the next frame, waiting for it; the pool's end closing ends this process."""
        while not self._frames:
            self.flush()
            self._frames.extend(self._inbox.feed(self._read()))
        return self._frames.popleft()

    @property
    def descriptor(self) -> int:
        return self._socket.fileno()

    def put_back(self, frame: Frame) -> None:
        self._frames.appendleft(frame)

    def take_descriptor(self) -> int:
        return self._descriptors.popleft()

    def put(self, frame: bytes) -> None:
        """Send a frame, now or with what follows it."""
        self._held.append(frame)
        self._held_bytes += len(frame)
        if self._held_bytes > _HOLD_BYTES:
            self.flush()

    def flush(self) -> None:
        if self._held:
            self._socket.sendall(b"".join(self._held))
            self._held.clear()
            self._held_bytes = 0

    def _receive(self) -> tuple[bytes, list[tuple[int, int, bytes]]]:
        """Receive, looking a moment before sleeping: the next step of a chain comes within it."""
        space = socket.CMSG_SPACE(_DESCRIPTOR.size)
        until = time.perf_counter() + _LOOK_S
        while time.perf_counter() < until:
            with contextlib.suppress(BlockingIOError):
                return self._socket.recvmsg(self._read_bytes, space, socket.MSG_DONTWAIT)[:2]
        return self._socket.recvmsg(self._read_bytes, space)[:2]

    def _read(self) -> bytes:
        data, ancillary = self._receive()
        for level, kind, content in ancillary:
            if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
                self._descriptors.extend(_DESCRIPTOR.unpack(content[: _DESCRIPTOR.size]))
        if not data:
            raise EOFError
        self._read_bytes = _SMALL_BYTES if len(data) < self._read_bytes else _READ_BYTES
        return data


class _Channel:
    """How the guest of one call reaches its host."""

    def __init__(self, wire: _Wire, call: int, note_bytes: int) -> None:
        self._wire = wire
        self._call = call
        self._seq = 0
        self._note_bytes_left = note_bytes
        self._notes = 0

    def host(self, requests: bytes) -> bytes:
        if len(requests) > frames.HOST_BYTES:
            raise BudgetExceeded(
                "output",
                f"One request to the host may have {frames.HOST_BYTES:,} bytes.",
                hint="Store large content with `binary.write` and send the reference.",
            )
        self._seq += 1
        self._wire.put(pack(frames.HOST, self._call, requests, seq=self._seq))
        waiting: list[Frame] = []
        while True:
            frame = self._wire.take()
            if frame.kind == frames.REPLY and frame.call == self._call:
                break
            waiting.append(frame)
        for frame_back in reversed(waiting):
            self._wire.put_back(frame_back)
        return frame.body

    def note(self, kind: str, body: bytes) -> None:
        if self._note_bytes_left < 0:
            return
        if len(body) > _LINE_BYTES:
            kind, body = "log", _TOO_LONG % len(body)
        # The line that goes over the limit is sent: by it the pool knows, and says so.
        self._note_bytes_left -= len(body)
        self._wire.put(pack(frames.NOTE, self._call, kind.encode() + b"\0" + body))
        self._notes += 1
        if self._notes <= _PROMPT_NOTES:
            self._wire.flush()


class Runner:
    """Serves calls until its process is killed."""

    def __init__(self, handle: socket.socket, drivers: Drivers) -> None:
        self._wire = _Wire(handle)
        self._drivers = drivers
        self._components: dict[str, bytes] = {}

    def serve(self, walls: Sequence[Wall]) -> None:
        """Say hello, and work until the pool's end is closed."""
        self._wire.put(pack(frames.HELLO, 0, _encode(walls)))
        with contextlib.suppress(EOFError):
            while True:
                self._take(self._wire.take())

    def _take(self, frame: Frame) -> None:
        if frame.kind == frames.CALL:
            self._run(frame)
        elif frame.kind == frames.RELEASE:
            self._release(frame.body.decode())
        elif frame.kind == frames.PROBE:
            attempts = probe(int(frame.body), self._wire.descriptor)
            self._wire.put(pack(frames.PROBED, frame.call, _encode(attempts)))
        # Others belong to a call that ended before it had taken all its chunks.

    def _run(self, frame: Frame) -> None:
        spent = Spent()
        try:
            meta, header = read_call(frame.body)
            self._receive_code(meta)
            driver = driver_of(self._drivers, meta.guest)
            for chunk in driver.run(self._task(frame.call, meta, header, spent)):
                self._wire.put(pack(frames.RESULT, frame.call, chunk))
            ending = pack(frames.DONE, frame.call, _encode(spent))
        except EOFError:
            raise  # the pool is gone in the middle of the call
        except MemoryError:
            ending = pack(frames.FAILED, frame.call, failure_bytes(_out_of_memory()))
        except Exception as error:  # noqa: BLE001 - a stranger's code ran: whatever it is, it ends the call only
            ending = pack(frames.FAILED, frame.call, failure_bytes(error))
        self._wire.put(ending)

    def _task(self, call: int, meta: Meta, header: bytes, spent: Spent) -> Task:
        note_bytes = meta.budget.note_bytes
        return Task(
            header=header,
            chunks=self._chunks(call),
            budget=meta.budget,
            channel=_Channel(self._wire, call, note_bytes) if meta.hosted else None,
            vm=meta.vm,
            component=self._components.get(meta.package, b""),
            spent=spent,
        )

    def _chunks(self, call: int) -> Iterator[bytes]:
        while True:
            frame = self._wire.take()
            if frame.call != call:
                continue
            if frame.kind == frames.END:
                return
            if frame.kind == frames.ITEMS:
                yield frame.body

    def _receive_code(self, meta: Meta) -> None:
        if not meta.brings_code:
            return
        descriptor = self._wire.take_descriptor()
        try:
            self._components[meta.package] = _read_all(descriptor)
        finally:
            os.close(descriptor)

    def _release(self, vm: str) -> None:
        driver = self._drivers["expression"]
        if not isinstance(driver, GuestRefused):
            driver.release(vm)


def _read_all(descriptor: int) -> bytes:
    # Until the end comes: a runner may not ask how long a file is.
    pieces: list[bytes] = []
    at = 0
    while piece := os.pread(descriptor, _PIECE_BYTES, at):
        pieces.append(piece)
        at += len(piece)
    return b"".join(pieces)


def _out_of_memory() -> BudgetExceeded:
    return BudgetExceeded(
        "memory",
        "The call needed more memory than its runner may have.",
        hint="Work on fewer items at a time.",
    )
