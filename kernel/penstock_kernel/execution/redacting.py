"""Takes the secrets of a request out of what its target answers.

A target may repeat what it was sent, as many do that are there to try things out. What a step gets
would then be kept, logged and shown. So whatever the signer has added to a request is removed from
the answer: as it was sent, and as it may be written there.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import AsyncIterator, Iterable
from typing import TypeVar
from urllib.parse import quote, quote_plus

import msgspec

from penstock_sandbox.egress.exchange import Incoming, Signable, Start

HIDDEN = b"***"
#: What is shorter stands in an answer by chance.
_LEAST = 6
#: What differs with each request, as signatures do, is forgotten again.
_MOST = 256
T = TypeVar("T", bound=Start)


class Redactor:
    """Knows what was added to some requests."""

    def __init__(self) -> None:
        self._learned: dict[bytes, None] = {}
        self._forms: list[bytes] = []
        self._longest = 0

    def learn(self, before: Iterable[tuple[str, str]], signable: Signable) -> None:
        """Remember what a signer has added to a request."""
        known = set(before)
        pairs = (*signable.headers, *signable.query)
        added = [pair[1] for pair in pairs if pair not in known]
        forms = {form for value in added for part in _parts(value) for form in _forms(part)}
        if forms <= self._learned.keys():
            return
        self._learned |= dict.fromkeys(forms)
        while len(self._learned) > _MOST:
            self._learned.pop(next(iter(self._learned)))
        # The longest first: a form may be a part of another one.
        self._forms = sorted(self._learned, key=len, reverse=True)
        self._longest = max(map(len, self._forms), default=0)

    def cleared(self, data: bytes) -> bytes:
        """The data without secrets."""
        for form in self._forms:
            if form in data:
                data = data.replace(form, HIDDEN)
        return data

    def text(self, text: str) -> str:
        """The text without secrets."""
        if not self._forms:
            return text
        return self.cleared(text.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")

    def start(self, start: T) -> T:
        """What comes before a body, without secrets."""
        if not self._forms:
            return start
        headers = [(name, self.text(value)) for name, value in start.header_list]
        url, reason = self.text(start.url), self.text(start.reason)
        return msgspec.structs.replace(start, header_list=headers, url=url, reason=reason)

    def incoming(self, incoming: Incoming) -> Incoming:
        """A response without secrets."""
        if not self._forms:
            return incoming
        content = self.cleared(incoming.content)
        return msgspec.structs.replace(self.start(incoming), content=content)

    async def chunks(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """A body as it arrives, without secrets, wherever one was cut in two."""
        if not self._forms:
            async for chunk in chunks:
                yield chunk
            return
        rest = b""
        async for chunk in chunks:
            whole = self.cleared(rest + chunk)
            keep = self._begun(whole)
            rest = whole[len(whole) - keep :]
            if len(whole) > keep:
                yield whole[: len(whole) - keep]
        if rest:
            yield rest

    def _begun(self, data: bytes) -> int:
        """How many bytes at the end may be the beginning of a secret."""
        for size in range(min(self._longest - 1, len(data)), 0, -1):
            end = data[-size:]
            if any(form.startswith(end) for form in self._forms):
                return size
        return 0


def _parts(value: str) -> set[str]:
    """What is secret in a header: all of it, what follows its first word, what these stand for."""
    found = {value, value.partition(" ")[2]}
    for word in tuple(found):
        try:
            plain = base64.b64decode(word, validate=True).decode()
        except (binascii.Error, ValueError):
            continue
        found |= {plain, plain.partition(":")[2]}
    return {part for part in found if len(part) >= _LEAST}


def _forms(part: str) -> set[bytes]:
    raw = part.encode("utf-8", "surrogatepass")
    in_json = {json.dumps(part, ensure_ascii=only)[1:-1].encode() for only in (True, False)}
    encoded = {base64.b64encode(raw).rstrip(b"="), base64.urlsafe_b64encode(raw).rstrip(b"=")}
    quoted = {quote(raw, safe="").encode(), quote_plus(raw).encode()}
    return {raw, *in_json, *encoded, *quoted}
