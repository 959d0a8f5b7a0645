"""Finds the parameters that no mapping asked for."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, cast

#: Texts and buttons of n8n's forms, which say nothing about what the node does.
_NOISE = frozenset(
    {
        "notice",
        "callout",
        "info",
        "authNotice",
        "oldVersionNotice",
        "workflowInputs.schema",
        "workflowInputs.matchingColumns",
    }
)
_MAX_PER_NODE = 30


def unused(parameters: Mapping[str, Any], read: Collection[str]) -> list[str]:
    """Dotted paths of what was left out: the shortest ones that nothing was read of."""
    above = {part for path in read for part in _above(path)}
    found: list[str] = []
    waiting: list[tuple[str, Any]] = [("", parameters)]
    while waiting and len(found) < _MAX_PER_NODE:
        path, value = waiting.pop(0)
        if path in read or _is_nothing(value) or path in _NOISE:
            continue
        if isinstance(value, Mapping) and (not path or path in above):
            members = cast("Mapping[str, Any]", value).items()
            waiting += [(f"{path}.{key}" if path else str(key), inner) for key, inner in members]
        else:
            found.append(path)
    return found


def _above(path: str) -> list[str]:
    parts = path.split(".")
    return [".".join(parts[:count]) for count in range(1, len(parts))]


def _is_nothing(value: Any) -> bool:
    return value is None or value in ("", {}, [])
