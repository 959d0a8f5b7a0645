"""The expressions that a test can do without a JavaScript guest: constants and plain paths.

`={{ $json.a.b }}`, `={{ $json["a b"][0] }}`, `={{ $itemIndex }}`, `={{ 3 }}`, with texts around.
Everything else is for workflow tests, where the real guest answers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from penstock_sdk.loose import rows, table

#: Evaluates what is no plain path: source and the item's `json` in, value out.
Evaluate = Callable[[str, Mapping[str, Any]], Any]

_STEP = re.compile(r"""\.([A-Za-z_$][\w$]*)|\[(\d+)\]|\[("[^"\\]*"|'[^'\\]*')\]""")


def resolve(value: Any, row: Mapping[str, Any], index: int, evaluate: Evaluate | None) -> Any:
    """A value of a configuration for one item, templates resolved at any depth."""
    if isinstance(value, str):
        return _text(value, row, index, evaluate) if value.startswith("=") else value
    if isinstance(value, Mapping):
        return {name: resolve(inner, row, index, evaluate) for name, inner in table(value).items()}
    if isinstance(value, list):
        return [resolve(inner, row, index, evaluate) for inner in rows(value)]
    return value


def holds_expression(value: Any) -> bool:
    """Does a template stand anywhere in this value?"""
    if isinstance(value, str):
        return value.startswith("=") and "{{" in value
    if isinstance(value, Mapping):
        return any(holds_expression(inner) for inner in table(value).values())
    return any(holds_expression(inner) for inner in rows(value))


def _text(text: str, row: Mapping[str, Any], index: int, evaluate: Evaluate | None) -> Any:
    parts = _split(text[1:])
    values = [
        part if is_text else _value(part.strip(), row, index, evaluate) for part, is_text in parts
    ]
    if len(parts) == 1 and not parts[0][1]:
        return values[0]
    return "".join(_joined(value) for value in values)


def _split(text: str) -> list[tuple[str, bool]]:
    """Texts (True) and sources (False) in turn, empty texts left out."""
    parts: list[tuple[str, bool]] = []
    while text:
        before, opened, rest = text.partition("{{")
        if before:
            parts.append((before, True))
        if not opened:
            break
        source, _closed, text = rest.partition("}}")
        parts.append((source, False))
    return parts


def _joined(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _value(source: str, row: Mapping[str, Any], index: int, evaluate: Evaluate | None) -> Any:
    if source == "$itemIndex":
        return index
    if source.startswith("$json"):
        steps = _steps(source.removeprefix("$json"))
        if steps is not None:
            return _walk(row, steps)
    else:
        try:
            return msgspec.json.decode(source)
        except msgspec.DecodeError:
            pass
    if evaluate is None:
        message = (
            f"This test cannot evaluate {{{{ {source} }}}}: only constants and plain paths such "
            "as $json.a.b work without a guest. Give `evaluate=` a function, or write a workflow "
            "test."
        )
        raise NotImplementedError(message)
    return evaluate(source, row)


def _steps(path: str) -> list[str | int] | None:
    steps: list[str | int] = []
    at = 0
    while at < len(path):
        found = _STEP.match(path, at)
        if found is None:
            return None
        name, number, quoted = found.groups()
        steps.append(int(number) if number else name or quoted[1:-1])
        at = found.end()
    return steps


def _walk(value: Any, steps: list[str | int]) -> Any:
    for step in steps:
        if isinstance(step, int) and isinstance(value, list):
            inner = rows(value)
            value = inner[step] if step < len(inner) else None
        else:
            value = table(value).get(str(step))
    return value
