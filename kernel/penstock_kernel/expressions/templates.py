r"""Split a template into its texts and its expressions.

The rules:

* A string that starts with `=` is a template; what follows is text with `{{ … }}` in it.
* `}}` inside a string, a comment, a regular expression or nested braces ends no expression.
* An expression that cannot be read that way ends at the first `}}`; one without any is text.
* `\{{` is the text `{{`.
* A template that is one expression and nothing else, not even a space, yields its value; any other
  yields text.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from penstock_kernel.expressions.tokens import Scanner, Token


class Text(msgspec.Struct, frozen=True, gc=False):
    """A stretch of text."""

    text: str


class Code(msgspec.Struct, frozen=True, gc=False):
    """The inside of one `{{ … }}`; `start` is its offset in the whole string."""

    source: str
    start: int


class Template(msgspec.Struct, frozen=True):
    """A template, split."""

    text: str
    parts: tuple[Text | Code, ...]

    @property
    def typed(self) -> bool:
        """Is it one expression alone, whose value keeps its type?"""
        return len(self.parts) == 1 and isinstance(self.parts[0], Code)

    @property
    def codes(self) -> tuple[Code, ...]:
        """Its expressions, in order."""
        return tuple(part for part in self.parts if isinstance(part, Code))


def is_template(value: object) -> bool:
    """Is this config value a template?"""
    return isinstance(value, str) and value.startswith("=")


def parse_template(text: str) -> Template:
    """Split a string that starts with `=`."""
    return Template(text, tuple(_merged(_parts(text))))


def position(text: str, offset: int) -> tuple[int, int]:
    """Line and column of an offset, both counted from 1."""
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


def _parts(text: str) -> Iterator[Text | Code]:
    at, careful = 1, True
    while (opening := text.find("{{", at)) >= 0:
        if text[opening - 1] == "\\" and opening > at:
            yield Text(text[at : opening - 1] + "{{")
            at = opening + 2
            continue
        end = _end(text, opening + 2) if careful else -1
        if end < 0:
            # From here on the plain search: reading to the end again and again would be quadratic.
            careful = False
            end = text.find("}}", opening + 2)
        if end < 0:
            break
        yield Text(text[at:opening])
        yield Code(text[opening + 2 : end], opening + 2)
        at = end + 2
    yield Text(text[at:])


def _merged(parts: Iterator[Text | Code]) -> Iterator[Text | Code]:
    pending = ""
    for part in parts:
        if isinstance(part, Text):
            pending += part.text
            continue
        if pending:
            yield Text(pending)
            pending = ""
        yield part
    if pending:
        yield Text(pending)


def _end(text: str, start: int) -> int:
    scanner = Scanner(text, start)
    while (token := scanner.next()) is not None:
        if token.kind == "bad":
            return -1
        if _closes(token, scanner.depth):
            return token.start if text.startswith("}}", token.start) else -1
    return -1


def _closes(token: Token, depth: int) -> bool:
    return token.kind == "punct" and token.text == "}" and depth < 0
