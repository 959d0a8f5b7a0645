"""What carries the calls: with the token, in the workspace, again where that does no harm.

The rules:

* A call is made again only where it cannot be done twice: it reads, it carries a key, or it was
  refused before anything was done.
* How long to wait is the server's to say; where it does not, each wait is longer than the last.
* The key of a call is made once and stays the same however often the call is made.
"""

from __future__ import annotations

import asyncio
import random
import uuid
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Generic, TypeVar
from urllib.parse import quote

import httpx2
import msgspec

from penstock_client.errors import NotUnderstood, Refused, Unreachable, refusal

T = TypeVar("T")
#: Nobody waits longer than this for a next attempt.
LONGEST_WAIT_S = 30.0
_FIRST_WAIT_S = 0.2
_NOT_DONE = (429, 503)
_IN_PROGRESS = "request.in_progress"


class Asked(msgspec.Struct, frozen=True):
    """One call."""

    method: str
    path: str
    query: Mapping[str, Any] = {}
    #: What is sent: bytes as they are, everything else as JSON; None: nothing.
    body: Any = None
    media: str = "application/json"
    etag: str | None = None
    key: str | None = None
    accept: str = "application/json"

    @property
    def is_harmless(self) -> bool:
        """Whether it may arrive twice: it reads, it sets what it says, or it is done once."""
        if self.method == "POST":
            return self.key is not None
        return self.method in ("GET", "HEAD") or (self.method == "PUT" and self.etag is None)


class Reply(msgspec.Struct, Generic[T], frozen=True):
    """An answer, and the state that it is in."""

    value: T
    #: To be given as `etag` with a change, which fails where somebody else was faster.
    etag: str


class Transport:
    """Makes the calls of one client."""

    def __init__(
        self,
        http: httpx2.AsyncClient,
        *,
        url: str = "",
        token: str = "",
        workspace: str = "",
        attempts: int = 5,
    ) -> None:
        self._http = http
        self._url = url.rstrip("/")
        self._token = token
        self._workspace = workspace
        self.attempts = attempts

    def in_workspace(self, workspace: str) -> Transport:
        """The same for another workspace."""
        return Transport(
            self._http,
            url=self._url,
            token=self._token,
            workspace=workspace,
            attempts=self.attempts,
        )

    def key(self, given: str | None) -> str:
        """What the server knows a call by: what is given, or a new one."""
        return given or uuid.uuid4().hex

    async def value(self, asked: Asked, kind: Any) -> Any:
        """What is answered."""
        return _decoded(await self._answer(asked), kind)

    async def reply(self, asked: Asked, kind: Any) -> Reply[Any]:
        """What is answered, with its state."""
        answer = await self._answer(asked)
        etag = answer.headers.get("etag", "").removeprefix("W/").strip('"')
        return Reply(_decoded(answer, kind), etag)

    async def content(self, asked: Asked) -> bytes:
        """What is answered, as it comes."""
        answer = await self._answer(msgspec.structs.replace(asked, accept="*/*"))
        return answer.content

    async def done(self, asked: Asked) -> None:
        """Make a call that has nothing to answer."""
        await self._answer(asked)

    @asynccontextmanager
    async def stream(
        self, asked: Asked, more: Mapping[str, str]
    ) -> AsyncGenerator[httpx2.Response]:
        """One attempt at a call whose answer does not end soon.

        Raises:
            Refused: The server does not answer it.
        """
        request = self._request(asked, more)
        request.extensions["timeout"] = {"connect": 10.0, "read": None, "write": 10.0, "pool": None}
        answer = await self._http.send(request, stream=True)
        try:
            if not answer.is_success:
                raise refusal(answer.status_code, await answer.aread())
            yield answer
        finally:
            await answer.aclose()

    async def _answer(self, asked: Asked) -> httpx2.Response:
        """The answer to a call.

        Raises:
            Refused: The server did not do it.
            Unreachable: It could not be asked.
        """
        for attempt in range(1, self.attempts + 1):
            try:
                answer = await self._http.send(self._request(asked))
            except httpx2.TransportError as error:
                never_arrived = isinstance(error, (httpx2.ConnectError, httpx2.ConnectTimeout))
                if attempt == self.attempts or not (never_arrived or asked.is_harmless):
                    raise Unreachable(f"{asked.method} {asked.path}: {error!r}") from error
                await asyncio.sleep(wait_s(attempt))
                continue
            if answer.is_success:
                return answer
            refused = refusal(answer.status_code, answer.content)
            if attempt == self.attempts or not _is_worth_another(asked, refused):
                raise refused
            await asyncio.sleep(wait_s(attempt, answer.headers.get("retry-after", "")))
        raise AssertionError("the last attempt returns or raises")

    def _request(self, asked: Asked, more: Mapping[str, str] | None = None) -> httpx2.Request:
        headers = {"accept": asked.accept, **(more or {})}
        if self._token:
            headers["authorization"] = f"Bearer {self._token}"
        if self._workspace:
            headers["penstock-workspace"] = self._workspace
        if asked.etag is not None:
            headers["if-match"] = f'"{asked.etag}"'
        if asked.key is not None:
            headers["idempotency-key"] = asked.key
        content = None
        if asked.body is not None:
            headers["content-type"] = asked.media
            raw = isinstance(asked.body, bytes)
            content = asked.body if raw else msgspec.json.encode(asked.body)
        query = {name: _text(value) for name, value in asked.query.items() if value is not None}
        return self._http.build_request(
            asked.method, self._url + asked.path, params=query, headers=headers, content=content
        )


def place(value: Any) -> str:
    """A value as it stands in an address: whatever it is, it stays one part of it."""
    text = str(value)
    if text in ("", ".", ".."):
        raise ValueError(f"{text!r} cannot stand in an address: it names another one.")
    return quote(text, safe="")


def wait_s(attempt: int, told: str = "") -> float:
    """How long to wait after an attempt: as told, or longer each time and never all at once."""
    if told.isdigit():
        return min(float(told), LONGEST_WAIT_S)
    longest: float = min(_FIRST_WAIT_S * 2 ** (attempt - 1), LONGEST_WAIT_S)
    return longest * random.uniform(0.5, 1)  # noqa: S311 - spreads load, hides nothing


def _is_worth_another(asked: Asked, refused: Refused) -> bool:
    status = refused.problem.status
    if status in _NOT_DONE or refused.code == _IN_PROGRESS:
        return True
    return status in (502, 504) and asked.is_harmless


def _text(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_text(one) for one in value]  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _decoded(answer: httpx2.Response, kind: Any) -> Any:
    try:
        return msgspec.json.decode(answer.content, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        where = f"{answer.request.method} {answer.request.url.path}"
        raise NotUnderstood(f"The answer to {where} is not as described: {error}") from error
