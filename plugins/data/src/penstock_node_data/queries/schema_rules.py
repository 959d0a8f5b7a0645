"""Keywords of JSON Schema that are checked in our way, because a schema is written by a stranger.

The rules:

* Patterns ask `Patterns`, never the regular expressions of the host.
* References are counted: a few lines can refer to each other in a way that doubles without an end.
* Types are looked up here, because asking the library for them costs a third of a check.
* Whether the members of an array differ is found by comparing their JSON, not each with each.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

from jsonschema import ValidationError

from penstock_node_data.queries.patterns import Patterns
from penstock_sdk.loose import rows, table

_MAX_REFERENCES = 200_000

Rule = Callable[[Any, Any, Any, Any], Iterator[ValidationError]]


def rules(patterns: Patterns, known: Mapping[str, Any]) -> dict[str, Rule]:
    """The keywords to replace."""
    counted = _Counted(_MAX_REFERENCES)
    references = {
        name: counted.rule(known[name]) for name in ("$ref", "$dynamicRef") if name in known
    }
    return {
        "pattern": _pattern(patterns),
        "patternProperties": _pattern_properties(patterns),
        "additionalProperties": _additional(patterns),
        "uniqueItems": _unique,
        "type": _type,
        **references,
    }


class _Counted:
    def __init__(self, most: int) -> None:
        self.left = most

    def rule(self, inner: Any) -> Rule:
        def check(checker: Any, wanted: Any, value: Any, schema: Any) -> Iterator[ValidationError]:
            self.left -= 1
            if self.left < 0:
                # Told as what it most often is: a schema that refers to itself.
                raise RecursionError
            yield from inner(checker, wanted, value, schema) or ()

        return check


def _pattern(patterns: Patterns) -> Rule:
    def check(checker: Any, wanted: Any, value: Any, schema: Any) -> Iterator[ValidationError]:
        if isinstance(value, str) and not patterns.matches(wanted, value, guess=True):
            yield ValidationError(f"{value!r} does not match {wanted!r}")

    return check


def _pattern_properties(patterns: Patterns) -> Rule:
    def check(checker: Any, wanted: Any, value: Any, schema: Any) -> Iterator[ValidationError]:
        for pattern, rule in table(wanted).items():
            for name, member in table(value).items():
                if patterns.matches(pattern, name, guess=False):
                    yield from checker.descend(member, rule, path=name, schema_path=pattern)

    return check


def _additional(patterns: Patterns) -> Rule:
    def check(checker: Any, rule: Any, value: Any, schema: Any) -> Iterator[ValidationError]:
        others = _others(table(value), table(schema), patterns)
        if rule is False and others:
            names = ", ".join(map(repr, others))
            yield ValidationError(f"Additional properties are not allowed: {names}")
        elif isinstance(rule, Mapping):
            for name in others:
                yield from checker.descend(value[name], rule, path=name)

    return check


def _others(value: Mapping[str, Any], schema: Mapping[str, Any], patterns: Patterns) -> list[str]:
    named = table(schema.get("properties"))
    wanted = list(table(schema.get("patternProperties")))
    others = [name for name in value if name not in named]
    return [
        name
        for name in others
        if not any(patterns.matches(rule, name, guess=False) for rule in wanted)
    ]


def _unique(checker: Any, wanted: Any, value: Any, schema: Any) -> Iterator[ValidationError]:
    if wanted is True and isinstance(value, list):
        texts = [json.dumps(member, sort_keys=True) for member in rows(value)]
        if len(set(texts)) < len(texts):
            yield ValidationError("The members of the array are not all different")


_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "number": (int, float),
    "integer": (int,),
    "boolean": (bool,),
    "object": (dict,),
    "array": (list,),
    "null": (type(None),),
}


def _type(checker: Any, wanted: Any, value: Any, schema: Any) -> Iterator[ValidationError]:
    names: list[str] = [wanted] if isinstance(wanted, str) else wanted
    kind = cast("type[Any]", type(value))
    if not any(kind in _TYPES.get(name, ()) for name in names) and not (
        kind is float and "integer" in names and value.is_integer()
    ):
        yield ValidationError(f"{value!r} is not of type {', '.join(map(repr, names))}")
