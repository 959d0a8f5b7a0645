"""Conditions on values, combined by and or or, for all items at once.

The form is that of the field kind `conditions`:

    {"combinator": "and", "options": {"case_sensitive": true, "strict": true},
     "conditions": [{"left": …, "operator": {"type": "string", "operation": "equals"}, "right": …}]}

The rules:

* Conditions are looked at in order, and only for the items that the earlier ones have not decided.
* `strict`: the left value has to be of the operator's type. Otherwise it is converted, and what
  cannot be converted is an error, except for booleans, where it counts as JavaScript counts it.
* A right value that a person typed is converted; one that an expression gave is held to `strict`.
* Nothing (`None`) is of every type: an empty text, an empty array, and a number or date that is
  neither equal to, greater nor less than anything.
* Without `case_sensitive` texts are compared in lower case.
* A regular expression is run in the sandbox, for all items in one call.
* An operation that does not exist is false for every item.
* No conditions at all are true.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, cast

from penstock_sdk.coerce import COERCIONS, kind_of
from penstock_sdk.columns import as_list, value_at, varies
from penstock_sdk.context import Column, Context
from penstock_sdk.errors import NodeFailed, PenstockError
from penstock_sdk.loose import table
from penstock_sdk.moments import moment
from penstock_sdk.operations import EXISTENCE, OPERATIONS, REGEX

_STRICT_HINT = "Convert the value in an expression, choose another type, or allow conversion."
_LOOSE_HINT = "Change the type of the comparison, or the value."

_REGEX_SOURCE = r"""(() => {
  const parts = /^\/([\s\S]*)\/([a-z]*)$/.exec($json.right);
  return (parts ? new RegExp(parts[1], parts[2]) : new RegExp($json.right)).test($json.left);
})()"""

_NONE = type(None)
#: Types that need no conversion.
_TYPES: dict[str, frozenset[type]] = {
    "string": frozenset({str, _NONE}),
    "number": frozenset({int, float, _NONE}),
    "boolean": frozenset({bool, _NONE}),
    "array": frozenset({list, _NONE}),
    "object": frozenset({dict, _NONE}),
}


class _Check(NamedTuple):
    """One condition, for the items that are still open."""

    type: str
    operation: str
    left: list[Any]
    right: list[Any]
    #: Was the right value typed by a person?
    typed: bool
    strict: bool
    case_sensitive: bool
    zone: str
    rows: Sequence[int]
    path: str


#: Items that are looked at before others have their turn on the event loop.
AT_ONCE = 10_000


async def evaluate(
    ctx: Context,
    group: Any,
    count: int,
    *,
    field: str = "conditions",
    only: Sequence[int] | None = None,
) -> list[bool]:
    """For each of the first `count` items: is the group of conditions true?

    Args:
        ctx: The step.
        group: What `ctx.columns` returned for the field.
        count: Number of items.
        field: Its name, for errors.
        only: The items to look at, in order; the answer for the others means nothing.

    Raises:
        NodeFailed: A value is not of the type that its condition wants.
    """
    _require_group(group, field)
    if _has_varying_shape(group):
        return await _one_by_one(ctx, group, count, field, only)
    rows: Sequence[int] = range(count) if only is None else only
    if len(rows) <= AT_ONCE:
        return await _evaluate(ctx, group, count, field, rows)
    result = [False] * count
    for start in range(0, len(rows), AT_ONCE):
        part = rows[start : start + AT_ONCE]
        answers = await _evaluate(ctx, group, count, field, part)
        for row in part:
            result[row] = answers[row]
        await asyncio.sleep(0)
    return result


async def _evaluate(
    ctx: Context, group: Mapping[str, Any], count: int, field: str, rows: Sequence[int]
) -> list[bool]:
    conditions = cast("list[Mapping[str, Any]]", group.get("conditions") or [])
    is_or = group.get("combinator", "and") == "or"
    result = [not is_or or not conditions] * count
    for index, condition in enumerate(conditions):
        check = _check(ctx, group, condition, rows, f"{field}.conditions[{index}]", count)
        mask = await _mask(ctx, check)
        for row, value in zip(rows, mask, strict=True):
            result[row] = value
        rows = [row for row, value in zip(rows, mask, strict=True) if value != is_or]
        if not rows:
            break
    return result


def _require_group(group: Any, field: str) -> None:
    """Refuse what an expression or a hand-written document may have put there."""
    if isinstance(group, Column):
        return
    listed = table(group).get("conditions")
    if isinstance(listed, Column):
        return
    if not isinstance(listed, list) or not all(
        isinstance(one, Mapping | Column) for one in cast("list[Any]", listed)
    ):
        raise NodeFailed(
            f"These are no conditions, but a value of the type {kind_of(group)}",
            hint="Give an object with a list `conditions`, each with `left` and `operator`.",
            field=field,
        )


def _has_varying_shape(group: Any) -> bool:
    """Do more than the values to compare differ from item to item?"""
    if isinstance(group, Column) or isinstance(group.get("conditions"), Column):
        return True
    shape = {key: group[key] for key in group if key != "conditions"}
    conditions = cast("list[Any]", group.get("conditions") or [])
    return varies(shape) or any(
        isinstance(condition, Column) or varies(condition.get("operator"))
        for condition in conditions
    )


async def _one_by_one(
    ctx: Context, group: Any, count: int, field: str, only: Sequence[int] | None
) -> list[bool]:
    result = [False] * count
    for i in range(count) if only is None else only:
        try:
            (result[i],) = await evaluate(ctx, value_at(group, i), 1, field=field)
        except NodeFailed as error:
            error.item = i
            raise
    return result


def _check(
    ctx: Context,
    group: Mapping[str, Any],
    condition: Mapping[str, Any],
    rows: Sequence[int],
    path: str,
    count: int,
) -> _Check:
    options = cast("Mapping[str, Any]", group.get("options") or {})
    operator = cast("Mapping[str, Any]", condition.get("operator") or {})
    right = condition.get("right")
    return _Check(
        type=str(operator.get("type", "string")),
        operation=str(operator.get("operation", "equals")),
        left=_pick(condition.get("left"), rows, count),
        right=_pick(right, rows, count),
        typed=not varies(right),
        strict=bool(options.get("strict", True)),
        case_sensitive=bool(options.get("case_sensitive", True)),
        zone=ctx.timezone,
        rows=rows,
        path=path,
    )


def _pick(tree: Any, rows: Sequence[int], count: int) -> list[Any]:
    values = as_list(tree, count)
    return values if len(rows) == count else [values[row] for row in rows]


async def _mask(ctx: Context, check: _Check) -> list[bool]:
    if check.operation in EXISTENCE:
        exists = EXISTENCE[check.operation]
        return [exists(left, None) for left in check.left]
    left = _left(check)
    if check.type == "string" and check.operation in REGEX:
        return await _regex(ctx, check, left)
    operation = OPERATIONS.get(check.type, {}).get(check.operation)
    if operation is None:
        return [False] * len(check.rows)
    right = _right(check)
    return [operation(one, other) for one, other in zip(left, right, strict=True)]


def _left(check: _Check) -> list[Any]:
    values = _converted(check, check.left, check.type, "left", strict=check.strict)
    if check.type == "string":
        return _texts(values, lower=not check.case_sensitive)
    if check.type == "array":
        return [_array(value, lower=not check.case_sensitive) for value in values]
    return values


def _right(check: _Check) -> list[Any]:
    wanted = check.type
    if check.type == "array":
        wanted = "number" if check.operation.startswith("length") else "any"
    if check.operation in {"empty", "notEmpty", "true", "false"}:
        return check.right
    strict = check.strict and not check.typed
    values = _converted(check, check.right, wanted, "right", strict=strict)
    if check.type == "string":
        return _texts(values, lower=not check.case_sensitive)
    if wanted == "any" and not check.case_sensitive:
        return [_lowered(value) for value in values]
    return values


def _texts(values: list[Any], *, lower: bool) -> list[str]:
    if lower:
        return ["" if value is None else value.lower() for value in values]
    return ["" if value is None else value for value in values]


def _array(value: Any, *, lower: bool) -> list[Any]:
    members: list[Any] = [] if value is None else value
    return [_lowered(member) for member in members] if lower else members


def _lowered(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _converted(
    check: _Check, values: list[Any], wanted: str, side: str, *, strict: bool
) -> list[Any]:
    if wanted == "dateTime":
        return [_moment(check, value, at, side) for at, value in enumerate(values)]
    allowed = _TYPES.get(wanted)
    if allowed is None or set(map(type, values)) <= allowed:
        return values
    convert = COERCIONS[wanted]
    converted: list[Any] = []
    for at, value in enumerate(values):
        if type(value) in allowed:
            converted.append(value)
        elif strict:
            raise _wrong_type(check, value, wanted, at, side)
        else:
            try:
                converted.append(convert(value))
            except ValueError as error:
                if wanted != "boolean":
                    raise _not_convertible(check, error, at, side) from error
                # JavaScript: every array and object is true, a text where it is not empty.
                converted.append(bool(value) or isinstance(value, list | dict))
    return converted


def _moment(check: _Check, value: Any, at: int, side: str) -> Any:
    if value is None:
        return None
    found = moment(value, check.zone)
    if found is None:
        raise _wrong_type(check, value, "date and time", at, side)
    return found


def _wrong_type(check: _Check, value: Any, wanted: str, at: int, side: str) -> NodeFailed:
    shown = repr(value)
    shown = shown if len(shown) <= 80 else shown[:77] + "..."
    return NodeFailed(
        f"Wrong type: the {side} value {shown} is a {kind_of(value)}, not a {wanted}",
        hint=_STRICT_HINT if check.strict else _LOOSE_HINT,
        item=check.rows[at],
        field=f"{check.path}.{side}",
    )


def _not_convertible(check: _Check, error: ValueError, at: int, side: str) -> NodeFailed:
    return NodeFailed(
        f"Cannot convert the {side} value: {error}",
        hint=_LOOSE_HINT,
        item=check.rows[at],
        field=f"{check.path}.{side}",
    )


async def _regex(ctx: Context, check: _Check, left: list[str]) -> list[bool]:
    # The pattern keeps its case even where the texts are compared in lower case.
    right = _texts(
        _converted(check, check.right, "string", "right", strict=check.strict and not check.typed),
        lower=False,
    )
    rows = [{"left": one, "right": other} for one, other in zip(left, right, strict=True)]
    wanted = REGEX[check.operation]
    try:
        answers = await ctx.evaluate(_REGEX_SOURCE, rows)
    except PenstockError as error:
        if error.code != "expression.failed":
            raise
        at: int | None = getattr(error, "item", None)
        raise NodeFailed(
            f"The regular expression cannot be used: {error.message}",
            hint="Write a pattern as JavaScript has it, such as `^a+$` or `/^a+$/i`.",
            item=None if at is None else check.rows[at],
            field=f"{check.path}.right",
        ) from error
    return [bool(found) == wanted for found in answers]
