"""XML to JSON, in the form that users of xml2js know.

The rules:

* Attributes are merged into their element or kept under a key of their own; text of an element
  that has more than text stands under another key.
* Elements that come more than once become an array, all of them where that is wanted.
* Prefixes stay in names; namespaces are attributes like others.
* A document may declare no entities; depth and number of elements are limited.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_MAX_DEPTH = 200
_MAX_ELEMENTS = 1_000_000
_BLANK = re.compile(r"\s*\Z")
_SPACES = re.compile(r"\s{2,}")


class NotXml(Exception):
    """The text cannot be read. Stays inside: it becomes a `NodeFailed`."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How a document is read."""

    attribute_key: str = "$"
    text_key: str = "_"
    merge_attributes: bool = True
    ignore_attributes: bool = False
    always_arrays: bool = False
    with_root: bool = True
    trim: bool = False
    normalize: bool = False
    lower_names: bool = False


def read_xml(text: str, reading: Reading) -> Any:
    """The document as JSON.

    Raises:
        NotXml: It is not well-formed, or beyond the limits.
    """
    # The parser is a large module that most runs never need.
    from xml.parsers import expat  # noqa: PLC0415

    builder = _Builder(reading)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.ordered_attributes = False
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    parser.StartCdataSectionHandler = builder.cdata
    parser.EntityDeclHandler = _refuse_entities
    try:
        parser.Parse(text.lstrip(), True)
    except expat.ExpatError as error:
        place = f"line {error.lineno}, column {error.offset + 1}"
        raise NotXml(f"{expat.ErrorString(error.code)} in {place}") from None
    return builder.result


def _refuse_entities(*_: Any) -> None:
    raise NotXml("it declares entities, which are not read")


class _Builder:
    """Takes the events of a parser and builds JSON."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        #: Name, members, text and whether a part of it was CDATA, of each open element.
        self._open: list[tuple[str, dict[str, Any], list[str], list[bool]]] = []
        self._count = 0
        self.result: Any = None

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._count += 1
        if len(self._open) >= _MAX_DEPTH or self._count > _MAX_ELEMENTS:
            raise NotXml(f"it has more than {_MAX_DEPTH} levels or {_MAX_ELEMENTS:,} elements")
        reading = self._reading
        members: dict[str, Any] = {}
        if attributes and not reading.ignore_attributes:
            if reading.merge_attributes:
                for key, value in attributes.items():
                    self._add(members, key, value)
            else:
                members[reading.attribute_key] = dict(attributes)
        name = name.lower() if reading.lower_names else name
        self._open.append((name, members, [], []))

    def text(self, data: str) -> None:
        self._open[-1][2].append(data)

    def cdata(self) -> None:
        self._open[-1][3].append(True)

    def end(self, _: str) -> None:
        name, members, parts, cdata = self._open.pop()
        value = self._value(members, "".join(parts), has_cdata=bool(cdata))
        if self._open:
            self._add(self._open[-1][1], name, value)
        else:
            self.result = {name: value} if self._reading.with_root else value

    def _value(self, members: dict[str, Any], text: str, *, has_cdata: bool) -> Any:
        if _BLANK.match(text) and not has_cdata:
            return members or text
        if self._reading.normalize:
            text = _SPACES.sub(" ", text).strip()
        elif self._reading.trim:
            text = text.strip()
        return {self._reading.text_key: text, **members} if members else text

    def _add(self, members: dict[str, Any], name: str, value: Any) -> None:
        if name not in members:
            members[name] = [value] if self._reading.always_arrays else value
            return
        present = members[name]
        if not isinstance(present, list):
            present = members[name] = [present]
        present.append(value)  # pyright: ignore[reportUnknownMemberType]
