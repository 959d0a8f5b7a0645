"""The table of parameters."""

from __future__ import annotations

from typing import Any

import pytest

from penstock_sdk import Node, text
from penstock_sdk.schema import config_schema
from penstock_web.commands.parameters import MAX_LEVELS, Row, rows


def field(**facts: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {"it": facts}}


@pytest.mark.parametrize(
    ("facts", "row"),
    [
        pytest.param({"type": "string", "title": "It"}, ("string", "", "It"), id="type"),
        pytest.param({"enum": ["a", 1, None]}, ("a | 1", "", ""), id="choices"),
        pytest.param({"type": ["string", "null"]}, ("string | null", "", ""), id="types"),
        pytest.param({"default": False}, ("any", "false", ""), id="false-is-a-default"),
        pytest.param({"default": []}, ("any", "", ""), id="nothing-is-no-default"),
        pytest.param({"x-ui": {"widget": "code"}}, ("code", "", ""), id="widget"),
        pytest.param(
            {"title": "It", "x-ui": {"showIf": {"mode": ["a", "b"], "on": [True]}}},
            ("any", "", "It, if mode is a or b and on is true"),
            id="condition",
        ),
    ],
)
def test_a_parameter_is_one_row(facts: dict[str, Any], row: tuple[str, str, str]) -> None:
    assert list(rows(field(**facts))) == [Row("it", *row)]


def test_parameters_within_others_are_named_by_their_path() -> None:
    inner = field(type="string")
    schema = {"properties": {"it": inner, "list": {"type": "array", "items": inner}}}

    assert [row.name for row in rows(schema)] == ["it", "it.it", "list", "list[].it"]


def test_a_schema_without_an_end_is_cut() -> None:
    endless: dict[str, Any] = {"type": "object"}
    endless["properties"] = {"it": endless}

    assert len(list(rows(endless))) == MAX_LEVELS


def test_a_parameter_without_a_default_is_required() -> None:
    class Shout(Node):
        """Shout."""

        id = "acme/text.shout"
        value: str = text(title="Text")

    assert [row.default for row in rows(config_schema(Shout))] == ["required"]
