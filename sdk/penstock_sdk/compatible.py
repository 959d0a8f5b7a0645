"""May what one port puts out go into another? Progressive: what is unknown matches anything.

The rules:

* Only a mismatch that is certain is told; a schema that uses words this module does not know is
  taken as unknown.
* The work is bounded, because strangers write schemas too: after `MAX_COMPARISONS`, or further in
  than `MAX_DEPTH`, everything is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from penstock_sdk.loose import rows, table, tables

Schema = Mapping[str, Any]

MAX_COMPARISONS = 2_000
MAX_DEPTH = 30

_OPAQUE = ("$ref", "$dynamicRef", "not", "if", "allOf")


def compatible(output: Schema | None, input_: Schema | None) -> str | None:
    """A sentence that says what does not fit, or None.

    Args:
        output: JSON Schema of an item's `json` where it comes from; None is unknown.
        input_: The same where it goes to.
    """
    return _Comparison().mismatch(output, input_, "", 0)


class _Comparison:
    """One run, with what it has cost so far."""

    def __init__(self) -> None:
        self.count = 0

    def mismatch(
        self, out: Schema | None, into: Schema | None, path: str, depth: int
    ) -> str | None:
        self.count += 1
        if not out or not into or self.count > MAX_COMPARISONS or depth > MAX_DEPTH:
            return None
        if _is_opaque(out) or _is_opaque(into):
            return None
        pairs = _pairs(out, into)
        if pairs:
            return self.in_all(pairs, path, depth + 1)
        return (
            _types(out, into, path)
            or _values(out, into, path)
            or self.inside(out, into, path, depth + 1)
        )

    def in_all(self, pairs: Sequence[tuple[Schema, Schema]], path: str, depth: int) -> str | None:
        """What the first one says, if none of the alternatives fits."""
        first: str | None = None
        for out, into in pairs:
            found = self.mismatch(out, into, path, depth)
            if found is None:
                return None
            first = first or found
        return first

    def inside(self, out: Schema, into: Schema, path: str, depth: int) -> str | None:
        absent = _absent(out, into, path)
        if absent:
            return absent
        sent = table(out.get("properties"))
        for name, schema in table(into.get("properties")).items():
            inner = self.mismatch(table(sent.get(name)), table(schema), _join(path, name), depth)
            if inner:
                return inner
        items, accepted = table(out.get("items")), table(into.get("items"))
        return self.mismatch(items, accepted, f"{path}[]", depth)


def _pairs(out: Schema, into: Schema) -> list[tuple[Schema, Schema]]:
    """Each alternative of one side with the whole of the other; empty where there are none."""
    if options := _alternatives(out):
        return [(one, into) for one in options]
    return [(out, one) for one in _alternatives(into)]


def _is_opaque(schema: Schema) -> bool:
    return any(word in schema for word in _OPAQUE)


def _alternatives(schema: Schema) -> Sequence[Schema]:
    return tables(schema.get("anyOf")) or tables(schema.get("oneOf"))


def _types(out: Schema, into: Schema, path: str) -> str | None:
    sent, accepted = _type_set(out), _type_set(into)
    if not sent or not accepted:
        return None
    if "number" in accepted:
        accepted = accepted | {"integer"}
    if "number" in sent and "integer" in accepted:
        return None  # it may be a whole number
    if sent & accepted:
        return None
    return f"{_name(path)} is {_words(sent)}, and {_words(_type_set(into))} is expected."


def _type_set(schema: Schema) -> set[str]:
    declared = schema.get("type")
    if isinstance(declared, str):
        return {declared}
    if isinstance(declared, list):
        return {str(one) for one in rows(declared)}
    return {"object"} if "properties" in schema else set()


def _values(out: Schema, into: Schema, path: str) -> str | None:
    sent, accepted = _enum(out), _enum(into)
    if sent is None or accepted is None or any(one in accepted for one in sent):
        return None
    choices = ", ".join(repr(one) for one in accepted)
    return f"{_name(path)} is none of the values that are expected ({choices})."


def _enum(schema: Schema) -> list[Any] | None:
    if "const" in schema:
        return [schema["const"]]
    return schema["enum"] if isinstance(schema.get("enum"), list) else None


def _absent(out: Schema, into: Schema, path: str) -> str | None:
    if out.get("additionalProperties") is not False:
        return None
    sent = table(out.get("properties"))
    for name in rows(into.get("required")):
        if name not in sent:
            return f"{_name(_join(path, str(name)))} is expected, and is not there."
    return None


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _name(path: str) -> str:
    return f"`{path}`" if path else "The item"


def _words(types: set[str]) -> str:
    return " or ".join(sorted(types))
