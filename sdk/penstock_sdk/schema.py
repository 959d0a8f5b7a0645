"""Parameters as JSON Schema 2020-12 with `x-ui` hints, and back.

The editor renders it, the validator checks with it and an agent sees it as the input of a tool. A
schema describes values; that a text beginning with `=` may stand for any value is said once, by the
absence of `noExpression`. `fields_from` reads such a schema (a sandboxed package has nothing else)
and gives the same fields.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from penstock_sdk.compatible import compatible
from penstock_sdk.fields import MISSING, Field, Kind
from penstock_sdk.fields_from import WIDGETS, fields_from
from penstock_sdk.node import Node, Port, Trigger
from penstock_sdk.values import defaults, is_expression, missing, visible

__all__ = [
    "DIALECT",
    "compatible",
    "config_schema",
    "defaults",
    "describe",
    "field_schema",
    "fields_from",
    "fields_schema",
    "is_expression",
    "missing",
    "visible",
]

DIALECT = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, Any]


def config_schema(node: type[Node]) -> Schema:
    """The schema of a node's parameters."""
    return {"$schema": DIALECT, **fields_schema(node.fields())}


def fields_schema(fields: Mapping[str, Field]) -> Schema:
    """The schema of an object with these fields; unknown keys are findings."""
    schema: Schema = {
        "type": "object",
        "properties": {
            name: field_schema(field, order) for order, (name, field) in enumerate(fields.items())
        },
        "additionalProperties": False,
    }
    required = [name for name, field in fields.items() if field.required and not field.show_if]
    if required:
        schema["required"] = required
    conditional = [
        _required_if_shown(name, field, fields)
        for name, field in fields.items()
        if field.required and field.show_if and field.show_if.keys() <= fields.keys()
    ]
    if conditional:
        schema["allOf"] = conditional
    return schema


def field_schema(field: Field, order: int = 0) -> Schema:
    """The schema of one parameter."""
    schema: Schema = {"title": field.title}
    if field.description:
        schema["description"] = field.description
    schema.update(_SHAPES[field.kind](field))
    if field.default is not MISSING and field.kind != "notice":
        schema["default"] = field.default
        if field.default is None:
            _allow_null(schema)
    schema["x-ui"] = _hints(field, order)
    return schema


def _allow_null(schema: Schema) -> None:
    if isinstance(schema.get("type"), str):
        schema["type"] = [schema["type"], "null"]
    if "enum" in schema:
        schema["enum"] = [*schema["enum"], None]


def _required_if_shown(name: str, field: Field, siblings: Mapping[str, Field]) -> Schema:
    tests: Schema = {}
    needed: list[str] = []
    for other, values in (field.show_if or {}).items():
        tests[other] = {"enum": list(values)}
        if siblings[other].default not in values:
            needed.append(other)
    condition: Schema = {"properties": tests}
    if needed:
        condition["required"] = needed
    return {"if": condition, "then": {"required": [name]}}


def _hints(field: Field, order: int) -> Schema:
    hints: Schema = {"widget": "secret" if field.secret else WIDGETS[field.kind], "order": order}
    said = {
        "placeholder": field.placeholder,
        "hint": field.hint,
        "noExpression": not field.expression,
        "showIf": {name: list(values) for name, values in (field.show_if or {}).items()},
        "dependsOn": list(field.depends_on),
        "advanced": field.advanced,
        "dynamic": field.dynamic,
        "language": field.language,
        "multiline": field.multiline,
        "accepts": list(field.accepts),
        "titles": list((field.options or {}).values()),
        # A schema can say so only where it sees what decides.
        "required": field.required and field.show_if is not None,
    }
    return hints | {name: value for name, value in said.items() if value}


def _number(kind: str) -> Callable[[Field], Schema]:
    def shape(field: Field) -> Schema:
        schema: Schema = {"type": kind}
        if field.minimum is not None:
            schema["minimum"] = field.minimum
        if field.maximum is not None:
            schema["maximum"] = field.maximum
        return schema

    return shape


def _plain(kind: str) -> Callable[[Field], Schema]:
    return lambda _field: {"type": kind}


def _options(field: Field) -> Schema:
    return {} if field.dynamic else {"enum": list(field.options or {})}


def _multi_options(field: Field) -> Schema:
    return {"type": "array", "items": _options(field), "uniqueItems": True}


def _key_value(_field: Field) -> Schema:
    row: Schema = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "value": {}},
        "required": ["name"],
        "additionalProperties": False,
    }
    return {"type": "array", "items": row}


def _collection(field: Field) -> Schema:
    # What a person adds one by one is never required.
    schema = fields_schema(field.fields or {})
    return {key: value for key, value in schema.items() if key not in ("required", "allOf")}


def _list(field: Field) -> Schema:
    return {"type": "array", "items": fields_schema(field.fields or {})}


def _conditions(_field: Field) -> Schema:
    operator: Schema = {
        "type": "object",
        "properties": {"type": {"type": "string"}, "operation": {"type": "string"}},
        "required": ["type", "operation"],
    }
    condition: Schema = {
        "type": "object",
        "properties": {"left": {}, "operator": operator, "right": {}},
        "required": ["operator"],
    }
    return {
        "type": "object",
        "properties": {
            "combinator": {"enum": ["and", "or"]},
            "options": {"type": "object"},
            "conditions": {"type": "array", "items": condition},
        },
        "required": ["conditions"],
    }


def _resource(field: Field) -> Schema:
    return {
        "type": "object",
        "properties": {"mode": {"enum": list(field.accepts)}, "value": {}},
        "required": ["mode", "value"],
    }


_SHAPES: dict[Kind, Callable[[Field], Schema]] = {
    "text": _plain("string"),
    "number": _number("number"),
    "integer": _number("integer"),
    "boolean": _plain("boolean"),
    "options": _options,
    "multi_options": _multi_options,
    "code": _plain("string"),
    "json": lambda _field: {},
    "date_time": lambda _field: {"type": "string", "format": "date-time"},
    "key_value": _key_value,
    "collection": _collection,
    "list": _list,
    "fixed_collection": _collection,
    "conditions": _conditions,
    "credential": _plain("string"),
    "resource": _resource,
    "notice": lambda _field: {"readOnly": True},
}


def describe(node: type[Node]) -> dict[str, Any]:
    """Everything a catalogue shows of a node."""
    entry: dict[str, Any] = {
        "id": node.id,
        "version": node.version,
        "title": node.title or node.__name__,
        "description": node.description or (node.__doc__ or "").partition("\n")[0],
        "group": node.group,
        "icon": node.icon,
        "aliases": list(node.aliases),
        "docs": node.docs,
        "kind": f"trigger.{node.kind}" if issubclass(node, Trigger) else "action",
        "inputs": [port_entry(port) for port in node.inputs],
        "outputs": [port_entry(port) for port in node.outputs],
        "config": config_schema(node),
    }
    return entry | _behaviour(node)


def _behaviour(node: type[Node]) -> dict[str, Any]:
    return {
        # With a configuration these may differ: `Node.ports` and `Node.effects_of` say.
        "ports_from_config": node.ports is not Node.ports,
        "effects": node.effects,
        "effects_from_config": node.effects_of is not Node.effects_of,
        "retry": asdict(node.retry),
        "per_item": node.per_item,
        "loop": node.loop,
        "compensates": node.compensate is not None,
        "verifies": node.verify is not None,
    }


def port_entry(port: Port) -> dict[str, Any]:
    """A port as a catalogue shows it."""
    return {
        "name": port.name,
        "title": port.title or port.name.replace("_", " ").capitalize(),
        "schema": port.schema,
        "sample": port.sample,
        "kind": port.kind,
        "stream": port.stream,
        "required": port.required,
    }
