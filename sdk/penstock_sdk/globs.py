"""Patterns of paths, read name by name: `*`, `?`, `[…]`, `{a,b}` and `**` for any folders."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

from penstock_sdk.errors import NodeFailed

_MAX_ALTERNATIVES = 100
_MAX_LENGTH = 4_096  # what a path may have on Linux


def is_pattern(part: str) -> bool:
    """Does it stand for more than itself?"""
    return any(sign in part for sign in "*?[")


def expanded(pattern: str) -> list[str]:
    """The patterns that one with `{a,b}` stands for.

    Raises:
        NodeFailed: There are too many.
    """
    if len(pattern) > _MAX_LENGTH:
        message = f"The pattern is longer than {_MAX_LENGTH:,} characters"
        raise NodeFailed(message, hint="Name the folder, and use a shorter pattern.")
    waiting, found = [pattern], list[str]()
    while waiting:
        one = waiting.pop()
        end = one.find("}")
        start = one.rfind("{", 0, max(end, 0))
        if start < 0:
            found.append(one)
        else:
            head, inner, tail = one[:start], one[start + 1 : end], one[end + 1 :]
            waiting += [f"{head}{choice}{tail}" for choice in inner.split(",")]
        if len(found) + len(waiting) > _MAX_ALTERNATIVES:
            message = f"The pattern stands for more than {_MAX_ALTERNATIVES} others"
            raise NodeFailed(message, hint="Use fewer braces.")
    return found


def fits(names: Sequence[str], pattern: Sequence[str]) -> bool:
    """Do the names of a path fit the parts of a pattern? Hidden files only where they are named."""
    # Places in the pattern that can be reached, so that many `**` cost no more than one.
    places = _skipped({0}, pattern)
    for name in names:
        reached: set[int] = set()
        for place in places:
            if place < len(pattern) and _one(name, pattern[place]):
                reached.add(place if pattern[place] == "**" else place + 1)
        places = _skipped(reached, pattern)
    return len(pattern) in places


def _skipped(places: set[int], pattern: Sequence[str]) -> set[int]:
    found = set(places)
    for place in range(len(pattern)):
        if place in found and pattern[place] == "**":
            found.add(place + 1)
    return found


def _one(name: str, part: str) -> bool:
    if name.startswith(".") and not part.startswith("."):
        return False
    return part == "**" or fnmatchcase(name, part)
