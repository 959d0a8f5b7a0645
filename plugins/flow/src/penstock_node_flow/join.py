"""Find the items of two inputs that have the same values in certain fields.

The rules:

* An item that lacks one of the fields matches nothing.
* Values are equal as JSON; with `fuzzy` where they are alike (`fuzzy.py`).
* Items that share their values match each with each, so the number of pairs is limited.
* What matched comes first, in the order of the first input; then what matched nothing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from penstock_node_flow.combine import Row
from penstock_node_flow.fuzzy import likeness
from penstock_sdk import NodeFailed
from penstock_sdk.coerce import kind_of
from penstock_sdk.paths import MISSING, read

_MAX_PAIRS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching:
    """How to compare."""

    left: Sequence[str]
    right: Sequence[str]
    fuzzy: bool = False
    dots: bool = True
    #: Only the first match of each item counts.
    first_only: bool = False


@dataclass(frozen=True, slots=True)
class Matched:
    """Who found whom."""

    pairs: list[tuple[Row, Row]]
    left: list[Row]
    right: list[Row]

    def matched(self, side: int) -> list[Row]:
        """The rows of one side (0 or 1) that found another, each once."""
        found = {pair[side].parent: pair[side] for pair in self.pairs}
        return [found[parent] for parent in sorted(found)]


def match(left: Sequence[Row], right: Sequence[Row], how: Matching) -> Matched:
    """Match the rows of two inputs."""
    by_key: dict[Any, list[Row]] = {}
    for row in right:
        key = _key(row, how.right, how)
        if key is not None:
            by_key.setdefault(key, []).append(row)
    pairs: list[tuple[Row, Row]] = []
    alone: list[Row] = []
    used: set[int] = set()
    for row in left:
        key = _key(row, how.left, how)
        found = by_key.get(key, []) if key is not None else []
        if len(pairs) + len(found) > _MAX_PAIRS and not how.first_only:
            raise _too_many()
        for other in found[:1] if how.first_only else found:
            pairs.append((row, other))
            used.add(other.parent)
        if not found:
            alone.append(row)
    return Matched(pairs, alone, [row for row in right if row.parent not in used])


def _too_many() -> NodeFailed:
    return NodeFailed(
        f"These inputs have more than {_MAX_PAIRS:,} matches",
        hint="Match by more fields, remove duplicates before, or take only the first match.",
        field="fields_to_match",
    )


def _key(row: Row, fields: Sequence[str], how: Matching) -> Any:
    values = [read(row.item.json, field, dots=how.dots) for field in fields]
    if any(value is MISSING for value in values):
        return None
    return tuple(comparable(value, fuzzy=how.fuzzy) for value in values)


def comparable(value: Any, *, fuzzy: bool) -> tuple[str, Any]:
    """Equal for values that count as equal."""
    if fuzzy:
        return likeness(value)
    if isinstance(value, dict | list):
        return ("json", json.dumps(cast("Any", value), sort_keys=True))
    return (kind_of(value), value)
