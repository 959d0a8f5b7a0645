"""A configuration against its fields: what is filled in, what is shown, what is missing.

The rules:

* A text beginning with `=` is an expression where the field allows one; its value is not known yet.
* A field with `show_if` is shown when every field it names is shown and has one of the listed
  values. Names are looked up beside the field first, then further out. While a named field holds an
  expression, the field counts as shown, and as not missing.
* The fields inside a collection are added one by one: never missing.
* Paths look like `rules[0].value`.

This module works inside the Python guest: it uses nothing but the standard library.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any, NamedTuple

from penstock_sdk.fields import MISSING, Field
from penstock_sdk.loose import rows, table


class _Scope(NamedTuple):
    """The fields of one object and their values, with the object around it."""

    fields: Mapping[str, Field]
    values: Mapping[str, Any]
    outer: _Scope | None = None


def is_expression(value: Any) -> bool:
    """Is this a text that the host evaluates?"""
    return isinstance(value, str) and value.startswith("=")


def defaults(fields: Mapping[str, Field], config: Mapping[str, Any]) -> dict[str, Any]:
    """The configuration with the defaults of all fields filled in, nested ones too.

    What is required and not there stays away; keys without a field are kept.
    """
    filled = {
        name: deepcopy(field.default)
        for name, field in fields.items()
        if field.default is not MISSING and field.kind != "notice"
    }
    filled.update(config)
    for name, value in filled.items():
        field = fields.get(name)
        if field is not None and field.fields is not None:
            filled[name] = _nested(field, field.fields, value)
    return filled


def _nested(field: Field, inner: Mapping[str, Field], value: Any) -> Any:
    if field.kind == "list" and isinstance(value, list):
        return [_filled(inner, row) for row in rows(value)]
    return _filled(inner, value)


def _filled(inner: Mapping[str, Field], value: Any) -> Any:
    return defaults(inner, table(value)) if isinstance(value, Mapping) else value


def visible(fields: Mapping[str, Field], config: Mapping[str, Any]) -> set[str]:
    """Paths of the fields that are shown with this configuration."""
    return {path for path, _field, _value in _shown(_Scope(fields, config), "")}


def missing(fields: Mapping[str, Field], config: Mapping[str, Any]) -> list[str]:
    """Paths of required fields that are shown and have no value, in order."""
    return [
        path
        for path, field, value in _shown(_Scope(fields, config), "", optional=False)
        if field is not None and field.required and value in (MISSING, None, "")
    ]


def _shown(
    scope: _Scope, prefix: str, *, optional: bool = False
) -> Iterator[tuple[str, Field | None, Any]]:
    """Path, field (None where it is not required here) and value of every field that is shown."""
    for name, field in scope.fields.items():
        state = _is_shown(scope, name, frozenset())
        if state is False:
            continue
        value = scope.values.get(name, MISSING)
        demanded = None if optional or state is None else field
        yield prefix + name, demanded, value
        yield from _shown_inside(field, scope, value, prefix + name)


def _shown_inside(
    field: Field, scope: _Scope, value: Any, path: str
) -> Iterator[tuple[str, Field | None, Any]]:
    if field.fields is None:
        return
    if field.kind == "list":
        for index, row in enumerate(rows(value)):
            if isinstance(row, Mapping):
                inner = _Scope(field.fields, table(row), scope)
                yield from _shown(inner, f"{path}[{index}].")
        return
    yield from _shown(_Scope(field.fields, table(value), scope), f"{path}.", optional=True)


def _is_shown(scope: _Scope, name: str, asked: frozenset[int]) -> bool | None:
    """True, False, or None while an expression decides."""
    field = scope.fields[name]
    result: bool | None = True
    if id(field) in asked:  # rules that name each other in a circle
        return True
    asked |= {id(field)}
    for other, wanted in (field.show_if or {}).items():
        answer = _has_value(scope, other, wanted, asked)
        if answer is False:
            return False
        if answer is None:
            result = None
    return result


def _has_value(scope: _Scope | None, name: str, wanted: Any, asked: frozenset[int]) -> bool | None:
    while scope is not None and name not in scope.fields:
        scope = scope.outer
    if scope is None:
        return False
    shown = _is_shown(scope, name, asked)
    if shown is False:
        return False
    field = scope.fields[name]
    value = scope.values.get(name, field.default)
    if field.expression and is_expression(value):
        return None
    if isinstance(value, Mapping) and field.kind == "resource":
        value = table(value).get("value")
    fits = any(_same(value, one) for one in wanted)
    return shown if fits else False


def _same(value: Any, wanted: Any) -> bool:
    # True == 1 in Python, and a field with the value 1 is not checked.
    return value == wanted and isinstance(value, bool) == isinstance(wanted, bool)
