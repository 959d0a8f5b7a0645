"""Who listens to what, in other processes.

The rules:

* Whoever listens says so when it begins, and again every ten seconds.
* Who is not heard for thirty seconds listens no more: it may have died.
* Who is new asks, and everyone says again what they listen to.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Final, Literal

import msgspec

from penstock_bus.subjects import matches

REPEAT_S: Final = 10.0
EXPIRE_S: Final = 30.0
#: Patterns in one notice, so that it stays far below what a message may hold.
_MOST_PATTERNS: Final = 200


class Notice(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the processes tell each other."""

    kind: Literal["want", "drop", "ask"]
    sender: str
    patterns: list[str] = []


_encode: Final = msgspec.json.Encoder().encode
_decode: Final = msgspec.json.Decoder(Notice).decode


def notices(kind: Literal["want", "drop"], sender: str, patterns: Sequence[str]) -> list[bytes]:
    """Say it of any number of patterns."""
    return [
        _encode(Notice(kind, sender, list(patterns[start : start + _MOST_PATTERNS])))
        for start in range(0, len(patterns), _MOST_PATTERNS)
    ]


def question(sender: str) -> bytes:
    """Ask everyone what they listen to."""
    return _encode(Notice("ask", sender))


def notice_of(data: bytes) -> Notice | None:
    """What was told; None for what is no notice."""
    try:
        return _decode(data)
    except (msgspec.ValidationError, msgspec.DecodeError):
        return None


class Interests:
    """What was told by others and still holds."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._until: dict[str, dict[str, float]] = {}
        #: Those with a wildcard, split; the rest is found by looking it up.
        self._wild: dict[str, list[str]] = {}

    def hear(self, notice: Notice) -> None:
        """Take in what somebody wants, or wants no more."""
        for pattern in notice.patterns:
            if notice.kind == "want":
                self._want(pattern, notice.sender)
            elif notice.kind == "drop":
                self._drop(pattern, notice.sender)

    def has(self, subject: str) -> bool:
        """Does anybody want it?"""
        if not self._until:
            return False
        if self._holds(subject):
            return True
        words = subject.split(".")
        return any(
            matches(pattern, words) and self._holds(name) for name, pattern in self._wild.items()
        )

    def expire(self) -> None:
        """Forget those who were not heard for long."""
        now = self._now()
        for pattern, senders in list(self._until.items()):
            for sender in [sender for sender, until in senders.items() if until <= now]:
                self._drop(pattern, sender)

    def _want(self, pattern: str, sender: str) -> None:
        self._until.setdefault(pattern, {})[sender] = self._now() + EXPIRE_S
        words = pattern.split(".")
        if "*" in words or words[-1] == ">":
            self._wild[pattern] = words

    def _drop(self, pattern: str, sender: str) -> None:
        senders = self._until.get(pattern, {})
        senders.pop(sender, None)
        if not senders:
            self._until.pop(pattern, None)
            self._wild.pop(pattern, None)

    def _holds(self, pattern: str) -> bool:
        now = self._now()
        return any(until > now for until in self._until.get(pattern, {}).values())
