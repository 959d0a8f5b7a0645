"""Put one value into each item, beside what it holds or instead of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from penstock_sdk import Context, Item
from penstock_sdk.columns import as_list
from penstock_sdk.paths import is_plain, write


def with_values(
    ctx: Context, items: Sequence[Item], values: Sequence[Any], *, keep: bool = True
) -> list[Item]:
    """New items that hold the values under `output_field`; dots lead into objects."""
    names = as_list(ctx.columns("output_field"), len(items))
    return [
        with_value(item, str(name), value, keep=keep)
        for item, name, value in zip(items, names, values, strict=True)
    ]


def with_value(item: Item, name: str, value: Any, *, keep: bool = True) -> Item:
    """A new item that holds the value; the other fields stay where `keep` says so."""
    if is_plain(name):
        return Item({**item.json, name: value} if keep else {name: value}, item.binary)
    json: dict[str, Any] = dict(item.json) if keep else {}
    write(json, name, value)
    return Item(json, item.binary)
