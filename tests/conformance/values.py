"""Typed values of the fact files, and the other way round."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_UNDEFINED = {"$type": "undefined"}


def read(value: Any) -> Any:
    """A value of a fact as our items hold it."""
    if isinstance(value, Mapping):
        return _typed(value) if "$type" in value else _members(value)
    if isinstance(value, list):
        return [read(one) for one in value]
    return value


def _members(value: Mapping[str, Any]) -> dict[str, Any]:
    """What is undefined is missing."""
    return {k: read(v) for k, v in value.items() if v != _UNDEFINED}


def _typed(value: Mapping[str, Any]) -> Any:
    kind = value["$type"]
    if kind == "undefined":
        return None
    if kind == "number":
        return float(str(value["value"]).replace("Infinity", "inf"))
    if kind in {"date", "luxon.DateTime"}:
        return value["value"]
    return {k: read(v) for k, v in value.items()}
