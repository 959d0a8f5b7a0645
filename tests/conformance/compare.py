"""When what came out is what was expected.

The rules: objects have the same members in any order, lists the same in the same order, numbers are
equal by value, nothing else is converted. A member that is undefined is a member that is missing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

Item = Mapping[str, Any]


def difference(got: Any, wanted: Any, path: str = "") -> str | None:
    """The first place where they differ, or None."""
    if isinstance(wanted, Mapping) and "__matcher" in wanted:
        return None if _fits(got, wanted) else _told(path, got, wanted)
    if isinstance(got, bool) or isinstance(wanted, bool):
        return None if got is wanted else _told(path, got, wanted)
    if isinstance(got, int | float) and isinstance(wanted, int | float):
        return None if got == wanted else _told(path, got, wanted)
    if isinstance(got, Mapping) and isinstance(wanted, Mapping):
        return _of_objects(got, wanted, path)
    if isinstance(got, list) and isinstance(wanted, list):
        return _of_lists(got, wanted, path)
    return None if type(got) is type(wanted) and got == wanted else _told(path, got, wanted)


def _of_objects(got: Mapping[str, Any], wanted: Mapping[str, Any], path: str) -> str | None:
    for key in wanted:
        if key not in got:
            return f"{path}.{key}: missing, expected {_short(wanted[key])}"
    for key in got:
        if key not in wanted:
            return f"{path}.{key}: not expected, {_short(got[key])}"
    found = (difference(got[key], wanted[key], f"{path}.{key}") for key in wanted)
    return next((text for text in found if text), None)


def _of_lists(got: Sequence[Any], wanted: Sequence[Any], path: str) -> str | None:
    if len(got) != len(wanted):
        return f"{path}: {len(got)} members, expected {len(wanted)}"
    found = (difference(got[i], wanted[i], f"{path}[{i}]") for i in range(len(wanted)))
    return next((text for text in found if text), None)


def _told(path: str, got: Any, wanted: Any) -> str:
    return f"{path or 'value'}: {_short(got)}, expected {_short(wanted)}"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 120 else f"{text[:117]}..."


def _fits(got: Any, wanted: Mapping[str, Any]) -> bool:
    kind, sample = wanted["__matcher"], cast("Any", wanted.get("sample"))
    if kind == "ObjectContaining":
        return isinstance(got, Mapping) and all(
            key in got and difference(got[key], value) is None for key, value in sample.items()
        )
    if kind == "ArrayContaining":
        return isinstance(got, list) and all(
            any(difference(one, value) is None for one in got) for value in sample
        )
    if kind == "StringContaining":
        return isinstance(got, str) and sample in got
    return _KINDS[kind](got)


_KINDS = {
    "Any<String>": lambda got: isinstance(got, str),
    "Any<Number>": lambda got: isinstance(got, int | float) and not isinstance(got, bool),
    "Any<Array>": lambda got: isinstance(got, list),
    "Any<Object>": lambda got: got is not None,
    "Anything": lambda got: got is not None,
}
