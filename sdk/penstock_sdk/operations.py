"""What conditions can ask of two values that already have the right types."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

#: The left and the right value to the answer.
Operation = Callable[[Any, Any], bool]

#: Answered by the sandbox: a regular expression in the host could be made to run forever.
REGEX = {"regex": True, "notRegex": False}


def same(left: Any, right: Any) -> bool:
    """Equal, and true is not 1."""
    return left == right and isinstance(left, bool) == isinstance(right, bool)


def has(array: Any, value: Any) -> bool:
    """Does an array have an element that is equal?"""
    return any(same(member, value) for member in array)


_TEXT: dict[str, Operation] = {
    "equals": lambda left, right: left == right,
    "notEquals": lambda left, right: left != right,
    "contains": lambda left, right: right in left,
    "notContains": lambda left, right: right not in left,
    "startsWith": lambda left, right: left.startswith(right),
    "notStartsWith": lambda left, right: not left.startswith(right),
    "endsWith": lambda left, right: left.endswith(right),
    "notEndsWith": lambda left, right: not left.endswith(right),
    "empty": lambda left, _: not left,
    "notEmpty": lambda left, _: bool(left),
}


def _both(operation: Operation) -> Operation:
    """False where one of them is nothing."""
    return lambda left, right: left is not None and right is not None and operation(left, right)


_NUMBER: dict[str, Operation] = {
    "equals": _both(lambda left, right: left == right),
    "notEquals": lambda left, right: left is None or right is None or left != right,
    "gt": _both(lambda left, right: left > right),
    "lt": _both(lambda left, right: left < right),
    "gte": _both(lambda left, right: left >= right),
    "lte": _both(lambda left, right: left <= right),
}
_MOMENT: dict[str, Operation] = {
    "equals": _both(lambda left, right: left == right),
    "notEquals": _both(lambda left, right: left != right),
    "after": _both(lambda left, right: left > right),
    "before": _both(lambda left, right: left < right),
    "afterOrEquals": _both(lambda left, right: left >= right),
    "beforeOrEquals": _both(lambda left, right: left <= right),
}
_BOOLEAN: dict[str, Operation] = {
    "true": lambda left, _: bool(left),
    "false": lambda left, _: not left,
    "equals": lambda left, right: left is right,
    "notEquals": lambda left, right: left is not right,
}
_ARRAY: dict[str, Operation] = {
    "contains": has,
    "notContains": lambda left, right: not has(left, right),
    "lengthEquals": lambda left, right: len(left) == right,
    "lengthNotEquals": lambda left, right: len(left) != right,
    "lengthGt": _both(lambda left, right: len(left) > right),
    "lengthLt": _both(lambda left, right: len(left) < right),
    "lengthGte": _both(lambda left, right: len(left) >= right),
    "lengthLte": _both(lambda left, right: len(left) <= right),
    "empty": lambda left, _: not left,
    "notEmpty": lambda left, _: bool(left),
}
_OBJECT: dict[str, Operation] = {
    "empty": lambda left, _: not left,
    "notEmpty": lambda left, _: bool(left),
}
_ANY: dict[str, Operation] = {
    "equals": same,
    "notEquals": lambda left, right: not same(left, right),
}
#: Asked of a value of whatever type.
EXISTENCE: dict[str, Operation] = {
    "exists": lambda left, _: left is not None and left == left,
    "notExists": lambda left, _: left is None or left != left,
}
_PRESENCE: dict[str, Operation] = {
    "empty": EXISTENCE["notExists"],
    "notEmpty": EXISTENCE["exists"],
}

#: Type to operation.
OPERATIONS: Mapping[str, Mapping[str, Operation]] = {
    "string": _TEXT,
    "number": _NUMBER | _PRESENCE,
    "dateTime": _MOMENT | _PRESENCE,
    "boolean": _BOOLEAN | _PRESENCE,
    "array": _ARRAY,
    "object": _OBJECT,
    "any": _ANY | _PRESENCE,
}
