"""Reading and writing inside JSON by path."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock_sdk.paths import MISSING, read, remove, steps, write

ORDER: dict[str, Any] = {
    "id": 7,
    "a.b": "whole",
    "customer": {"name": None, "tags": ["x", {"y": 1}]},
}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("id", 7),
        ("a.b", "whole"),
        ("customer.name", None),
        ("customer.tags[0]", "x"),
        ("customer.tags.1.y", 1),
        ("customer['tags'][1][\"y\"]", 1),
        ("customer.tags[2]", MISSING),
        ("customer.tags.x", MISSING),
        ("id.x", MISSING),
        ("nobody.x", MISSING),
        ("", MISSING),
    ],
)
def test_reading(path: str, expected: Any) -> None:
    assert read(ORDER, path) is expected or read(ORDER, path) == expected


def test_without_dots_a_path_is_a_key() -> None:
    assert read(ORDER, "customer.name", dots=False) is MISSING
    assert read(ORDER, "a.b", dots=False) == "whole"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("x", {"x": 1}),
        ("x.y", {"x": {"y": 1}}),
        ("x[1].y", {"x": [None, {"y": 1}]}),
        ("x.1.y", {"x": [None, {"y": 1}]}),
        ("x.20240131.y", {"x": {"20240131": {"y": 1}}}),
        ("x.01.y", {"x": {"01": {"y": 1}}}),
        ("x['a.b']", {"x": {"a.b": 1}}),
    ],
)
def test_writing_makes_what_is_missing(path: str, expected: Any) -> None:
    json: dict[str, Any] = {}

    write(json, path, 1)

    assert json == expected


def test_writing_replaces_what_cannot_be_entered() -> None:
    json: dict[str, Any] = {"x": "text"}

    write(json, "x.y", 1)

    assert json == {"x": {"y": 1}}


def test_writing_and_removing_copy_what_hangs_below() -> None:
    first = copy.deepcopy(ORDER)
    changed = dict(first)

    write(changed, "customer.tags[1].y", 2)
    remove(changed, "customer.name")

    assert changed["customer"] == {"tags": ["x", {"y": 2}]}
    assert first == ORDER


def test_removing() -> None:
    json = copy.deepcopy(ORDER)

    for path in ("a.b", "customer.tags[0]", "nobody.x", "customer.tags[9]", "id"):
        remove(json, path)

    assert json == {"customer": {"name": None, "tags": [{"y": 1}]}}


@pytest.mark.parametrize("path", ["[", "[[", ".", "..", "[."])
def test_a_path_that_leads_nowhere_reads_writes_and_removes_nothing(path: str) -> None:
    json = copy.deepcopy(ORDER)

    write(json, path, 1)
    remove(json, path)

    assert json == ORDER
    assert read(json, path) is MISSING


def test_an_index_beyond_reason_is_not_written() -> None:
    json: dict[str, Any] = {}

    write(json, "x[999999999]", 1)

    assert json == {"x": []}


@given(st.text(st.sampled_from("ab.[]0'\"1 "), max_size=12), st.integers())
def test_what_was_written_is_read_again(path: str, value: int) -> None:
    json: dict[str, Any] = {}

    write(json, path, value)

    if steps(path) and json:
        assert read(json, path) == value
