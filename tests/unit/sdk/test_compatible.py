from __future__ import annotations

from typing import Any

import pytest

from penstock_sdk.schema import compatible

NAME = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}


def item(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


@pytest.mark.parametrize(
    ("output", "into"),
    [
        pytest.param(None, NAME, id="unknown-output"),
        pytest.param(NAME, None, id="unknown-input"),
        pytest.param({}, NAME, id="anything"),
        pytest.param(NAME, NAME, id="the-same"),
        pytest.param(item(age={"type": "integer"}), NAME, id="it-may-have-more-than-it-says"),
        pytest.param(item(n={"type": "integer"}), item(n={"type": "number"}), id="whole-numbers"),
        pytest.param(item(n={"type": "number"}), item(n={"type": "integer"}), id="maybe-whole"),
        pytest.param(item(n={"type": ["string", "null"]}), item(n={"type": "string"}),
                     id="one-type-in-common"),
        pytest.param(item(n={"anyOf": [{"type": "string"}, {"type": "integer"}]}),
                     item(n={"type": "integer"}), id="one-alternative-fits"),
        pytest.param(item(n={"$ref": "#/x"}), item(n={"type": "integer"}), id="a-reference"),
        pytest.param(item(n={"enum": [1, 2]}), item(n={"enum": [2, 3]}), id="one-value-in-common"),
        pytest.param(item(n={"type": "string"}), item(n={"not": {"type": "string"}}),
                     id="words-it-does-not-know"),
    ],
)  # fmt: skip
def test_what_may_fit_is_no_finding(output: Any, into: Any) -> None:
    assert compatible(output, into) is None


@pytest.mark.parametrize(
    ("output", "into", "sentence"),
    [
        pytest.param(item(n={"type": "string"}), item(n={"type": "integer"}),
                     "`n` is string, and integer is expected.", id="another-type"),
        pytest.param({"type": "array"}, NAME, "The item is array, and object is expected.",
                     id="no-object"),
        pytest.param(item(a=item(b={"type": "boolean"})), item(a=item(b={"type": "string"})),
                     "`a.b` is boolean, and string is expected.", id="further-in"),
        pytest.param(item(a={"type": "array", "items": {"type": "string"}}),
                     item(a={"type": "array", "items": {"type": "object"}}),
                     "`a[]` is string, and object is expected.", id="in-a-list"),
        pytest.param({**item(), "additionalProperties": False}, NAME,
                     "`name` is expected, and is not there.", id="cannot-be-there"),
        pytest.param(item(n={"enum": ["a"]}), item(n={"enum": ["b"]}),
                     "`n` is none of the values that are expected ('b').", id="no-common-value"),
        pytest.param(item(n={"anyOf": [{"type": "string"}, {"type": "null"}]}),
                     item(n={"type": "integer"}), "`n` is string, and integer is expected.",
                     id="no-alternative-fits"),
    ],
)  # fmt: skip
def test_what_can_never_fit_is_told_in_a_sentence(output: Any, into: Any, sentence: str) -> None:
    assert compatible(output, into) == sentence


def test_the_work_is_bounded_whatever_a_stranger_wrote() -> None:
    bomb: dict[str, Any] = {"type": "string"}
    for _ in range(25):
        bomb = {"anyOf": [bomb, bomb, bomb]}
    deep: dict[str, Any] = {"type": "string"}
    for _ in range(400):
        deep = {"properties": {"a": deep}}

    assert compatible(bomb, bomb | {"x": 1}) is None
    assert compatible(deep, deep) is None
