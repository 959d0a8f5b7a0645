"""Conditions of n8n, in both of their forms, as groups that our nodes evaluate.

The rules:

* Since version 2 a group holds conditions with a left value, an operator and a right value.
* Before, conditions were sorted by type; values of another type were compared as JavaScript does
  it, so those groups are not strict.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from penstock_node_n8n.source import Source, Unmapped
from penstock_sdk.loose import table, tables

_OLD: Mapping[str, Mapping[str, str]] = {
    "string": {
        "equal": "equals",
        "notEqual": "notEquals",
        "contains": "contains",
        "notContains": "notContains",
        "startsWith": "startsWith",
        "notStartsWith": "notStartsWith",
        "endsWith": "endsWith",
        "notEndsWith": "notEndsWith",
        "regex": "regex",
        "notRegex": "notRegex",
        "isEmpty": "empty",
        "isNotEmpty": "notEmpty",
    },
    "number": {
        "equal": "equals",
        "notEqual": "notEquals",
        "smaller": "lt",
        "smallerEqual": "lte",
        "larger": "gt",
        "largerEqual": "gte",
        "isEmpty": "empty",
        "isNotEmpty": "notEmpty",
    },
    "boolean": {"equal": "equals", "notEqual": "notEquals"},
    "dateTime": {"after": "after", "before": "before"},
}
_OLD_DEFAULTS = {"string": "equal", "number": "smaller", "boolean": "equal", "dateTime": "after"}


def new_group(given: Any, *, loose: Any = False, ignore_case: Any = False) -> dict[str, Any]:
    """A group as n8n has it since version 2."""
    group = table(given)
    options = table(group.get("options"))
    strict = options.get("typeValidation", "strict") == "strict" and loose is not True
    return {
        "combinator": "or" if group.get("combinator") == "or" else "and",
        "options": {
            "case_sensitive": options.get("caseSensitive", True) is not False
            and ignore_case is not True,
            "strict": strict,
        },
        "conditions": [_new(one) for one in tables(group.get("conditions"))],
    }


def _new(one: Mapping[str, Any]) -> dict[str, Any]:
    operator = table(one.get("operator"))
    return {
        "left": one.get("leftValue", ""),
        "operator": {
            "type": operator.get("type", "string"),
            "operation": operator.get("operation", "equals"),
        },
        "right": one.get("rightValue", ""),
    }


def old_group(source: Source, path: str) -> dict[str, Any]:
    """A group as n8n had it before version 2: conditions sorted by type."""
    conditions = [
        old_condition(kind, row, path)
        for kind, rows in table(source.get(path)).items()
        for row in tables(rows)
    ]
    combined = source.get("combineOperation", "all")
    if combined not in ("all", "any"):
        combined = source.get("combineConditions", "AND")
    return {
        "combinator": "or" if combined in ("any", "OR") else "and",
        "options": {"case_sensitive": True, "strict": False},
        "conditions": conditions,
    }


def old_condition(kind: str, row: Mapping[str, Any], path: str) -> dict[str, Any]:
    """One condition of before version 2.

    Raises:
        Unmapped: Nobody knows its operation.
    """
    known = _OLD.get(kind)
    operation = row.get("operation", _OLD_DEFAULTS.get(kind))
    if known is None or operation not in known:
        raise Unmapped(f"The condition {kind}.{operation} is not known", field=path)
    empty = "" if kind == "string" else 0 if kind == "number" else False
    blank = known[operation] in ("empty", "notEmpty")
    return {
        "left": row.get("value1", empty),
        # Of a number that is empty nothing can be asked but that.
        "operator": {"type": "string" if blank else kind, "operation": known[operation]},
        "right": row.get("value2", empty),
    }
