"""What one call did outside its guest: requests to the host, notes, bytes.

The rules:

* The host counts, whatever the guest says.
* A request is answered by the call's own host functions; which execution it belongs to is never
  read from the request.
* Requests of one list are answered side by side, a few at a time.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

import msgspec

from penstock_sandbox.contract import Call, HostFunctions, Note
from penstock_sandbox.errors import BudgetExceeded, GuestFailed
from penstock_sdk import PenstockError

_AT_ONCE: Final = 16

_json = msgspec.json.Encoder()
_any = msgspec.json.Decoder()


class _Request(msgspec.Struct):
    name: str
    arguments: Any = None


_requests = msgspec.json.Decoder(list[_Request])


class Ledger:
    """Counts what a call uses, and answers its requests."""

    def __init__(self, call: Call) -> None:
        self._budget = call.budget
        self._host = call.host
        self._notes = call.notes
        self._note_bytes = 0
        self._notes_dropped = False
        self.spent = call.spent
        for name in self.spent.__struct_fields__:  # a call may be made twice
            setattr(self.spent, name, 0)

    def count_output(self, length: int) -> None:
        """Count a chunk of the answer.

        Raises:
            BudgetExceeded: The answer is too long.
        """
        self.check_output(length)
        self.spent.output_bytes += length

    def check_output(self, length: int) -> None:
        """Judge a chunk before it is read.

        Raises:
            BudgetExceeded: The answer would be too long.
        """
        limit = self._budget.output_bytes
        if self.spent.output_bytes + length > limit:
            raise BudgetExceeded(
                "output",
                f"The guest returned more than {limit:,} bytes.",
                hint="Return fewer items or fields, or raise the node's `output_bytes`.",
            )

    def note(self, kind: str, body: bytes) -> None:
        """Pass a note on, or drop it where the call's notes are used up."""
        self._note_bytes += len(body)
        if self._notes is None or self._notes_dropped:
            return
        if self._note_bytes > self._budget.note_bytes:
            self._notes_dropped = True
            limit = self._budget.note_bytes
            message = f"This log is longer than {limit:,} bytes; the rest was dropped."
            self._notes(Note(kind="log", body={"level": "warn", "message": message}))
            return
        try:
            self._notes(Note(kind=kind, body=_any.decode(body)))
        except (msgspec.DecodeError, RecursionError):
            return

    @property
    def is_flooded_with_notes(self) -> bool:
        """Whether the guest sends far more than a runner that works lets through."""
        return self._note_bytes > 2 * self._budget.note_bytes + (1 << 20)

    async def answer(self, requests: bytes) -> bytes:
        """Answer a list of requests.

        Raises:
            BudgetExceeded: Too many calls, or too many bytes in the answers.
            GuestFailed: This is no list of requests.
        """
        wanted = self._decoded(requests)
        self.spent.host_calls += max(len(wanted), 1)  # an empty list crosses, too
        if self.spent.host_calls > self._budget.host_calls:
            raise BudgetExceeded(
                "host_calls",
                f"The guest called its host more than {self._budget.host_calls:,} times.",
                hint="Batch the requests, or raise the node's `host_calls`.",
            )
        answers = b"[" + b",".join(await self._answers(wanted)) + b"]"
        self.spent.fetched_bytes += len(answers)
        if self.spent.fetched_bytes > self._budget.fetched_bytes:
            raise BudgetExceeded(
                "fetched",
                f"The guest fetched more than {self._budget.fetched_bytes:,} bytes.",
                hint="Fetch less at a time, or raise the node's `fetched_bytes`.",
            )
        return answers

    def _decoded(self, requests: bytes) -> list[_Request]:
        try:
            return _requests.decode(requests)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
            raise GuestFailed(
                f"The guest asked its host for something that is no list of requests: {error}",
                name="RequestError",
                hint="Requests are JSON, not nested deeper than a few hundred levels.",
            ) from error

    async def _answers(self, wanted: list[_Request]) -> list[bytes]:
        if self._host is None:
            refusal = {"code": "guest.refused", "message": "This guest has no host functions."}
            return [_json.encode({"error": refusal}) for _ in wanted]
        if len(wanted) == 1:
            return [await _one(self._host, wanted[0])]
        return await _side_by_side(self._host, wanted)


async def _side_by_side(host: HostFunctions, wanted: list[_Request]) -> list[bytes]:
    gate = asyncio.Semaphore(_AT_ONCE)

    async def gated(request: _Request) -> bytes:
        async with gate:
            return await _one(host, request)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(gated(request)) for request in wanted]
    return [task.result() for task in tasks]


async def _one(host: HostFunctions, request: _Request) -> bytes:
    try:
        return _json.encode({"ok": await host(request.name, request.arguments)})
    except PenstockError as error:
        told = {"code": error.code, "message": error.message, "hint": error.hint}
        return _json.encode({"error": told})
