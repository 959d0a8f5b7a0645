"""Objects in texts that are nearly JSON."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock_node_data.items.forgiving import object_in
from penstock_node_data.items.set_fields import SetFields
from penstock_sdk import NodeFailed
from penstock_sdk.testing import run_node


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("{}", {}, id="empty"),
        pytest.param(
            " {a: 1, $b_2: [true, null,], } ", {"a": 1, "$b_2": [True, None]}, id="bare-keys"
        ),
        pytest.param("{'a': 'it\\'s \"x\"'}", {"a": 'it\'s "x"'}, id="single-quotes"),
        pytest.param("{'a\\\\': '\\\\\"'}", {"a\\": '\\"'}, id="backslashes"),
        pytest.param(
            '{"a": "x: 1, }", b: \'{c: 1,}\'}', {"a": "x: 1, }", "b": "{c: 1,}"}, id="in-texts"
        ),
        pytest.param('{"a": "two\nlines"}', {"a": "two\nlines"}, id="lines"),
        pytest.param("{a: undefined, b: {c: -1.5e3}}", {"a": None, "b": {"c": -1500}}, id="nested"),
    ],
)
def test_what_is_nearly_json_is_read(text: str, expected: Any) -> None:
    assert object_in(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("[1]", id="array"),
        pytest.param("{a: b}", id="name-as-value"),
        pytest.param("{a: 1 + 1}", id="sum"),
        pytest.param("{a: f()}", id="call"),
        pytest.param("{a: 'x}", id="open-quote"),
        pytest.param("{a: 1", id="open-brace"),
        pytest.param("{a: 1} {b: 2}", id="two"),
        pytest.param("{a: 1,, b: 2}", id="two-commas"),
        pytest.param("{" + "a: {" * 100_000, id="deep"),
    ],
)
def test_what_is_no_object_stays_an_error(text: str) -> None:
    assert object_in(text) is None


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(st.dictionaries(st.text(), json_values))
def test_json_is_read_as_it_is(value: dict[str, Any]) -> None:
    assert object_in(json.dumps(value)) == value


@pytest.mark.parametrize("text", ["{" + "'" * 200_001, "{" + "\\" * 200_000, "{" + "a " * 200_000])
def test_a_hostile_text_takes_no_longer_than_it_is(text: str) -> None:
    started = time.process_time()

    assert object_in(text) is None
    assert time.process_time() - started < 2


def test_the_json_of_set_may_be_nearly_json() -> None:
    config = {"mode": "json", "json": "={ name: '{{ $json.who }}', }", "include": "none"}

    assert [item.json for item in run_node(SetFields, config, [{"who": "Ada"}])["main"]] == [
        {"name": "Ada"}
    ]
    with pytest.raises(NodeFailed, match="cannot be read: Expecting property name"):
        run_node(SetFields, {"mode": "json", "json": "{name: who}"}, [{}])
