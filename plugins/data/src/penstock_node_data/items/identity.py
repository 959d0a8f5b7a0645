"""What makes two JSON values the same: something that sets and dicts can hold.

The rules:

* 1 and 1.0 are the same, 1 and true are not, nor are 1 and "1".
* Objects are the same whatever the order of their keys.
* Nothing (`None`) and what is missing are two things.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping, Sequence
from typing import Any, cast

from penstock_sdk import NodeFailed

#: Values of these types are told apart by Python as they are.
_PLAIN = frozenset({str, int, float, type(None)})
# Texts, and not tuples of tuples, because the garbage collector looks at each of those again and
# again: with 100,000 items that takes four times as long.
_text = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def identities(values: Sequence[Any]) -> Sequence[Hashable]:
    """The identity of each value.

    Raises:
        NodeFailed: A value is nested too deeply.
    """
    if set(map(type, values)) <= _PLAIN:
        return values
    return [identity(value) for value in values]


def identity(value: Any) -> Hashable:
    """The identity of one value.

    Raises:
        NodeFailed: It is nested too deeply.
    """
    kind = type(cast("object", value))
    if kind in _PLAIN:
        return cast("Hashable", value)
    if kind is dict or kind is list:
        return "json", text_of(value)
    return kind, value


def text_of(value: Any) -> str:
    """A text that two objects or arrays have in common when they are the same.

    Raises:
        NodeFailed: It is nested too deeply.
    """
    try:
        text = _text(value)
        # Some number in it may be whole and written as a fraction.
        return _text(_whole(value)) if ".0" in text or "e+" in text else text
    except RecursionError as error:
        raise NodeFailed(
            "A value is nested too deeply to be compared",
            hint="Compare other fields, or take the value apart before.",
        ) from error


def _whole(value: Any) -> Any:
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if isinstance(value, Mapping):
        members = cast("Mapping[str, Any]", value).items()
        return {key: _whole(member) for key, member in members}
    if isinstance(value, list):
        return [_whole(member) for member in cast("list[Any]", value)]
    return value
