"""Values that are equal for a person although their types differ.

The rules:

* Null, an empty text and an empty array are the same nothing.
* A text that says a number, a truth value, an array or an object is that value; case and space
  around it do not count for truth values and numbers.
* True is 1 and false is 0.
"""

from __future__ import annotations

import json
import math
from typing import Any, cast

_NOTHING = ("nothing", None)
_TRUTH = {"true": 1.0, "false": 0.0}
_LONGEST = 1_000_000  # characters of a text that is read as JSON


def likeness(value: Any) -> tuple[str, Any]:
    """Equal for values that are alike; may be a key."""
    if isinstance(value, str):
        return _of_text(value)
    if value is None or value == []:
        return _NOTHING
    if isinstance(value, bool | int | float):
        return ("number", float(value))
    return ("json", json.dumps(_inner(value), sort_keys=True))


def _of_text(text: str) -> tuple[str, Any]:
    bare = text.strip()
    if not bare:
        return _NOTHING
    if bare.lower() in _TRUTH:
        return ("number", _TRUTH[bare.lower()])
    if bare[0] in "[{" and len(bare) <= _LONGEST:
        try:
            return likeness(json.loads(bare))
        except (ValueError, RecursionError):
            return ("text", text)
    number = _number(bare)
    return ("text", text) if number is None else ("number", number)


def _number(bare: str) -> float | None:
    try:
        number = float(bare) if "_" not in bare else math.nan
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _inner(value: Any) -> Any:
    if isinstance(value, dict):
        members = cast("dict[str, Any]", value)
        return {name: _inner(member) for name, member in members.items()}
    if isinstance(value, list | tuple):
        return [_inner(member) for member in cast("list[Any]", value)]
    return list(likeness(value))
