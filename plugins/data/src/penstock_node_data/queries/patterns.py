"""Regular expressions whose answers come later, from the sandbox."""

from __future__ import annotations


class Patterns:
    """What is known of patterns and texts, and what was asked and not known."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, str], bool] = {}
        self.asked: set[tuple[str, str]] = set()

    def matches(self, pattern: str, value: str) -> bool:
        """Does it match, as far as is known?"""
        found = self.known.get((pattern, value))
        if found is None:
            self.asked.add((pattern, value))
        return found is True
