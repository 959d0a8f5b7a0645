"""Reading JSON whose shape is not known yet: what has the wrong type counts as empty."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def rows(value: Any) -> list[Any]:
    """A list, or an empty one."""
    return value if isinstance(value, list) else []  # pyright: ignore[reportUnknownVariableType]


def table(value: Any) -> Mapping[str, Any]:
    """An object, or an empty one."""
    return value if isinstance(value, Mapping) else {}  # pyright: ignore[reportUnknownVariableType]


def tables(value: Any) -> list[Mapping[str, Any]]:
    """The objects in a list."""
    return [table(row) for row in rows(value) if isinstance(row, Mapping)]
