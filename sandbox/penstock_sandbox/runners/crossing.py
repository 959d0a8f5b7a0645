"""The pool's side of one call: frames in and out, two clocks, requests of the guest.

The rules:

* Reading never waits: requests to the host are answered in a task of their own.
* The compute clock stops while the runner waits for its host; the total clock never does.
* Whose call a frame belongs to is known from the runner it came from, never from the frame.
* Whatever ends a call, other than DONE and FAILED, also ends its runner.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Final

import msgspec

from penstock_sandbox.contract import Call, Done, Spent
from penstock_sandbox.errors import BudgetExceeded, Limit, RunnerLost
from penstock_sandbox.runners import frames
from penstock_sandbox.runners.failures import failure_from
from penstock_sandbox.runners.frames import Frame, FrameRefused, pack
from penstock_sandbox.runners.ledger import Ledger
from penstock_sandbox.runners.link import Link
from penstock_sandbox.runners.slots import Slots
from penstock_sdk import PenstockError

_admit: Final = frames.admit_by(frames.FROM_RUNNER)
_decode_spent: Final = msgspec.json.Decoder(Spent).decode
#: Small frames are gathered into one write up to this.
_GATHER_BYTES: Final = 64 << 10


class Crossing:
    """One call under way in one runner."""

    def __init__(self, call: Call, link: Link, number: int, slots: Slots) -> None:
        self._loop = asyncio.get_running_loop()
        self._budget = call.budget
        self._link = link
        self._number = number
        self._slots = slots
        self._has_slot = True
        self._chunks: list[bytes] = []
        self._ended: asyncio.Future[None] = self._loop.create_future()
        self._reply: asyncio.Task[None] | None = None
        self._started = time.monotonic()
        self._paused_s = 0.0
        self._waiting_since: float | None = None
        self._timer = self._loop.call_later(
            min(self._budget.wall_s, self._budget.total_s), self._check_clocks
        )
        self.ledger = Ledger(call)
        #: The runner is in an unknown state and has to go.
        self.has_broken = True

    async def run(self, opening: bytes, chunks: Iterable[bytes]) -> Done:
        """Send the call, take in its answer.

        Raises:
            PenstockError: As the contract says.
        """
        try:
            await self._send(opening, iter(chunks))
            await self._ended
        finally:
            self._end()
            self.ledger.spent.wall_ms = (time.monotonic() - self._started) * 1000
        return Done(chunks=self._chunks, spent=self.ledger.spent)

    def on_frame(self, frame: Frame) -> None:
        """Take a frame from the runner.

        Raises:
            FrameRefused: The runner broke the protocol.
            PenstockError: The runner went over its budget.
        """
        kind = frame.kind
        if frame.call != self._number or self._ended.done():
            raise FrameRefused("a frame of no call that is under way")
        if kind == frames.RESULT:
            self.ledger.count_output(len(frame.body))
            self._chunks.append(frame.body)
        elif kind == frames.DONE:
            self._finish(frame.body)
        elif kind == frames.HOST:
            self._start_reply(frame)
        elif kind == frames.NOTE:
            self._take_note(frame.body)
        elif kind == frames.FAILED:
            self._settle(failure_from(frame.body))
        else:
            raise FrameRefused(f"a frame of kind {kind} in the middle of a call")

    def fail(self, error: Exception) -> None:
        """End the call, and with it the runner."""
        if not self._ended.done():
            self._ended.set_exception(error)

    def give_slot_back(self) -> None:
        """Let somebody else compute."""
        if self._has_slot:
            self._has_slot = False
            self._slots.give()

    async def _send(self, opening: bytes, chunks: Iterator[bytes]) -> None:
        number = self._number
        held, size = [opening], len(opening)
        for chunk in chunks:
            if self._ended.done():
                return
            held.append(pack(frames.ITEMS, number, chunk))
            size += len(chunk)
            if size > _GATHER_BYTES:
                self._link.send(b"".join(held))
                held, size = [], 0
                await self._give_way()
        held.append(pack(frames.END, number))
        if not self._ended.done():
            self._link.send(b"".join(held))

    async def _give_way(self) -> None:
        await asyncio.sleep(0)
        if self._link.is_full:
            await self._link.drained()

    def _finish(self, body: bytes) -> None:
        reported = _decode_spent(body)
        self.ledger.spent.fuel = reported.fuel
        self.ledger.spent.memory_bytes = reported.memory_bytes
        self._settle(None)

    def _settle(self, error: Exception | None) -> None:
        if self._waiting_since is not None:
            raise FrameRefused("an answer while it waits for its host")
        self.has_broken = isinstance(error, RunnerLost)
        if error is None:
            self._ended.set_result(None)
        else:
            self._ended.set_exception(error)

    def _take_note(self, body: bytes) -> None:
        kind, _, note = body.partition(b"\0")
        if kind not in (b"log", b"progress"):
            raise FrameRefused("a note of an unknown kind")
        self.ledger.note(kind.decode(), note)
        if self.ledger.is_flooded_with_notes:
            raise FrameRefused("a flood of notes")

    def _start_reply(self, frame: Frame) -> None:
        if self._waiting_since is not None:
            raise FrameRefused("a second request while one is being answered")
        self._waiting_since = time.monotonic()
        self.give_slot_back()
        self._reply = self._loop.create_task(self._answer(frame))

    async def _answer(self, frame: Frame) -> None:
        try:
            answers = await self.ledger.answer(frame.body)
            await self._slots.take()
            self._has_slot = True
        except Exception as error:  # noqa: BLE001 - a host function may raise anything: its call ends
            self.fail(error)
            return
        if self._ended.done():
            self.give_slot_back()
            return
        self._resume()
        self._link.send(pack(frames.REPLY, self._number, answers, seq=frame.seq))

    def _resume(self) -> None:
        if self._waiting_since is not None:
            self._paused_s += time.monotonic() - self._waiting_since
        self._waiting_since = None
        self._check_clocks()

    def _check_clocks(self) -> None:
        self._timer.cancel()
        if self._ended.done():
            return
        now = time.monotonic()
        total_left = self._budget.total_s - (now - self._started)
        compute_left = self._budget.wall_s - (now - self._started - self._paused_s)
        is_waiting = self._waiting_since is not None
        left = total_left if is_waiting else min(total_left, compute_left)
        if left > 0:
            self._timer = self._loop.call_later(left, self._check_clocks)
            return
        # What has arrived counts: it was this process that was late, not the guest.
        self._link.read()
        self.fail(self._too_slow("total" if total_left <= 0 else "wall"))

    def _too_slow(self, limit: Limit) -> BudgetExceeded:
        seconds = self._budget.total_s if limit == "total" else self._budget.wall_s
        return BudgetExceeded(
            limit,
            f"The guest took longer than {seconds:g} s and was stopped.",
            hint=f"Give it less to do at a time, or raise the node's `{limit}_s`.",
        )

    def _end(self) -> None:
        self._timer.cancel()
        if self._reply is not None:
            self._reply.cancel()
        if not self._ended.cancel() and not self._ended.cancelled():
            self._ended.exception()  # another error may be on its way up: this one was seen
        self.give_slot_back()


def admit_for(crossing: Crossing) -> Callable[[int, int], None]:
    """Return the check of headers during a call: lengths by kind, answers by what is left."""

    def admit(kind: int, length: int) -> None:
        _admit(kind, length)
        if kind == frames.RESULT:
            crossing.ledger.check_output(length)

    return admit


def error_of(error: Exception) -> PenstockError:
    """Say what it means for a call that its runner was lost in this way."""
    if isinstance(error, PenstockError):
        return error
    if isinstance(error, ConnectionError):
        return RunnerLost(
            "The process that ran the guest has ended.",
            hint="It may have run out of memory. The call can be made again.",
        )
    return RunnerLost(f"A runner broke the protocol and was stopped: {error}.")
