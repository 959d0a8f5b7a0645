"""Query parameters and headers, from rows, an object, or a text of JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

from penstock_sdk import NodeFailed
from penstock_sdk.coerce import to_text
from penstock_sdk.loose import table, tables

Pairs = tuple[tuple[str, str], ...]


def pairs(given: Any, field: str, arrays: str = "commas") -> Pairs:
    """Names and values as text, in order; rows without a name are left out.

    Raises:
        NodeFailed: A text that is no JSON object.
    """
    if isinstance(given, str):
        given = _object(given, field)
    if isinstance(given, Mapping):
        rows: Sequence[tuple[str, Any]] = list(table(given).items())
    else:
        rows = [(str(row["name"]), row.get("value")) for row in tables(given) if row.get("name")]
    return tuple(pair for name, value in rows for pair in _spread(name, value, arrays))


def _spread(name: str, value: Any, arrays: str) -> list[tuple[str, str]]:
    if not isinstance(value, list):
        return [(name, _text(value))]
    entries = cast("list[Any]", value)
    match arrays:
        case "repeat":
            return [(name, _text(entry)) for entry in entries]
        case "brackets":
            return [(f"{name}[]", _text(entry)) for entry in entries]
        case "indices":
            return [(f"{name}[{index}]", _text(entry)) for index, entry in enumerate(entries)]
        case _:
            return [(name, ",".join(map(_text, entries)))]


def _object(text: str, field: str) -> Any:
    if not text.strip():
        return {}
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        message = f"The JSON does not parse: {error}."
        raise NodeFailed(message, hint="Write a JSON object.", field=field) from error
    if not isinstance(found, Mapping):
        raise NodeFailed("This is no JSON object.", hint='E.g. {"page": 1}.', field=field)
    return cast("Any", found)


def _text(value: Any) -> str:
    return to_text(value) or ""
