"""May what one port puts out go into another? Progressive: what is unknown matches anything.

Only a mismatch that is certain is told; a schema that uses words this module does not know is
taken as unknown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from penstock_sdk.loose import rows, table

Schema = Mapping[str, Any]

_OPAQUE = ("$ref", "$dynamicRef", "not", "if", "allOf")


def compatible(output: Schema | None, input_: Schema | None) -> str | None:
    """A sentence that says what does not fit, or None.

    Args:
        output: JSON Schema of an item's `json` where it comes from; None is unknown.
        input_: The same where it goes to.
    """
    return _mismatch(output, input_, "")


def _mismatch(out: Schema | None, into: Schema | None, path: str) -> str | None:
    if not out or not into or _is_opaque(out) or _is_opaque(into):
        return None
    for schema, other in ((out, into), (into, out)):
        options = _alternatives(schema)
        if options:
            pairs = ((one, other) if schema is out else (other, one) for one in options)
            found = [_mismatch(first, second, path) for first, second in pairs]
            return None if None in found else found[0]
    return _types(out, into, path) or _values(out, into, path) or _inside(out, into, path)


def _is_opaque(schema: Schema) -> bool:
    return any(word in schema for word in _OPAQUE)


def _alternatives(schema: Schema) -> Sequence[Schema]:
    options = schema.get("anyOf") or schema.get("oneOf") or ()
    return cast("Sequence[Schema]", options)


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


def _inside(out: Schema, into: Schema, path: str) -> str | None:
    return _properties(out, into, path) or _elements(out, into, path)


def _properties(out: Schema, into: Schema, path: str) -> str | None:
    sent, accepted = table(out.get("properties")), table(into.get("properties"))
    for name in into.get("required") or ():
        if name not in sent and out.get("additionalProperties") is False:
            return f"{_name(_join(path, str(name)))} is expected, and is not there."
    for name, schema in accepted.items():
        if isinstance(schema, Mapping) and isinstance(sent.get(name), Mapping):
            found = _mismatch(sent[name], cast("Schema", schema), _join(path, name))
            if found:
                return found
    return None


def _elements(out: Schema, into: Schema, path: str) -> str | None:
    sent, accepted = out.get("items"), into.get("items")
    if isinstance(sent, Mapping) and isinstance(accepted, Mapping):
        return _mismatch(cast("Schema", sent), cast("Schema", accepted), f"{path}[]")
    return None


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _name(path: str) -> str:
    return f"`{path}`" if path else "The item"


def _words(types: set[str]) -> str:
    return " or ".join(sorted(types))
