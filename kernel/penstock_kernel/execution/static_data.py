"""Static data of code nodes: kept in the state of the node and of its workflow, under one key each.

The rules:

* Code sees what is kept when it starts; what it changed is kept when it has ended well.
* Changes are merged key by key into what is kept by then: steps that run at the same time lose
  nothing but what they both changed, and there the last one counts.
* After a crash between keeping it and committing the step, code that counts has counted twice.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from penstock_sdk import NodeFailed

if TYPE_CHECKING:
    from penstock_kernel.execution.doors import StateDoor

_KEY = "penstock.static-data"
#: What code calls it to the scope of the state.
_SCOPES = {"global": "workflow", "node": "node"}
_ATTEMPTS = 20

Static = Mapping[str, Mapping[str, Any]]


def may_use(source: str) -> bool:
    """Can code with this source ask for static data?"""
    return "StaticData" in source


async def load_static(state: StateDoor) -> Static:
    """What is kept, by the scopes that code knows."""
    return {name: await state.get(_KEY, scope=scope) or {} for name, scope in _SCOPES.items()}


async def keep_static(state: StateDoor, before: Static, after: Static) -> None:
    """Keep what code changed.

    Raises:
        StateRefused: It is too large.
        NodeFailed: Others change it all the time.
    """
    for name, scope in _SCOPES.items():
        old, new = before.get(name, {}), after.get(name, {})
        if _is_changed(old, new):
            await _merge(state, scope, old, new)


async def _merge(
    state: StateDoor, scope: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    for _ in range(_ATTEMPTS):
        kept = await state.get(_KEY, scope=scope)
        merged = dict(kept or {})
        for key in before.keys() | after.keys():
            _take_change(merged, key, before, after)
        if await state.update(_KEY, kept, merged, scope=scope):
            return
    message = "The static data is changed by others all the time."
    raise NodeFailed(message, hint="Change it in fewer places, or use a data table.")


def _take_change(
    merged: dict[str, Any], key: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    if key not in after:
        merged.pop(key, None)
    elif key not in before or _is_changed(before[key], after[key]):
        merged[key] = after[key]


def _is_changed(before: Any, after: Any) -> bool:
    # As text: to Python 1 is True, and 0 is False.
    return json.dumps(before, sort_keys=True) != json.dumps(after, sort_keys=True)
