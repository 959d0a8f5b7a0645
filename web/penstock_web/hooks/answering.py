"""What a caller is told.

The rules:

* What a workflow says is shown by a browser as if it came from nowhere: it has no access to the
  pages of this origin, nor to their cookies. Types are as they are told, never guessed.
* A workflow sets no header that belongs to the connection, and no cookie of this server.
* Who has to wait too long is told which execution goes on; how one failed is told to nobody.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import msgspec

from penstock_kernel.execution.result import Execution
from penstock_kernel.store.blobs import BlobStore
from penstock_kernel.store.records import Answer
from penstock_kernel.work.answers import Gone
from penstock_sdk import BinaryRef, Item, PenstockError
from penstock_web.health import Send
from penstock_web.hooks.refusals import STATUSES, CallerUnknown, MethodRefused, ReplyFailed
from penstock_web.identity import cookies

_JSON = (b"content-type", b"application/json")
_SAFE = [
    (b"content-security-policy", b"sandbox"),
    (b"x-content-type-options", b"nosniff"),
]
_FRESH = (b"cache-control", b"no-store")
_OURS = frozenset(
    (
        *("connection", "content-length", "transfer-encoding", "keep-alive", "upgrade", "trailer"),
        *("te", "proxy-connection", "date", "server", "x-content-type-options"),
        *("content-security-policy", "strict-transport-security", "clear-site-data"),
    )
)
_TOKEN = frozenset("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz")
#: An error with so many seconds asks its sender to come again then.
_AGAIN = frozenset((429, 503))
_encode = msgspec.json.Encoder().encode
_TITLES = {400: "It cannot be read", 401: "Not known", 403: "Not allowed", 404: "Not found"}


class Outgoing(msgspec.Struct):
    """An answer on its way."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes = b""
    #: In place of the body, where it is sent as it is read.
    chunks: AsyncIterator[bytes] | None = None

    def add(self, name: bytes, value: str) -> None:
        """Add a header."""
        self.headers.append((name, value.encode("latin-1", "replace")))

    async def send(self, send: Send, *, without_body: bool = False) -> None:
        """Send it."""
        headers = [*self.headers, *_SAFE]
        if self.chunks is None and self.status not in (204, 304):
            headers.append((b"content-length", str(len(self.body)).encode()))
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        if self.chunks is not None and not without_body:
            async for chunk in self.chunks:
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        body = b"" if without_body or self.chunks is not None else self.body
        await send({"type": "http.response.body", "body": body})


def as_json(value: Any, status: int = 200) -> Outgoing:
    """A value as JSON."""
    return Outgoing(status, [_JSON, _FRESH], _encode(value))


def started(execution: str, status: int) -> Outgoing:
    """It was accepted."""
    return as_json({"execution": execution}, status)


def refused(error: PenstockError, execution: str = "") -> Outgoing:
    """It was not, or nobody knows what came of it."""
    status = STATUSES.get(error.code, 500)
    told: dict[str, Any] = {
        "type": "about:blank",
        "title": _TITLES.get(status, "Not taken" if status < 500 else "It went wrong here"),
        "status": status,
        "code": error.code,
        "detail": error.message,
    }
    if error.hint:
        told["hint"] = error.hint
    if execution:
        told["execution"] = execution
    outgoing = Outgoing(status, [(b"content-type", b"application/problem+json"), _FRESH])
    outgoing.body = _encode(told)
    if status in _AGAIN:
        outgoing.add(b"retry-after", str(getattr(error, "retry_after_s", 1)))
    if isinstance(error, MethodRefused):
        outgoing.add(b"allow", ", ".join(error.allowed))
    if isinstance(error, CallerUnknown) and error.scheme:
        outgoing.add(b"www-authenticate", error.scheme)
    return outgoing


class Replies:
    """Makes answers of what workflows say; `blobs` has their files."""

    def __init__(self, blobs: BlobStore, workspace: str) -> None:
        self._blobs = blobs
        self._workspace = workspace

    def of(self, came: Answer | Execution | Gone, config: Mapping[str, Any]) -> Outgoing:
        """What came of an execution, as its caller is told it.

        Raises:
            ReplyFailed: It failed.
        """
        if isinstance(came, Answer):
            return self._of_answer(came)
        if isinstance(came, Gone):
            return as_json({"message": "It has ended, and nothing of it was kept."})
        if came.status != "success":
            message = "The workflow failed before it had replied."
            raise ReplyFailed(message, hint="Its owner sees why, in its executions.")
        if config.get("reply") == "respond":
            return as_json({"message": "The workflow has ended without a reply."})
        return self._of_items(came.items, config)

    def _of_answer(self, answer: Answer) -> Outgoing:
        headers, kind = _headers(answer.headers), answer.body
        outgoing = Outgoing(_status(answer.status), headers)
        names = {name for name, _ in headers}
        if answer.file is not None:
            self._attach(outgoing, answer.file, names)
        elif isinstance(kind, str):
            outgoing.body = kind.encode("utf-8", "replace")
            _typed(outgoing, names, b"text/plain; charset=utf-8")
        elif kind is not None:
            outgoing.body = _encode(kind)
            _typed(outgoing, names, b"application/json")
        if b"cache-control" not in names:
            headers.append(_FRESH)
        return outgoing

    def _of_items(self, items: Sequence[Item], config: Mapping[str, Any]) -> Outgoing:
        status, data = _status(config.get("status")), config.get("data")
        if data == "none":
            return Outgoing(status, [_FRESH])
        if data == "all":
            return as_json([item.json for item in items], status)
        if data == "file":
            files = [ref for item in items for ref in (item.binary or {}).values()]
            if not files:
                raise ReplyFailed("The last items have no file.", hint="Reply with an item.")
            outgoing = Outgoing(status, [_FRESH])
            self._attach(outgoing, files[0], set())
            return outgoing
        return as_json(items[0].json if items else {}, status)

    def _attach(self, outgoing: Outgoing, file: BinaryRef, names: set[bytes]) -> None:
        outgoing.chunks = self._blobs.stream(self._workspace, file)
        _typed(outgoing, names, file.media_type.encode("latin-1", "replace"))
        if file.size:
            outgoing.add(b"content-length", str(file.size))
        if file.file_name and b"content-disposition" not in names:
            outgoing.add(b"content-disposition", _disposition(file.file_name))


def _typed(outgoing: Outgoing, names: set[bytes], kind: bytes) -> None:
    if b"content-type" not in names:
        outgoing.headers.append((b"content-type", kind))


def _disposition(name: str) -> str:
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\' else "_" for c in name)
    return f'inline; filename="{plain}"'


def _status(status: Any) -> int:
    # Those below 200 are no answers yet.
    return status if isinstance(status, int) and 200 <= status <= 599 else 200


def _headers(given: Sequence[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    return [
        (name.lower().encode(), value.encode("latin-1", "replace"))
        for name, value in given
        if _may_be_set(name.lower(), value)
    ]


def _may_be_set(name: str, value: str) -> bool:
    if not name or set(name) - _TOKEN or name in _OURS or not _is_one_line(value):
        return False
    return name != "set-cookie" or cookies.may_be_set(value)


def _is_one_line(value: str) -> bool:
    return not any(character in value for character in "\r\n\0")
