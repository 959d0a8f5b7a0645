"""HTML to a text that a person can read.

The rules:

* Headings are upper case; paragraphs are one empty line apart; lists have bullets or numbers.
* A link is its text with the address in brackets, an image its description and address.
* Scripts, styles and the head are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from penstock_node_data.formats.flow import Flow
from penstock_node_data.formats.html_tree import attribute, walk

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_LEFT_OUT = frozenset({"script", "style", "head", "template", "noscript", "-comment"})
_NARROW = dict.fromkeys(
    ("article", "aside", "div", "footer", "form", "header", "main", "nav", "section", "tr", "dt"),
    (1, 1),
)
#: Line ends before and after.
_BLOCKS: Mapping[str, tuple[int, int]] = {
    **_NARROW,
    **dict.fromkeys(("h1", "h2", "h3"), (3, 2)),
    **dict.fromkeys(("h4", "h5", "h6", "p", "pre", "blockquote", "table", "hr", "dl"), (2, 2)),
}
_RULE = "-" * 40


class _Writer:
    """Takes the elements of a document on their way in and out."""

    def __init__(self) -> None:
        self._flows = [Flow()]
        self._upper = 0
        self._pre = 0
        #: Of each open list: its number so far, or None without numbers.
        self._lists: list[int | None] = []
        self._links: list[int] = []

    def text(self, text: str) -> None:
        text = text.upper() if self._upper else text
        if self._pre:
            self._flows[-1].exact(text)
        else:
            self._flows[-1].words(text)

    def enter(self, tag: str, node: LexborNode) -> None:
        flow = self._flows[-1]
        if tag in _BLOCKS:
            flow.block(_BLOCKS[tag][0])
        if tag in _HEADINGS:
            self._upper += 1
        elif tag == "pre":
            self._pre += 1
        elif tag == "br":
            flow.line_end()
        elif tag == "hr":
            flow.exact(_RULE)
        elif tag == "img":
            self._image(node)
        elif tag == "a":
            self._links.append(flow.size)
        elif tag in ("ul", "ol"):
            flow.block(1 if self._lists else 2)
            self._lists.append(0 if tag == "ol" else None)
        elif tag in ("li", "blockquote"):
            self._flows.append(Flow())

    def leave(self, tag: str, node: LexborNode) -> None:
        if tag in _HEADINGS:
            self._upper -= 1
        elif tag == "pre":
            self._pre -= 1
        elif tag == "a":
            self._link(node, self._links.pop())
        elif tag in ("ul", "ol"):
            self._lists.pop()
            self._flows[-1].block(1 if self._lists else 2)
        elif tag == "li":
            self._item()
        elif tag == "blockquote":
            text = self._flows.pop().taken()
            self._indented(text, "> ", "> ")
        if tag in _BLOCKS:
            self._flows[-1].block(_BLOCKS[tag][1])

    def _image(self, node: LexborNode) -> None:
        source, alt = attribute(node, "src"), attribute(node, "alt")
        shown = f"{alt} [{source}]" if alt and source else alt or (f"[{source}]" if source else "")
        if shown:
            self._flows[-1].exact(shown)

    def _link(self, node: LexborNode, size: int) -> None:
        address = attribute(node, "href").removeprefix("mailto:")
        if address and not address.startswith("#"):
            flow = self._flows[-1]
            flow.words(f" [{address}]" if flow.size > size else f"[{address}]")

    def _item(self) -> None:
        text = self._flows.pop().taken()
        prefix = " * "
        if self._lists and self._lists[-1] is not None:
            self._lists[-1] += 1
            prefix = f" {self._lists[-1]}. "
        self._flows[-1].block(1)
        self._indented(text, prefix, " " * len(prefix))
        self._flows[-1].block(1)

    def _indented(self, text: str, first: str, others: str) -> None:
        lines = text.split("\n")
        self._flows[-1].exact("\n".join([first + lines[0], *(others + line for line in lines[1:])]))

    def result(self) -> str:
        return self._flows[0].taken().strip()


def readable(root: LexborNode, skipped: frozenset[int] = frozenset()) -> str:
    """The element as text; what is `skipped` (by memory id) is left out."""
    writer = _Writer()
    left_out = 0
    for is_in, node in walk(root, skipped):
        tag = node.tag or ""
        if tag in _LEFT_OUT:
            left_out += 1 if is_in else -1
        elif left_out:
            continue
        elif tag == "-text":
            if is_in:
                writer.text(node.text_content or "")
        elif is_in:
            writer.enter(tag, node)
        else:
            writer.leave(tag, node)
    return writer.result()
