"""The description of the API as a client sees it: its types, and what can be called.

The rules:

* Nothing is guessed: what a client does with an answer is told by the description.
* What leads a browser elsewhere is no call for a program, and left out.
* Problems and pages are the clients' own: they do more with them than keep them.
* A list that has a `next_cursor` comes in pages; a stream of events comes as events.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from penstock_web.clients.kinds import ANYTHING, Kind, Schema, kind_of
from penstock_web.http.openapi import EVENTS
from penstock_web.http.problem import Problem

Form = Literal["nothing", "value", "reply", "pages", "events", "bytes"]
_JSON = "application/json"
ANY_MEDIA = "*/*"


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """A field of a type, or a parameter of an operation."""

    name: str
    kind: Kind
    required: bool
    #: What stands there when it is left out; UNSET: nothing does.
    default: Any = msgspec.UNSET
    about: str = ""


class Model(msgspec.Struct, frozen=True, kw_only=True):
    """A type with a name: one with fields, or another name for something."""

    name: str
    about: str
    fields: Sequence[Field] = ()
    #: The field by which it is known among others, and what stands there.
    tag: tuple[str, str] | None = None
    alias: Kind | None = None


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """What can be called."""

    name: str
    tag: str
    method: str
    path: str
    about: str
    places: Sequence[Field]
    query: Sequence[Field]
    body: Kind | None
    needs_body: bool
    #: Of the body; `*/*`: whoever calls says which.
    media: str
    form: Form
    #: Of the answer; of one item where it comes in pages.
    answer: Kind
    takes_etag: bool
    takes_key: bool


class Described(msgspec.Struct, frozen=True, kw_only=True):
    """The whole description."""

    version: str
    models: Sequence[Model]
    operations: Sequence[Operation]


def described(document: Mapping[str, Any]) -> Described:
    """Read a description."""
    schemas: Mapping[str, Schema] = document["components"]["schemas"]
    tags = {name: tag for schema in schemas.values() for name, tag in _tags(schema)}
    operations = [
        _operation(path, method, one, schemas)
        for path, methods in document["paths"].items()
        for method, one in methods.items()
        if any(status.startswith("2") for status in one["responses"])
    ]
    return Described(
        version=document["info"]["version"],
        models=[
            _model(name, one, tags.get(name, ""))
            for name, one in schemas.items()
            if name != Problem.__name__ and not _is_page(one)
        ],
        operations=sorted(operations, key=lambda one: (one.tag, one.path, one.method)),
    )


def _tags(schema: Any) -> list[tuple[str, str]]:
    """The types that are known by a field, and the field, wherever they are chosen between."""
    found: list[tuple[str, str]] = []
    if isinstance(schema, Mapping):
        parts: Mapping[str, Any] = schema  # pyright: ignore[reportUnknownVariableType]
        chosen = parts.get("discriminator")
        if isinstance(chosen, Mapping) and "mapping" in chosen:
            field, mapping = chosen["propertyName"], chosen["mapping"]  # pyright: ignore[reportUnknownVariableType]
            found += [(str(ref).rpartition("/")[2], str(field)) for ref in mapping.values()]  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType, reportUnknownArgumentType]
        return found + [pair for part in parts.values() for pair in _tags(part)]
    if isinstance(schema, list):
        return [pair for part in schema for pair in _tags(part)]  # pyright: ignore[reportUnknownVariableType]
    return found


def _model(name: str, schema: Schema, tag: str) -> Model:
    about = str(schema.get("description", ""))
    if "properties" not in schema:
        return Model(name=name, about=about, alias=kind_of(schema))
    properties: Mapping[str, Schema] = schema["properties"]
    required = schema.get("required", [])
    return Model(
        name=name,
        about=about,
        tag=(tag, str(kind_of(properties[tag]).values[0])) if tag else None,
        fields=[
            Field(
                name=field,
                kind=kind_of(one),
                required=field in required,
                default=one.get("default", msgspec.UNSET),
                about=str(one.get("description", "")),
            )
            for field, one in properties.items()
            if field != tag
        ],
    )


def _operation(
    path: str, method: str, one: Mapping[str, Any], schemas: Mapping[str, Schema]
) -> Operation:
    headers = {each["name"].lower() for each in one["parameters"] if each["in"] == "header"}
    content = one.get("requestBody", {}).get("content", {})
    media = next(iter(content), "")
    form, answer = _answer(one["responses"], schemas)
    return Operation(
        name=one["operationId"],
        tag=one["tags"][0],
        method=method.upper(),
        path=path,
        about=f"{one['summary']}\n\n{one['description']}",
        places=_parameters(one, "path"),
        query=_parameters(one, "query"),
        body=_body(content, media),
        needs_body=media != _JSON or one["requestBody"]["required"],
        media=media,
        form=form,
        answer=answer,
        takes_etag="if-match" in headers,
        takes_key="idempotency-key" in headers,
    )


def _body(content: Mapping[str, Any], media: str) -> Kind | None:
    if not content:
        return None
    return kind_of(content[media]["schema"]) if media == _JSON else Kind("bytes")


def _parameters(one: Mapping[str, Any], where: str) -> list[Field]:
    return [
        Field(
            name=each["name"],
            kind=kind_of(each["schema"]),
            required=each["required"],
            default=each["schema"].get("default", msgspec.UNSET),
            about=each.get("description", ""),
        )
        for each in one["parameters"]
        if each["in"] == where
    ]


def _answer(responses: Mapping[str, Any], schemas: Mapping[str, Schema]) -> tuple[Form, Kind]:
    good = next(one for status, one in responses.items() if status.startswith("2"))
    content: Mapping[str, Any] = good.get("content", {})
    if not content:
        return "nothing", ANYTHING
    if _JSON not in content:
        return ("events" if EVENTS in content else "bytes"), ANYTHING
    kind = kind_of(content[_JSON]["schema"])
    schema = schemas.get(kind.name, {})
    if _is_page(schema):
        return "pages", kind_of(schema["properties"]["items"]).parts[0]
    return ("reply" if "ETag" in good.get("headers", {}) else "value"), kind


def _is_page(schema: Schema) -> bool:
    return set(schema.get("properties", ())) == {"items", "next_cursor"}
