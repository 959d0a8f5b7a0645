"""Codes that change with time (RFC 6238): SHA-1, six digits, thirty seconds."""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Sequence
from urllib.parse import quote

PERIOD_S = 30
#: Places before and after now that are taken, for clocks that differ.
_WINDOW = 1
RECOVERY_CODES = 10
_SECRET_BYTES = 20
_READABLE = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_secret() -> bytes:
    """What codes come from."""
    return secrets.token_bytes(_SECRET_BYTES)


def code(secret: bytes, place: int) -> str:
    """The code at a place in time (RFC 4226)."""
    digest = hmac.digest(secret, place.to_bytes(8, "big"), "sha1")
    start = digest[-1] & 15
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def place_of(secret: bytes, given: str, now_ms: int) -> int | None:
    """The place in time that a code is of; None: it is none of those that are good now."""
    now, text = now_ms // 1_000 // PERIOD_S, given.replace(" ", "")
    found = None
    for place in range(now - _WINDOW, now + _WINDOW + 1):
        if hmac.compare_digest(code(secret, place).encode(), text.encode("utf-8", "replace")):
            found = place
    return found


def address(secret: bytes, account: str, issuer: str) -> str:
    """What is shown as a picture to be read by a program for codes."""
    text = readable(secret)
    label = f"{quote(issuer, safe='')}:{quote(account, safe='')}"
    return (
        f"otpauth://totp/{label}?secret={text}&issuer={quote(issuer, safe='')}&digits=6&period=30"
    )


def readable(secret: bytes) -> str:
    """What codes come from, to be typed."""
    return base64.b32encode(secret).decode().rstrip("=")


def new_recovery_codes() -> Sequence[str]:
    """Codes for when the program for codes is lost; each is good once."""
    return [f"{_part()}-{_part()}-{_part()}" for _ in range(RECOVERY_CODES)]


def plain_recovery(given: str) -> str:
    """A recovery code as it is kept, however it was typed."""
    return "".join(letter for letter in given.upper() if letter in _READABLE)


def _part() -> str:
    return "".join(secrets.choice(_READABLE) for _ in range(5))
