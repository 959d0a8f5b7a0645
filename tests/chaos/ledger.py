"""A server outside that writes down what it is asked, while those that ask it are killed.

What may be repeated under a key is repeated under the same key; what may not is sent once, and
where nobody knows whether it arrived, the execution waits in doubt.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import msgspec

from tests.chaos.leases import SHORT_S
from tests.chaos.soak import Event, Plan, Report, breaking, free_port, staged, workflow

_ENDS = "SELECT idem_key, status, coalesce(waiting_for, '') FROM workflow_executions"


class Call(NamedTuple):
    """A request that came."""

    path: str
    #: Of its header, empty where it had none.
    key: str


#: What is answered to a call; None: nothing, the connection ends.
Reply = Callable[[Call], Awaitable[bytes | None]]


class Effects(Plan, frozen=True, kw_only=True):
    """What is to be done."""

    #: How long the server takes, so that it is in the middle of it when its caller dies.
    answers_after_s: float = 0.15


class Ledger(Report, kw_only=True):
    """What came of it."""

    keyed_calls: int = 0
    #: Calls that came again with the key that they had, and those that came with another one.
    keyed_again: int = 0
    keys_changed: int = 0
    unsafe_calls: int = 0
    unsafe_again: int = 0
    in_doubt: int = 0
    #: Executions that ended well and whose call never came; and those that neither ended nor wait.
    never_called: int = 0
    astray: int = 0

    @property
    def is_clean(self) -> bool:
        """Nothing repeated but what has a key, and nothing left unsaid?"""
        wrong = (self.lost, self.accepted_twice, self.completed_twice, self.missing_steps)
        strange = (self.keys_changed, self.unsafe_again, self.never_called, self.astray)
        return not (any(wrong) or any(strange))


CI = Effects(executions=600, kills=4, seed=4, gate_share=0, lease_s=SHORT_S)
FULL = Effects(executions=20_000, kills=60, seed=4, gate_share=0, patience_s=300)


async def play(plan: Effects, url: str, folder: Path) -> Ledger:
    """Do it."""
    calls: list[Call] = []

    async def reply(call: Call) -> bytes:
        calls.append(call)
        await asyncio.sleep(plan.answers_after_s)
        return b"{}"

    port = free_port()
    documents = {name: _calling(port, keyed=name == "keyed") for name in ("keyed", "unsafe")}
    async with answering(reply, port), staged(plan, url, folder, documents=documents) as scene:
        _, kills = await asyncio.gather(scene.send(_events(plan)), breaking(scene))
        await scene.settle()
        report = await scene.report(kills)
        ends = await scene.rows(_ENDS)
    return _compared(report, calls, ends)


def _calling(port: int, *, keyed: bool) -> dict[str, object]:
    config = {
        "method": "POST",
        "url": f"={{{{ 'http://127.0.0.1:{port}/' + $json.name }}}}",
        "idempotency_key": keyed,
    }
    return workflow({"type": "penstock/http.request", "config": config})


def _events(plan: Effects) -> list[Event]:
    """Every other one may be repeated."""
    names = [f"{('keyed', 'unsafe')[number % 2]}-{number}" for number in range(plan.executions)]
    return [
        {"key": name, "document": name.partition("-")[0], "data": {"name": name}} for name in names
    ]


def _compared(report: Report, calls: list[Call], ends: list[tuple[str, str, str]]) -> Ledger:
    """Compare what came with what is said about it."""
    came = Counter(call.path.removeprefix("/") for call in calls)
    keys = {(call.path.removeprefix("/"), call.key) for call in calls}
    keyed = {name: count for name, count in came.items() if name.startswith("keyed")}
    unsafe = {name: count for name, count in came.items() if name.startswith("unsafe")}
    doubted = {key for key, status, why in ends if (status, why) == ("waiting", "in_doubt")}
    well = {key for key, status, _ in ends if status == "success"}
    return Ledger(
        **msgspec.structs.asdict(report),
        keyed_calls=sum(keyed.values()),
        keyed_again=sum(keyed.values()) - len(keyed),
        keys_changed=sum(name.startswith("keyed") for name, _ in keys) - len(keyed),
        unsafe_calls=sum(unsafe.values()),
        unsafe_again=sum(unsafe.values()) - len(unsafe),
        in_doubt=len(doubted),
        never_called=len(well - came.keys()),
        astray=sum(key not in well | doubted for key, _, _ in ends)
        + sum(key.startswith("keyed") for key in doubted),
    )


@asynccontextmanager
async def answering(reply: Reply, port: int) -> AsyncGenerator[None]:
    """A server on a port of 127.0.0.1, until the block ends."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            said = await reply(_call(head))
            if said is not None:
                length = f"content-length: {len(said)}\r\nconnection: close\r\n\r\n".encode()
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n" + length)
                writer.write(said)
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the caller was killed, or everything is over
        finally:
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", port)
    async with server:
        yield


def _call(head: str) -> Call:
    lines = head.split("\r\n")
    given = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
    return Call(lines[0].split(" ")[1], given.get("idempotency-key", ""))
