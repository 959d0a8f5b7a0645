"""Parsed HTML: reading, selecting and walking, without recursion and within limits.

Selectors are CSS. Of jQuery's additions, `:contains("text")` works anywhere, and `:first`, `:last`
and `:eq(n)` at the end of a selector.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode
else:
    LexborHTMLParser = LexborNode = Any

_MAX_SELECTOR = 2_000
_CONTAINS = re.compile(r":contains\(\s*([\"']?)([^\"')]*+)\1\s*\)")
_PLACE = re.compile(r":(first|last|eq\((-?\d{1,6})\))\s*\Z")


class BadSelector(Exception):
    """A selector that cannot be used. Stays inside: it becomes a `NodeFailed`."""


def parse(html: str) -> LexborHTMLParser:
    """The document, as a browser would understand it."""
    # A native library of its own: most runs never need it.
    from selectolax.lexbor import LexborHTMLParser as Parser  # noqa: PLC0415

    return Parser(html)


def select(root: LexborHTMLParser | LexborNode, selector: str) -> Sequence[LexborNode]:
    """The elements that the selector matches, in the order of the document.

    Raises:
        BadSelector: It is no selector.
    """
    plain, place = _understood(selector)
    try:
        found = root.css(plain)
    except Exception as error:
        # The library raises its own error, and others for what it does not expect.
        raise BadSelector(f"{selector[:80]!r} is not a CSS selector") from error
    return found if place is None else found[place:][:1] if place >= 0 else found[place:]


@functools.lru_cache(maxsize=512)
def _understood(selector: str) -> tuple[str, int | None]:
    text = selector.strip()
    if not text or len(text) > _MAX_SELECTOR:
        raise BadSelector("a selector is empty or too long")
    place: int | None = None
    match = _PLACE.search(text)
    if match is not None:
        text = text[: match.start()] or "*"
        place = 0 if match[1] == "first" else -1 if match[1] == "last" else int(match[2])
    return _CONTAINS.sub(lambda found: f':lexbor-contains("{found[2]}")', text), place


def walk(
    root: LexborNode, skipped: frozenset[int] = frozenset()
) -> Iterator[tuple[bool, LexborNode]]:
    """Everything below the element: (True, node) on the way in, (False, node) on the way out."""
    node = root.first_child
    depth = 0
    while node is not None:
        if node.mem_id not in skipped:
            yield True, node
            if node.first_child is not None:
                node = node.first_child
                depth += 1
                continue
            yield False, node
        while node.next is None:
            if depth == 0 or node.parent is None:
                return
            node = node.parent
            depth -= 1
            yield False, node
        node = node.next


def attribute(node: LexborNode, name: str) -> str:
    """The value of an attribute; empty where there is none."""
    return node.attributes.get(name) or ""
