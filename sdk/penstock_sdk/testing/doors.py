"""State, blobs and log of a step under test, all in memory and open to look at."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from penstock_sdk.context import Connection, Imap, Smtp, Sql
from penstock_sdk.errors import NodeFailed
from penstock_sdk.item import BinaryRef

_CHUNK_BYTES = 65_536


class LogEntry(NamedTuple):
    """One line that the node logged."""

    level: str
    message: str
    data: dict[str, Any]


class MemoryLog:
    """Keeps every line."""

    def __init__(self) -> None:
        self.lines: list[LogEntry] = []

    def debug(self, message: str, **data: Any) -> None:
        self.lines.append(LogEntry("debug", message, data))

    def info(self, message: str, **data: Any) -> None:
        self.lines.append(LogEntry("info", message, data))

    def warning(self, message: str, **data: Any) -> None:
        self.lines.append(LogEntry("warning", message, data))

    def error(self, message: str, **data: Any) -> None:
        self.lines.append(LogEntry("error", message, data))


@dataclass
class _Kept:
    value: Any
    until_ms: int | None


class MemoryState:
    """Values by scope and key; time passes by the clock of the test."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._kept: dict[tuple[str, str], _Kept] = {}

    def values(self, scope: str = "node") -> dict[str, Any]:
        """What is there now, to look at."""
        return {
            key: kept.value
            for (where, key), kept in self._kept.items()
            if where == scope and self._lives(kept)
        }

    async def get(self, key: str, *, scope: str = "node") -> Any:
        return self.values(scope).get(key)

    async def set(
        self, key: str, value: Any, *, scope: str = "node", ttl_s: float | None = None
    ) -> None:
        until_ms = None if ttl_s is None else self._now_ms() + round(ttl_s * 1000)
        self._kept[scope, key] = _Kept(value, until_ms)

    async def delete(self, key: str, *, scope: str = "node") -> None:
        self._kept.pop((scope, key), None)

    async def update(self, key: str, expected: Any, value: Any, *, scope: str = "node") -> bool:
        if self.values(scope).get(key) != expected:
            return False
        await self.set(key, value, scope=scope)
        return True

    def _lives(self, kept: _Kept) -> bool:
        return kept.until_ms is None or kept.until_ms > self._now_ms()


class MemoryBinary:
    """Blobs by id."""

    def __init__(self) -> None:
        self.blobs: dict[str, bytes] = {}

    def put(
        self,
        data: bytes,
        *,
        media_type: str = "application/octet-stream",
        file_name: str | None = None,
    ) -> BinaryRef:
        """Store bytes for an input item of a test."""
        id_ = f"blob-{len(self.blobs) + 1}"
        self.blobs[id_] = data
        return BinaryRef(id=id_, media_type=media_type, file_name=file_name, size=len(data))

    async def read(self, ref: BinaryRef, *, start: int = 0, size: int | None = None) -> bytes:
        if ref.id not in self.blobs:
            raise NodeFailed(f"There is no blob {ref.id!r}.", hint="Store it with `binary.put`.")
        data = self.blobs[ref.id]
        return data[start:] if size is None else data[start : start + size]

    async def stream(self, ref: BinaryRef) -> AsyncIterator[bytes]:
        data = await self.read(ref)
        for start in range(0, len(data), _CHUNK_BYTES):
            yield data[start : start + _CHUNK_BYTES]

    async def write(
        self,
        data: bytes | AsyncIterator[bytes],
        *,
        media_type: str = "application/octet-stream",
        file_name: str | None = None,
    ) -> BinaryRef:
        whole = data if isinstance(data, bytes) else b"".join([chunk async for chunk in data])
        return self.put(whole, media_type=media_type, file_name=file_name)


class NoConnections:
    """Refuses, and says how a test provides one."""

    async def tcp(self, host: str, port: int, *, tls: bool = False) -> Connection:
        del tls
        raise _no_connection(f"{host}:{port}")

    async def smtp(self, credential: str) -> Smtp:
        raise _no_connection(credential)

    async def imap(self, credential: str) -> Imap:
        raise _no_connection(credential)

    async def sql(self, credential: str) -> Sql:
        raise _no_connection(credential)


def _no_connection(target: str) -> NodeFailed:
    return NodeFailed(
        f"This test has no connection to {target!r}.",
        hint="Give TestContext an object with the methods of penstock_sdk.context.Connections.",
    )
