"""Where expressions and code name other nodes.

The forms: `$('X')`, `$items('X')`, `$node['X']`, `$node.X`; in Python `_('X')`, `_items('X')`,
`_node['X']`. A name inside a text, a comment or a regular expression is no reference, and a name
that is computed cannot be found.
"""

from __future__ import annotations

import io
import tokenize
from collections.abc import Iterator
from typing import Any, Literal, cast

import msgspec

from penstock_kernel.expressions.templates import parse_template
from penstock_kernel.expressions.tokens import Token, string_value, tokens

Language = Literal["javascript", "python"]
Path = tuple[str | int, ...]
#: Config key to the language of the code in it.
Languages = dict[str, Language]

_CALLS = frozenset({"$", "$items", "_", "_items"})
_OBJECTS = frozenset({"$node", "_node"})


class Reference(msgspec.Struct, frozen=True, gc=False):
    """One place where a text names a node."""

    name: str
    #: What stands in the text from `start` to `end`: a literal with its quotes, or `.X`.
    literal: str
    start: int
    end: int


def template_references(text: str) -> list[Reference]:
    """The references in a config value that starts with `=`; nothing in any other."""
    if not text.startswith("="):
        return []
    return [
        _moved(reference, code.start)
        for code in parse_template(text).codes
        for reference in javascript_references(code.source)
    ]


def javascript_references(source: str) -> list[Reference]:
    """The references in a JavaScript source."""
    if "$" not in source:
        return []
    return list(_references([token for token in tokens(source) if token.kind != "comment"]))


def python_references(source: str) -> list[Reference]:
    """The references in a Python source; nothing where it does not parse into tokens."""
    if "_" not in source:
        return []
    try:
        return list(_references(list(_python_tokens(source))))
    except (tokenize.TokenError, SyntaxError):
        return []


def text_references(text: str, language: Language | None) -> list[Reference]:
    """The references in one string: code in a language, or a template."""
    if language == "javascript":
        return javascript_references(text)
    if language == "python":
        return python_references(text)
    return template_references(text)


def strings(
    value: Any, path: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """All strings in a JSON value, with their paths."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, member in cast("dict[str, Any]", value).items():
            yield from strings(member, (*path, key))
    elif isinstance(value, list | tuple):
        for index, member in enumerate(cast("list[Any]", value)):
            yield from strings(member, (*path, index))


def _moved(reference: Reference, by: int) -> Reference:
    return msgspec.structs.replace(reference, start=reference.start + by, end=reference.end + by)


def _references(found: list[Token]) -> Iterator[Reference]:
    for index in range(len(found) - 2):
        word, opening, inner = found[index : index + 3]
        if word.kind != "name" or (index and found[index - 1].text in {".", "?."}):
            continue
        if opening.text == "(" and word.text in _CALLS:
            yield from _literal(found, index + 2, (")", ","))
        elif opening.text == "[" and word.text in _OBJECTS:
            yield from _literal(found, index + 2, ("]",))
        elif opening.text == "." and word.text == "$node" and inner.kind == "name":
            yield Reference(inner.text, "." + inner.text, opening.start, inner.end)


def _literal(found: list[Token], index: int, closings: tuple[str, ...]) -> Iterator[Reference]:
    token = found[index]
    closed = index + 1 < len(found) and found[index + 1].text in closings
    if closed and _is_constant(token):
        yield Reference(string_value(token.text), token.text, token.start, token.end)


def _is_constant(token: Token) -> bool:
    return token.kind == "string" or (token.kind == "template" and token.text.endswith("`"))


_PYTHON_KINDS: dict[int, Literal["name", "string", "punct"]] = {
    tokenize.NAME: "name",
    tokenize.STRING: "string",
    tokenize.OP: "punct",
}


def _python_tokens(source: str) -> Iterator[Token]:
    starts = [0, 0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        kind = _PYTHON_KINDS.get(token.type)
        if kind and (kind != "string" or _is_plain(token.string)):
            start = starts[token.start[0]] + token.start[1]
            yield Token(kind, token.string, start, start + len(token.string))


def _is_plain(literal: str) -> bool:
    """A string with one quote on each side and no prefix: its escapes are those of JavaScript."""
    return literal[0] in "\"'" and not literal.startswith(('"""', "'''"))
