"""Take values out of HTML by CSS selectors."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from penstock_node_data.formats.html_text import readable
from penstock_node_data.formats.html_tree import BadSelector, attribute, parse, select
from penstock_sdk import NodeFailed

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

#: Takes a value of an element, as its row says.
Take = Callable[[Any, Mapping[str, Any]], Any]

_LINES = re.compile(r"[\r\n]")
_SPACES = re.compile(r"\s+")


def extracted(
    html: str, rows: Sequence[Mapping[str, Any]], more: Mapping[str, Any], i: int
) -> dict[str, Any]:
    """One value for each row: a name, a selector, and what to take of the elements.

    Raises:
        NodeFailed: A selector cannot be used.
    """
    document = parse(html)
    found: dict[str, Any] = {}
    for number, row in enumerate(rows):
        try:
            value = _value(document, row, more)
        except BadSelector as error:
            raise NodeFailed(
                f"{str(error)[:1].upper()}{str(error)[1:]}",
                hint="Write it as in a style sheet, such as div.price > span.",
                field=f"values[{number}].selector",
                item=i,
            ) from None
        if value is not None:
            found[str(row.get("name") or "")] = value
    return found


def _value(document: Any, row: Mapping[str, Any], more: Mapping[str, Any]) -> Any:
    nodes = select(document, str(row.get("selector") or ""))
    take = _taken(str(row.get("take") or "text"))
    if row.get("as_list"):
        values = [take(node, row) for node in nodes]
        return [_tidied(value, more) for value in values if value is not None]
    if nodes and row.get("take") == "content":
        return _tidied("".join(_content(node, row) for node in nodes), more)
    if not nodes:
        return "" if take is _text else None
    return _tidied(take(nodes[0], row), more)


def _taken(name: str) -> Take:
    return _TAKES.get(name, _text)


def _text(node: LexborNode, row: Mapping[str, Any]) -> str:
    skip = str(row.get("skip") or "").strip()
    skipped = frozenset(found.mem_id for found in select(node, skip)) if skip else frozenset[int]()
    body = node.css_first("body") if node.tag == "html" else node
    return readable(body or node, skipped)


def _content(node: LexborNode, _: Mapping[str, Any]) -> str:
    return node.text(deep=True, separator="")


def _html(node: LexborNode, _: Mapping[str, Any]) -> str | None:
    return node.inner_html


def _attribute(node: LexborNode, row: Mapping[str, Any]) -> Any:
    name = str(row.get("attribute") or "")
    attributes = {key: value or "" for key, value in node.attributes.items()}
    return attributes.get(name) if name else attributes


def _input(node: LexborNode, _: Mapping[str, Any]) -> str | None:
    if node.tag == "textarea":
        return node.text(deep=True, separator="")
    if node.tag == "select":
        chosen = node.css_first("option[selected]") or node.css_first("option")
        if chosen is None:
            return None
        has_value = "value" in chosen.attributes
        return attribute(chosen, "value") if has_value else chosen.text(deep=True).strip()
    return attribute(node, "value") if "value" in node.attributes else None


_TAKES: Mapping[str, Take] = {
    "text": _text,
    "content": _content,
    "html": _html,
    "attribute": _attribute,
    "value": _input,
}


def _tidied(value: Any, more: Mapping[str, Any]) -> Any:
    if not isinstance(value, str):
        return value
    if more.get("trim"):
        value = value.strip()
    if more.get("clean_up"):
        value = _SPACES.sub(" ", _LINES.sub("", value.strip()))
    return value
