"""Subjects: words with dots between them, and the patterns that match them."""

from __future__ import annotations

import hashlib
import string
from collections.abc import Sequence
from typing import Final

from penstock_bus.contract import MAX_BYTES, MAX_SUBJECT_BYTES, BusRefused

_PLAIN: Final = frozenset(string.ascii_lowercase + string.digits + "-")
#: File systems allow names of 255 bytes, and the server keeps files that are named by words.
_LONGEST_WORD: Final = 100


def check_message(subject: str, data: bytes) -> list[str]:
    """Split the subject of a message.

    Raises:
        BusRefused: The subject is not one, or the payload is too large.
    """
    words = _words(subject)
    if any("*" in word or ">" in word for word in words):
        message = f"{subject!r} is a pattern; a message needs a subject."
        raise BusRefused(message, hint="Leave out the wildcards.")
    if len(data) > MAX_BYTES:
        message = f"A message of {len(data):,} bytes does not travel on the bus."
        raise BusRefused(message, hint=f"Keep it elsewhere and send a reference: {MAX_BYTES:,}.")
    return words


def check_pattern(pattern: str) -> list[str]:
    """Split a pattern.

    Raises:
        BusRefused: The pattern is not one.
    """
    words = _words(pattern)
    if any(word not in ("*", ">") and ("*" in word or ">" in word) for word in words):
        message = f"In {pattern!r} a wildcard is part of a word."
        raise BusRefused(message, hint="A wildcard stands for whole words.")
    if ">" in words[:-1]:
        message = f"In {pattern!r} the wildcard `>` is not at the end."
        raise BusRefused(message, hint="Use `*` for one word.")
    return words


def matches(pattern: Sequence[str], words: Sequence[str]) -> bool:
    """Is this subject one of those that the pattern means?"""
    if pattern[-1] == ">":
        head = pattern[:-1]
        return len(words) > len(head) and _matches_each(head, words)
    return len(pattern) == len(words) and _matches_each(pattern, words)


def word_of(name: str) -> str:
    """One word for any name, another one for every other name.

    Lower case only, as some file systems do not tell the cases apart.
    """
    word = "".join(character if character in _PLAIN else _escaped(character) for character in name)
    if word and len(word) <= _LONGEST_WORD:
        return word
    # No escape looks like this, so it is no other name's word.
    return "__" + hashlib.sha256(name.encode(errors="surrogatepass")).hexdigest()


def _escaped(character: str) -> str:
    return "".join(f"_{byte:02x}" for byte in character.encode(errors="surrogatepass"))


def _words(subject: str) -> list[str]:
    words = subject.split(".")
    if not all(words) or any(word.split() != [word] or not word.isprintable() for word in words):
        message = f"{subject!r} is no subject."
        raise BusRefused(message, hint="Write words with dots between them, without spaces.")
    if len(subject.encode()) > MAX_SUBJECT_BYTES:
        message = f"A subject of {len(subject):,} characters is too long."
        raise BusRefused(message, hint=f"At most {MAX_SUBJECT_BYTES:,} bytes; put it in the data.")
    return words


def _matches_each(pattern: Sequence[str], words: Sequence[str]) -> bool:
    return all(part in ("*", word) for part, word in zip(pattern, words, strict=False))
