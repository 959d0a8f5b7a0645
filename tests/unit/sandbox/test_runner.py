"""The runner's loop, in a thread: the test is the pool, and a small driver is the guest."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from penstock_sandbox.contract import Budget, Guest, Wall
from penstock_sandbox.errors import BudgetExceeded, GuestRefused
from penstock_sandbox.guests.drivers import Drivers
from penstock_sandbox.guests.guest import GuestAnsweredError, Task
from penstock_sandbox.runners import frames
from penstock_sandbox.runners.failures import failure_from
from penstock_sandbox.runners.frames import FROM_RUNNER, Frame, Inbox, admit_by, pack
from penstock_sandbox.runners.opening import Meta, call_body
from penstock_sandbox.runners.runner import Runner
from penstock_sandbox.walls.probe import actions_against


class Obedient:
    """Does what its header says."""

    def __init__(self) -> None:
        self.released: list[str] = []

    def run(self, task: Task) -> Iterator[bytes]:
        task.spent.fuel = 7
        match task.header:
            case b"echo":
                yield from task.chunks
            case b"component":
                yield task.component
            case b"ask" if task.channel is not None:
                yield task.channel.host(b'["please"]')
                yield from task.chunks
            case b"ask-much" if task.channel is not None:
                yield task.channel.host(b"x" * (frames.HOST_BYTES + 1))
            case b"note" if task.channel is not None:
                for size in (10, 70_000, 10_000, 10):
                    task.channel.note("log", b'"' + b"x" * size + b'"')
            case b"answered":
                raise GuestAnsweredError(b'{"error":{"name":"TypeError"}}')
            case b"memory":
                raise MemoryError
            case _:
                raise RuntimeError("what?")

    def release(self, vm: str) -> None:
        self.released.append(vm)


class Pool:
    """The other end."""

    def __init__(self, drivers: Drivers) -> None:
        self.end, self.far = socket.socketpair()
        self.end.settimeout(5)
        self._inbox = Inbox(admit_by(FROM_RUNNER))
        self._frames: list[Frame] = []
        runner = Runner(self.far, drivers)
        walls = [Wall(name="test", stands=True)]
        self.thread = threading.Thread(target=runner.serve, args=(walls,), daemon=True)
        self.thread.start()

    def take(self) -> Frame:
        while not self._frames:
            self._frames += self._inbox.feed(self.end.recv(1 << 16))
        return self._frames.pop(0)

    def call(self, header: bytes, *chunks: bytes, number: int = 1, **more: Any) -> None:
        meta = Meta(guest=more.pop("guest", "python"), budget=Budget(note_bytes=5_000), **more)
        self.end.sendall(
            pack(frames.CALL, number, call_body(meta, header))
            + b"".join(pack(frames.ITEMS, number, chunk) for chunk in chunks)
            + pack(frames.END, number)
        )

    def failure(self) -> Exception:
        frame = self.take()
        assert frame.kind == frames.FAILED
        return failure_from(frame.body)


@pytest.fixture
def driver() -> Obedient:
    return Obedient()


@pytest.fixture
def pool(driver: Obedient) -> Iterator[Pool]:
    guests: tuple[Guest, ...] = ("expression", "javascript", "python")
    drivers: Drivers = dict.fromkeys(guests, driver)
    drivers["component"] = GuestRefused("not built", hint="build it")
    opened = Pool(drivers)
    assert opened.take() == Frame(frames.HELLO, 0, 0, opened_walls())
    yield opened
    opened.end.close()
    opened.thread.join(5)
    opened.far.close()
    assert not opened.thread.is_alive()


def opened_walls() -> bytes:
    return msgspec.json.encode([Wall(name="test", stands=True)])


def test_chunks_are_answered_one_by_one_and_the_end_says_what_was_spent(pool: Pool) -> None:
    pool.call(b"echo", b"[1]", b"[2]")

    assert [pool.take().body for _ in range(2)] == [b"[1]", b"[2]"]
    end = pool.take()
    assert end.kind == frames.DONE
    assert msgspec.json.decode(end.body)["fuel"] == 7


def test_what_is_left_of_a_call_that_has_ended_is_passed_over(pool: Pool) -> None:
    pool.call(b"answered", b"[1]", b"[2]", number=1)
    pool.call(b"echo", b"[3]", number=2)

    assert pool.failure().name == "TypeError"  # type: ignore[attr-defined]
    assert pool.take() == Frame(frames.RESULT, 2, 0, b"[3]")


def test_a_request_waits_for_its_reply_and_keeps_what_comes_before_it(pool: Pool) -> None:
    pool.call(b"ask", b"[1]", hosted=True)

    asked = pool.take()
    pool.end.sendall(pack(frames.REPLY, asked.call, b"[yes]", seq=asked.seq))

    assert (asked.kind, asked.body) == (frames.HOST, b'["please"]')
    assert [pool.take().body for _ in range(2)] == [b"[yes]", b"[1]"]


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        pytest.param(b"ask-much", BudgetExceeded, id="request-too-long"),
        pytest.param(b"memory", BudgetExceeded, id="out-of-memory"),
    ],
)
def test_a_call_that_goes_too_far_ends_with_its_limit(
    pool: Pool, header: bytes, kind: type[Exception]
) -> None:
    pool.call(header, hosted=True)

    assert isinstance(pool.failure(), kind)


def test_a_driver_that_breaks_ends_its_call_only(pool: Pool) -> None:
    pool.call(b"???", number=1)
    pool.call(b"echo", b"[1]", number=2)

    assert "what?" in str(pool.failure())
    assert pool.take().body == b"[1]"


def test_notes_stop_where_their_budget_ends(pool: Pool) -> None:
    pool.call(b"note", hosted=True)

    notes = [pool.take() for _ in range(3)]

    assert [note.kind for note in notes] == [frames.NOTE] * 3
    assert b"70002 bytes was dropped" in notes[1].body
    assert pool.take().kind == frames.DONE


def test_a_guest_that_is_not_there_is_refused_with_the_way_out(pool: Pool) -> None:
    pool.call(b"echo", guest="component")

    failure = pool.failure()
    assert isinstance(failure, GuestRefused)
    assert failure.hint == "build it"


def test_a_released_vm_is_dropped(pool: Pool, driver: Obedient) -> None:
    pool.end.sendall(pack(frames.RELEASE, 0, b"e1"))
    pool.call(b"echo")

    assert pool.take().kind == frames.DONE
    assert driver.released == ["e1"]


def test_code_of_a_package_comes_once_as_a_descriptor(pool: Pool) -> None:
    handle = os.memfd_create("code")
    os.write(handle, b"native")
    meta = Meta(guest="python", budget=Budget(), package="p", brings_code=True)
    opening = pack(frames.CALL, 1, call_body(meta, b"component")) + pack(frames.END, 1)

    socket.send_fds(pool.end, [opening], [handle])
    os.close(handle)
    first = pool.take().body
    assert pool.take().kind == frames.DONE
    pool.call(b"component", package="p", number=2)

    assert (first, pool.take().body) == (b"native", b"native")


def test_each_attempt_of_the_probe_has_a_name_of_its_own() -> None:
    tried = actions_against(server=1, own_socket=0)

    names = [name for actions in tried.values() for name, _ in actions]
    assert len(set(names)) == len(names)
    assert list(tried)[-1] == "programs"
