"""A JSON Schema with `x-ui` hints, read back into fields: what a sandboxed package has for a class.

A stranger wrote it: whatever has the wrong shape counts as not there, and words that fields do not
have (patterns, references) are not taken over.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from penstock_sdk.fields import MISSING, Field, Kind
from penstock_sdk.loose import rows, table

#: How a field is drawn; the reverse of it tells `fields_from` what a schema means.
WIDGETS: dict[Kind, str] = {
    "text": "text",
    "number": "number",
    "integer": "integer",
    "boolean": "boolean",
    "options": "options",
    "multi_options": "multi-options",
    "code": "code",
    "json": "json",
    "date_time": "date-time",
    "key_value": "key-value",
    "collection": "collection",
    "list": "list",
    "fixed_collection": "fixed-collection",
    "conditions": "conditions",
    "credential": "credential",
    "resource": "resource-locator",
    "notice": "notice",
}
_KINDS: dict[str, Kind] = {widget: kind for kind, widget in WIDGETS.items()}
_KINDS["secret"] = "text"  # noqa: S105  a widget


def fields_from(schema: Mapping[str, Any], *, optional: bool = False) -> dict[str, Field]:
    """The fields that the schema of an object describes, with or without `x-ui` hints.

    Args:
        schema: Of type `object`.
        optional: Its fields are added one by one: those without a default stay away.
    """
    properties = table(schema.get("properties"))
    required = set(_texts(schema.get("required")))
    fields = {
        name: _field_from(name, table(inner), optional or name in required)
        for name, inner in properties.items()
    }
    order = {name: table(table(properties[name]).get("x-ui")).get("order") for name in fields}
    known = [place for place in order.values() if isinstance(place, int)]
    last = max(known, default=0) + 1
    places = {name: place if isinstance(place, int) else last for name, place in order.items()}
    return {name: fields[name] for name in sorted(fields, key=lambda name: places[name])}


def _field_from(name: str, schema: Mapping[str, Any], required: bool) -> Field:
    hints = table(schema.get("x-ui"))
    kind = _KINDS.get(str(hints.get("widget")), _kind_of(schema))
    required = required or bool(hints.get("required", False))
    default = schema.get("default", MISSING if required else _EMPTY.get(kind))
    return Field(
        kind=kind,
        name=name,
        title=str(schema.get("title") or name.replace("_", " ").capitalize()),
        description=str(schema.get("description", "")),
        default=None if kind == "notice" else default,
        placeholder=str(hints.get("placeholder", "")),
        hint=str(hints.get("hint", "")),
        expression=not hints.get("noExpression", False),
        show_if={key: rows(values) for key, values in table(hints.get("showIf")).items()} or None,
        advanced=bool(hints.get("advanced", False)),
        options=_options_from(kind, schema, hints),
        dynamic=bool(hints.get("dynamic", False)),
        depends_on=_texts(hints.get("dependsOn")),
        minimum=_number_or_none(schema.get("minimum")),
        maximum=_number_or_none(schema.get("maximum")),
        language=str(hints.get("language", "")),
        multiline=bool(hints.get("multiline", False)),
        secret=hints.get("widget") == "secret",
        fields=_inner_from(kind, schema),
        accepts=_texts(hints.get("accepts")),
    )


#: Instead of null, where a schema gives no default.
_EMPTY: dict[Kind, Any] = {
    "collection": {},
    "fixed_collection": {},
    "list": [],
    "key_value": [],
    "multi_options": [],
}


def _kind_of(schema: Mapping[str, Any]) -> Kind:
    """What a schema without hints is most likely meant to be."""
    if "enum" in schema:
        return "options"
    declared = schema.get("type")
    types = [one for one in rows(declared) if one != "null"] or [declared]
    if types == ["string"] and schema.get("format") == "date-time":
        return "date_time"
    if types == ["object"] and schema.get("properties"):
        return "collection"
    items = table(schema.get("items"))
    if types == ["array"] and items.get("properties"):
        return "list"
    if types == ["array"] and "enum" in items:
        return "multi_options"
    return _PLAIN.get(str(types[0]), "json") if len(types) == 1 else "json"


_PLAIN: dict[str, Kind] = {
    "string": "text",
    "number": "number",
    "integer": "integer",
    "boolean": "boolean",
}


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(str(one) for one in rows(value))


def _number_or_none(value: Any) -> float | None:
    return value if isinstance(value, int | float) else None


def _options_from(
    kind: Kind, schema: Mapping[str, Any], hints: Mapping[str, Any]
) -> dict[Any, str] | None:
    if kind not in ("options", "multi_options"):
        return None
    values = schema.get("enum", table(schema.get("items")).get("enum"))
    # What is no plain value cannot be a choice.
    chosen = [value for value in rows(values) if isinstance(value, str | int | float)]
    titles = _texts(hints.get("titles")) if "titles" in hints else [str(one) for one in chosen]
    return dict(zip(chosen, titles, strict=False))


def _inner_from(kind: Kind, schema: Mapping[str, Any]) -> dict[str, Field] | None:
    if kind == "list":
        return fields_from(table(schema.get("items")))
    if kind in ("collection", "fixed_collection"):
        return fields_from(schema, optional=True)
    return None
