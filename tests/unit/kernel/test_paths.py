"""Plain paths, followed in Python."""

from __future__ import annotations

from typing import Any

import pytest

from penstock_kernel.expressions.chains import Get
from penstock_kernel.expressions.paths import UNDEFINED, Unsure, parse_path, walk
from penstock_kernel.expressions.tokens import tokens


def keys(source: str) -> tuple[Get, ...]:
    path = parse_path(tokens("$json" + source))
    assert path is not None
    return path.keys


DATA: dict[str, Any] = {
    "a": {"b": [10, {"c": None}]},
    "s": "text",
    "n": 5,
    "length": "own",
    "toString": "mine",
    "nothing": None,
}


@pytest.mark.parametrize(
    ("source", "value"),
    [
        (".a.b[0]", 10),
        (".a.b[1].c", None),
        (".a.b[7]", UNDEFINED),
        (".a.b.length", 2),
        (".length", "own"),
        (".toString", "mine"),
        (".missing", UNDEFINED),
        (".missing?.x.y", UNDEFINED),
        (".nothing?.x", UNDEFINED),
        ("['a']['b']['0']", 10),
        ("", DATA),
    ],
)
def test_own_data_is_found(source: str, value: object) -> None:
    assert walk(DATA, keys(source)) == value


@pytest.mark.parametrize(
    "source",
    [
        ".missing.x",
        ".nothing.x",
        ".s.length",
        ".n.x",
        ".a.toString",
        ".a.b.map",
        ".a.constructor",
        ".a.b['00']",
    ],
)
def test_what_is_not_own_data_is_left_to_the_guest(source: str) -> None:
    with pytest.raises(Unsure):
        walk(DATA, keys(source))


@pytest.mark.parametrize("source", [".missing.x.y", ".nothing.x"])
def test_a_missing_object_is_undefined_where_errors_are_swallowed(source: str) -> None:
    assert walk(DATA, keys(source), lenient=True) is UNDEFINED
