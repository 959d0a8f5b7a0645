"""The texts that nodes of formats work on: a parameter, or a field of a name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from penstock_sdk import Item, NodeFailed
from penstock_sdk.paths import MISSING, read

MAX_TEXT = 20_000_000  # characters of one text


def field_text(item: Item, name: str, i: int, *, field: str, missing: str) -> str:
    """The text in a field of the item.

    Raises:
        NodeFailed: There is none, or it is too long.
    """
    value = read(item.json, name)
    if value is MISSING:
        raise NodeFailed(missing, hint="Name a field that holds a text.", field=field, item=i)
    return checked_text(value, i, field=field)


def checked_text(value: Any, i: int, *, field: str) -> str:
    """The value as text; nothing is an empty one.

    Raises:
        NodeFailed: It is an array or object, or too long.
    """
    if value is None:
        return ""
    if isinstance(value, Mapping | list | tuple):
        raise NodeFailed(
            "A text is needed, and this is an array or an object",
            hint="Take the field of it that holds the text.",
            field=field,
            item=i,
        )
    text = value if isinstance(value, str) else str(value)
    if len(text) > MAX_TEXT:
        raise NodeFailed(
            f"The text is longer than {MAX_TEXT:,} characters",
            hint="Split it before.",
            field=field,
            item=i,
        )
    return text
