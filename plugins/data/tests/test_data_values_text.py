"""Edit text."""

from __future__ import annotations

from typing import Any

import pytest

from penstock_node_data.values.edit_text import EditText
from penstock_sdk import NodeFailed
from penstock_sdk.testing import TestContext, arun_node, items_of, outputs_of, run_node


def edited(value: Any, operation: str, **config: Any) -> Any:
    given = {"operation": operation, "value": "={{ $json.v }}", "output_field": "r", **config}
    return run_node(EditText, given, [{"v": value}])["main"][0].json["r"]


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ("upper", "HELLO BIG WORLD"),
        ("title", "Hello Big World"),
        ("sentence", "Hello big world"),
        ("camel", "helloBigWorld"),
        ("snake", "hello_big_world"),
        ("kebab", "hello-big-world"),
    ],
)
def test_cases(case: str, expected: str) -> None:
    assert edited("hello Big world", "case", case=case) == expected


@pytest.mark.parametrize(
    ("value", "operation", "config", "expected"),
    [
        ("  a ", "trim", {}, "a"),
        ("--a--", "trim", {"characters": "-", "side": "start"}, "a--"),
        ("7", "pad", {"length": 3, "characters": "0", "side": "start"}, "007"),
        ("abcdef", "truncate", {"length": 4}, "abc…"),
        ("a, b,,c", "split", {}, ["a", "b", "c"]),
        ("a\nb", "split", {"separator": "\\n", "trim_parts": False}, ["a", "b"]),
        ([1, None, "x"], "join", {"separator": "-"}, "1--x"),
        ("a.b.c", "replace", {"find": ".", "replacement": "/"}, "a/b/c"),
        ("Straße & Œuvre", "slug", {}, "strasse-oeuvre"),
        ("a@b.com, A@b.com; a@b.com.", "find", {}, ["a@b.com", "A@b.com"]),
        ("see (https://x.y/z).", "find", {"what": "urls"}, ["https://x.y/z"]),
        ("-1.5 and 20", "find", {"what": "numbers"}, [-1.5, 20]),
        (12.0, "trim", {}, "12"),
        (None, "case", {}, None),
    ],
)
def test_operations(value: Any, operation: str, config: dict[str, Any], expected: Any) -> None:
    assert edited(value, operation, **config) == expected


@pytest.mark.parametrize(
    ("operation", "config", "message"),
    [
        ("case", {"case": "loud"}, "not one of the choices"),
        ("pad", {"length": -1}, "length is not"),
        ("replace", {"find": "a", "replacement": "x" * 20_000}, "would be longer"),
    ],
)
def test_what_cannot_be_used_is_told(operation: str, config: dict[str, Any], message: str) -> None:
    with pytest.raises(NodeFailed, match=message):
        edited("a" * 1_000, operation, **config)


@pytest.mark.parametrize("what", ["emails", "urls", "numbers", "words"])
@pytest.mark.parametrize(
    "text", ["a" * 200_000, "a@" * 100_000, "1." * 100_000, "http://" * 30_000]
)
def test_scanners_take_linear_time(what: str, text: str) -> None:
    assert isinstance(edited(text, "find", what=what), list)


async def test_no_items_give_no_items() -> None:
    assert not (await arun_node(EditText, {"value": ""}, [])).get("main")


async def test_100_000_texts() -> None:
    items = items_of([{"v": f"Text {n}"} for n in range(100_000)])
    context = TestContext(EditText, {"value": "={{ $json.v }}"}, items)

    found = (await outputs_of(EditText, context))["main"].items

    assert found[-1].json["text"] == "text 99999"
