"""What a node receives from the host: protocols only, so that a node cannot reach behind them.

Every door out of a node is one of these. The host checks each call against what the node was
granted, counts it, and records it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any, Protocol

from penstock_sdk.item import BinaryRef, Item, Output

if TYPE_CHECKING:
    from penstock_sdk.rooted import Found


class Head(Protocol):
    """What comes before the body of an HTTP response."""

    @property
    def status(self) -> int: ...

    @property
    def headers(self) -> Mapping[str, str]:
        """Names in lower case; values of a repeated header joined as the RFC says."""
        ...

    @property
    def url(self) -> str:
        """After redirects."""
        ...


class Response(Head, Protocol):
    """An HTTP response that was read up to the limit."""

    @property
    def content(self) -> bytes: ...

    def json(self) -> Any:
        """The body as JSON."""
        ...

    def text(self) -> str:
        """The body as text, in the charset of the response."""
        ...


class OpenResponse(Head, Protocol):
    """An HTTP response whose body is still to come."""

    def chunks(self) -> AsyncIterator[bytes]:
        """The body as it arrives, up to the limit; once."""
        ...

    async def read(self) -> Response:
        """The rest of the body, in memory."""
        ...


#: A body is bytes, or parts of which those in the blob store are sent from there.
Body = bytes | Sequence[bytes | BinaryRef]


class Http(Protocol):
    """The one way out to HTTP; hosts are checked, addresses pinned, redirects re-checked."""

    async def request(
        self,
        method: str,
        url: str,
        *,
        query: Mapping[str, Any] | Sequence[tuple[str, str]] | None = None,
        headers: Mapping[str, str] | Sequence[tuple[str, str]] | None = None,
        body: Body | None = None,
        credential: str | None = None,
        certificate: str | None = None,
        cookies: str | None = None,
        timeout_s: float = 30.0,
        max_redirects: int = 5,
        max_bytes: int = 50_000_000,
        proxy: str | None = None,
        verify_tls: bool = True,
        item: int | None = None,
    ) -> Response:
        """Send one request. `credential` names a slot; the host signs, the node never sees it.

        Args:
            method: GET, POST and so on.
            url: http or https.
            query: Added to that of the URL.
            headers: In order; names may repeat.
            body: What is sent.
            credential: A slot.
            certificate: A slot with a client certificate.
            cookies: Requests of the step with the same word here share their cookies.
            timeout_s: For everything, the body included.
            max_redirects: 0 gives the redirect itself.
            max_bytes: Of the body, unpacked.
            proxy: http or https.
            verify_tls: False accepts any certificate.
            item: What a failure is about.

        Raises:
            NodeFailed: Refused by a rule, unreachable for good, or too large.
            RetryLater: The target could not be reached this time.
        """
        ...

    def open(
        self,
        method: str,
        url: str,
        *,
        query: Mapping[str, Any] | Sequence[tuple[str, str]] | None = None,
        headers: Mapping[str, str] | Sequence[tuple[str, str]] | None = None,
        body: Body | None = None,
        credential: str | None = None,
        certificate: str | None = None,
        cookies: str | None = None,
        timeout_s: float = 30.0,
        max_redirects: int = 5,
        max_bytes: int = 50_000_000,
        proxy: str | None = None,
        verify_tls: bool = True,
        item: int | None = None,
    ) -> AbstractAsyncContextManager[OpenResponse]:
        """As `request`, for `async with`: the body is read as it comes, never held as a whole."""
        ...


class Log(Protocol):
    """Lines for the person who looks at the step."""

    def debug(self, message: str, **data: Any) -> None: ...
    def info(self, message: str, **data: Any) -> None: ...
    def warning(self, message: str, **data: Any) -> None: ...
    def error(self, message: str, **data: Any) -> None: ...


class State(Protocol):
    """Small values that outlive an execution: per node, per workflow or per workspace."""

    async def get(self, key: str, *, scope: str = "node") -> Any: ...
    async def set(
        self, key: str, value: Any, *, scope: str = "node", ttl_s: float | None = None
    ) -> None: ...
    async def delete(self, key: str, *, scope: str = "node") -> None: ...
    async def update(self, key: str, expected: Any, value: Any, *, scope: str = "node") -> bool:
        """Set `value` if the stored one equals `expected`; say whether it did."""
        ...


class Binary(Protocol):
    """Bytes by handle."""

    async def read(self, ref: BinaryRef, *, start: int = 0, size: int | None = None) -> bytes: ...
    def stream(self, ref: BinaryRef) -> AsyncIterator[bytes]: ...
    async def write(
        self,
        data: bytes | AsyncIterator[bytes],
        *,
        media_type: str = "application/octet-stream",
        file_name: str | None = None,
    ) -> BinaryRef: ...


class Roots(Protocol):
    """Files in the folders that the operator named; a path begins with the name of a root."""

    async def find(self, pattern: str, *, most: int = 10_000) -> Sequence[Found]: ...
    def stream(self, path: str) -> AsyncIterator[bytes]: ...
    async def write(
        self, path: str, data: AsyncIterator[bytes], *, append: bool = False
    ) -> int: ...
    async def delete(self, path: str) -> None: ...


class Connection(Protocol):
    """A connection that the host opened after checking where it goes."""

    async def send(self, data: bytes) -> None: ...
    async def receive(self, max_bytes: int = 65_536) -> bytes: ...
    async def close(self) -> None: ...


class Smtp(Protocol):
    """A mail server, logged in."""

    async def send(
        self, sender: str, recipients: Sequence[str], message: bytes
    ) -> Mapping[str, str]:
        """Hand over a message; gives the recipients that were refused, with the reason."""
        ...

    async def close(self) -> None: ...


class Imap(Protocol):
    """A mailbox, logged in. Messages are known by their unique numbers."""

    async def folders(self) -> list[str]: ...
    async def select(self, folder: str = "INBOX", *, read_only: bool = True) -> int:
        """Open a folder; how many messages it has."""
        ...

    async def search(self, *criteria: str) -> list[int]: ...
    async def fetch(self, number: int, *, max_bytes: int = 50_000_000) -> bytes:
        """A message as it is kept; it stays unseen."""
        ...

    async def store(
        self, numbers: Sequence[int], flags: Sequence[str], *, add: bool = True
    ) -> None: ...
    async def append(self, folder: str, message: bytes, flags: Sequence[str] = ()) -> None: ...
    async def close(self) -> None: ...


class Sql(Protocol):
    """A PostgreSQL database. `$1`, `$2` in a statement stand for the values."""

    async def fetch(
        self, query: str, *values: Any, max_rows: int = 100_000, max_bytes: int = 50_000_000
    ) -> list[dict[str, Any]]:
        """The rows, with values as JSON knows them."""
        ...

    async def execute(self, query: str, *values: Any) -> str:
        """What was done, in the words of the database: `UPDATE 3`."""
        ...

    async def executemany(self, query: str, rows: Sequence[Sequence[Any]]) -> None: ...
    def transaction(self) -> AbstractAsyncContextManager[None]:
        """All of what is done inside, or nothing of it."""
        ...

    async def close(self) -> None: ...


class Connections(Protocol):
    """Connections that are not HTTP, opened by the host, credentials applied by the host.

    Each takes the slot of a credential that holds host, port and secrets; close it in the end.
    """

    async def tcp(self, host: str, port: int, *, tls: bool = False) -> Connection: ...
    async def smtp(self, credential: str) -> Smtp: ...
    async def imap(self, credential: str) -> Imap: ...
    async def sql(self, credential: str) -> Sql: ...


class CredentialHandle(Protocol):
    """A credential by name: what is public about it, never the secret."""

    @property
    def slot(self) -> str: ...
    @property
    def type(self) -> str: ...

    @property
    def public(self) -> Mapping[str, Any]:
        """The fields that its type declares public (a base URL, an account name)."""
        ...


class Loop(Protocol):
    """For nodes with `loop = True`: where the loop stands, derived from the journal."""

    @property
    def items(self) -> Sequence[Item]:
        """The items that entered the loop from outside."""
        ...

    @property
    def iteration(self) -> int:
        """0 at entry, then one more each time the cycle comes back."""
        ...

    @property
    def returned(self) -> Sequence[Sequence[Item]]:
        """What came back, one list per finished iteration."""
        ...


class Column(list[Any]):
    """One value per item, where a parameter holds an expression; see `Context.columns`."""


class Context(Protocol):
    """One step, as its node sees it."""

    node_id: str
    node_name: str
    workflow_id: str
    workflow_name: str
    execution_id: str
    workspace_id: str
    #: `manual`, `trigger`, `webhook`, `cli`, `sub`, `error`, `test`.
    mode: str
    #: IANA name of the workflow's time zone.
    timezone: str
    run_index: int
    attempt: int  # 1 at first
    #: Index of the first item given to this call: not 0 where the node works per item.
    index: int
    #: Unresolved, as in the document.
    config: Mapping[str, Any]
    inputs: Mapping[str, Sequence[Item]]
    #: For several inputs: index of the first item of each in the count that parents use.
    offsets: Mapping[str, int]

    @property
    def loop(self) -> Loop: ...
    @property
    def http(self) -> Http: ...
    @property
    def log(self) -> Log: ...
    @property
    def state(self) -> State: ...
    @property
    def binary(self) -> Binary: ...
    @property
    def roots(self) -> Roots: ...
    @property
    def connect(self) -> Connections: ...

    def param(self, name: str, i: int = 0) -> Any:
        """The resolved value of a parameter for item `i` of this call."""
        ...

    def params(self, i: int = 0) -> dict[str, Any]:
        """All parameters for item `i` of this call, defaults filled in."""
        ...

    def columns(self, name: str) -> Any:
        """A parameter for all items at once: its JSON, with a `Column` for each expression in it.

        The fast path for nodes that work on many items. `Column` is a list with one value per item.
        """
        ...

    def has_expression(self, name: str) -> bool:
        """Does the value of this parameter differ from item to item?"""
        ...

    def credential(self, slot: str) -> CredentialHandle | None:
        """The credential bound to a slot of this node, or None."""
        ...

    def progress(self, done: float, message: str = "") -> None:
        """Tell the person who watches: a share from 0 to 1 and a word."""
        ...

    def hook_url(self) -> str:
        """Of a trigger: where requests for it arrive."""
        ...

    def resume_url(self) -> str:
        """Where somebody answers this step, when it waits for that; see `Wait.kind`."""
        ...

    def reply(
        self, body: Any = None, *, status: int = 200, headers: Sequence[tuple[str, str]] = ()
    ) -> None:
        """Answer whoever started the execution and waits for it.

        Nothing is sent for None, a text as it is, a `BinaryRef` as a file, anything else as JSON.
        It leaves when this step has been committed; of several answers the first one counts.
        """
        ...

    def idempotency_key(self, i: int = 0) -> str:
        """The same for every attempt of this item in this step; different for every other."""
        ...

    def now_ms(self) -> int:
        """The moment of this step, frozen, in milliseconds since the epoch."""
        ...

    @property
    def canceled(self) -> bool:
        """Has the execution been canceled? Long loops look at it."""
        ...

    async def evaluate(self, source: str, rows: Sequence[Mapping[str, Any]]) -> list[Any]:
        """Evaluate one JavaScript expression for each row (`$json` is the row) in the sandbox."""
        ...

    async def run_code(
        self,
        language: str,
        source: str,
        items: Sequence[Item],
        *,
        each: bool = False,
        http: bool = False,
    ) -> Output:
        """Run a person's code in the sandbox: `javascript` or `python`, once or for each item."""
        ...

    async def run_body(self, batch: Output, *, number: int, pause_s: float = 0.0) -> Output:
        """Of a container: run the nodes it holds on items, and give what they put out.

        The parents of what goes in and of what comes out are items of this step. After a crash the
        same `number` is the same run: what has ended is not run again. With `pause_s` it begins no
        earlier than so many seconds after the run with the number before; that wait is journalled
        and holds no worker.

        Raises:
            NodeFailed: A node of the body failed.
        """
        ...

    async def execute_workflow(
        self,
        workflow: str,
        items: Sequence[Item],
        *,
        version: str | int = "published",
        wait: bool = True,
    ) -> Mapping[str, Sequence[Item]]:
        """Run another workflow (a relative path from a file, an id from the store).

        Returns the items of its last nodes under `main`; nothing where it is not waited for.
        """
        ...
