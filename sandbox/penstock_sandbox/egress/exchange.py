"""What goes out and what comes in: the values that pass through the egress."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from email.message import Message
from typing import Annotated, Any, Literal, Protocol

import msgspec

from penstock_sandbox.errors import EgressFailed

#: Host and port to the addresses in the order to try.
Resolve = Callable[[str, int], Awaitable[list[str]]]


class Cookies:
    """The cookies that some requests share. What it holds is made by the client."""

    def __init__(self) -> None:
        self.jar: Any = None


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """A client certificate with its key, in PEM. Never shown."""

    certificate: str
    key: str
    passphrase: str = ""
    #: Whom to trust besides the system's authorities.
    authority: str = ""

    def __repr__(self) -> str:
        return "Identity()"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """For printers that do not ask `__repr__`."""
        return []


class Login(msgspec.Struct, frozen=True, kw_only=True):
    """Where a credential leads that is no HTTP, and as whom. Its representation tells no secret."""

    host: Annotated[str, msgspec.Meta(min_length=1)]
    port: Annotated[int, msgspec.Meta(ge=1, le=65_535)]
    user: str = ""
    password: str = ""
    #: `verify` from the first byte, `start` after a word in the clear, `off`.
    tls: Literal["verify", "start", "off"] = "verify"
    #: Whom to trust besides the system's authorities, in PEM.
    authority: str = ""
    #: The name of the database, where it leads to one.
    database: str = ""

    def __repr__(self) -> str:
        return f"Login(host={self.host!r}, port={self.port!r}, tls={self.tls!r})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """For printers that do not ask `__repr__`."""
        return [("host", self.host), ("port", self.port), ("tls", self.tls)]


class Streamed(msgspec.Struct, kw_only=True, frozen=True):
    """A body that is sent as it is read, once more for each attempt."""

    chunks: Callable[[], AsyncIterator[bytes]]
    #: None where it is not known before.
    size: int | None = None


class Outgoing(msgspec.Struct, kw_only=True):
    """One request, before it is checked."""

    method: str
    url: str
    query: Sequence[tuple[str, str]] = ()
    headers: Sequence[tuple[str, str]] = ()
    body: bytes | None = None
    #: In the place of `body`.
    stream: Streamed | None = None
    credential: str | None = None
    #: The slot of a client certificate.
    certificate: str | None = None
    #: Shared by the requests that may see each other's cookies; without one they end with this.
    cookies: Cookies | None = None
    timeout_s: float = 30.0
    max_redirects: int = 5
    max_bytes: int = 50_000_000
    proxy: str | None = None
    verify_tls: bool = True


class Start(msgspec.Struct, kw_only=True):
    """What comes before the body of a response."""

    status: int
    reason: str
    header_list: list[tuple[str, str]]  # names in lower case, in order
    url: str

    @property
    def headers(self) -> dict[str, str]:
        """By name; the values of a repeated header joined."""
        joined: dict[str, str] = {}
        for name, value in self.header_list:
            joined[name] = f"{joined[name]}, {value}" if name in joined else value
        return joined


class Incoming(Start, kw_only=True):
    """A response that was read to its end."""

    content: bytes

    def text(self) -> str:
        """The body in the charset of the response, UTF-8 where it names none."""
        described = Message()
        described["content-type"] = self.headers.get("content-type", "")
        charset = described.get_content_charset("utf-8")
        try:
            return self.content.decode(charset, errors="replace")
        except LookupError:
            return self.content.decode("utf-8", errors="replace")

    def json(self) -> Any:
        """The body as JSON.

        Raises:
            EgressFailed: It is not JSON.
        """
        try:
            return msgspec.json.decode(self.content)
        except msgspec.DecodeError as error:
            message = f"The response of {self.url} is not JSON: {error}."
            raise EgressFailed(message, retryable=False) from error


#: Adds a credential to the headers and query of a request, or refuses: name, URL, method, body.
Signer = Callable[[str, "Signable"], Awaitable[None]]


class Signable(msgspec.Struct, kw_only=True):
    """What a signer sees and changes."""

    method: str
    scheme: str
    host: str
    port: int
    path: str
    headers: list[tuple[str, str]]
    query: list[tuple[str, str]]
    body: bytes | None  # None where it is streamed, too
    #: What the target asked for with a status 401, when it is asked a second time.
    challenge: str = ""
    #: Set by a signer that has answered the challenge.
    answered: bool = False
    #: Set by a signer for a client certificate.
    identity: Identity | None = None


class Open(Protocol):
    """A response whose body is still to come."""

    @property
    def start(self) -> Start: ...

    def chunks(self) -> AsyncIterator[bytes]:
        """The body, unpacked, up to the limit of the request; once."""
        ...

    async def read(self) -> Incoming:
        """The rest of the body, in memory."""
        ...


class Stream(Protocol):
    """An open TCP connection."""

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes: ...  # noqa: ASYNC109
    async def write(self, buffer: bytes, timeout: float | None = None) -> None: ...  # noqa: ASYNC109
    async def aclose(self) -> None: ...
