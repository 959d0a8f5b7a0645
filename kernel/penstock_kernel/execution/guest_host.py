"""What a guest may ask of the host during one call: HTTP, state and binary data, as it was granted.

The rules:

* Which step is asking is known from the call, never from the request.
* Arguments are data from a stranger: they are read into typed shapes, and what does not fit is
  refused with the reason.
* State is granted up to a scope; a wider one is refused.
* HTTP needs a grant; the host signs, and only with the slots of the step's own node.
* Every request looks first whether the execution was canceled.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import msgspec

from penstock_kernel.execution.doors import SCOPES, BinaryDoor, HttpDoor, StateDoor, pairs_of
from penstock_sandbox.egress.exchange import Incoming, Outgoing
from penstock_sdk import BinaryRef, PenstockError

if TYPE_CHECKING:
    from penstock_kernel.execution.context import Shared


class HostCallRefused(PenstockError):
    """A guest asked its host for something that it was not granted, or that is no request."""

    code: ClassVar[str] = "guest.call_refused"


class _Http(msgspec.Struct, kw_only=True, rename="camel"):
    method: str = "GET"
    url: str
    headers: dict[str, Any] | list[tuple[str, str]] | None = None
    query: dict[str, Any] | list[tuple[str, str]] | None = None
    body: str | None = None
    body_encoding: Literal["text", "base64"] = "text"
    credential: str | None = None
    timeout_ms: float = 30_000
    max_redirects: int = 5
    max_bytes: int = 50_000_000
    proxy: str | None = None
    verify_tls: bool = True


class _State(msgspec.Struct, kw_only=True):
    key: str
    scope: str = "node"
    value: Any = None
    expected: Any = None
    ttl_s: float | None = None


class _Read(msgspec.Struct, kw_only=True):
    id: str
    start: int = 0
    size: int | None = None


#: Bytes of binary data that one call gives to a guest: the host holds them while it does.
MAX_READ = 32 << 20


class _Write(msgspec.Struct, kw_only=True):
    body: str
    media_type: str = "application/octet-stream"
    file_name: str | None = None


class GuestHost:
    """The host functions of one call. Implements `penstock_sandbox.contract.HostFunctions`."""

    def __init__(self, shared: Shared, *, http: bool, state: str | None, binary: bool) -> None:
        """Grant what is said; `state` is the widest scope, None for no state at all."""
        self._shared = shared
        self._granted = {"http": http, "state": state is not None, "binary": binary}
        self._scopes = SCOPES[: SCOPES.index(state) + 1] if state in SCOPES else ()

    async def __call__(self, name: str, arguments: Any) -> Any:
        """Answer one request.

        Raises:
            HostCallRefused: It was not granted, or is no request.
            PenstockError: It failed.
        """
        door, _, verb = name.partition(".")
        if self._shared.scene.is_canceled or not self._granted.get(door, False):
            message = f"This code was not granted {door!r}."
            raise HostCallRefused(
                message, hint="Allow it in the node or in the package's manifest."
            )
        if door == "http":
            return await self._http(_read(_Http, arguments))
        if door == "state":
            return await self._state(verb, _read(_State, arguments))
        return await self._binary(verb, arguments)

    async def _http(self, asked: _Http) -> dict[str, Any]:
        outgoing = Outgoing(
            method=asked.method,
            url=asked.url,
            query=pairs_of(asked.query),
            headers=pairs_of(asked.headers),
            body=_decoded(asked.body, asked.body_encoding),
            credential=asked.credential,
            timeout_s=min(max(asked.timeout_ms, 1), 300_000) / 1000,
            max_redirects=min(max(asked.max_redirects, 0), 20),
            max_bytes=min(max(asked.max_bytes, 0), 50_000_000),
            proxy=asked.proxy,
            verify_tls=asked.verify_tls,
        )
        return _answer(await HttpDoor(self._shared).send(outgoing))

    async def _state(self, verb: str, asked: _State) -> Any:
        if asked.scope in SCOPES and asked.scope not in self._scopes:
            message = f"This code was not granted state with the scope {asked.scope!r}."
            hint = "Ask for that `scope` under `capabilities.store` in the package's manifest."
            raise HostCallRefused(message, hint=hint)
        door = StateDoor(self._shared)
        if verb == "get":
            return await door.get(asked.key, scope=asked.scope)
        if verb == "set":
            return await door.set(asked.key, asked.value, scope=asked.scope, ttl_s=asked.ttl_s)
        if verb == "delete":
            return await door.delete(asked.key, scope=asked.scope)
        if verb == "update":
            return await door.update(asked.key, asked.expected, asked.value, scope=asked.scope)
        raise _unknown(f"state.{verb}")

    async def _binary(self, verb: str, arguments: Any) -> dict[str, Any]:
        door = BinaryDoor(self._shared)
        if verb == "read":
            wanted = _read(_Read, arguments)
            ref = BinaryRef(id=wanted.id)
            most = MAX_READ + 1 if wanted.size is None else min(max(0, wanted.size), MAX_READ + 1)
            data = await door.read(ref, start=max(0, wanted.start), size=most)
            if len(data) > MAX_READ:
                message = f"More than {MAX_READ:,} bytes were asked for at once."
                raise HostCallRefused(message, hint="Read them in parts, with `start` and `size`.")
            return {"body": base64.b64encode(data).decode()}
        if verb == "write":
            given = _read(_Write, arguments)
            data = _decoded(given.body, "base64") or b""
            ref = await door.write(data, media_type=given.media_type, file_name=given.file_name)
            return {"id": ref.id}
        raise _unknown(f"binary.{verb}")


def _read(shape: type[Any], arguments: Any) -> Any:
    try:
        return msgspec.convert(arguments, shape)
    except msgspec.ValidationError as error:
        message = f"The arguments of the request do not fit: {error}."
        raise HostCallRefused(message, hint="See the page on guests for their form.") from error


def _unknown(name: str) -> HostCallRefused:
    return HostCallRefused(f"There is no host function {name!r}.", hint="See the page on guests.")


def _decoded(body: str | None, encoding: str) -> bytes | None:
    if body is None or encoding == "text":
        return None if body is None else body.encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(body, validate=True)
    except ValueError as error:  # what is not ASCII is no `binascii.Error`
        message = f"The body is not base64: {error}."
        raise HostCallRefused(message, hint="Encode it, or send it as text.") from error


def _answer(response: Incoming) -> dict[str, Any]:
    try:
        body, encoding = response.content.decode(), "text"
    except UnicodeDecodeError:
        body, encoding = base64.b64encode(response.content).decode(), "base64"
    return {
        "status": response.status,
        "headers": response.headers,
        "body": body,
        "bodyEncoding": encoding,
        "url": response.url,
    }
