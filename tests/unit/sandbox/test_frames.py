"""Frames: put together from any pieces, judged by their headers."""

from __future__ import annotations

import struct

import pytest

from penstock_sandbox.runners import frames
from penstock_sandbox.runners.frames import Frame, FrameRefused, Inbox, admit_by, pack

SENT = [
    Frame(frames.RESULT, 1, 0, b"x" * 5000),
    Frame(frames.NOTE, 1, 0, b""),
    Frame(frames.HOST, 1, 7, b"[]"),
    Frame(frames.DONE, 4_000_000_000, 9, b"{}"),
]


def inbox() -> Inbox:
    return Inbox(admit_by(frames.FROM_RUNNER))


@pytest.mark.parametrize("size", [1, 2, 12, 13, 14, 4096, 1 << 20])
def test_frames_arrive_whole_whatever_the_pieces(size: int) -> None:
    stream = b"".join(pack(f.kind, f.call, f.body, seq=f.seq) for f in SENT)
    box = inbox()

    received = [
        frame for at in range(0, len(stream), size) for frame in box.feed(stream[at : at + size])
    ]

    assert received == SENT


@pytest.mark.parametrize(
    ("kind", "length"),
    [
        pytest.param(frames.HOST, frames.HOST_BYTES + 1, id="requests-too-long"),
        pytest.param(frames.NOTE, frames.NOTE_BYTES + 1, id="note-too-long"),
        pytest.param(frames.DONE, 0xFFFFFFFF, id="four-gigabytes"),
        pytest.param(frames.CALL, 0, id="for-the-other-side"),
        pytest.param(0, 0, id="kind-zero"),
        pytest.param(255, 0, id="unknown-kind"),
    ],
)
def test_a_frame_is_refused_by_its_header_before_its_body(kind: int, length: int) -> None:
    header = struct.pack("<IBII", length, kind, 1, 0)

    with pytest.raises(FrameRefused):
        inbox().feed(header)


def test_pieces_of_a_long_frame_are_not_joined_until_it_is_whole() -> None:
    box = inbox()
    stream = pack(frames.RESULT, 1, b"y" * 1_000_000)

    assert [box.feed(stream[at : at + 1000]) for at in range(0, 1_000_000, 1000)] == [[]] * 1000
    assert box.feed(stream[1_000_000:]) == [Frame(frames.RESULT, 1, 0, b"y" * 1_000_000)]
