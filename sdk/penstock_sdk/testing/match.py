"""Does what came out fit the schema that the node promised?

Knows `type`, `enum`, `const`, `properties`, `required`, `additionalProperties`, `items`, `anyOf`,
`oneOf`, `minimum` and `maximum`; other words of JSON Schema are not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from penstock_sdk.item import Item
from penstock_sdk.loose import rows, table
from penstock_sdk.node import Node

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (Mapping,),
    "array": (list, tuple),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}


def assert_output_matches_schema(
    node: type[Node],
    outputs: Mapping[str, Sequence[Item]],
    config: Mapping[str, Any] | None = None,
) -> None:
    """Fail with everything that does not fit the schemas of the node's output ports."""
    ports = {port.name: port for port in node().ports(config or {}).outputs}
    found: list[str] = []
    for name, items in outputs.items():
        if name not in ports:
            found.append(f"there is no output port {name!r}")
            continue
        for index, item in enumerate(items):
            found += [f"{name}[{index}]{one}" for one in mismatches(item.json, ports[name].schema)]
    if found:
        message = f"{node.__name__} puts out what it did not promise:\n  " + "\n  ".join(found)
        raise AssertionError(message)


def mismatches(value: Any, schema: Mapping[str, Any] | None, path: str = "") -> list[str]:
    """Everything in a value that does not fit a schema."""
    return list(_mismatches(value, schema or {}, path))


def _mismatches(value: Any, schema: Mapping[str, Any], path: str) -> Iterator[str]:
    wanted = schema.get("type")
    types = rows(wanted) or ([wanted] if wanted else [])
    if types and not any(_is(value, str(one)) for one in types):
        yield f"{path} is {value!r}, not {' or '.join(map(str, types))}"
        return
    yield from _by_value(value, schema, path)
    options = rows(schema.get("anyOf")) or rows(schema.get("oneOf"))
    if options and all(mismatches(value, option) for option in options):
        yield f"{path} fits none of the alternatives"
    if isinstance(value, Mapping):
        yield from _in_object(table(value), schema, path)
    if isinstance(value, list):
        for index, inner in enumerate(rows(value)):
            yield from _mismatches(inner, table(schema.get("items")), f"{path}[{index}]")


def _is(value: Any, kind: str) -> bool:
    if kind != "boolean" and isinstance(value, bool):
        return False
    if kind == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, _TYPES.get(kind, (object,)))


def _by_value(value: Any, schema: Mapping[str, Any], path: str) -> Iterator[str]:
    if "enum" in schema and value not in rows(schema["enum"]):
        yield f"{path} is {value!r}, none of {schema['enum']!r}"
    if "const" in schema and value != schema["const"]:
        yield f"{path} is {value!r}, not {schema['const']!r}"
    if isinstance(value, int | float):
        if value < schema.get("minimum", value):
            yield f"{path} is {value!r}, below {schema['minimum']!r}"
        if value > schema.get("maximum", value):
            yield f"{path} is {value!r}, above {schema['maximum']!r}"


def _in_object(value: Mapping[str, Any], schema: Mapping[str, Any], path: str) -> Iterator[str]:
    properties = table(schema.get("properties"))
    for name in rows(schema.get("required")):
        if name not in value:
            yield f"{path}.{name} is missing"
    for name, inner in value.items():
        if name in properties:
            yield from _mismatches(inner, table(properties[name]), f"{path}.{name}")
        elif schema.get("additionalProperties") is False:
            yield f"{path}.{name} was not promised"
