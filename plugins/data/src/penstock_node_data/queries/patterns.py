"""Regular expressions whose answers come later, from the sandbox."""

from __future__ import annotations


class Patterns:
    """What is known of patterns and texts, and what was asked and not known."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, str], bool] = {}
        self.asked: set[tuple[str, str]] = set()
        #: Was anything asked since somebody set this to False?
        self.unsure = False

    def matches(self, pattern: str, value: str, *, guess: bool) -> bool:
        """Does it match? A guess, until it is known."""
        found = self.known.get((pattern, value))
        if found is None:
            self.asked.add((pattern, value))
            self.unsure = True
            return guess
        return found
