"""What crosses the socket between the pool and a runner.

    len u32 | kind u8 | call u32 | seq u32 | body

The rules:

* A frame is judged by its header: too long for its kind, or of a kind that the other side must
  not send, ends the connection before the body is read.
* A body is bytes. Nothing here decodes one.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Final, NamedTuple

_HEADER: Final = struct.Struct("<IBII")
HEADER_BYTES: Final = _HEADER.size

# From the pool to a runner.
CALL: Final = 1  # meta length u32 | meta | the guest's header
ITEMS: Final = 2  # one chunk
END: Final = 3  # no more chunks
REPLY: Final = 4  # answers to HOST, same seq
RELEASE: Final = 5  # name of a VM
PROBE: Final = 6  # pretend the engine is broken; see `probe.py`

# From a runner to the pool.
HELLO: Final = 32  # JSON list of walls, sent once
RESULT: Final = 33  # one chunk of the answer
HOST: Final = 34  # JSON list of requests; the runner waits
NOTE: Final = 35  # kind | 0 | JSON; one-way
DONE: Final = 36  # what was spent
FAILED: Final = 37  # how it ended; see `failures.py`
PROBED: Final = 38  # JSON list of attempts

#: To the zygote: number of the runner, memory it may allocate. Its socket comes along.
FORK: Final = struct.Struct("<IQ")
#: From the zygote: the process id, 0 where the fork failed. A descriptor of it comes along.
FORKED: Final = struct.Struct("<I")

#: Requests to the host of one HOST frame. Decoding more would hold up the event loop.
HOST_BYTES: Final = 4 << 20
NOTE_BYTES: Final = 64 << 10
FAILED_BYTES: Final = 1 << 20
_SMALL_BYTES: Final = 256 << 10

#: How long a body may be that a runner sends. RESULT is held to what is left of its budget.
FROM_RUNNER: Final[dict[int, int]] = {
    HELLO: _SMALL_BYTES,
    RESULT: 0xFFFFFFFF,
    HOST: HOST_BYTES,
    NOTE: NOTE_BYTES,
    DONE: 4 << 10,
    FAILED: FAILED_BYTES,
    PROBED: _SMALL_BYTES,
}

#: How long a body may be that the pool sends. Its own process wrote it: only the kind is checked.
FROM_POOL: Final[dict[int, int]] = dict.fromkeys(
    (CALL, ITEMS, END, REPLY, RELEASE, PROBE), 0xFFFFFFFF
)


class Frame(NamedTuple):
    """One message."""

    kind: int
    call: int
    seq: int
    body: bytes


class FrameRefused(Exception):
    """The other side broke the protocol."""


def pack(kind: int, call: int, body: bytes = b"", *, seq: int = 0) -> bytes:
    """Return the bytes of one frame."""
    return _HEADER.pack(len(body), kind, call, seq) + body


def admit_by(limits: dict[int, int]) -> Callable[[int, int], None]:
    """Return a check of kind and length against a table of limits."""

    def admit(kind: int, length: int) -> None:
        limit = limits.get(kind)
        if limit is None:
            raise FrameRefused(f"a frame of kind {kind} is not for this side")
        if length > limit:
            raise FrameRefused(f"a frame of kind {kind} has {length} bytes; {limit} are allowed")

    return admit


class Inbox:
    """Puts frames together from what a socket delivers."""

    def __init__(self, admit: Callable[[int, int], None]) -> None:
        self._admit = admit
        self._pieces: list[bytes] = []
        self._held = 0
        # The next decision needs this many bytes; below it, pieces are only kept.
        self._needed = HEADER_BYTES

    def feed(self, data: bytes) -> list[Frame]:
        """Take what arrived and return the frames that are complete.

        Raises:
            FrameRefused: The header of a frame is not acceptable.
        """
        self._held += len(data)
        if self._held < self._needed:
            self._pieces.append(data)
            return []
        if self._pieces:
            self._pieces.append(data)
            data = b"".join(self._pieces)
        return self._frames(data)

    def _frames(self, data: bytes) -> list[Frame]:
        frames: list[Frame] = []
        at, size, needed = 0, len(data), HEADER_BYTES
        while size - at >= HEADER_BYTES:
            length, kind, call, seq = _HEADER.unpack_from(data, at)
            self._admit(kind, length)
            needed = HEADER_BYTES + length
            if size - at < needed:
                break
            frames.append(Frame(kind, call, seq, data[at + HEADER_BYTES : at + needed]))
            at, needed = at + needed, HEADER_BYTES
        rest = data[at:]
        self._pieces = [rest] if rest else []
        self._held, self._needed = len(rest), needed
        return frames
