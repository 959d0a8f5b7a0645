from __future__ import annotations

from typing import Any, ClassVar, Literal

import jsonschema
import pytest

from penstock_sdk import (
    Field,
    Node,
    Port,
    boolean,
    code,
    collection,
    conditions,
    credential,
    date_time,
    fixed_collection,
    integer,
    json,
    key_value,
    list_of,
    multi_options,
    notice,
    number,
    options,
    resource,
    text,
)
from penstock_sdk.schema import config_schema, describe, fields_from, fields_schema


class Everything(Node):
    """One of each."""

    id = "acme/all.everything"
    title = "Everything"
    outputs: ClassVar[tuple[Port, ...]] = (Port(name="main", sample={"a": 1}),)

    hello: str = notice("Read this first")
    method: str = options({"GET": "Get", "POST": "Post"}, default="GET")
    body: str = text(show_if={"method": ["POST"]}, multiline=True, placeholder="e.g. hello")
    secret: str = text(default="", secret=True)
    size: int = integer(default=1, minimum=0, maximum=10)
    share: float = number(default=0.5, hint="between 0 and 1")
    loud: bool = boolean()
    tags: list[str] = multi_options({"a": "A", "b": "B"})
    folder: str = options(dynamic=True, depends_on=("account",), default="")
    query: str = code("sql", default="select 1")
    data: Any = json(default=None)
    at: str = date_time(default=None, advanced=True)
    headers: list[dict[str, str]] = key_value()
    more: dict[str, Any] = collection({"limit": integer(), "deep": collection({"x": text()})})
    rules: list[dict[str, Any]] = list_of({"name": text(), "mode": options(["x", "y"], "x")})
    groups: dict[str, Any] = fixed_collection({"values": {"name": text(), "value": json("")}})
    test: dict[str, Any] = conditions(default={"conditions": []})
    auth: str = credential("acmeKey", "acmeOauth")
    sheet: dict[str, Any] = resource("list", "id", default={"mode": "id", "value": ""})


def validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(config_schema(Everything))


def test_the_schema_of_a_node_is_a_json_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(config_schema(Everything))


def test_a_schema_gives_back_the_fields_it_was_made_of() -> None:
    fields = Everything.fields()

    assert fields_from(fields_schema(fields)) == fields


@pytest.mark.parametrize(
    "config",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"method": "POST", "body": "x"}, id="what-the-method-needs"),
        pytest.param({"rules": [{"name": "a"}]}, id="a-row"),
        pytest.param({"more": {"deep": {}}}, id="an-empty-collection"),
        pytest.param({"data": [1, {"a": None}], "at": None}, id="any-json"),
        pytest.param({"tags": ["a"], "headers": [{"name": "X", "value": 1}]}, id="lists"),
    ],
)
def test_a_config_that_fits_is_valid(config: dict[str, Any]) -> None:
    assert [error.message for error in validator().iter_errors(config)] == []


@pytest.mark.parametrize(
    "config",
    [
        pytest.param({"method": "PUT"}, id="not-a-choice"),
        pytest.param({"method": "POST"}, id="hidden-field-becomes-required"),
        pytest.param({"size": 11}, id="above-the-maximum"),
        pytest.param({"size": "1"}, id="wrong-type"),
        pytest.param({"sise": 1}, id="unknown-key"),
        pytest.param({"rules": [{}]}, id="row-without-its-required-field"),
        pytest.param({"rules": [{"name": "a", "mode": "z"}]}, id="wrong-choice-in-a-row"),
        pytest.param({"tags": ["a", "a"]}, id="choice-twice"),
        pytest.param({"sheet": {"mode": "url", "value": ""}}, id="mode-that-is-not-offered"),
    ],
)
def test_a_config_that_does_not_fit_is_invalid(config: dict[str, Any]) -> None:
    assert list(validator().iter_errors(config))


def test_hints_tell_the_editor_how_to_draw_a_field() -> None:
    properties = config_schema(Everything)["properties"]

    assert properties["body"]["x-ui"] == {
        "widget": "text",
        "order": 2,
        "placeholder": "e.g. hello",
        "showIf": {"method": ["POST"]},
        "required": True,
        "multiline": True,
    }
    assert properties["secret"]["x-ui"]["widget"] == "secret"
    assert properties["query"]["x-ui"]["noExpression"] is True
    assert properties["folder"]["x-ui"]["dependsOn"] == ["account"]
    assert properties["method"]["x-ui"]["titles"] == ["Get", "Post"]


class Named(Node):
    id = "penstock/test.named"
    title = "Named"
    description = "Has choices without titles of their own."

    choice: str = options(["HS256", "left_join", "POST"], default="POST")


def test_choices_that_are_names_keep_their_capitals() -> None:
    choice = config_schema(Named)["properties"]["choice"]

    assert choice["x-ui"]["titles"] == ["HS256", "Left join", "POST"]


def test_a_schema_without_hints_is_understood_by_its_types() -> None:
    fields = fields_from(
        {
            "properties": {
                "city": {"type": "string"},
                "days": {"type": ["integer", "null"], "default": 3},
                "units": {"enum": ["metric", "imperial"]},
                "since": {"type": "string", "format": "date-time"},
                "where": {"type": "object", "properties": {"lat": {"type": "number"}}},
                "stops": {"type": "array", "items": {"properties": {"name": {"type": "string"}}}},
                "raw": {},
            },
            "required": ["city"],
        }
    )

    assert {name: field.kind for name, field in fields.items()} == {
        "city": "text",
        "days": "integer",
        "units": "options",
        "since": "date_time",
        "where": "collection",
        "stops": "list",
        "raw": "json",
    }
    assert [name for name, field in fields.items() if field.required] == ["city"]


def test_a_catalogue_entry_says_what_a_person_and_an_agent_need() -> None:
    entry = describe(Everything)

    assert entry["id"] == "acme/all.everything"
    assert entry["description"] == "One of each."
    assert entry["outputs"][0]["sample"] == {"a": 1}
    assert entry["config"]["properties"]["size"]["maximum"] == 10
    assert entry["effects"] == "none"
    assert entry["ports_from_config"] is False


def test_annotations_alone_declare_simple_fields() -> None:
    class Plain(Node):
        id = "acme/plain.plain"
        name: str
        limit: int = 10
        ratio: float | None = None
        on: bool = False
        mode: Literal["fast", "slow"] = "fast"
        many: list[Literal["a", "b"]] = ["a"]  # noqa: RUF012  declared as an author would

    fields = Plain.fields()

    assert {name: field.kind for name, field in fields.items()} == {
        "name": "text",
        "limit": "integer",
        "ratio": "number",
        "on": "boolean",
        "mode": "options",
        "many": "multi_options",
    }
    assert [name for name, field in fields.items() if field.required] == ["name"]
    assert fields["mode"].options == {"fast": "Fast", "slow": "Slow"}


def test_a_parameter_may_not_hide_what_a_node_declares() -> None:
    with pytest.raises(TypeError, match=r"Write `title = …` to set that, or `title_: …`"):

        class Wrong(Node):  # pyright: ignore[reportUnusedClass]
            id = "acme/wrong.wrong"
            title: str = text()  # type: ignore[misc]


def test_an_underscore_behind_a_name_makes_room_for_a_taken_one() -> None:
    class Issue(Node):
        id = "acme/issue.create"
        title = "Create an issue"
        title_: str = text()

    assert list(Issue.fields()) == ["title"]
    assert Issue.title == "Create an issue"


def test_a_class_inherits_the_fields_of_its_base() -> None:
    class Base(Node):
        account: str = text()

    class Derived(Base):
        id = "acme/derived.derived"
        folder: str = text()

    assert list(Derived.fields()) == ["account", "folder"]
    assert isinstance(Derived.fields()["account"], Field)
