"""Passwords: argon2id, at most two at once, and as slow for who is not there as for who is.

The rules:

* A hash takes 46 MiB and one pass. Two are worked on at once, on threads; the others wait in line,
  and a line that is too long is refused.
* A user who is unknown, has no password or is disabled costs the same time as a wrong password.
* Nothing is asked of a password but its length: 10 to 256 characters.
"""

from __future__ import annotations

import asyncio
import base64
import os
import unicodedata
from collections.abc import Callable
from typing import ClassVar, TypeVar

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from penstock_sdk import PenstockError

AT_ONCE = 2
MOST_WAITING = 32
SHORTEST, LONGEST = 10, 256
T = TypeVar("T")


class PasswordInvalid(PenstockError):
    """A password cannot be used."""

    code: ClassVar[str] = "password.invalid"


class TooBusy(PenstockError):
    """More sign-ins than can be checked."""

    code: ClassVar[str] = "sign_in.unavailable"


class Passwords:
    """Makes and checks hashes."""

    def __init__(self, *, memory_kib: int = 46 * 1024, passes: int = 1) -> None:
        self._hasher = PasswordHasher(
            time_cost=passes, memory_cost=memory_kib, parallelism=1, type=Type.ID
        )
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0
        # In the form of a hash, and none of any password: to check it takes as long.
        values = f"$argon2id$v=19$m={memory_kib},t={passes},p=1"
        self._nobody = f"{values}${_chance(16)}${_chance(32)}"

    async def hash(self, password: str) -> str:
        """What is kept of a password.

        Raises:
            PasswordInvalid: It is too short or too long.
            TooBusy: Too many wait already.
        """
        text = checked(password)
        return await self._in_turn(self._hasher.hash, text)

    async def fits(self, kept: str, password: str) -> bool:
        """Is it the password? With nothing kept the answer takes as long, and is no.

        Raises:
            TooBusy: Too many wait already.
        """
        # What is longer than any password is not worth the work, whoever it is for.
        text = unicodedata.normalize("NFKC", password[: LONGEST + 1])
        found = await self._in_turn(self._verify, kept or self._nobody, text)
        return found and bool(kept)

    def outdated(self, kept: str) -> bool:
        """Was it made with other values than those of now?"""
        return self._hasher.check_needs_rehash(kept)

    def _verify(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _in_turn(self, work: Callable[..., T], *given: str) -> T:
        if self._waiting >= MOST_WAITING:
            hint = "Try again in a few seconds."
            raise TooBusy("Too many people sign in at this moment.", hint=hint)
        self._waiting += 1
        try:
            async with self._turns:
                return await asyncio.to_thread(work, *given)
        finally:
            self._waiting -= 1


def _chance(size: int) -> str:
    return base64.b64encode(os.urandom(size)).decode().rstrip("=")


def checked(password: str) -> str:
    """A password that can be used, in one form for all keyboards.

    Raises:
        PasswordInvalid: It is too short or too long.
    """
    text = unicodedata.normalize("NFKC", password)
    if not SHORTEST <= len(text) <= LONGEST:
        message = f"A password has {SHORTEST} to {LONGEST} characters."
        raise PasswordInvalid(message, hint="A few words in a row are easy to keep in mind.")
    return text
