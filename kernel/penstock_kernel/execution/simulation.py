"""Simulated executions: what would change something outside is listed instead of done.

The rules:

* Reading is real: requests with GET, HEAD and OPTIONS, queries of a database, files, mailboxes.
* Everything else is listed on its step, in order, and answered as if it had gone well: a request
  with 200 and `{}`, a statement with no rows. A fixture or a mock of the node gives better answers.
* What nodes keep is kept for the execution alone.
* Workflows that are called are simulated too; nobody is told of errors; nothing is cached.
"""

from __future__ import annotations

import base64
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any

from penstock_sandbox.egress.exchange import Incoming, Outgoing
from penstock_sdk import NodeFailed
from penstock_sdk.context import Imap, Sql

if TYPE_CHECKING:
    from penstock_kernel.execution.context import Shared
    from penstock_kernel.store.records import ExecutionRecord
    from penstock_kernel.store.state import StateStore
    from penstock_sdk.rooted import Found, RootedFiles

#: The mode of a simulated execution, and the level by which a step lists what it would do.
MODE = "simulation"
LEVEL = "effect"
_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_QUERIES = ("select", "with", "values", "show", "explain", "table")
_MOST_SHOWN = 64 * 1024


def is_simulated(execution: ExecutionRecord) -> bool:
    """Does nothing of it reach the outside?"""
    return execution.mode == MODE


def lists(shared: Shared) -> bool:
    """Are the effects of this step listed?"""
    return is_simulated(shared.scene.execution)


def list_effect(shared: Shared, what: str, **data: Any) -> None:
    """Say on the step what it would do."""
    shared.log.add(LEVEL, what, data)


def only_reads(outgoing: Outgoing) -> bool:
    """May a request be sent although nothing is to change?"""
    return outgoing.method.upper() in _READS


async def pretend_request(shared: Shared, outgoing: Outgoing) -> Incoming:
    """List a request, and answer it as if it had gone well."""
    body = outgoing.body
    if outgoing.stream is not None:
        body = b"".join([chunk async for chunk in outgoing.stream.chunks()])
    list_effect(
        shared,
        f"{outgoing.method} {outgoing.url}",
        kind="http",
        method=outgoing.method,
        url=outgoing.url,
        query=list(outgoing.query),
        headers=list(outgoing.headers),
        credential=outgoing.credential,
        body=_shown(body),
    )
    headers = [("content-type", "application/json"), ("penstock-simulated", "true")]
    return Incoming(
        status=200, reason="Simulated", header_list=headers, url=outgoing.url, content=b"{}"
    )


def _shown(body: bytes | None) -> Any:
    if body is None:
        return None
    try:
        return body[:_MOST_SHOWN].decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(body[:_MOST_SHOWN]).decode(), "bytes": len(body)}


def refuse_tcp() -> NodeFailed:
    """Nobody knows what raw bytes do."""
    return NodeFailed(
        "A connection of its own cannot be simulated.",
        hint="Give the node a fixture, which it puts out instead of running.",
    )


class PretendedSmtp:
    """A mail server that lists what it is given."""

    def __init__(self, shared: Shared, credential: str) -> None:
        self._shared = shared
        self._credential = credential

    async def send(
        self, sender: str, recipients: Sequence[str], message: bytes
    ) -> Mapping[str, str]:
        list_effect(
            self._shared,
            f"mail to {', '.join(recipients)}",
            kind="mail",
            credential=self._credential,
            sender=sender,
            recipients=list(recipients),
            message=_shown(message),
        )
        return {}

    async def close(self) -> None: ...


class PretendedSql:
    """A database of which only queries reach the real one, in a session that cannot write."""

    def __init__(self, shared: Shared, credential: str, real: Sql) -> None:
        self._shared = shared
        self._credential = credential
        self._real = real

    @staticmethod
    async def of(shared: Shared, credential: str, real: Sql) -> PretendedSql:
        """Before anything is asked: a transaction that has begun would keep what it may do."""
        await real.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")
        return PretendedSql(shared, credential, real)

    async def fetch(self, query: str, *values: Any, **limits: int) -> list[dict[str, Any]]:
        if not query.lstrip(" \t\r\n(").lower().startswith(_QUERIES):
            self._list(query, values)
            return []
        return await self._real.fetch(query, *values, **limits)

    async def execute(self, query: str, *values: Any) -> str:
        self._list(query, values)
        return "SIMULATED 0"

    async def executemany(self, query: str, rows: Sequence[Sequence[Any]]) -> None:
        for row in rows:
            self._list(query, row)

    def transaction(self) -> AbstractAsyncContextManager[None]:
        return self._real.transaction()

    async def close(self) -> None:
        await self._real.close()

    def _list(self, query: str, values: Sequence[Any]) -> None:
        what = " ".join(query.split())[:200]
        list_effect(
            self._shared,
            what,
            kind="sql",
            credential=self._credential,
            query=query[:_MOST_SHOWN],
            values=[str(value)[:_MOST_SHOWN] for value in values],
        )


class PretendedImap:
    """A mailbox that is read and never written."""

    def __init__(self, shared: Shared, credential: str, real: Imap) -> None:
        self._shared = shared
        self._credential = credential
        self._real = real

    async def folders(self) -> list[str]:
        return await self._real.folders()

    async def select(self, folder: str = "INBOX", *, read_only: bool = True) -> int:
        del read_only
        return await self._real.select(folder, read_only=True)

    async def search(self, *criteria: str) -> list[int]:
        return await self._real.search(*criteria)

    async def fetch(self, number: int, *, max_bytes: int = 50_000_000) -> bytes:
        return await self._real.fetch(number, max_bytes=max_bytes)

    async def store(
        self, numbers: Sequence[int], flags: Sequence[str], *, add: bool = True
    ) -> None:
        what = f"{'mark' if add else 'unmark'} {len(numbers)} messages with {', '.join(flags)}"
        self._list(what, numbers=list(numbers), flags=list(flags), add=add)

    async def append(self, folder: str, message: bytes, flags: Sequence[str] = ()) -> None:
        what = f"put a message into {folder}"
        self._list(what, folder=folder, flags=list(flags), message=_shown(message))

    async def close(self) -> None:
        await self._real.close()

    def _list(self, what: str, **data: Any) -> None:
        list_effect(self._shared, what, kind="mailbox", credential=self._credential, **data)


class PretendedState:
    """What nodes keep, as it is; what they change stays here."""

    def __init__(self, real: StateStore, kept: dict[tuple[str, str], Any]) -> None:
        self._real = real
        self._kept = kept

    async def get(self, space: str, key: str) -> Any:
        if (space, key) in self._kept:
            return self._kept[space, key]
        return await self._real.get(space, key)

    async def set(self, space: str, key: str, value: Any, *, ttl_s: float | None = None) -> None:
        del ttl_s
        self._kept[space, key] = value

    async def delete(self, space: str, key: str) -> None:
        self._kept[space, key] = None

    async def update(self, space: str, key: str, expected: Any, value: Any) -> bool:
        if await self.get(space, key) != expected:
            return False
        self._kept[space, key] = value
        return True


class PretendedFiles:
    """Files that are read and never written."""

    def __init__(self, shared: Shared, real: RootedFiles) -> None:
        self._shared = shared
        self._real = real

    async def find(self, pattern: str, *, most: int = 10_000) -> list[Found]:
        return await self._real.find(pattern, most=most)

    async def stream(self, path: str) -> AsyncGenerator[bytes]:
        async for chunk in self._real.stream(path):
            yield chunk

    async def write(self, path: str, data: AsyncIterator[bytes], *, append: bool = False) -> int:
        size = sum([len(chunk) async for chunk in data])
        what = f"{'append to' if append else 'write'} {path}"
        list_effect(self._shared, what, kind="file", path=path, bytes=size, append=append)
        return size

    async def delete(self, path: str) -> None:
        list_effect(self._shared, f"delete {path}", kind="file", path=path)
