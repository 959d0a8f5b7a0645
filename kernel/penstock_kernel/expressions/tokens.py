"""Split JavaScript into tokens, in one pass and in time linear in its length.

Enough to know which names a source reads, and no parser: a source that JavaScript would reject has
tokens too. Strings, comments, template literals and regular expressions are told apart, so that a
name inside a text is never taken for a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import msgspec

#: template: a stretch of text of a template literal, with its `` ` ``, `${` and `}`.
#: bad: what ends the line or the source unfinished, or a character that only JavaScript can judge.
Kind = Literal["name", "number", "string", "template", "regex", "punct", "comment", "bad"]


class Token(msgspec.Struct, frozen=True, gc=False):
    """One token; `start` and `end` are offsets in the source."""

    kind: Kind
    text: str
    start: int
    end: int


# Possessive repetition (`*+`) never gives back what it took: these cannot backtrack.
_SPACE = re.compile(r"[\s\ufeff]++")
_NAME = re.compile(r"#?(?:[^\W\d]|\$)[\w$\u200c\u200d]*+")
_NUMBER = re.compile(
    r"(?:0[xXoObB][\w]*+|(?:\d[\d_]*+\.?[\d_]*+|\.\d[\d_]*+)(?:[eE][+-]?\d++)?+n?)"
)
_COMMENT = re.compile(r"//[^\n\r\u2028\u2029]*+|/\*(?:[^*]|\*(?!/))*+\*/")
_STRING = re.compile(r"\"(?:[^\"\\\n\r]|\\.)*+\"|'(?:[^'\\\n\r]|\\.)*+'", re.DOTALL)
_REGEX = re.compile(r"/(?:[^/\\\[\n\r]|\\[^\n\r]|\[(?:[^\]\\\n\r]|\\[^\n\r])*+\])++/[\w$]*+")
_TEMPLATE = re.compile(r"(?:[^`\\$]|\\.|\$(?!\{))*+(?:`|\$\{)", re.DOTALL)
_PUNCT = re.compile(
    r"\.\.\.|=>|\?\?=|\?\.(?!\d)|\?\?|&&=?|\|\|=?|\+\+|--|\*\*=?|[=!]==?|<<=?|>>>?=?|[-+*/%&|^<>]=|[!-\[\]-~]",
    re.DOTALL,
)
_LINE = re.compile(r"[^\n\r]*+")

_OPERATORS = "return typeof instanceof in of new delete void throw do else case yield await"
#: After these words a slash begins a regular expression.
_BEFORE_VALUE = frozenset(_OPERATORS.split())
_BEFORE_CONDITION = frozenset({"if", "while", "for", "with"})


class Scanner:
    """Reads one token at a time; `depth` counts the braces that are open."""

    def __init__(self, source: str, start: int = 0) -> None:
        self.source = source
        self.at = start
        self.depth = 0
        self._value_next = True
        self._templates: list[int] = []  # depth at which each open `${` ends
        self._conditions: list[bool] = []  # per open parenthesis: does `if` or so stand before it?
        self._last = ""

    def __iter__(self) -> Iterator[Token]:
        while (token := self.next()) is not None:
            yield token

    def next(self) -> Token | None:
        """The next token, or None at the end."""
        if space := _SPACE.match(self.source, self.at):
            self.at = space.end()
        if self.at >= len(self.source):
            return None
        kind, end = self._measure(self.source[self.at])
        token = Token(kind, self.source[self.at : end], self.at, end)
        self.at = end
        if kind != "comment":
            self._note(token)
        return token

    def _measure(self, first: str) -> tuple[Kind, int]:
        if first in "\"'":
            return self._matched("string", _STRING)
        if first == "`":
            return self._matched("template", _TEMPLATE, skip=1)
        if first == "}" and self._templates and self._templates[-1] == self.depth:
            return self._matched("template", _TEMPLATE, skip=1)
        if first == "/":
            return self._slash()
        for kind, pattern in _PLAIN:
            if found := pattern.match(self.source, self.at):
                return kind, found.end()
        return "bad", self.at + 1

    def _slash(self) -> tuple[Kind, int]:
        if self.source[self.at + 1 : self.at + 2] in {"/", "*"}:
            return self._matched("comment", _COMMENT)
        if self._value_next:
            return self._matched("regex", _REGEX)
        return self._matched("punct", _PUNCT)

    def _matched(self, kind: Kind, pattern: re.Pattern[str], skip: int = 0) -> tuple[Kind, int]:
        if found := pattern.match(self.source, self.at + skip):
            return kind, found.end()
        if kind in {"template", "comment"}:
            return "bad", len(self.source)
        line = _LINE.match(self.source, self.at)
        return "bad", max(line.end() if line else 0, self.at + 1)

    def _note(self, token: Token) -> None:
        if token.kind == "punct":
            self._note_punct(token.text)
        elif token.kind == "template":
            self._note_template(token.text)
        else:
            self._value_next = token.kind == "name" and (
                token.text in _BEFORE_VALUE and self._last not in {".", "?."}
            )
        self._last = token.text

    def _note_punct(self, text: str) -> None:
        self._value_next = text not in {")", "]", "}", "++", "--"}
        if text == "{":
            self.depth += 1
        elif text == "}":
            self.depth -= 1
        elif text == "(":
            self._conditions.append(self._last in _BEFORE_CONDITION)
        elif text == ")" and self._conditions:
            self._value_next = self._conditions.pop()

    def _note_template(self, text: str) -> None:
        if text[0] == "}":
            self._templates.pop()
        opens = text.endswith("${")
        if opens:
            self._templates.append(self.depth)
        self._value_next = opens


_PLAIN: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("name", _NAME),
    ("number", _NUMBER),
    ("punct", _PUNCT),
)


def tokens(source: str) -> list[Token]:
    """All tokens of a source, comments included."""
    return list(Scanner(source))


_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": ""}
_ESCAPE = re.compile(
    r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r\n|.))", re.DOTALL
)


def string_value(literal: str) -> str:
    """The text that a string literal (with its quotes) stands for."""
    inner = literal[1:-1]
    if "\\" not in inner:
        return inner
    value = _ESCAPE.sub(_unescape, inner)
    # A pair of \u escapes may stand for one character beyond the basic plane.
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _unescape(found: re.Match[str]) -> str:
    code = found[1] or found[2] or found[3]
    if code:
        number = int(code, 16)
        return chr(number) if number <= 0x10FFFF else "\ufffd"
    return (
        "" if found[4] in {"\r\n", "\r", "\u2028", "\u2029"} else _ESCAPES.get(found[4], found[4])
    )
