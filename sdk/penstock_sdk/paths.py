"""Read and write values inside JSON by paths such as `customer.address.city` and `lines[0].price`.

The rules:

* A key that is there as it stands wins over the path that its dots would make.
* `[0]` or a number between dots leads into an array.
* Writing makes the objects and arrays on the way and copies those that exist: items are shared
  between branches and never changed.
* A path that leads nowhere, such as `[`, reads nothing, writes nothing and removes nothing.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Mapping, Sequence
from typing import Any, cast


class _Missing:
    def __repr__(self) -> str:
        return "MISSING"


#: What `read` returns where there is nothing, to tell it from null.
MISSING: Any = _Missing()

Step = str | int
_STEP = re.compile(r"\[(\d{1,9})\]|\[\"([^\"]*+)\"\]|\['([^']*+)'\]|([^.\[]++)|\.")
_MAX_INDEX = 100_000  # written: an array is filled up with nulls
_NUMBER = re.compile(r"0|[1-9][0-9]{0,8}")


@functools.lru_cache(maxsize=4096)
def steps(path: str) -> tuple[Step, ...]:
    """The keys and indexes that a path goes through."""
    found: list[Step] = []
    for match in _STEP.finditer(path):
        index, double, single, plain = match.groups()
        if index is not None:
            found.append(int(index))
        elif match[0] != ".":
            found.append(double if double is not None else single if single is not None else plain)
    return tuple(found)


def is_plain(path: str) -> bool:
    """Is the path one key and nothing more?"""
    return "." not in path and "[" not in path


def read(json: Mapping[str, Any], path: str, *, dots: bool = True) -> Any:
    """The value at a path, or `MISSING`."""
    if path in json:
        return json[path]
    way = steps(path) if dots and not is_plain(path) else ()
    value: Any = json if way else MISSING
    for step in way:
        value = _child(value, step)
        if value is MISSING:
            return MISSING
    return value


def _child(value: Any, step: Step) -> Any:
    if isinstance(value, Mapping):
        return cast("Mapping[str, Any]", value).get(str(step), MISSING)
    if isinstance(value, list | tuple):
        members = cast("Sequence[Any]", value)
        index = _index(step)
        return members[index] if 0 <= index < len(members) else MISSING
    return MISSING


def write(json: dict[str, Any], path: str, value: Any, *, dots: bool = True) -> None:
    """Set the value at a path. `json` is changed, what hangs below it is copied first."""
    way = steps(path) if dots and not is_plain(path) else (path,)
    if not way:
        return
    target: Any = json
    for step, following in itertools.pairwise(way):
        child = _copied(_child(target, step), following)
        _put(target, step, child)
        target = child
    _put(target, way[-1], value)


def _copied(value: Any, following: Step) -> Any:
    if isinstance(value, Mapping):
        return dict(cast("Mapping[str, Any]", value))
    if isinstance(value, list | tuple):
        return list(cast("Sequence[Any]", value))
    # A number beyond reason, a date say, is rather a key.
    is_place = isinstance(following, int) or 0 <= _index(following) <= _MAX_INDEX
    return [] if is_place else {}


def _index(step: Step) -> int:
    """The place in an array that a step means, -1 for none."""
    if isinstance(step, int):
        return step
    return int(step) if _NUMBER.fullmatch(step) else -1


def _put(target: Any, step: Step, value: Any) -> None:
    if isinstance(target, dict):
        target[str(step)] = value
        return
    index = _index(step)
    if not 0 <= index <= _MAX_INDEX:
        return
    while len(target) <= index:
        target.append(None)
    target[index] = value


def remove(json: dict[str, Any], path: str, *, dots: bool = True) -> None:
    """Remove the value at a path, if it is there. What hangs below `json` is copied first."""
    if path in json:
        del json[path]
        return
    if not dots or is_plain(path) or read(json, path) is MISSING:
        return
    *way, last = steps(path)
    target: Any = json
    for step in way:
        child = _copied(_child(target, step), last)
        _put(target, step, child)
        target = child
    if isinstance(target, dict):
        cast("dict[str, Any]", target).pop(str(last), None)
    elif isinstance(target, list):
        cast("list[Any]", target).pop(_index(last))
