"""Turning values into other types, reading moments, and columns."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock_sdk import Column
from penstock_sdk.coerce import (
    COERCIONS,
    kind_of,
    number_text,
    to_array,
    to_boolean,
    to_number,
    to_object,
    to_text,
)
from penstock_sdk.columns import as_list, value_at, varies
from penstock_sdk.moments import moment


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("12", 12),
        (" -1.50 ", -1.5),
        ("", 0),
        ("0x1F", 31),
        ("0b101", 5),
        ("0o17", 15),
        (".5", 0.5),
        ("5.", 5),
        ("1e3", 1000),
        (True, 1),
        (2.5, 2.5),
        (None, None),
    ],
)
def test_a_number_is_read_as_javascript_reads_it(value: Any, expected: Any) -> None:
    found = to_number(value)

    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    "value", ["one", "1_000", "1,5", "nan", "infinity", "--1", "0x", "1e", [], {}, "\u0661"]
)
def test_what_is_no_number(value: Any) -> None:
    with pytest.raises(ValueError, match="is not a number"):
        to_number(value)


def test_a_number_of_many_digits_does_not_take_long() -> None:
    assert to_number("9" * 100_000) == math.inf


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("true", True),
        ("FALSE", False),
        ("01", True),
        ("0000", False),
        (1, True),
        (0, False),
        (None, None),
    ],
)
def test_a_boolean(value: Any, expected: Any) -> None:
    assert to_boolean(value) is expected


@pytest.mark.parametrize("value", ["yes", "", " ", 2, 1111, [], {}])
def test_what_is_no_boolean(value: Any) -> None:
    with pytest.raises(ValueError, match="is not true or false"):
        to_boolean(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1.0, "1"),
        (1e21, "1e+21"),
        (1e-7, "1e-7"),
        (-0.5, "-0.5"),
        (True, "true"),
        ([1, {"a": "é"}], '[1,{"a":"é"}]'),
        (None, None),
    ],
)
def test_a_text_is_what_javascript_makes_of_the_value(value: Any, expected: Any) -> None:
    assert to_text(value) == expected


def test_arrays_and_objects_may_be_texts_of_json() -> None:
    assert to_array("[1]") == [1]
    assert to_object('{"a": 1}') == {"a": 1}
    assert to_array(None) is None
    for bad in ("{}", "[", "1", 1):
        with pytest.raises(ValueError, match="is not an array"):
            to_array(bad)
    with pytest.raises(ValueError, match="is not an object"):
        to_object("[" * 100_000)


def test_a_long_value_is_cut_in_the_message() -> None:
    with pytest.raises(ValueError, match="is not a number") as caught:
        to_number("x" * 10_000)

    assert len(str(caught.value)) < 120


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (None, "null"),
        (True, "boolean"),
        (1, "number"),
        (1.5, "number"),
        ("", "string"),
        ([], "array"),
        ({}, "object"),
    ],
)
def test_the_kind_of_a_value_is_told_in_the_words_of_json(value: Any, kind: str) -> None:
    assert kind_of(value) == kind


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_the_text_of_a_number_reads_back_to_the_number(value: float) -> None:
    assert float(number_text(value)) == value


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(json_values, st.sampled_from(sorted(COERCIONS)))
def test_any_value_is_converted_or_refused_with_a_sentence(value: Any, kind: str) -> None:
    try:
        found = COERCIONS[kind](value)
    except ValueError as error:
        assert " is not " in str(error)  # noqa: PT017  both ends are legal
    else:
        assert value is not None or found is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-02-01", datetime(2024, 2, 1, tzinfo=UTC)),
        ("1994-11-05T08:15:30-05:00", datetime(1994, 11, 5, 13, 15, 30, tzinfo=UTC)),
        ("2023-05-17T10:52:32+0000", datetime(2023, 5, 17, 10, 52, 32, tzinfo=UTC)),
        ("2008-11-11 10:00", datetime(2008, 11, 11, 10, tzinfo=UTC)),
        ("Tue, 4 Jun 2013 02:24:39 +0530", datetime(2013, 6, 3, 20, 54, 39, tzinfo=UTC)),
        ("Wed, 21 Oct 2015 07:28:00 GMT", datetime(2015, 10, 21, 7, 28, tzinfo=UTC)),
        ("SMT, 17 May 2023 10:52:32", datetime(2023, 5, 17, 10, 52, 32, tzinfo=UTC)),
        ("1-Feb-2024", datetime(2024, 2, 1, tzinfo=UTC)),
        ("February 1, 2024", datetime(2024, 2, 1, tzinfo=UTC)),
        ("12/31/2024", datetime(2024, 12, 31, tzinfo=UTC)),
    ],
)
def test_a_moment_is_read_from_what_people_write(text: str, expected: datetime) -> None:
    assert moment(text) == expected


@pytest.mark.parametrize(
    "value", ["", "soon", "2024", 1_685_084_980, True, [], None, "9" * 500, "2024-13-01"]
)
def test_what_is_no_moment(value: Any) -> None:
    assert moment(value) is None


def test_a_moment_without_a_zone_is_in_the_given_one_and_an_unknown_zone_is_utc() -> None:
    assert moment("2024-07-01T12:00", "Europe/Rome") == datetime(2024, 7, 1, 10, tzinfo=UTC)
    assert moment("2024-07-01T12:00", "No/Where") == datetime(2024, 7, 1, 12, tzinfo=UTC)


def test_columns_are_read_for_one_item_and_for_all() -> None:
    tree = {"a": Column([1, 2]), "b": ["x", {"c": Column([3, 4])}]}

    assert value_at(tree, 1) == {"a": 2, "b": ["x", {"c": 4}]}
    assert as_list(tree, 2) == [value_at(tree, 0), value_at(tree, 1)]
    assert as_list("x", 3) == ["x", "x", "x"]
    assert as_list(tree["a"], 2) is tree["a"]
    assert varies(tree)
    assert not varies({"b": ["x", {"c": 1}]})


def test_plain_values_of_a_column_tree_stay_json() -> None:
    tree = {"a": [1, None, True], "b": {"c": "d"}}

    assert json.dumps(value_at(tree, 0)) == json.dumps(tree)
