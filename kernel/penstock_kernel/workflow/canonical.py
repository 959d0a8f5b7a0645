"""The canonical text of JSON values, made for reading diffs.

The rules:

* Keys are sorted by code point. Two spaces of indentation. The text ends with a line break.
* An array of plain values stays on one line where it fits into 100 characters; so does an edge.
* Numbers are written as JavaScript writes them: `1`, not `1.0`.
* Characters are written as they are, except those that JSON wants escaped.
"""

from __future__ import annotations

import json
from typing import Any, cast

from penstock_sdk.coerce import number_text

_WIDTH = 100
_EDGE = frozenset({"from", "to", "kind", "back"})


def canonical_text(value: Any) -> str:
    """The text of a JSON value."""
    return _write(value, "") + "\n"


def _write(value: Any, indent: str) -> str:
    if isinstance(value, dict) and value:
        return _object(cast("dict[str, Any]", value), indent)
    if isinstance(value, list | tuple) and value:
        return _array(list(cast("list[Any]", value)), indent)
    return _scalar(value)


def _object(value: dict[str, Any], indent: str) -> str:
    keys = sorted(value)
    if value.keys() <= _EDGE and "from" in value and "to" in value:
        return _inline(value)
    inner = indent + "  "
    lines = [f"{inner}{_text(key)}: {_write(value[key], inner)}" for key in keys]
    return "{\n" + ",\n".join(lines) + f"\n{indent}}}"


def _array(value: list[Any], indent: str) -> str:
    if not any(isinstance(member, dict | list | tuple) for member in value):
        line = _inline(value)
        if len(line) + len(indent) <= _WIDTH:
            return line
    inner = indent + "  "
    lines = [inner + _write(member, inner) for member in value]
    return "[\n" + ",\n".join(lines) + f"\n{indent}]"


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        members = cast("dict[str, Any]", value)
        inner = ", ".join(f"{_text(key)}: {_inline(members[key])}" for key in sorted(members))
        return "{" + inner + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_inline(member) for member in cast("list[Any]", value)) + "]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    if isinstance(value, float):
        return number_text(value)
    return _text(value)


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
