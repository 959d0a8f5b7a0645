"""What a summary makes of the values that a group has in one field.

The rules:

* What is missing, null or an empty text does not count, unless `empty` is set for a count, a list
  or a text.
* Average and sum take numbers only; an average of nothing is null, a sum of nothing is 0.
* The smallest and the largest compare values of the kind that comes first; others are passed over.
"""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from penstock_node_data.items.identity import identities
from penstock_sdk import NodeFailed
from penstock_sdk.coerce import to_text
from penstock_sdk.paths import MISSING

TITLES: Mapping[str, str] = {
    "append": "List of values",
    "average": "Average",
    "concatenate": "Text of all values",
    "count": "Count",
    "count_unique": "Count of different values",
    "max": "Largest",
    "min": "Smallest",
    "sum": "Sum",
}
#: What stands before the name of the field in the name of the result.
PREFIXES: Mapping[str, str] = {
    "append": "appended",
    "average": "average",
    "concatenate": "concatenated",
    "count": "count",
    "count_unique": "unique_count",
    "max": "max",
    "min": "min",
    "sum": "sum",
}
_MAX_TEXT = 50_000_000  # characters


def aggregate(how: str, values: Sequence[Any], row: Mapping[str, Any]) -> Any:
    """The result of one aggregation.

    Args:
        how: A key of `TITLES`.
        values: What the items have in the field, `MISSING` where they have none.
        row: The settings: `empty` and `separator`.

    Raises:
        NodeFailed: The text would be too long.
    """
    if how in _OF_NUMBERS:
        return _OF_NUMBERS[how]([value for value in values if type(value) in _NUMBERS])
    if how in _EXTREMES or not row.get("empty"):
        values = [value for value in values if not _is_empty(value)]
    if how in _EXTREMES:
        return _extreme(values, _EXTREMES[how])
    if how == "concatenate":
        return _joined(values, str(row.get("separator", ",")))
    if how == "append":
        return [None if value is MISSING else value for value in values]
    return len(values) if how == "count" else len(set(identities(values)))


_NUMBERS = frozenset({int, float})


def _is_empty(value: Any) -> bool:
    return value is None or value is MISSING or value == ""


def _sum(values: Sequence[float]) -> float:
    try:
        # One after the other, as JavaScript adds: `sum` rounds differently from version to version.
        return _finite(functools.reduce(operator.add, values, 0))
    except OverflowError:  # whole numbers beyond what a float can hold, added to one
        return math.inf


def _average(values: Sequence[float]) -> float | None:
    if not values:
        return None
    try:
        return _finite(_sum(values) / len(values))
    except OverflowError:
        return None


def _finite(value: float) -> float:
    return int(value) if isinstance(value, float) and value.is_integer() else value


_OF_NUMBERS: Mapping[str, Callable[[Sequence[float]], Any]] = {"sum": _sum, "average": _average}
_EXTREMES: Mapping[str, Callable[[Sequence[Any]], Any]] = {"min": min, "max": max}


def _extreme(values: Sequence[Any], choose: Callable[[Sequence[Any]], Any]) -> Any:
    kinds = set(map(type, values))
    if kinds <= {int, float} or kinds == {str} or kinds == {bool}:
        return choose(values) if values else None
    for kind in ((int, float), (str,), (bool,)):
        same = [value for value in values if type(value) in kind]
        if same:
            return choose(same)
    return None


def _joined(values: Sequence[Any], separator: str) -> str:
    joined = separator.join([_text(value) for value in values])
    if len(joined) > _MAX_TEXT:
        raise NodeFailed(
            f"The text of all values would be longer than {_MAX_TEXT:,} characters",
            hint="Split the items into groups, or make a list of values.",
        )
    return joined


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is MISSING:
        return "undefined"
    return cast("str", to_text(value)) if value is not None else "null"
