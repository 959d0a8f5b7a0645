"""Recorded HTTP: what a node asked, and what came back, without a network in tests.

The rules:

* A request that was not recorded fails the test; nothing goes out unless the cassette records.
* Each recorded answer is given once, in the order of the recording.
* Secrets never reach the file: headers and query values with telling names, and every text that
  the test declares secret, are replaced before anything is written.
"""

from __future__ import annotations

import asyncio
import base64
import os
import urllib.error
import urllib.request
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import msgspec

from penstock_sdk.context import Body
from penstock_sdk.errors import RetryLater

#: Set to `1` to record what is missing.
RECORD = "PENSTOCK_RECORD"
REDACTED = "REDACTED"

_TELLING = (
    "authorization",
    "cookie",
    "token",
    "secret",
    "password",
    "api-key",
    "api_key",
    "apikey",
)

Pairs = tuple[tuple[str, str], ...]
_CHUNK_BYTES = 65_536


class Request(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a node asked for."""

    method: str
    url: str
    query: Pairs = ()
    headers: Pairs = ()
    body: bytes = b""  # base64 in the file
    credential: str | None = None

    def matches(self, other: Request) -> bool:
        """The same method, target and body; headers may differ."""
        return _target(self) == _target(other) and self.body == other.body


def _target(request: Request) -> tuple[str, str, list[tuple[str, str]]]:
    parts = urlsplit(request.url)
    query = sorted([*parse_qsl(parts.query, keep_blank_values=True), *request.query])
    return request.method.upper(), urlunsplit(parts._replace(query="", fragment="")), query


class Answer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What came back. Satisfies `penstock_sdk.context.Response`."""

    status: int = 200
    headers: Mapping[str, str] = {}
    content: bytes = b""  # base64 in the file
    url: str = ""

    def json(self) -> Any:
        return msgspec.json.decode(self.content)

    def text(self) -> str:
        _type, _, charset = self.headers.get("content-type", "").partition("charset=")
        # As the host does: what does not fit the charset is replaced.
        return self.content.decode(charset.split(";")[0].strip(' "') or "utf-8", "replace")

    @classmethod
    def of(cls, value: Any, *, status: int = 200, **headers: str) -> Answer:
        """An answer with a JSON body."""
        named = {name.replace("_", "-").lower(): text for name, text in headers.items()}
        return cls(
            status=status,
            headers={"content-type": "application/json"} | named,
            content=msgspec.json.encode(value),
        )


class OpenAnswer:
    """A recorded answer, read in pieces. Satisfies `penstock_sdk.context.OpenResponse`."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self.status, self.headers, self.url = answer.status, answer.headers, answer.url

    async def chunks(self) -> AsyncIterator[bytes]:
        for start in range(0, len(self._answer.content), _CHUNK_BYTES):
            yield self._answer.content[start : start + _CHUNK_BYTES]

    async def read(self) -> Answer:
        return self._answer


class Exchange(msgspec.Struct, frozen=True, kw_only=True):
    """One request with its answer."""

    request: Request
    answer: Answer


Send = Callable[[Request], Awaitable[Answer]]


class Cassette:
    """Answers a node's requests from what was recorded. Satisfies `penstock_sdk.context.Http`."""

    def __init__(
        self,
        exchanges: Sequence[Exchange] = (),
        *,
        path: Path | None = None,
        record: Send | None = None,
        secrets: Sequence[str] = (),
    ) -> None:
        self.exchanges = list(exchanges)
        #: What the node asked, in order, to look at.
        self.requests: list[Request] = []
        self._unused = list(exchanges)
        self._path = path
        self._record = record
        self._secrets = [text for text in secrets if text]

    @classmethod
    def load(
        cls, path: Path, *, record: Send | bool | None = None, secrets: Sequence[str] = ()
    ) -> Cassette:
        """A cassette in a file.

        Args:
            path: A JSON file; it may be missing when recording.
            record: True to ask the network for what was not recorded, and to write it down; a
                function to send with; by default True when `PENSTOCK_RECORD=1` is set.
            secrets: Texts that must not reach the file.
        """
        wanted = os.environ.get(RECORD) == "1" if record is None else record
        send = _send if wanted is True else wanted or None
        known = path.is_file() or send is None
        exchanges = msgspec.json.decode(path.read_bytes(), type=list[Exchange]) if known else []
        return cls(exchanges, path=path, record=send, secrets=secrets)

    @classmethod
    def answering(cls, answers: Mapping[str, Answer | Sequence[Answer]]) -> Cassette:
        """A cassette written in the test: `{"GET https://…": Answer.of({…})}`."""
        exchanges: list[Exchange] = []
        for target, given in answers.items():
            method, _, url = target.partition(" ")
            listed = [given] if isinstance(given, Answer) else given
            request = Request(method=method, url=url)
            exchanges += [Exchange(request=request, answer=answer) for answer in listed]
        return _ByTarget(exchanges)

    async def request(
        self,
        method: str,
        url: str,
        *,
        query: Mapping[str, Any] | Sequence[tuple[str, str]] | None = None,
        headers: Mapping[str, str] | Sequence[tuple[str, str]] | None = None,
        body: Body | None = None,
        credential: str | None = None,
        **_limits: Any,
    ) -> Answer:
        """See `penstock_sdk.context.Http.request`."""
        asked = Request(
            method=method.upper(),
            url=url,
            query=_pairs(query),
            headers=_pairs(headers),
            body=_sent(body),
            credential=credential,
        )
        self.requests.append(asked)
        for place, exchange in enumerate(self._unused):
            if self.fits(exchange.request, self._redacted(asked)):
                answer = self._unused.pop(place).answer
                return msgspec.structs.replace(answer, url=answer.url or url)
        return await self._unrecorded(asked)

    @asynccontextmanager
    async def open(self, method: str, url: str, **given: Any) -> AsyncGenerator[OpenAnswer]:
        """See `penstock_sdk.context.Http.open`."""
        yield OpenAnswer(await self.request(method, url, **given))

    def fits(self, recorded: Request, asked: Request) -> bool:
        """Is this the request that was recorded?"""
        return recorded.matches(asked)

    async def _unrecorded(self, asked: Request) -> Answer:
        if self._record is None or self._path is None:
            known = "\n".join(f"  {one.request.method} {one.request.url}" for one in self._unused)
            message = (
                f"No recorded answer for {asked.method} {asked.url}. "
                f"Not used yet:\n{known or '  (nothing)'}\nSet {RECORD}=1 to record it."
            )
            raise AssertionError(message)
        answer = await self._record(asked)
        kept = Exchange(request=self._redacted(asked), answer=self._redacted_answer(answer))
        self.exchanges.append(kept)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        encoded = msgspec.json.format(msgspec.json.encode(self.exchanges), indent=2)
        self._path.write_bytes(encoded + b"\n")
        return answer

    def _redacted(self, request: Request) -> Request:
        return msgspec.structs.replace(
            request,
            url=self._clean(_clean_url(request.url)),
            query=tuple((name, self._kept(name, value)) for name, value in request.query),
            headers=tuple((name, self._kept(name, value)) for name, value in request.headers),
            body=self._clean_bytes(request.body),
        )

    def _redacted_answer(self, answer: Answer) -> Answer:
        headers = {name: self._kept(name, value) for name, value in answer.headers.items()}
        return Answer(
            status=answer.status,
            headers=headers,
            content=self._clean_bytes(answer.content),
            url=self._clean(_clean_url(answer.url)),
        )

    def _kept(self, name: str, value: str) -> str:
        return REDACTED if _is_telling(name) else self._clean(value)

    def _clean(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, REDACTED).replace(quote(secret, safe=""), REDACTED)
        return text

    def _clean_bytes(self, data: bytes) -> bytes:
        for secret in self._secrets:
            for form in (secret.encode(), base64.b64encode(secret.encode())):
                data = data.replace(form, REDACTED.encode())
        return data


class _ByTarget(Cassette):
    def fits(self, recorded: Request, asked: Request) -> bool:
        method, url, query = _target(recorded)
        asked_method, asked_url, asked_query = _target(asked)
        return (method, url) == (asked_method, asked_url) and (not query or query == asked_query)


def _sent(body: Body | None) -> bytes:
    """The bytes; a part in the blob store is recorded as its handle."""
    if body is None or isinstance(body, bytes):
        return body or b""
    return b"".join(one if isinstance(one, bytes) else f"<{one.id}>".encode() for one in body)


def _pairs(given: Mapping[str, Any] | Sequence[tuple[str, str]] | None) -> Pairs:
    listed = given.items() if isinstance(given, Mapping) else given or ()
    return tuple((str(name), str(value)) for name, value in listed)


def _is_telling(name: str) -> bool:
    lowered = name.lower()
    return lowered == "key" or any(word in lowered for word in _TELLING)


def _clean_url(url: str) -> str:
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    query = [(name, REDACTED if _is_telling(name) else value) for name, value in pairs]
    place = parts.netloc.rpartition("@")[2]
    changed = query != pairs or place != parts.netloc
    return urlunsplit(parts._replace(netloc=place, query=urlencode(query))) if changed else url


async def _send(request: Request) -> Answer:
    return await asyncio.to_thread(_send_now, request)


def _send_now(request: Request) -> Answer:
    if urlsplit(request.url).scheme not in ("http", "https"):
        message = f"Only http and https can be recorded, not {request.url!r}."
        raise ValueError(message)
    joint = "&" if "?" in request.url else "?"
    url = f"{request.url}{joint}{urlencode(request.query)}" if request.query else request.url
    outgoing = urllib.request.Request(  # noqa: S310  the scheme was checked
        url, data=request.body or None, headers=dict(request.headers), method=request.method
    )
    try:
        with urllib.request.urlopen(outgoing, timeout=30) as response:  # noqa: S310  as above
            return _answer(response)
    except urllib.error.HTTPError as error:
        with error:
            return _answer(error)
    except urllib.error.URLError as error:
        raise RetryLater(f"{url} could not be reached: {error.reason}", delay_s=1) from error


def _answer(response: Any) -> Answer:
    headers = {str(name).lower(): str(value) for name, value in response.headers.items()}
    return Answer(
        status=response.status, headers=headers, content=response.read(), url=response.url
    )
