"""Reading what `Context.columns` returns: JSON, with a `Column` where items differ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from penstock_sdk.context import Column


def value_at(tree: Any, i: int) -> Any:
    """The value for item `i`: every column replaced by what it holds there."""
    if isinstance(tree, Column):
        return tree[i]
    if isinstance(tree, Mapping):
        members = cast("Mapping[str, Any]", tree)
        return {name: value_at(member, i) for name, member in members.items()}
    if isinstance(tree, list | tuple):
        return [value_at(member, i) for member in cast("list[Any]", tree)]
    return tree


def varies(tree: Any) -> bool:
    """Is there a column anywhere in it?"""
    if isinstance(tree, Column):
        return True
    if isinstance(tree, Mapping):
        return any(varies(member) for member in cast("Mapping[str, Any]", tree).values())
    if isinstance(tree, list | tuple):
        return any(varies(member) for member in cast("list[Any]", tree))
    return False


def as_list(tree: Any, count: int) -> list[Any]:
    """One value per item, for `count` items."""
    if isinstance(tree, Column):
        return tree
    if varies(tree):
        return [value_at(tree, i) for i in range(count)]
    return [tree] * count
