"""One field of every item at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from penstock_sdk import Item
from penstock_sdk.paths import MISSING, is_plain, read


def looked_up(items: Sequence[Item], name: str, *, dots: bool = True) -> list[Any]:
    """The value of a field in each item, `MISSING` where it has none."""
    if not dots or is_plain(name):
        return [item.json.get(name, MISSING) for item in items]
    return [read(item.json, name) for item in items]
