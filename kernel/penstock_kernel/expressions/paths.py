"""Plain paths such as `$json.a.b`, resolved in Python with the result that JavaScript would give.

The rule: a path is followed through JSON data and own keys only. Where anything else could answer
(an inherited name, a method of a string, a missing node), `Unsure` is raised and the guest decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal, cast

import msgspec

from penstock_kernel.expressions.chains import Call, Get, Step, chain_at
from penstock_kernel.expressions.reads import OBJECT_NAMES
from penstock_kernel.expressions.tokens import Token, string_value
from penstock_kernel.expressions.view import StepView
from penstock_sdk import Item

Root = Literal["json", "index", "fact", "paired", "first", "last", "row", "input"]


class Unsure(Exception):
    """Only the guest knows what this path yields."""


class _Undefined:
    def __repr__(self) -> str:
        return "undefined"

    def __bool__(self) -> bool:
        return False


#: JavaScript's undefined.
UNDEFINED: Final = _Undefined()


class Same(msgspec.Struct, frozen=True, gc=False):
    """A value that is the same for every item."""

    value: Any


#: The values of one source: one per item, or one for all.
Values = Same | list[Any]


class Path(msgspec.Struct, frozen=True):
    """Where to begin, and the keys to follow."""

    root: Root
    #: The node (`paired`, `first`, `last`, `row`) or the fact.
    name: str
    keys: tuple[Get, ...]


_FACTS = {
    "$vars": "vars",
    "$workflow": "workflow",
    "$runIndex": "runIndex",
    "$prevNode": "prevNode",
}
#: Facts whose keys are given by the host, so that a missing one is plainly undefined.
_EXECUTION = frozenset({"id", "mode", "resumeUrl", "resumeFormUrl"})


def parse_path(significant: Sequence[Token]) -> Path | None:
    """The path that a source is, from its tokens without comments; None where it is more."""
    if not significant or significant[0].kind != "name":
        return None
    steps, end = chain_at(significant, 1)
    if end != len(significant):
        return None
    return _rooted(significant[0].text, steps)


def _rooted(name: str, steps: list[Step]) -> Path | None:
    if name in {"$json", "$data"}:
        return _path("json", "", steps)
    if name in {"$itemIndex", "$position"} and not steps:
        return Path("index", "", ())
    if name in _FACTS:
        return _path("fact", _FACTS[name], steps) if steps or name == "$runIndex" else None
    if name == "$execution":
        allowed = bool(steps) and isinstance(steps[0], Get) and steps[0].name in _EXECUTION
        return _path("fact", "execution", steps) if allowed else None
    if name == "$input":
        return _of_input(steps)
    if name == "$node":
        return _of_old_node(steps)
    return _of_node(steps) if name == "$" else None


def _of_input(steps: list[Step]) -> Path | None:
    if _names(steps, "item", "json"):
        return _path("json", "", steps[2:])
    for which in ("first", "last"):
        if _names(steps, which, None, "json"):
            return _path("input", which, steps[3:])
    return None


def _of_old_node(steps: list[Step]) -> Path | None:
    if not steps or not isinstance(steps[0], Get) or not _names(steps[1:], "json"):
        return None
    return _path("row", steps[0].name, steps[2:])


def _of_node(steps: list[Step]) -> Path | None:
    called = steps[0] if steps else None
    if not isinstance(called, Call) or called.count != 1 or len(called.arguments) != 1:
        return None
    if called.arguments[0].kind != "string":
        return None
    name = string_value(called.arguments[0].text)
    if _names(steps[1:], "item", "json"):
        return _path("paired", name, steps[3:])
    for which in ("first", "last"):
        if _names(steps[1:], which, None, "json"):
            return _path(which, name, steps[4:])
    return None


def _names(steps: Sequence[Step], *wanted: str | None) -> bool:
    """Do the steps begin with these names? None stands for a call without arguments."""
    if len(steps) < len(wanted):
        return False
    for step, name in zip(steps, wanted, strict=False):
        if isinstance(step, Call):
            if name is not None or step.count:
                return False
        elif step.name != name:
            return False
    return True


def _path(root: Root, name: str, steps: Sequence[Step]) -> Path | None:
    keys = tuple(step for step in steps if isinstance(step, Get))
    return Path(root, name, keys) if len(keys) == len(steps) else None


def follow(path: Path, view: StepView, items: Sequence[Item], *, lenient: bool = False) -> Values:
    """The values of a path.

    Raises:
        Unsure: The guest has to evaluate it.
    """
    keys = path.keys
    if path.root == "json":
        return _of_items(items, keys, lenient=lenient)
    if path.root == "index":
        return list(range(len(items)))
    if path.root in {"paired", "row"}:
        rows = _rows(path, view, len(items))
        return _of_items(rows, keys, lenient=lenient)
    return Same(walk(_start(path, view), keys, lenient=lenient))


def _of_items(items: Sequence[Item], keys: tuple[Get, ...], *, lenient: bool) -> list[Any]:
    if not keys:
        return [item.json for item in items]
    key = keys[0].name
    if len(keys) == 1 and key not in OBJECT_NAMES:
        return [item.json.get(key, UNDEFINED) for item in items]
    return [walk(item.json, keys, lenient=lenient) for item in items]


def _rows(path: Path, view: StepView, count: int) -> Sequence[Item]:
    node = view.node(path.name)
    if node is None or not node.executed:
        raise Unsure
    if path.root == "row":
        items = node.items()
        if len(items) < count:
            raise Unsure
        return items[:count]
    paired = view.paired(path.name)
    rows = [item for item in paired if item is not None]
    if len(rows) != count:
        raise Unsure
    return rows


def _start(path: Path, view: StepView) -> Any:
    if path.root == "fact":
        if path.name not in view.facts:
            raise Unsure
        return view.facts[path.name]
    if path.root == "input":
        items = view.items
    else:
        node = view.node(path.name)
        if node is None or not node.executed:
            raise Unsure
        items = node.items()
    if not items:
        raise Unsure
    return items[0 if "first" in {path.root, path.name} else -1].json


def walk(value: Any, keys: tuple[Get, ...], *, lenient: bool = False) -> Any:
    """Follow keys through JSON data.

    Raises:
        Unsure: Something that is not an own key of data was asked for.
    """
    for key in keys:
        if isinstance(value, dict):
            value = _of_object(cast("dict[str, Any]", value), key.name)
        elif isinstance(value, list):
            value = _of_list(cast("list[Any]", value), key.name)
        elif value is None or value is UNDEFINED:
            if not (key.optional or lenient):
                raise Unsure
            return UNDEFINED
        else:
            raise Unsure
    return value


def _of_object(value: dict[str, Any], key: str) -> Any:
    if key in value and key != "__proto__":
        return value[key]
    if key in OBJECT_NAMES:
        raise Unsure
    return UNDEFINED


def _of_list(value: list[Any], key: str) -> Any:
    if key == "length":
        return len(value)
    if not (key.isascii() and key.isdigit() and (key == "0" or key[0] != "0") and len(key) < 10):
        raise Unsure
    index = int(key)
    return value[index] if index < len(value) else UNDEFINED
