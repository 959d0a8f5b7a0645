"""Reads a request from outside into what a workflow sees of it.

The rules:

* Headers are in lower case, and a repeated one is joined with commas. A name that stands in a query
  or a form several times is a list.
* JSON, forms and text become the body. Files of a form, and bodies of any other type, are kept as
  binary data: of a form under the names of its fields, otherwise as `data`.
* Our own cookies are left out, and what a caller was known by: a workflow is somebody else's.
* Nothing larger than `MOST_BYTES` is held in memory, nothing larger than `MOST_FILE_BYTES` is kept,
  and nobody takes longer than `PATIENCE_S` to send it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import HTTPConnection

from penstock_kernel.store.blobs import BlobStore
from penstock_sdk import BinaryRef
from penstock_web.health import Message, Receive
from penstock_web.hooks.refusals import BodyInvalid, BodyLate, BodyTooLarge, PathInvalid
from penstock_web.identity.addresses import caller
from penstock_web.identity.cookies import without_own

MOST_BYTES = 16 << 20
MOST_FILE_BYTES = 256 << 20
PATIENCE_S = 30.0
MOST_FIELDS = 1_000
MOST_FILES = 100
_WITHOUT_BODY = frozenset({"GET", "HEAD", "DELETE", "OPTIONS"})


class ClientGone(Exception):
    """Nobody is there any more to be told anything."""


class Arrived:
    """A request whose body is still to come; of `proxies` it counts what they say of the caller."""

    def __init__(self, scope: Message, receive: Receive, proxies: Sequence[str] = ()) -> None:
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.headers = [
            (name.decode("latin-1").lower(), value.decode("latin-1"))
            for name, value in scope["headers"]
        ]
        #: As a workflow sees them.
        self.named = named(self.headers)
        self.query_string: bytes = scope.get("query_string", b"")
        self.address: str = caller(HTTPConnection(scope), proxies)
        self._receive = receive
        self._body: bytes | None = None

    @property
    def media_type(self) -> str:
        """Of the body, in lower case."""
        return self.named.get("content-type", "").partition(";")[0].strip().lower()

    def conceal(self, header: str, instead: str = "") -> None:
        """Do not tell the workflow what a caller was known by."""
        self.named.pop(header, None)
        if instead:
            self.named[header] = instead

    async def body(self, most: int = MOST_BYTES) -> bytes:
        """All of the body.

        Raises:
            BodyTooLarge: It is more than that.
            BodyLate: It did not come in time.
            ClientGone: It ended early.
        """
        if self._body is None:
            try:
                async with asyncio.timeout(PATIENCE_S):
                    self._body = b"".join([part async for part in self._received(most)])
            except TimeoutError:
                raise _late() from None
        return self._body

    async def parts(self, most: int) -> AsyncGenerator[bytes]:
        """The body as it comes; raises as `body` does."""
        if self._body is not None:
            yield self._body
            return
        ends = asyncio.get_running_loop().time() + PATIENCE_S
        received = self._received(most)
        while True:
            try:
                async with asyncio.timeout_at(ends):
                    part = await anext(received, None)
            except TimeoutError:
                raise _late() from None
            if part is None:
                return
            yield part

    async def _received(self, most: int) -> AsyncGenerator[bytes]:
        length = self.named.get("content-length", "")
        if not length and "transfer-encoding" not in self.named and self.method in _WITHOUT_BODY:
            return
        if length.isdigit() and int(length) > most:
            raise _too_large(most)
        size, more = 0, True
        while more:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise ClientGone
            part = message.get("body", b"")
            size += len(part)
            if size > most:
                raise _too_large(most)
            more = message.get("more_body", False)
            if part:
                yield part


class Reads:
    """Makes what a workflow sees of a request; `blobs` keeps what is binary."""

    def __init__(self, blobs: BlobStore, workspace: str) -> None:
        self._blobs = blobs
        self._workspace = workspace

    async def request(
        self, arrived: Arrived, params: Mapping[str, str], *, raw: bool
    ) -> dict[str, Any]:
        """The request as a mapping, for its trigger.

        Raises:
            BodyInvalid: The body is not what its type says.
            BodyTooLarge: It is more than is taken.
            BodyLate: It did not come in time.
        """
        body, binary = await self._read(arrived, raw=raw)
        return {
            "method": arrived.method,
            "path": arrived.path,
            "headers": arrived.named,
            "params": dict(params),
            "query": pairs(arrived.query_string),
            "body": body,
            "binary": binary,
        }

    async def _read(self, arrived: Arrived, *, raw: bool) -> tuple[Any, dict[str, BinaryRef]]:
        kind = arrived.media_type
        if kind == "multipart/form-data" and not raw:
            return await self._form(arrived)
        if raw or not _is_read(kind):
            return await self._kept(arrived, kind)
        content = await arrived.body()
        return (_value(kind, content) if content else {}), {}

    async def _kept(self, arrived: Arrived, kind: str) -> tuple[Any, dict[str, BinaryRef]]:
        """The body as a file, and read too where that is easy."""
        length = arrived.named.get("content-length", "")
        if not kind or (length.isdigit() and int(length) <= MOST_BYTES):
            content = await arrived.body()
            if not content:
                return {}, {}
            value: Any = _value(kind, content) if _is_read(kind) else {}
            return value, {"data": await self._write(content, kind)}
        return {}, {"data": await self._write(arrived.parts(MOST_FILE_BYTES), kind)}

    async def _write(self, data: bytes | AsyncIterator[bytes], kind: str) -> BinaryRef:
        media_type = kind or "application/octet-stream"
        return await self._blobs.write(self._workspace, data, media_type=media_type)

    async def _form(self, arrived: Arrived) -> tuple[Any, dict[str, BinaryRef]]:
        parser = MultiPartParser(
            Headers(headers={"content-type": arrived.named["content-type"]}),
            arrived.parts(MOST_FILE_BYTES),
            max_files=MOST_FILES,
            max_fields=MOST_FIELDS,
            max_part_size=MOST_BYTES,
        )
        try:
            form = await parser.parse()
        except (MultiPartException, KeyError, ValueError) as error:
            message = getattr(error, "message", "") or "It has no boundary."
            raise _invalid(f"The form cannot be read: {message}") from error
        fields: list[tuple[str, str]] = []
        binary: dict[str, BinaryRef] = {}
        try:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    binary[_free(name, binary)] = await self._upload(value)
                else:
                    fields.append((name, value))
        finally:
            await form.close()
        return _listed(fields), binary

    async def _upload(self, file: UploadFile) -> BinaryRef:
        async def chunks() -> AsyncIterator[bytes]:
            while chunk := await file.read(1 << 18):
                yield chunk

        return await self._blobs.write(
            self._workspace,
            chunks(),
            media_type=file.content_type or "application/octet-stream",
            file_name=file.filename,
        )


def check_path(path: str) -> None:
    """Go on only where an address can be kept.

    Raises:
        PathInvalid: It cannot.
    """
    if "\0" in path:
        raise PathInvalid("There is a character NUL in the address.", hint="Leave it out.")


def pairs(text: bytes) -> dict[str, Any]:
    """What a query or a form says, a name that stands there several times as a list."""
    if not text:
        return {}
    try:
        found = parse_qsl(
            text.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS
        )
    except ValueError as error:
        raise _invalid(f"There are more than {MOST_FIELDS:,} fields.") from error
    return _listed(found)


def _listed(found: Iterable[tuple[str, str]]) -> dict[str, Any]:
    read: dict[str, Any] = {}
    for name, value in found:
        is_list, short = name.endswith("[]"), name.removesuffix("[]")
        if short not in read:
            read[short] = [value] if is_list else value
        elif isinstance(read[short], list):
            read[short].append(value)
        else:
            read[short] = [read[short], value]
    return read


def _is_read(kind: str) -> bool:
    return (
        not kind
        or kind in ("application/json", "application/x-www-form-urlencoded")
        or kind.endswith("+json")
        or kind.startswith("text/")
    )


def _value(kind: str, content: bytes) -> Any:
    if kind == "application/x-www-form-urlencoded":
        return pairs(content)
    if kind == "application/json" or kind.endswith("+json"):
        return _json(content)
    if kind:
        return content.decode("utf-8", "replace")
    # Without a type: what looks like JSON is that.
    return (
        _json(content) if content.lstrip()[:1] in (b"{", b"[") else content.decode(errors="replace")
    )


def _json(content: bytes) -> Any:
    try:
        return msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _invalid(f"The body is not JSON: {error}.") from error
    except RecursionError as error:
        raise _invalid("The body is nested too deep.") from error


def named(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Headers as a workflow sees them, by their names in lower case."""
    found: dict[str, str] = {}
    for name, value in headers:
        told, between = (without_own(value), "; ") if name == "cookie" else (value, ", ")
        if told or name != "cookie":
            found[name] = f"{found[name]}{between}{told}" if name in found else told
    return found


def _free(name: str, taken: Mapping[str, object]) -> str:
    """A name that no other file has."""
    name = name or "data"
    if name not in taken:
        return name
    number = 1
    while f"{name}_{number}" in taken:
        number += 1
    return f"{name}_{number}"


def _invalid(message: str) -> BodyInvalid:
    return BodyInvalid(message, hint="Send what the header Content-Type says.")


def _too_large(most: int) -> BodyTooLarge:
    return BodyTooLarge(f"The body has more than {most:,} bytes.", hint="Send less at once.")


def _late() -> BodyLate:
    return BodyLate(
        f"The body did not come within {PATIENCE_S:g} seconds.", hint="Send it again, faster."
    )
