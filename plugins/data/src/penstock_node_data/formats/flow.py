"""Texts that are put together from inline and block elements, with spaces where they belong."""

from __future__ import annotations

_SPACES = " \t\r\n\f\u200b"


class Flow:
    """Words with one space between them, and blocks with lines between them."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._lines = 0
        self._space = False
        #: Did a space come before everything?
        self.leading_space = False

    @property
    def size(self) -> int:
        """Changes when something was written."""
        return len(self._parts)

    @property
    def pending_space(self) -> bool:
        """Will a space come before what is written next?"""
        return self._space

    def block(self, lines: int) -> None:
        """What comes next is so many line ends away, at least."""
        self._lines = max(self._lines, lines)
        self._space = False

    def words(self, text: str) -> None:
        """A text in which any white space is one space."""
        if text and not self._parts and text[0] in _SPACES:
            self.leading_space = True
        words = text.split()
        if not words:
            self._space = self._space or (bool(text) and not self._lines)
            return
        self._space = self._space or text[0] in _SPACES
        self.exact(" ".join(words))
        self._space = text[-1] in _SPACES

    def exact(self, text: str) -> None:
        """A text as it stands."""
        if self._parts and self._lines:
            self._parts.append("\n" * self._lines)
        elif self._parts and self._space and not self._parts[-1].endswith("\n"):
            self._parts.append(" ")
        self._lines, self._space = 0, False
        self._parts.append(text)

    def line_end(self, text: str = "\n") -> None:
        """The end of a line inside a block."""
        if self._parts:
            self._space = False
            self._parts.append(text)

    def cut(self, size: int) -> str:
        """Take back what was written since the size was this."""
        text = "".join(self._parts[size:])
        del self._parts[size:]
        return text

    def taken(self) -> str:
        """All of it."""
        return "".join(self._parts).rstrip()
