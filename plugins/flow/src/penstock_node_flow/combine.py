"""Make one item out of several: which value counts where they have the same key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from penstock_sdk import Item, Parent


@dataclass(frozen=True, slots=True)
class Row:
    """An item of one of the inputs."""

    item: Item
    #: Index in the count that parents use.
    parent: int
    #: Number of the input, from 1.
    input: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """What to do about keys that several items have."""

    #: `last`, `suffix`, or the number of the input whose value counts.
    prefer: str = "last"
    #: Merge objects within objects.
    deep: bool = True
    #: An empty value never replaces another one.
    keep_filled: bool = False

    def rank(self, row: Row) -> tuple[bool, int]:
        """Rows with a higher rank win."""
        return (str(row.input) == self.prefer, row.input)

    def combine(self, rows: Sequence[Row]) -> tuple[Item, Parent]:
        """One item out of one row per input."""
        values: dict[str, Any] = {}
        binary: dict[str, Any] = {}
        for row in sorted(rows, key=self.rank):
            if self.prefer == "suffix":
                values.update({f"{key}_{row.input}": row.item.json[key] for key in row.item.json})
            else:
                values = self._merged(values, row.item.json)
            binary.update(row.item.binary or {})
        parents = tuple(row.parent for row in rows)
        return Item(values, binary or None), parents if len(rows) > 1 else rows[0].parent

    def _merged(self, into: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
        result = dict(into)
        for key, value in other.items():
            before = result.get(key)
            if self.keep_filled and value in (None, "") and key in result:
                continue
            if self.deep and isinstance(before, dict) and isinstance(value, dict):
                inner = cast("dict[str, Any]", before), cast("dict[str, Any]", value)
                result[key] = self._merged(*inner)
            else:
                result[key] = value
        return result
