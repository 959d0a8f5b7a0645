"""The nodes that say what goes into a workflow and what comes out: a typed form, a named result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from penstock_sdk import (
    Context,
    Event,
    Item,
    Node,
    NodeFailed,
    Output,
    Port,
    Ports,
    Result,
    Trigger,
    boolean,
    list_of,
    options,
    text,
)
from penstock_sdk import json as json_field
from penstock_sdk.coerce import COERCIONS, to_choice
from penstock_sdk.loose import tables
from penstock_sdk.moments import moment
from penstock_sdk.paths import MISSING, read, write

_KINDS = {
    "string": "Text",
    "number": "Number",
    "boolean": "Yes or no",
    "options": "Choice",
    "date": "Date and time",
    "time": "Time of day",
    "array": "List",
    "object": "Object",
    "file": "File",
    "any": "Anything",
}
_SCHEMA_TYPES = {
    "string": "string",
    "number": "number",
    "boolean": "boolean",
    "date": "string",
    "time": "string",
    "array": "array",
    "object": "object",
    "file": "object",
}
_SAMPLES: Mapping[str, Any] = {
    "string": "text",
    "number": 1,
    "boolean": True,
    "date": "2026-03-02T09:00:00Z",
    "time": "09:00",
    "array": [],
    "object": {},
}


class Input(Trigger):
    """Starts the workflow with values of known types."""

    id = "penstock/flow.input"
    title = "Input"
    description = "Starts the workflow with a form of typed values, by hand or from a program."
    group = "trigger"
    icon = "text-cursor-input"
    aliases = ("form", "parameters", "arguments", "variables", "typed")
    docs = (
        "Each field has a name and a type. What is given is converted; what is missing gets the "
        "default, or is an error where it is required. A field that the form does not name is left "
        "out. Without items the defaults make one."
    )

    values: list[Any] = list_of(
        {
            "name": text(title="Name", expression=False),
            "type": options(_KINDS, default="string", title="Type", expression=False),
            "required": boolean(False, title="Required", expression=False),
            "default": json_field(None, title="Default", expression=False),
            "choices": text("", title="Choices", hint="With commas.", expression=False),
            "description": text("", title="Description", expression=False),
        },
        title="Fields",
    )

    def ports(self, config: Mapping[str, Any]) -> Ports:
        """The output carries the fields, with their types."""
        fields = tables(config.get("values"))
        types = {str(row.get("name", "")): str(row.get("type", "string")) for row in fields}
        properties = {
            name: {"type": [_SCHEMA_TYPES[kind], "null"]} if kind in _SCHEMA_TYPES else {}
            for name, kind in types.items()
        }
        sample = {name: _SAMPLES.get(kind) for name, kind in types.items()}
        schema = {"type": "object", "properties": properties}
        return Ports(inputs=(), outputs=(Port(name="main", schema=schema, sample=sample),))

    def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        """Check and convert."""
        fields = tables(ctx.param("values"))
        return [
            Item({str(row["name"]): _value(row, item, i) for row in fields}, item.binary)
            for i, item in enumerate(items or [Item({})])
        ]

    async def sample(self, ctx: Context) -> Event:
        """One item with a value of each type."""
        sample = self.ports(ctx.config).outputs[0].sample
        return Event(items=[Item(dict(sample or {}))])


def _value(row: Mapping[str, Any], item: Item, i: int) -> Any:
    name = str(row["name"])
    value = item.json.get(name)
    if value is None or value == "":
        value = row.get("default")
    if value is None:
        if row.get("required"):
            message, hint = f"The field {name!r} is missing", "Fill it in."
            raise NodeFailed(message, hint=hint, item=i, field=name)
        return None
    try:
        return _converted(row, value)
    except ValueError as error:
        hint = "Give a value of that type, or change the type of the field."
        raise NodeFailed(f"The field {name!r}: {error}", hint=hint, item=i, field=name) from error


def _converted(row: Mapping[str, Any], value: Any) -> Any:
    kind = str(row.get("type", "string"))
    if kind == "options":
        choices = [part.strip() for part in str(row.get("choices") or "").split(",")]
        return to_choice(value, choices)
    if kind == "date":
        found = moment(value)
        if found is None:
            raise ValueError(f"{value!r} is no moment")
        return found.isoformat()
    return COERCIONS[kind](value)


class NamedResult(Node):
    """Names what the workflow gives."""

    id = "penstock/flow.output"
    title = "Output"
    description = "Says what the workflow gives: all of an item, or chosen fields under names."
    group = "flow"
    icon = "log-out"
    aliases = ("result", "return", "end", "response")
    docs = (
        "The items of this node are the result of the workflow, for the one who called it and on "
        "the page of the execution. Choose fields to leave out what is nobody's business."
    )

    name: str = text("result", title="Name of the result", expression=False)
    fields_: list[Any] = list_of(
        {
            "from": text(title="Field", placeholder="e.g. customer.name", expression=False),
            "name": text("", title="Name", hint="The same where it is empty.", expression=False),
        },
        default=(),
        title="Only these fields",
    )

    def run(self, ctx: Context, items: Sequence[Item]) -> Output:
        """Keep what was chosen."""
        fields = tables(ctx.param("fields"))
        if not fields:
            return Output(items)
        return Output([Item(_chosen(item, fields), item.binary) for item in items])


def _chosen(item: Item, fields: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for row in fields:
        value = read(item.json, str(row["from"]))
        if value is not MISSING:
            write(kept, str(row.get("name") or row["from"]), value)
    return kept
