"""Finds the workflows in a file, and refuses what is too large or no workflow.

The rules:

* A workflow is an object with a list `nodes` and an object `connections`. A file holds one, a list
  of them, or one or a list within `workflow`, `workflows` or `data`.
* Nodes, connections and depth have limits, looked at without recursion: a file may be hostile.
* What is not of the right kind is dropped, never guessed at.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, cast

from penstock_sdk import NodeFailed

MAX_WORKFLOWS = 2_000
MAX_NODES = 5_000
MAX_CONNECTIONS = 20_000
MAX_DEPTH = 80  # a document nests parameters a few levels deeper, and allows 100
MAX_VALUES = 3_000_000
MAX_TEXT = 5_000_000
_WRAPPERS = ("workflow", "workflows", "data")
_MAX_WRAPPING = 4


def is_workflow(value: Any) -> bool:
    """Does this look like one workflow?"""
    if not isinstance(value, Mapping):
        return False
    members = cast("Mapping[str, Any]", value)
    return isinstance(members.get("nodes"), list) and isinstance(
        members.get("connections"), Mapping
    )


def workflows_in(data: Any, wrapping: int = 0) -> list[Mapping[str, Any]]:
    """The workflows of a file; none where it is no file of n8n."""
    if is_workflow(data):
        return [cast("Mapping[str, Any]", data)]
    if wrapping >= _MAX_WRAPPING:
        return []
    if isinstance(data, list):
        members = cast("list[Any]", data)[: MAX_WORKFLOWS + 1]
        return [found for member in members for found in workflows_in(member, wrapping + 1)]
    if isinstance(data, Mapping):
        parts = cast("Mapping[str, Any]", data)
        inner = [parts[key] for key in _WRAPPERS if key in parts]
        return [found for part in inner for found in workflows_in(part, wrapping + 1)]
    return []


def check_limits(workflow: Mapping[str, Any]) -> None:
    """Refuse a workflow that is beyond a limit.

    Raises:
        NodeFailed: With the limit.
    """
    nodes = len(workflow["nodes"])
    if nodes > MAX_NODES:
        raise _beyond(f"The workflow has {nodes:,} nodes; {MAX_NODES:,} are allowed")
    values = 0
    level: list[Any] = [workflow]
    for _ in range(MAX_DEPTH):
        level = [inner for value in level for inner in _inner(value)]
        values += len(level)
        if not level:
            return
        if values > MAX_VALUES:
            raise _beyond(f"The workflow has more than {MAX_VALUES:,} values")
    raise _beyond(f"The workflow is nested deeper than {MAX_DEPTH} levels")


def mapping(value: Any) -> Mapping[str, Any]:
    """The value where it is an object, else an empty one."""
    return cast("Mapping[str, Any]", value) if isinstance(value, Mapping) else {}


def sequence(value: Any) -> Sequence[Any]:
    """The value where it is a list, else an empty one."""
    return cast("list[Any]", value) if isinstance(value, list) else ()


def number(value: Any) -> float | int | None:
    """The value where it is a finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if math.isfinite(value) else None


def _inner(value: Any) -> Sequence[Any]:
    if isinstance(value, Mapping):
        return list(cast("Mapping[str, Any]", value).values())
    if isinstance(value, str) and len(value) > MAX_TEXT:
        raise _beyond(f"A text is longer than {MAX_TEXT:,} characters")
    return sequence(value)


def _beyond(message: str) -> NodeFailed:
    return NodeFailed(message, hint="Split the workflow, or take out what is so large.")
