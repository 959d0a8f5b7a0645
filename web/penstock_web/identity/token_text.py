"""How API tokens are written: `pst_`, 43 characters of chance, 6 of a checksum.

The checksum tells typing errors, and finds of a scanner that are none, without a database.
"""

from __future__ import annotations

import re
import secrets
import string
import zlib
from hashlib import sha256

PREFIX = "pst_"
_DIGITS = string.digits + string.ascii_uppercase + string.ascii_lowercase
_CHANCE = 43  # of 62 characters each: 256 bits
_CHECK = 6
_FORM = re.compile(rf"{PREFIX}[0-9A-Za-z]{{{_CHANCE + _CHECK}}}")


def new_token() -> str:
    """A token that nobody has."""
    chance = "".join(secrets.choice(_DIGITS) for _ in range(_CHANCE))
    return PREFIX + chance + _checksum(chance)


def is_token(text: str) -> bool:
    """Is it written as a token is?"""
    if _FORM.fullmatch(text) is None:
        return False
    rest = text.removeprefix(PREFIX)
    return _checksum(rest[:_CHANCE]) == rest[_CHANCE:]


def hashed(token: str) -> str:
    """As a token is kept."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _checksum(text: str) -> str:
    number, digits = zlib.crc32(text.encode()), ""
    for _ in range(_CHECK):
        number, place = divmod(number, len(_DIGITS))
        digits = _DIGITS[place] + digits
    return digits
