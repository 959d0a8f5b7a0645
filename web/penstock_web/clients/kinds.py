"""Types as no language has them: what a JSON schema says, in the few forms that a client needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from penstock_web.http.schemas import REF

What = Literal[
    "any",
    "boolean",
    "bytes",
    "integer",
    "list",
    "literal",
    "map",
    "null",
    "number",
    "ref",
    "string",
    "tuple",
    "union",
]
Schema = Mapping[str, Any]
_PLAIN: Mapping[str, What] = {
    "boolean": "boolean",
    "integer": "integer",
    "null": "null",
    "number": "number",
    "string": "string",
}


class Kind(msgspec.Struct, frozen=True):
    """One type."""

    what: What
    #: Of a list, a map, a tuple or a union.
    parts: tuple[Kind, ...] = ()
    #: Of a reference.
    name: str = ""
    #: Of a literal.
    values: tuple[Any, ...] = ()


ANYTHING = Kind("any")


def kind_of(schema: Schema) -> Kind:
    """The type that a schema describes."""
    if "$ref" in schema:
        return Kind("ref", name=schema["$ref"].removeprefix(REF))
    if "const" in schema:
        return Kind("literal", values=(schema["const"],))
    if "enum" in schema:
        return Kind("literal", values=tuple(schema["enum"]))
    for word in ("anyOf", "oneOf"):
        if word in schema:
            return _union([kind_of(one) for one in schema[word]])
    return _by_type(schema)


def _by_type(schema: Schema) -> Kind:
    named: Any = schema.get("type")
    if isinstance(named, list):
        return _union([_by_type({**schema, "type": one}) for one in named])  # pyright: ignore[reportUnknownVariableType]
    if named == "array":
        if "prefixItems" in schema:
            return Kind("tuple", tuple(kind_of(one) for one in schema["prefixItems"]))
        return Kind("list", (kind_of(schema.get("items") or {}),))
    if named == "object":
        values = schema.get("additionalProperties", True)
        return Kind("map", (ANYTHING if isinstance(values, bool) else kind_of(values),))
    if schema.get("format") == "binary" or schema.get("contentEncoding") == "base64":
        return Kind("bytes")
    return Kind(_PLAIN.get(str(named), "any"))


def _union(parts: list[Kind]) -> Kind:
    flat: list[Kind] = []
    for part in parts:
        flat += part.parts if part.what == "union" else [part]
    unique = tuple(dict.fromkeys(flat))
    if ANYTHING in unique:
        return ANYTHING
    return unique[0] if len(unique) == 1 else Kind("union", unique)
