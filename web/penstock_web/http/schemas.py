"""JSON schemas of the types of the endpoints.

The rules:

* What stands in the path or the query is described where it stands, not as a type of its own.
* A field is described by its `#:` comment.
* What is only ever answered has all its fields, whether they have a default or not.
* A type is called what its class is called; where two classes are, by their modules too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

import msgspec
from msgspec import NODEFAULT, UNSET, inspect

from penstock_web.http.comments import field_comments
from penstock_web.http.problem import Problem

REF = "#/components/schemas/"
_GENERIC = re.compile(r"(\w+?)_(\w+)_")
Schema = dict[str, Any]


class Schemas:
    """The schemas of all types that are sent and answered."""

    def __init__(self, sent: Sequence[Any], answered: Sequence[Any]) -> None:
        self._names: dict[str, str] = {}
        #: By name, those that others refer to.
        self.components: dict[str, Schema] = {}
        kinds = {repr(kind): kind for kind in (*sent, *answered, Problem)}
        made = self._made(list(kinds.values()))
        self._by_kind = dict(zip(kinds, made, strict=True))
        self._complete(answered, set(_classes(sent)))

    def of(self, kind: Any) -> Schema:
        """The schema of a type."""
        return self._by_kind[repr(kind)]

    def parameters(self, kind: Any) -> Mapping[str, tuple[bool, Schema]]:
        """Whether it is required, and the schema, of each field of a path or a query."""
        (shown,), components, _ = _described([kind])
        # What is sent or answered may be called the same.
        schema = components.pop(shown["$ref"].removeprefix(REF))
        self.components = components | self.components
        required = schema["required"]
        return {
            field: (field in required, _without_null(one))
            for field, one in schema["properties"].items()
        }

    def _made(self, kinds: Sequence[Any]) -> Sequence[Schema]:
        made, components, names = _described(kinds)
        self.components |= components
        self._names |= names
        return made

    def _complete(self, answered: Sequence[Any], sent: set[Any]) -> None:
        for kind, info in _classes(answered).items():
            if kind not in sent and isinstance(info, inspect.StructType):
                config = _class(kind).__struct_config__
                schema = self.components[self._names[_key(kind, self._names)]]
                if not config.omit_defaults and "properties" in schema:
                    schema["required"] += [
                        field.encode_name
                        for field in info.fields
                        if _always_there(field) and field.encode_name not in schema["required"]
                    ]


def _described(kinds: Sequence[Any]) -> tuple[list[Schema], dict[str, Schema], dict[str, str]]:
    """The schemas of types, those that they refer to, and what msgspec calls these."""
    made, components = msgspec.json.schema_components(kinds, ref_template=REF + "{name}")
    names = {name: _plain_name(name) for name in components}
    for kind in _classes(kinds):
        _explain(kind, components)
    renamed = {names[name]: _renamed(one, names) for name, one in components.items()}
    return [_renamed(one, names) for one in made], renamed, names


def _always_there(field: inspect.Field) -> bool:
    defaults = (field.default, field.default_factory)
    return not any(one is UNSET for one in defaults) and any(
        one is not NODEFAULT for one in defaults
    )


def _classes(kinds: Sequence[Any]) -> dict[Any, Any]:
    """The classes with fields that types are made of, by the class."""
    found: dict[Any, Any] = {}
    for info in inspect.multi_type_info(kinds):
        _collect(info, found)
    return found


def _collect(info: Any, found: dict[Any, Any]) -> None:
    kind = getattr(info, "cls", None)
    if kind in found:
        return
    if hasattr(info, "fields"):
        found[kind] = info
    for part in _parts(info):
        _collect(part, found)


def _parts(info: Any) -> Iterator[Any]:
    for name in info.__struct_fields__:
        value = getattr(info, name)
        parts = cast("tuple[Any, ...]", value) if isinstance(value, tuple) else (value,)
        for part in parts:
            if isinstance(part, (inspect.Type, inspect.Field)):
                yield part


def _class(kind: Any) -> Any:
    return getattr(kind, "__origin__", kind)


def _key(kind: Any, names: Mapping[str, Any]) -> str:
    """What msgspec calls a class: its name, or all of it where two have the same."""
    plain = _class(kind).__name__
    if kind is not _class(kind):
        parts = ", ".join(one.__name__ for one in kind.__args__)
        plain = f"{plain}[{parts}]"
    name = re.sub(r"[^a-zA-Z0-9.\-_]", "_", plain)
    return name if name in names else f"{kind.__module__}.{kind.__qualname__}"


def _plain_name(name: str) -> str:
    *modules, last = name.split(".")
    if generic := _GENERIC.fullmatch(last):
        last = generic[2] + generic[1]
    # `schedules.rule.Rule` would say its name twice.
    told = [one for one in modules if one.lower() != last.lower()]
    words = told[-1].split("_") if told else []
    return "".join(word.title() for word in words) + last


def _explain(kind: Any, components: Mapping[str, Schema]) -> None:
    properties = components[_key(kind, components)].get("properties", {})
    comments = field_comments(_class(kind))
    for name, schema in properties.items():
        if name in comments:
            schema.setdefault("description", comments[name])


def _renamed(schema: Any, names: Mapping[str, str]) -> Any:
    if isinstance(schema, list):
        return [_renamed(one, names) for one in schema]  # pyright: ignore[reportUnknownVariableType]
    if isinstance(schema, dict):
        if parts := schema.get("prefixItems"):  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
            schema = _alike(schema, parts)  # pyright: ignore[reportUnknownArgumentType]
        if schema.get("type") == "integer":  # pyright: ignore[reportUnknownMemberType]
            schema = {**schema, "format": "int64"}  # pyright: ignore[reportUnknownVariableType]
        return {key: _renamed(value, names) for key, value in schema.items()}  # pyright: ignore[reportUnknownVariableType]
    if isinstance(schema, str) and schema.startswith(REF):
        return REF + names[schema.removeprefix(REF)]
    return schema


def _alike(schema: Schema, parts: Sequence[Schema]) -> Schema:
    """A row of a fixed length as most programs understand it: without regard to the order."""
    unique = [part for place, part in enumerate(parts) if part not in parts[:place]]
    items = unique[0] if len(unique) == 1 else {"anyOf": unique}
    return {key: value for key, value in schema.items() if key != "prefixItems"} | {"items": items}


def _without_null(schema: Schema) -> Schema:
    """What can stand in an address, where nothing is said by leaving it out."""
    kept = [one for one in schema.get("anyOf", []) if one != {"type": "null"}]
    rest = {key: value for key, value in schema.items() if key != "anyOf"}
    if rest.get("default", "") is None:
        del rest["default"]
    if len(kept) == 1:
        return {**kept[0], **rest}
    return {**rest, "anyOf": kept} if kept else rest
