"""What goes out and what comes in: the values that pass through the egress."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from email.message import Message
from typing import Any, Protocol

import msgspec

from penstock_sandbox.errors import EgressFailed

#: Host and port to the addresses in the order to try.
Resolve = Callable[[str, int], Awaitable[list[str]]]


class Outgoing(msgspec.Struct, kw_only=True):
    """One request, before it is checked."""

    method: str
    url: str
    query: Sequence[tuple[str, str]] = ()
    headers: Sequence[tuple[str, str]] = ()
    body: bytes | None = None
    credential: str | None = None
    timeout_s: float = 30.0
    max_redirects: int = 5
    max_bytes: int = 50_000_000
    proxy: str | None = None
    verify_tls: bool = True


class Incoming(msgspec.Struct, kw_only=True):
    """A response that was read to its end."""

    status: int
    reason: str
    header_list: list[tuple[str, str]]  # names in lower case, in order
    content: bytes
    url: str

    @property
    def headers(self) -> dict[str, str]:
        """By name; the values of a repeated header joined."""
        joined: dict[str, str] = {}
        for name, value in self.header_list:
            joined[name] = f"{joined[name]}, {value}" if name in joined else value
        return joined

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
    body: bytes | None


class Stream(Protocol):
    """An open TCP connection."""

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes: ...  # noqa: ASYNC109
    async def write(self, buffer: bytes, timeout: float | None = None) -> None: ...  # noqa: ASYNC109
    async def aclose(self) -> None: ...
