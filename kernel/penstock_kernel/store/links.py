"""Links to blobs that whoever has them may follow, until they expire.

The rules:

* A link names one blob of one workspace, how it is to be shown, and when it ends: within
  `LONGEST_S`. All of that is signed, with a key that is made from the root key for this alone.
* A link that is wrong in any way is refused in the same words.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import AsyncIterator, Callable
from hashlib import sha256
from typing import ClassVar

import msgspec

from penstock_kernel.store.blobs import BlobStore
from penstock_sdk import BinaryRef, PenstockError

LONGEST_S = 7 * 24 * 3_600
_PURPOSE = b"penstock links 1"
_TAG = 32


class LinkInvalid(PenstockError):
    """A link was not made here, was changed, or has expired."""

    code: ClassVar[str] = "link.invalid"


class LinkTooLong(PenstockError):
    """A link is to be valid for longer than links may be."""

    code: ClassVar[str] = "link.too_long"


class Link(msgspec.Struct, frozen=True, array_like=True):
    """What a link says."""

    workspace: str
    blob: BinaryRef
    expires_ms: int


class Links:
    """Makes links and follows them, with the root key of a data directory."""

    def __init__(self, root_key: bytes, blobs: BlobStore, now_ms: Callable[[], int]) -> None:
        self._key = hmac.digest(root_key, _PURPOSE, sha256)
        self._blobs = blobs
        self._now_ms = now_ms

    def make(self, workspace: str, blob: BinaryRef, *, ttl_s: float = 3_600) -> str:
        """A word for the path of a URL.

        Raises:
            LinkTooLong: It would be valid for more than seven days.
        """
        if not 0 < ttl_s <= LONGEST_S:
            message = "A link is valid for seven days at most."
            raise LinkTooLong(message, hint="Make a new one when it has expired.")
        link = Link(workspace, blob, self._now_ms() + round(ttl_s * 1_000))
        body = msgspec.json.encode(link)
        return base64.urlsafe_b64encode(self._tag(body) + body).rstrip(b"=").decode()

    def read(self, word: str) -> Link:
        """What a word says.

        Raises:
            LinkInvalid: It says nothing any more, or never did.
        """
        try:
            raw = base64.b64decode(word + "=" * (-len(word) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError) as error:
            raise _invalid() from error
        tag, body = raw[:_TAG], raw[_TAG:]
        if not hmac.compare_digest(tag, self._tag(body)):
            raise _invalid()
        link = msgspec.json.decode(body, type=Link)
        if link.expires_ms <= self._now_ms():
            raise _invalid()
        return link

    def open(self, word: str) -> AsyncIterator[bytes]:
        """The bytes that a word stands for.

        Raises:
            LinkInvalid: It says nothing any more, or never did.
            BlobNotFound: They are not kept any more.
        """
        link = self.read(word)
        return self._blobs.stream(link.workspace, link.blob)

    def _tag(self, body: bytes) -> bytes:
        return hmac.digest(self._key, body, sha256)


def _invalid() -> LinkInvalid:
    return LinkInvalid("This link is not valid, or not any more.", hint="Ask for a new one.")
