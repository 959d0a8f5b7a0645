"""Ids and names of the nodes: n8n's own where they can be kept, else the nearest that is unique."""

from __future__ import annotations

import re
from collections.abc import Set

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")
_NO_ID = re.compile(r"[^A-Za-z0-9_-]+")
_CONTROL = re.compile(r"[\x00-\x1f]+")
_MAX_NAME = 200
_MAX_STEM = 50


class Ids:
    """Gives out ids that are unique in one document."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def of(self, given: object, name: str) -> str:
        """The id that n8n gave, or one made of the name."""
        stem = given if isinstance(given, str) and _ID.match(given) else _slug(name)
        chosen = free(stem, self._taken, "-")
        self._taken.add(chosen)
        return chosen


def possible_name(name: object, position: int) -> str:
    """The name without what a name cannot have."""
    text = _CONTROL.sub(" ", name) if isinstance(name, str) else ""
    return text[:_MAX_NAME] or f"Node {position}"


def free(stem: str, taken: Set[str], joint: str) -> str:
    """The text itself, or with the first number that makes it unique."""
    chosen, number = stem, 1
    while chosen in taken:
        number += 1
        chosen = f"{stem[: _MAX_NAME - 10]}{joint}{number}"
    return chosen


def _slug(name: str) -> str:
    return _NO_ID.sub("-", name).strip("-").lower()[:_MAX_STEM] or "node"
