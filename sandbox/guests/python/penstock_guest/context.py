"""`ctx` of a packaged node: the SDK's Context over requests to the host."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

from wit_world.imports import notes

from penstock_guest import prelude
from penstock_guest.host import Response, ask_later, http_arguments, read_arguments
from penstock_guest.text import encode
from penstock_sdk import BinaryRef, Column, Item, Node, NodeFailed

_READ_BYTES = 1 << 20


class GuestHttp:
    """See `penstock_sdk.context.Http`."""

    async def request(self, method: str, url: str, **options: Any) -> Response:
        return Response(await ask_later("http", http_arguments(method, url, **options)))


class GuestLog:
    """See `penstock_sdk.context.Log`."""

    def debug(self, message: str, **data: Any) -> None:
        self._send("debug", message, data)

    def info(self, message: str, **data: Any) -> None:
        self._send("info", message, data)

    def warning(self, message: str, **data: Any) -> None:
        self._send("warning", message, data)

    def error(self, message: str, **data: Any) -> None:
        self._send("error", message, data)

    def _send(self, level: str, message: str, data: dict[str, Any]) -> None:
        more = {"data": data} if data else {}
        prelude.log(level, message, **more)


class GuestState:
    """See `penstock_sdk.context.State`."""

    async def get(self, key: str, *, scope: str = "node") -> Any:
        return await ask_later("state.get", {"key": key, "scope": scope})

    async def set(
        self, key: str, value: Any, *, scope: str = "node", ttl_s: float | None = None
    ) -> None:
        arguments = {"key": key, "value": value, "scope": scope, "ttl_s": ttl_s}
        await ask_later("state.set", arguments)

    async def delete(self, key: str, *, scope: str = "node") -> None:
        await ask_later("state.delete", {"key": key, "scope": scope})

    async def update(self, key: str, expected: Any, value: Any, *, scope: str = "node") -> bool:
        arguments = {"key": key, "expected": expected, "value": value, "scope": scope}
        return bool(await ask_later("state.update", arguments))


class GuestBinary:
    """See `penstock_sdk.context.Binary`."""

    async def read(self, ref: BinaryRef, *, start: int = 0, size: int | None = None) -> bytes:
        answer = await ask_later("binary.read", read_arguments(ref, start, size))
        return base64.b64decode(answer["body"])

    async def stream(self, ref: BinaryRef) -> AsyncIterator[bytes]:
        start = 0
        while part := await self.read(ref, start=start, size=_READ_BYTES):
            yield part
            start += len(part)

    async def write(
        self,
        data: bytes | AsyncIterator[bytes],
        *,
        media_type: str = "application/octet-stream",
        file_name: str | None = None,
    ) -> BinaryRef:
        if not isinstance(data, (bytes, bytearray, memoryview)):
            data = b"".join([part async for part in data])
        body = base64.b64encode(data).decode()
        arguments = {"body": body, "media_type": media_type, "file_name": file_name}
        answer = await ask_later("binary.write", arguments)
        return BinaryRef(
            id=answer["id"], media_type=media_type, file_name=file_name, size=len(data)
        )


class NoConnections:
    """See `penstock_sdk.context.Connections`: none of it reaches a sandboxed node."""

    def __getattr__(self, name: str) -> NoReturn:
        raise _native_only(f"ctx.connect.{name}")


@dataclass
class GuestCredential:
    """See `penstock_sdk.context.CredentialHandle`."""

    slot: str
    type: str = ""
    public: Mapping[str, Any] = field(default_factory=dict)


class GuestLoop:
    """See `penstock_sdk.context.Loop`; a sandboxed node is never the target of a cycle."""

    items: Sequence[Item] = ()
    iteration = 0
    returned: Sequence[Sequence[Item]] = ()


class GuestContext:
    """See `penstock_sdk.context.Context`."""

    def __init__(self, header: Mapping[str, Any], items: list[Item], node: Node) -> None:
        ctx: Mapping[str, Any] = header.get("ctx", {})
        self._ctx = ctx
        self._params: Sequence[Mapping[str, Any]] = header.get("params") or [{}]
        self._defaults = {
            name: declared.default
            for name, declared in node.fields().items()
            if not declared.required
        }
        self.node_id: str = ctx.get("node", {}).get("id", "")
        self.node_name: str = ctx.get("node", {}).get("name", "")
        self.workflow_id: str = ctx.get("workflow", {}).get("id", "")
        self.workflow_name: str = ctx.get("workflow", {}).get("name", "")
        self.execution_id: str = ctx.get("execution", {}).get("id", "")
        self.workspace_id: str = ctx.get("workspace", {}).get("id", "")
        self.mode: str = ctx.get("execution", {}).get("mode", "manual")
        self.timezone: str = ctx.get("zone", "UTC")
        self.run_index: int = ctx.get("runIndex", 0)
        self.attempt: int = ctx.get("attempt", 1)
        self.index = 0
        self.config: Mapping[str, Any] = ctx.get("parameter", {})
        self.inputs: Mapping[str, Sequence[Item]] = {port.name: items for port in node.inputs[:1]}
        self.offsets: Mapping[str, int] = dict.fromkeys(self.inputs, 0)
        self.loop = GuestLoop()
        self.http = GuestHttp()
        self.log = GuestLog()
        self.state = GuestState()
        self.binary = GuestBinary()
        self.connect = NoConnections()

    def at(self, index: int) -> GuestContext:
        """The same step, for a call with the item `index` alone."""
        view: GuestContext = object.__new__(type(self))
        view.__dict__.update(self.__dict__)
        view.index = index
        return view

    def param(self, name: str, i: int = 0) -> Any:
        values = self._values(i)
        if name in values:
            return values[name]
        if name in self._defaults:
            return self._defaults[name]
        raise NodeFailed(f"The parameter {name!r} is not set", field=name)

    def params(self, i: int = 0) -> dict[str, Any]:
        return self._defaults | dict(self._values(i))

    def _values(self, i: int) -> Mapping[str, Any]:
        at = self.index + i
        return self._params[at] if len(self._params) > 1 else self._params[0]

    def columns(self, name: str) -> Any:
        values = [params.get(name, self._defaults.get(name)) for params in self._params]
        return _as_columns(self.config.get(name), values)

    def has_expression(self, name: str) -> bool:
        return _has_expression(self.config.get(name))

    def credential(self, slot: str) -> GuestCredential | None:
        bound = self._ctx.get("credentials", {}).get(slot)
        if bound is None:
            return None
        return GuestCredential(slot, bound.get("type", ""), bound.get("public", {}))

    def progress(self, done: float, message: str = "") -> None:
        notes.progress(encode({"done": done, "message": message}))

    def idempotency_key(self, i: int = 0) -> str:
        keys: Sequence[str] = self._ctx.get("idempotencyKeys") or ()
        if self.index + i < len(keys):
            return keys[self.index + i]
        parts = (self.execution_id, self.node_id, str(self.run_index), str(self.index + i))
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def now_ms(self) -> int:
        now: int = self._ctx["now"]
        return now

    @property
    def canceled(self) -> bool:
        """A canceled guest is stopped from outside, so one that can ask was not canceled."""
        return False

    async def evaluate(self, source: str, rows: Sequence[Mapping[str, Any]]) -> list[Any]:
        raise _native_only("ctx.evaluate")

    async def run_code(self, *_args: Any, **_options: Any) -> NoReturn:
        raise _native_only("ctx.run_code")

    async def execute_workflow(self, *_args: Any, **_options: Any) -> NoReturn:
        raise _native_only("ctx.execute_workflow")


def _native_only(what: str) -> NodeFailed:
    return NodeFailed(
        f"{what} is not there for sandboxed nodes",
        hint="A native package has it; a sandboxed one has http, state, binary, log and progress.",
    )


def _has_expression(config: Any) -> bool:
    if isinstance(config, str):
        return config.startswith("=")
    if isinstance(config, Mapping):
        return any(map(_has_expression, config.values()))
    return isinstance(config, list) and any(map(_has_expression, config))


def _as_columns(config: Any, values: list[Any]) -> Any:
    if not _has_expression(config):
        return values[0] if values else config
    if isinstance(config, str):
        return Column(values)
    if isinstance(config, Mapping):
        return {key: _as_columns(inner, [v[key] for v in values]) for key, inner in config.items()}
    return [_as_columns(inner, [v[i] for v in values]) for i, inner in enumerate(config)]
