"""JSON to XML, in the form that users of xml2js know."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from penstock_sdk.coerce import to_text

_MAX_DEPTH = 200
_NAME = re.compile(r"[^\W\d][\w.\-]*(?::[^\W\d][\w.\-]*)?\Z")
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#xD;"})
_ATTRIBUTE = str.maketrans(
    {"&": "&amp;", "<": "&lt;", '"': "&quot;", "\t": "&#x9;", "\n": "&#xA;", "\r": "&#xD;"}
)


class NoXml(Exception):
    """The value cannot be written. Stays inside: it becomes a `NodeFailed`."""


@dataclass(frozen=True, kw_only=True)
class Writing:
    """How a document is written."""

    attribute_key: str = "$"
    text_key: str = "_"
    root: str = "root"
    headless: bool = False
    cdata: bool = False


def write_xml(value: Mapping[str, Any], writing: Writing) -> str:
    """The value as a document; its only member, or a root of its own, is the root.

    Raises:
        NoXml: A key is no name of an element, or a text holds what XML has no way to write.
    """
    root, content = writing.root, cast("Any", value)
    if len(value) == 1 and root == "root":
        root, content = next(iter(value.items()))
    lines = [] if writing.headless else [_HEAD]
    _element(root, content, 0, lines, writing)
    return "\n".join(lines)


def _element(name: str, value: Any, depth: int, lines: list[str], writing: Writing) -> None:
    if depth > _MAX_DEPTH:
        raise NoXml(f"it has more than {_MAX_DEPTH} levels")
    attributes, text, children = _parts(value, writing)
    tag = _name(name)
    opening = tag + "".join(
        f' {_name(key)}="{_legal(to_text(given) or "").translate(_ATTRIBUTE)}"'
        for key, given in attributes.items()
    )
    pad = "  " * depth
    if not children:
        content = _content(text, writing)
        lines.append(f"{pad}<{opening}>{content}</{tag}>" if content else f"{pad}<{opening}/>")
        return
    lines.append(f"{pad}<{opening}>")
    if text:
        lines.append(f"{pad}  {_content(text, writing)}")
    for child, given in children:
        _element(child, given, depth + 1, lines, writing)
    lines.append(f"{pad}</{tag}>")


def _parts(
    value: Any, writing: Writing
) -> tuple[Mapping[str, Any], str, Sequence[tuple[str, Any]]]:
    """Attributes, text and children of an element."""
    if isinstance(value, list | tuple):
        members = [
            pair
            for entry in cast("Sequence[Any]", value)
            for pair in (_pairs(entry) if isinstance(entry, Mapping) else [("_", entry)])
        ]
    elif isinstance(value, Mapping):
        members = _pairs(value)
    else:
        return {}, to_text(value) or "", ()
    attributes: dict[str, Any] = {}
    texts = list[str]()
    children = list[tuple[str, Any]]()
    for key, member in members:
        if key == writing.attribute_key and isinstance(member, Mapping):
            attributes.update(_pairs(member))
        elif key == writing.text_key:
            texts.append(to_text(member) or "")
        elif isinstance(member, list | tuple):
            children.extend((key, entry) for entry in cast("Sequence[Any]", member))
        else:
            children.append((key, member))
    return attributes, "".join(texts), children


def _pairs(value: Any) -> list[tuple[str, Any]]:
    return list(cast("Mapping[str, Any]", value).items())


def _content(text: str, writing: Writing) -> str:
    text = _legal(text)
    if writing.cdata and any(sign in text for sign in "<>&"):
        return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"
    return text.translate(_TEXT)


def _name(name: str) -> str:
    if not _NAME.match(name):
        raise NoXml(f"{name[:60]!r} is no name that an element or attribute can have")
    return name


def _legal(text: str) -> str:
    if _ILLEGAL.search(text):
        raise NoXml("a text holds a control character, which XML cannot write")
    return text
