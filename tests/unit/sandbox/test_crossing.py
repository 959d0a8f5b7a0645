"""The pool's side of a call, against a runner that lies: the test holds the other end."""

from __future__ import annotations

import asyncio
import socket
import struct
import time
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from penstock_sandbox.contract import Budget, Call, Done, Note
from penstock_sandbox.errors import BudgetExceeded, GuestFailed, RunnerLost
from penstock_sandbox.runners import frames
from penstock_sandbox.runners.crossing import Crossing, admit_for, error_of
from penstock_sandbox.runners.frames import pack
from penstock_sandbox.runners.process import RunnerProcess
from penstock_sandbox.runners.slots import Slots
from penstock_sdk import PenstockError

NUMBER = 5


class Body:
    """A process that is only remembered to have been killed."""

    pid = 1

    def __init__(self) -> None:
        self.is_killed = False

    def kill(self) -> None:
        self.is_killed = True

    async def gone(self) -> None:
        return


class Peer:
    """A call under way, and the runner's end of its socket."""

    def __init__(self, call: Call) -> None:
        near, self.end = socket.socketpair()
        self.body = Body()
        self.slots = Slots(1)
        assert self.slots.try_take()
        self.process = RunnerProcess(self.body, near)
        self.crossing = Crossing(call, self.process.link, NUMBER, self.slots)
        self.process.on_frame = self.crossing.on_frame
        self.process.on_lost = lambda error: self.crossing.fail(error_of(error))
        self.process.admit = admit_for(self.crossing)
        self.running = asyncio.ensure_future(self.crossing.run(b"", call.chunks))

    def say(self, kind: int, body: bytes = b"", *, call: int = NUMBER, seq: int = 0) -> None:
        self.end.sendall(pack(kind, call, body, seq=seq))

    async def heard(self, kind: int) -> bytes:
        loop = asyncio.get_running_loop()
        self.end.setblocking(False)
        data = b""
        while True:
            data += await loop.sock_recv(self.end, 1 << 16)
            box = frames.Inbox(frames.admit_by(frames.FROM_POOL))
            for frame in box.feed(data):
                if frame.kind == kind:
                    return frame.body

    async def outcome(self) -> Done:
        async with asyncio.timeout(5):
            return await self.running

    async def failure(self) -> PenstockError:
        with pytest.raises(PenstockError) as failed:
            await self.outcome()
        return failed.value


@pytest.fixture
def peers() -> Iterator[list[Peer]]:
    opened: list[Peer] = []
    yield opened
    for peer in opened:
        peer.process.link.close()
        peer.end.close()


async def start(peers: list[Peer], **more: Any) -> Peer:
    peer = Peer(Call(guest="javascript", workspace="w", header=b"{}", **more))
    peers.append(peer)
    await asyncio.sleep(0)
    return peer


async def echo(name: str, arguments: Any) -> Any:
    await asyncio.sleep(0)
    return arguments


async def never(name: str, arguments: Any) -> Any:
    await asyncio.Event().wait()


async def test_an_answer_comes_back_in_order_with_what_was_spent(peers: list[Peer]) -> None:
    peer = await start(peers)

    peer.say(frames.RESULT, b"[1]")
    peer.say(frames.RESULT, b"[2]")
    peer.say(frames.DONE, b'{"fuel":7,"memory_bytes":9,"host_calls":99,"output_bytes":99}')
    done = await peer.outcome()

    assert done.chunks == [b"[1]", b"[2]"]
    assert (done.spent.fuel, done.spent.memory_bytes) == (7, 9)
    assert (done.spent.host_calls, done.spent.output_bytes) == (0, 6)
    assert not peer.crossing.has_broken


@pytest.mark.parametrize(
    "said",
    [
        pytest.param([(frames.RESULT, b"[]", 6)], id="of-another-call"),
        pytest.param([(frames.HELLO, b"[]", 5)], id="hello-again"),
        pytest.param([(frames.DONE, b"what?", 5)], id="unreadable-end"),
        pytest.param([(frames.NOTE, b"gossip\0{}", 5)], id="unknown-note"),
        pytest.param([(frames.CALL, b"", 5)], id="a-call-to-the-pool"),
        pytest.param([(frames.HOST, b"[]", 5), (frames.HOST, b"[]", 5)], id="two-requests"),
        pytest.param([(frames.HOST, b"[]", 5), (frames.DONE, b"{}", 5)], id="end-while-waiting"),
        pytest.param([(frames.FAILED, b"o{", 5)], id="unreadable-failure"),
    ],
)
async def test_a_runner_that_breaks_the_protocol_is_lost(
    peers: list[Peer], said: list[tuple[int, bytes, int]]
) -> None:
    peer = await start(peers, host=never)

    for kind, body, call in said:
        peer.say(kind, body, call=call)
    failure = await peer.failure()

    assert isinstance(failure, RunnerLost)
    assert peer.crossing.has_broken


async def test_a_result_over_the_budget_is_refused_by_its_header(peers: list[Peer]) -> None:
    peer = await start(peers, budget=Budget(output_bytes=1000))

    peer.end.sendall(struct.pack("<IBII", 4_000_000_000, frames.RESULT, NUMBER, 0))
    failure = await peer.failure()

    assert isinstance(failure, BudgetExceeded)
    assert failure.limit == "output"
    assert peer.body.is_killed


async def test_results_are_counted_together(peers: list[Peer]) -> None:
    peer = await start(peers, budget=Budget(output_bytes=1000))

    for _ in range(3):
        peer.say(frames.RESULT, b"x" * 400)
    failure = await peer.failure()

    assert isinstance(failure, BudgetExceeded)
    assert peer.body.is_killed


@pytest.mark.parametrize(
    "requests",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"{}", id="no-list"),
        pytest.param(b'[{"arguments":1}]', id="no-name"),
        pytest.param(b"[" * 100_000, id="deep"),
        pytest.param(b'[{"name":"\xff"}]', id="no-utf-8"),
        pytest.param(
            b'[{"name":"a","arguments":' + b"[" * 90_000 + b"]" * 90_000 + b"}]", id="deeper"
        ),
    ],
)
async def test_requests_that_are_none_end_the_call(peers: list[Peer], requests: bytes) -> None:
    peer = await start(peers, host=echo)

    peer.say(frames.HOST, requests)
    failure = await peer.failure()

    assert isinstance(failure, GuestFailed)
    assert peer.crossing.has_broken


async def test_a_flood_of_notes_ends_the_runner(peers: list[Peer]) -> None:
    notes: list[Note] = []
    peer = await start(peers, notes=notes.append, budget=Budget(note_bytes=1000))
    note = b"log\0" + msgspec.json.encode({"level": "info", "message": "x" * 60_000})

    for _ in range(40):
        try:
            peer.say(frames.NOTE, note)
        except OSError:
            break
        await asyncio.sleep(0)
    failure = await peer.failure()

    assert isinstance(failure, RunnerLost)
    assert len(notes) == 1


async def test_a_runner_that_dies_is_lost(peers: list[Peer]) -> None:
    peer = await start(peers)

    peer.say(frames.RESULT, b"[]")
    peer.end.shutdown(socket.SHUT_RDWR)

    assert isinstance(await peer.failure(), RunnerLost)
    assert peer.body.is_killed


async def test_a_call_that_waits_for_its_host_gives_its_slot_back(peers: list[Peer]) -> None:
    peer = await start(peers, host=echo)
    assert not peer.slots.try_take()

    peer.say(frames.HOST, b'[{"name":"x","arguments":{"a":1}}]', seq=3)
    reply = await peer.heard(frames.REPLY)

    assert reply == b'[{"ok":{"a":1}}]'
    assert not peer.slots.try_take()
    peer.say(frames.DONE, b"{}")
    await peer.outcome()
    assert peer.slots.try_take()


async def test_while_the_host_works_another_may_compute(peers: list[Peer]) -> None:
    peer = await start(peers, host=never, budget=Budget(total_s=1.0))

    peer.say(frames.HOST, b'[{"name":"x"}]')
    async with asyncio.timeout(0.9):
        await peer.slots.take()

    assert isinstance(await peer.failure(), BudgetExceeded)


async def test_an_answer_that_has_arrived_counts_although_the_clock_ran_out(
    peers: list[Peer],
) -> None:
    peer = await start(peers, budget=Budget(wall_s=0.05))
    peer.say(frames.DONE, b"{}")

    # The loop is held up beyond the limit: timer and socket are due in the same moment.
    asyncio.get_running_loop().call_soon(_busy, 0.1)
    done = await peer.outcome()

    assert done.chunks == []


async def test_both_sides_can_send_more_than_the_socket_holds(peers: list[Peer]) -> None:
    chunk = b"[" + b"1," * 500_000 + b"1]"
    peer = await start(peers, chunks=[chunk] * 8)
    loop = asyncio.get_running_loop()
    peer.end.setblocking(False)

    # Nothing is read at the other end until it has sent all of its own.
    for _ in range(8):
        await loop.sock_sendall(peer.end, pack(frames.RESULT, NUMBER, chunk))
    received = 0
    while received < 8 * len(chunk):
        received += len(await loop.sock_recv(peer.end, 1 << 20))
    peer.say(frames.DONE, b"{}")

    assert (await peer.outcome()).chunks == [chunk] * 8


def _busy(seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass
