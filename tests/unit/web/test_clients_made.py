"""What the generators make of a description."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import msgspec
import pytest

from penstock_web.clients import python, typescript
from penstock_web.clients.described import Described, described
from penstock_web.clients.kinds import Kind, kind_of

PROBLEM = {"description": "It was not done."}
PET: dict[str, Any] = {
    "type": "object",
    "description": 'What "barks" or \\ not.',
    "properties": {
        "from": {"type": "string", "description": "Where it is from."},
        "x-y": {"type": "integer", "default": 5},
        "tags": {"type": "array", "items": {"type": "string"}, "default": ["a"]},
        "nick": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "kind": {"enum": ["cat", "dog"]},
        "friend": {"$ref": "#/components/schemas/Friend", "default": {"name": "Bo"}},
    },
    "required": ["from", "kind"],
}
FRIEND = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
CAT = {
    "type": "object",
    "properties": {"type": {"enum": ["cat"]}, "lives": {"type": "integer"}},
    "required": ["type", "lives"],
}
DOG = {"type": "object", "properties": {"type": {"enum": ["dog"]}}, "required": ["type"]}
EITHER = {
    "type": "object",
    "properties": {
        "one": {
            "anyOf": [
                {"$ref": "#/components/schemas/Cat"},
                {"$ref": "#/components/schemas/Dog"},
            ],
            "discriminator": {
                "propertyName": "type",
                "mapping": {
                    "cat": "#/components/schemas/Cat",
                    "dog": "#/components/schemas/Dog",
                },
            },
        }
    },
    "required": ["one"],
}
COLOUR = {"enum": ["red", "green"], "description": "Of a pet."}
SCHEMAS = {
    "Pet": PET,
    "Friend": FRIEND,
    "Cat": CAT,
    "Dog": DOG,
    "Either": EITHER,
    "Colour": COLOUR,
    "PetPage": {
        "type": "object",
        "properties": {
            "items": {"type": "array", "items": {"$ref": "#/components/schemas/Pet"}},
            "next_cursor": {"type": "string"},
        },
    },
}


def operation(answer: Any = None, **more: Any) -> dict[str, Any]:
    good: dict[str, Any] = {"description": "It was done."}
    if answer is not None:
        good["content"] = answer
    return {
        "operationId": "do_it",
        "tags": ["pets"],
        "summary": "Do it.",
        "description": "Needs `pet:run`.",
        "parameters": [],
        "responses": {"200": good, "default": PROBLEM},
        **more,
    }


def api(one: dict[str, Any] | None = None, path: str = "/pets", method: str = "get") -> Described:
    document = {
        "info": {"version": "1.2.3"},
        "paths": {} if one is None else {path: {method: one}},
        "components": {"schemas": SCHEMAS},
    }
    return described(document)


@pytest.fixture
def types() -> ModuleType:
    module = ModuleType("made_types")
    sys.modules["made_types"] = module
    exec(python.models(api()), module.__dict__)  # noqa: S102 - what is made has to run
    return module


def test_a_field_with_a_name_that_python_keeps_for_itself_is_sent_as_it_is(
    types: ModuleType,
) -> None:
    pet = types.Pet(from_="here", kind="cat")

    assert msgspec.to_builtins(pet) == {
        "from": "here",
        "kind": "cat",
        "tags": ["a"],
        "friend": {"name": "Bo"},
    }
    assert pet.x_y == 5
    assert types.Pet(from_="here", kind="dog", x_y=6).x_y == 6


def test_what_may_be_missing_is_told_from_what_is_null(types: ModuleType) -> None:
    read = msgspec.json.decode(b'{"from": "here", "kind": "cat", "nick": null}', type=types.Pet)

    assert read.nick is None
    assert types.Pet(from_="here", kind="cat").nick is msgspec.UNSET


def test_types_that_are_chosen_between_are_told_apart_by_their_tag(types: ModuleType) -> None:
    read = msgspec.json.decode(b'{"one": {"type": "cat", "lives": 9}}', type=types.Either)

    assert read.one == types.Cat(lives=9)
    assert msgspec.json.encode(types.Either(one=types.Dog())) == b'{"one":{"type":"dog"}}'


def test_an_answer_may_have_more_than_is_known(types: ModuleType) -> None:
    assert msgspec.json.decode(b'{"name": "Bo", "new": 1}', type=types.Friend).name == "Bo"


def test_pages_are_the_clients_own(types: ModuleType) -> None:
    assert not hasattr(types, "PetPage")


JSON_PET = {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}
PAGE = {"application/json": {"schema": {"$ref": "#/components/schemas/PetPage"}}}
TAGGED = {"description": "x", "content": JSON_PET, "headers": {"ETag": {}}}


@pytest.mark.parametrize(
    ("one", "answer", "call"),
    [
        pytest.param(operation(), "-> None", "transport.done(", id="nothing"),
        pytest.param(operation(JSON_PET), "-> models.Pet", "transport.value(", id="value"),
        pytest.param(
            operation(responses={"200": TAGGED}), "-> Reply[models.Pet]", ".reply(", id="reply"
        ),
        pytest.param(operation(PAGE), "-> Pages[models.Pet]", "Page[models.Pet]", id="pages"),
        pytest.param(
            operation({"text/event-stream": {"schema": {}}}), "-> Events", "Events(", id="events"
        ),
        pytest.param(operation({"text/csv": {"schema": {}}}), "-> bytes", ".content(", id="bytes"),
        pytest.param(
            operation({"application/json": {"schema": {}}}), "-> Any", ".value(", id="anything"
        ),
    ],
)
def test_the_form_of_an_answer_is_that_of_the_description(
    one: dict[str, Any], answer: str, call: str
) -> None:
    text = python.operations(api(one))

    assert answer in text
    assert call in text.partition("def do_it")[2]


def test_a_body_that_may_be_left_out_and_one_that_may_not() -> None:
    content = {"content": JSON_PET}
    needed = operation(requestBody={"required": True, **content})
    optional = operation(requestBody={"required": False, **content})

    assert "(self, body: models.Pet)" in python.operations(api(needed, method="post"))
    assert "(self, body: models.Pet | None = None)" in python.operations(api(optional))
    assert "body: models.Pet = {}," in typescript.operations(api(optional))


def test_places_and_queries_are_put_where_they_belong() -> None:
    parameters = [
        {"name": "pet-id", "in": "path", "required": True, "schema": {"type": "string"}},
        {"name": "class", "in": "query", "required": False, "schema": {"type": "boolean"}},
        {"name": "If-Match", "in": "header", "required": False, "schema": {"type": "string"}},
    ]
    described_api = api(operation(parameters=parameters), "/pets/{pet-id}", "put")
    made, script = python.operations(described_api), typescript.operations(described_api)

    assert "(self, pet_id: str, *, class_: bool | None = None, etag: str | None = None)" in made
    assert 'f"/pets/{place(pet_id)}"' in made
    assert "query={'class': class_}" in made
    assert "path: `/pets/${place(petId)}`," in script
    assert "query: { class: options.class }," in script


def test_what_leads_a_browser_elsewhere_is_no_call() -> None:
    assert api(operation(responses={"303": PROBLEM, "default": PROBLEM})).operations == []


@pytest.mark.parametrize(
    ("schema", "kind"),
    [
        pytest.param({}, Kind("any"), id="anything"),
        pytest.param({"type": ["string", "null"]}, "string | null", id="two-types"),
        pytest.param({"anyOf": [{"type": "null"}, {}]}, "unknown", id="anything-or-null"),
        pytest.param({"const": 1}, "1", id="one-value"),
        pytest.param({"type": "string", "contentEncoding": "base64"}, "string", id="bytes"),
        pytest.param(
            {"type": "array", "items": {"anyOf": [{"type": "string"}, {"type": "null"}]}},
            "readonly (string | null)[]",
            id="list-of-a-choice",
        ),
        pytest.param(
            {"type": "object", "additionalProperties": {"type": "number"}},
            "{ readonly [name: string]: number }",
            id="map",
        ),
        pytest.param(
            {"type": "array", "prefixItems": [{"type": "string"}, {"type": "boolean"}]},
            "readonly [string, boolean]",
            id="row",
        ),
    ],
)
def test_a_schema_becomes_the_type_that_it_describes(schema: Any, kind: Any) -> None:
    found = kind_of(schema)

    if isinstance(kind, Kind):
        assert found == kind
    else:
        assert typescript.type_text(found) == kind
