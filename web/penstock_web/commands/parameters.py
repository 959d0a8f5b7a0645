"""The parameters of a node type, one row each, those within others included."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

MAX_LEVELS = 3  # what is deeper is in --json


class Row(NamedTuple):
    """One parameter as a person reads it."""

    name: str
    takes: str
    default: str
    about: str


def rows(schema: Mapping[str, Any], prefix: str = "", level: int = 1) -> Iterator[Row]:
    """The parameters of a JSON Schema: `more.dots` within an object, `rules[].name` in a list."""
    properties: Mapping[str, Mapping[str, Any]] = schema.get("properties", {})
    required: Sequence[str] = schema.get("required", ())
    for name, field in properties.items():
        default = "required" if name in required else _default(field)
        yield Row(f"{prefix}{name}", _takes(field), default, _about(field))
        if level < MAX_LEVELS:
            yield from rows(field, f"{prefix}{name}.", level + 1)
            yield from rows(field.get("items", {}), f"{prefix}{name}[].", level + 1)


def _takes(field: Mapping[str, Any]) -> str:
    if "enum" in field:
        return " | ".join(str(value) for value in field["enum"] if value is not None)
    widget = field.get("x-ui", {}).get("widget", "")
    kind = field.get("type", "any")
    return str(widget or (kind if isinstance(kind, str) else " | ".join(kind)))


def _default(field: Mapping[str, Any]) -> str:
    if field.get("default") in (None, "", [], {}):
        return ""
    return msgspec.json.encode(field["default"]).decode()


def _about(field: Mapping[str, Any]) -> str:
    """What it is called, and which values of others make it count."""
    conditions = " and ".join(
        f"{name} is {' or '.join(map(_word, values))}"
        for name, values in field.get("x-ui", {}).get("showIf", {}).items()
    )
    title = str(field.get("title", ""))
    return f"{title}, if {conditions}" if conditions else title


def _word(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
