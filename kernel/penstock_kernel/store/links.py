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
_RESUMES = b"penstock resume 1"
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
        return signed(self._key, msgspec.json.encode(link))

    def read(self, word: str) -> Link:
        """What a word says.

        Raises:
            LinkInvalid: It says nothing any more, or never did.
        """
        link = msgspec.json.decode(checked(self._key, word), type=Link)
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


class Resume(msgspec.Struct, frozen=True, array_like=True):
    """What a link to an execution that waits for somebody says."""

    workspace: str
    execution: str
    #: Empty: whichever step of it waits for somebody.
    node: str = ""
    run_index: int = 0


class ResumeLinks:
    """The words by which somebody lets an execution go on.

    They do not expire: what they are for is answered once, or not waited for any more.
    """

    def __init__(self, root_key: bytes) -> None:
        self._key = hmac.digest(root_key, _RESUMES, sha256)

    def make(self, resume: Resume) -> str:
        """A word for the path of a URL."""
        return signed(self._key, msgspec.json.encode(resume))

    def read(self, word: str) -> Resume:
        """What a word says.

        Raises:
            LinkInvalid: It was not made here, or was changed.
        """
        return msgspec.json.decode(checked(self._key, word), type=Resume)


def signed(key: bytes, body: bytes) -> str:
    """A text with its signature, as a word for the path of a URL."""
    tag = hmac.digest(key, body, sha256)
    return base64.urlsafe_b64encode(tag + body).rstrip(b"=").decode()


def checked(key: bytes, word: str) -> bytes:
    """The text of a word.

    Raises:
        LinkInvalid: It was not signed with this key.
    """
    try:
        raw = base64.b64decode(word + "=" * (-len(word) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise _invalid() from error
    tag, body = raw[:_TAG], raw[_TAG:]
    if not hmac.compare_digest(tag, hmac.digest(key, body, sha256)):
        raise _invalid()
    return body


def _invalid() -> LinkInvalid:
    return LinkInvalid("This link is not valid, or not any more.", hint="Ask for a new one.")
