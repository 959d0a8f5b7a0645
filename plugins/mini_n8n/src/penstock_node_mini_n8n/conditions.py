"""Conditions as JavaScript.

Mini-N8N makes texts of both values and then reads them as booleans, numbers or JSON where they look
like it; the comparisons here do the same for what they are given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from penstock_node_mini_n8n.reading import mapping, sequence
from penstock_node_mini_n8n.templates import Templates

_EMPTY = '["", "null", "none", "[]", "{\\u007d"]'

_TESTS: Mapping[str, Callable[[str, str], str]] = {
    "equals": lambda a, b: f"({a} == {b} || {_word(a)} === {_word(b)})",
    "not_equals": lambda a, b: f"!({a} == {b} || {_word(a)} === {_word(b)})",
    "greater_than": lambda a, b: f"Number({a}) > Number({b})",
    "less_than": lambda a, b: f"Number({a}) < Number({b})",
    "greater_or_equal": lambda a, b: f"Number({a}) >= Number({b})",
    "less_or_equal": lambda a, b: f"Number({a}) <= Number({b})",
    "contains": lambda a, b: f"{_text(a)}.includes({_text(b)})",
    "not_contains": lambda a, b: f"!{_text(a)}.includes({_text(b)})",
    "starts_with": lambda a, b: f"{_text(a)}.startsWith({_text(b)})",
    "ends_with": lambda a, b: f"{_text(a)}.endsWith({_text(b)})",
    "is_empty": lambda a, _: f"{_EMPTY}.includes({_word(a)})",
    "is_not_empty": lambda a, _: f"!{_EMPTY}.includes({_word(a)})",
}


def condition_script(config: Mapping[str, Any], templates: Templates) -> str | None:
    """The conditions of a node as one JavaScript value; None: there is one that is not known.

    A node has a list of them with `logic_mode`, or one of them in its config itself.
    """
    rows = [mapping(row) for row in sequence(config.get("conditions"))]
    if not rows and "condition_type" in config:
        rows = [config]
    tests: list[str] = []
    for row in rows:
        test = _TESTS.get(str(row.get("condition_type", "equals")))
        if test is None:
            return None
        sides = [templates.script(_written(row.get(key, ""))) for key in ("value1", "value2")]
        tests.append(test(*sides))
    joint = " || " if str(config.get("logic_mode", "AND")).upper() == "OR" else " && "
    return joint.join(tests) or "true"


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _text(side: str) -> str:
    return f'String({side} ?? "")'


def _word(side: str) -> str:
    # What is no text is compared by what it looks like, as Mini-N8N does.
    return (
        f'(typeof ({side}) === "object" ? JSON.stringify({side}) : {_text(f"({side})")})'
        ".trim().toLowerCase()"
    )
