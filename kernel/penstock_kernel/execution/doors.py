"""The doors of a step: HTTP, state, binary data and connections, each bound to its node."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Generator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any, TypedDict, Unpack, cast

from penstock_kernel.execution import simulation
from penstock_kernel.execution.redacting import Redactor
from penstock_kernel.execution.slots import bound_to, use_of
from penstock_sandbox.egress.exchange import (
    Cookies,
    Incoming,
    Open,
    Outgoing,
    Signable,
    Streamed,
)
from penstock_sandbox.errors import EgressFailed
from penstock_sdk import BinaryRef, NodeFailed, RetryLater
from penstock_sdk.context import Body

if TYPE_CHECKING:
    from penstock_kernel.execution.context import Shared
    from penstock_kernel.store.state import StateStore

_FIRST_DELAY_S = 1.0
#: From narrow to wide.
SCOPES = ("node", "workflow", "workspace")


class Given(TypedDict, total=False):
    """What may be said about a request besides method and URL; see `penstock_sdk.context.Http`."""

    query: Mapping[str, Any] | Sequence[tuple[str, str]] | None
    headers: Mapping[str, str] | Sequence[tuple[str, str]] | None
    body: Body | None
    credential: str | None
    certificate: str | None
    cookies: str | None
    timeout_s: float
    max_redirects: int
    max_bytes: int
    proxy: str | None
    verify_tls: bool
    item: int | None


class OpenResponse:
    """A response whose body is still to come, as nodes see it."""

    def __init__(self, response: Open, redactor: Redactor) -> None:
        self._response = response
        self._redactor = redactor
        start = redactor.start(response.start)
        self.status = start.status
        self.headers = start.headers
        self.url = start.url

    def chunks(self) -> AsyncIterator[bytes]:
        """The body as it arrives."""
        return self._redactor.chunks(self._response.chunks())

    async def read(self) -> Incoming:
        """The rest of the body."""
        return self._redactor.incoming(await self._response.read())


class PretendedResponse:
    """The response to a request that was not sent."""

    def __init__(self, response: Incoming) -> None:
        self._response = response
        self.status = response.status
        self.headers = response.headers
        self.url = response.url

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body."""
        yield self._response.content

    async def read(self) -> Incoming:
        """The whole of it."""
        return self._response


@contextmanager
def _translated(item: int | None) -> Generator[None]:
    """What may succeed another time is tried again later."""
    try:
        yield
    except EgressFailed as error:
        if not error.retryable:
            raise
        raise RetryLater(
            error.message, delay_s=_FIRST_DELAY_S, hint=error.hint, item=item
        ) from error


class HttpDoor:
    """`ctx.http`: requests with the grants of the node's package, signed by the host."""

    def __init__(self, shared: Shared) -> None:
        self._shared = shared
        self._redactor = Redactor()

    async def request(self, method: str, url: str, **given: Unpack[Given]) -> Incoming:
        """Send one request; see `penstock_sdk.context.Http`.

        Raises:
            EgressRefused: A rule forbids it.
            EgressFailed: It failed for good.
            RetryLater: The target could not be reached this time.
        """
        with _translated(given.get("item")):
            return await self.send(self._outgoing(method, url, given))

    @asynccontextmanager
    async def open(
        self, method: str, url: str, **given: Unpack[Given]
    ) -> AsyncGenerator[OpenResponse | PretendedResponse]:
        """Send one request and hand out its response with the body still to come.

        Raises:
            EgressRefused: A rule forbids it.
            EgressFailed: It failed for good.
            RetryLater: The target could not be reached this time, or broke off.
        """
        shared = self._shared
        outgoing = self._outgoing(method, url, given)
        if simulation.lists(shared) and not simulation.only_reads(outgoing):
            yield PretendedResponse(await simulation.pretend_request(shared, outgoing))
            return
        await self._wait(outgoing)
        with _translated(given.get("item")):
            async with shared.host.egress.open(
                outgoing, grants=shared.node.grants, sign=self._sign
            ) as response:
                yield OpenResponse(response, self._redactor)

    async def send(self, outgoing: Outgoing) -> Incoming:
        """Send one request as it stands, with this node's grants and credentials."""
        shared = self._shared
        if simulation.lists(shared) and not simulation.only_reads(outgoing):
            return await simulation.pretend_request(shared, outgoing)
        await self._wait(outgoing)
        found = await shared.host.egress.request(
            outgoing, grants=shared.node.grants, sign=self._sign
        )
        return self._redactor.incoming(found)

    async def _wait(self, outgoing: Outgoing) -> None:
        """Wait until it may be sent, by what all processes together have sent."""
        shared, slot = self._shared, outgoing.credential
        bound = None if slot is None else shared.view.spec.credentials.get(slot)
        workspace = shared.scene.execution.workspace_id
        await shared.host.rate_limits.wait(workspace, outgoing.url, bound)

    def _outgoing(self, method: str, url: str, given: Given) -> Outgoing:
        body, jar = given.get("body"), given.get("cookies")
        streamed = None if body is None or isinstance(body, bytes) else self._streamed(body)
        return Outgoing(
            method=method,
            url=url,
            query=pairs_of(given.get("query")),
            headers=pairs_of(given.get("headers")),
            body=body if isinstance(body, bytes) else None,
            stream=streamed,
            credential=given.get("credential"),
            certificate=given.get("certificate"),
            cookies=None if jar is None else self._shared.cookies.setdefault(jar, Cookies()),
            timeout_s=given.get("timeout_s", 30.0),
            max_redirects=given.get("max_redirects", 5),
            max_bytes=given.get("max_bytes", 50_000_000),
            proxy=given.get("proxy"),
            verify_tls=given.get("verify_tls", True),
        )

    def _streamed(self, parts: Sequence[bytes | BinaryRef]) -> Streamed:
        blobs, workspace = self._shared.host.blobs, self._shared.scene.execution.workspace_id

        async def chunks() -> AsyncIterator[bytes]:
            for part in parts:
                if isinstance(part, bytes):
                    yield part
                else:
                    async for chunk in blobs.stream(workspace, part):
                        yield chunk

        kept = [part.size for part in parts if isinstance(part, BinaryRef)]
        size = sum(kept) + sum(len(part) for part in parts if isinstance(part, bytes))
        # A handle from elsewhere may not say how large it is.
        return Streamed(chunks=chunks, size=size if all(kept) else None)

    async def _sign(self, slot: str, signable: Signable) -> None:
        shared = self._shared
        before = [*signable.headers, *signable.query]
        await shared.host.vault.sign(use_of(shared, slot), bound_to(shared, slot), signable)
        self._redactor.learn(before, signable)


def pairs_of(given: Mapping[str, Any] | Sequence[tuple[str, str]] | None) -> list[tuple[str, str]]:
    """Names and values in order; a list of values becomes several pairs."""
    if given is None:
        return []
    pairs = given.items() if isinstance(given, Mapping) else given
    found: list[tuple[str, str]] = []
    for name, value in pairs:
        several = isinstance(value, list | tuple)
        values = cast("Sequence[Any]", value) if several else [value]
        found += [(name, _text(one)) for one in values]
    return found


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


class StateDoor:
    """`ctx.state`: small values of this node, its workflow or its workspace."""

    def __init__(self, shared: Shared) -> None:
        self._shared = shared
        self._state: StateStore = shared.host.state
        if simulation.lists(shared):
            kept = shared.scene.outermost.pretended
            self._state = simulation.PretendedState(self._state, kept)

    async def get(self, key: str, *, scope: str = "node") -> Any:
        return await self._state.get(self._space(scope), key)

    async def set(
        self, key: str, value: Any, *, scope: str = "node", ttl_s: float | None = None
    ) -> None:
        await self._state.set(self._space(scope), key, value, ttl_s=ttl_s)

    async def delete(self, key: str, *, scope: str = "node") -> None:
        await self._state.delete(self._space(scope), key)

    async def update(self, key: str, expected: Any, value: Any, *, scope: str = "node") -> bool:
        """Set a value if the stored one equals `expected`; say whether it did."""
        return await self._state.update(self._space(scope), key, expected, value)

    def _space(self, scope: str) -> str:
        if scope not in SCOPES:
            message = f"There is no state with the scope {scope!r}."
            raise NodeFailed(message, hint=f"Use one of {', '.join(SCOPES)}.")
        execution = self._shared.scene.execution
        parts = [execution.workspace_id, execution.workflow_id, self._shared.view.spec.id]
        return "/".join(parts[: 3 - SCOPES.index(scope)])


class BinaryDoor:
    """`ctx.binary`: bytes by handle, of this workspace."""

    def __init__(self, shared: Shared) -> None:
        self._blobs = shared.host.blobs
        self._workspace = shared.scene.execution.workspace_id

    async def read(self, ref: BinaryRef, *, start: int = 0, size: int | None = None) -> bytes:
        return await self._blobs.read(self._workspace, ref, start=start, size=size)

    def stream(self, ref: BinaryRef) -> AsyncIterator[bytes]:
        return self._blobs.stream(self._workspace, ref)

    async def write(
        self,
        data: bytes | AsyncIterator[bytes],
        *,
        media_type: str = "application/octet-stream",
        file_name: str | None = None,
    ) -> BinaryRef:
        return await self._blobs.write(
            self._workspace, data, media_type=media_type, file_name=file_name
        )
