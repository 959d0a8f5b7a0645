"""Checks items against a JSON Schema.

The rules:

* The dialect is 2020-12 unless the schema names another; references stay inside the schema, and
  nothing is fetched.
* Patterns are regular expressions of strangers: they are run in the sandbox. The check is repeated
  until every pattern that it asked for has an answer, which is once more than patterns are nested.
* An item that fits leaves through `valid`; one that does not, with the list of its errors, through
  `invalid`.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from penstock_node_data.queries.patterns import Patterns
from penstock_sdk import (
    Context,
    Item,
    Node,
    NodeFailed,
    Output,
    Port,
    integer,
    text,
)
from penstock_sdk import json as json_field
from penstock_sdk.paths import MISSING, read

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

_MAX_ROUNDS = 20
_TEST = """(() => {
  try { return new RegExp($json.pattern, 'u').test($json.text) } catch { return null }
})()"""
#: They ask for regular expressions in places that cannot be answered from outside.
_UNSUPPORTED = "unevaluatedProperties"


class Validate(Node):
    """Checks items against a JSON Schema."""

    id = "penstock/data.validate"
    title = "Validate"
    description = "Checks items against a JSON Schema and separates those that do not fit."
    group = "data"
    icon = "shield-check"
    aliases = ("json schema", "check", "verify", "quality", "contract", "assert")
    docs = (
        "Items that fit leave through `valid`, the others through `invalid` with a list of errors, "
        "each with the path of the value, what is wrong with it and the rule that says so."
    )
    outputs = (
        Port(name="valid", title="Valid", sample={"name": "Ada", "age": 36}),
        Port(
            name="invalid",
            title="Invalid",
            sample={
                "name": "Ada",
                "age": "36",
                "errors": [
                    {"path": "age", "message": "'36' is not of type 'integer'", "rule": "type"}
                ],
            },
        ),
    )

    schema: Any = json_field(
        {"type": "object"}, title="JSON Schema", hint="Dialect 2020-12.", expression=False
    )
    of: str = text(
        "", title="Field to check", hint="The whole item where it is empty.", expression=False
    )
    errors_field: str = text("errors", title="Field for the errors", expression=False)
    max_errors: int = integer(
        20, minimum=1, maximum=1000, title="Errors per item at most", advanced=True
    )

    async def run(self, ctx: Context, items: Sequence[Item]) -> Mapping[str, Output]:
        """Check every item."""
        patterns = Patterns()
        check = _checker(_schema(ctx.param("schema")), patterns)
        values = [_value(item, str(ctx.param("of") or "")) for item in items]
        most = int(ctx.param("max_errors"))
        found: list[list[dict[str, Any]]] = [[] for _ in items]
        open_: Sequence[int] = range(len(items))
        for _ in range(_MAX_ROUNDS):
            open_ = await asyncio.to_thread(_look, check, patterns, values, found, open_, most)
            if not open_:
                return _sorted_out(items, found, str(ctx.param("errors_field") or "errors"))
            await _answer(ctx, patterns)
        raise NodeFailed(
            "The patterns of the schema are nested too deeply",
            hint="Use fewer patterns within patterns.",
            field="schema",
        )


def _schema(given: Any) -> Any:
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except (ValueError, RecursionError) as error:
            raise _wrong(f"it is not JSON ({error})") from error
    if not isinstance(given, Mapping | bool):
        raise _wrong("it is neither an object nor true or false")
    return cast("Any", given)


def _wrong(reason: str) -> NodeFailed:
    return NodeFailed(
        f"The schema cannot be used: {reason}",
        hint='A schema is an object such as { "type": "object", "required": ["name"] }.',
        field="schema",
    )


def _value(item: Item, name: str) -> Any:
    found = read(item.json, name) if name else item.json
    return None if found is MISSING else found


def _checker(schema: Any, patterns: Patterns) -> Validator:
    # These cost 100 ms, which only the workflows that use this node should pay.
    from jsonschema import FormatChecker, SchemaError, validators  # noqa: PLC0415
    from referencing import Registry  # noqa: PLC0415

    from penstock_node_data.queries.schema_rules import rules  # noqa: PLC0415

    dialect = cast("Any", validators.validator_for(schema, validators.Draft202012Validator))
    written = json.dumps(schema)
    if _UNSUPPORTED in written and "patternProperties" in written:
        raise _wrong(f"{_UNSUPPORTED} together with patternProperties is not supported")
    try:
        # Without formats: a pattern is no regular expression of the host.
        dialect.check_schema(schema, format_checker=FormatChecker(formats=()))
    except SchemaError as error:
        raise _wrong(f"{error.json_path}: {error.message}"[:500]) from error
    known = cast("Mapping[str, Any]", dialect.VALIDATORS)
    extend = cast("Any", validators).extend
    checker = extend(dialect, rules(patterns, known))
    # An empty registry fetches nothing: a reference to elsewhere is an error.
    return cast("Validator", checker(schema, registry=cast("Any", Registry)()))


def _look(
    check: Validator,
    patterns: Patterns,
    values: Sequence[Any],
    found: list[list[dict[str, Any]]],
    places: Sequence[int],
    most: int,
) -> list[int]:
    """Check the values at these places, and say which to check again when patterns are known."""
    from referencing.exceptions import Unresolvable  # noqa: PLC0415

    again: list[int] = []
    try:
        for i in places:
            patterns.unsure = False
            found[i] = _errors(check, values[i], most)
            if patterns.unsure:
                again.append(i)
    except Unresolvable as error:
        raise _wrong(f"{error}, and nothing is fetched") from error
    except RecursionError as error:
        raise _wrong("it refers to itself without an end, or an item is too deep") from error
    return again


def _errors(check: Validator, value: Any, most: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for error in check.iter_errors(value):
        path = ".".join(str(part) for part in error.absolute_path)
        found.append({"path": path, "message": error.message[:500], "rule": str(error.validator)})
        if len(found) >= most:
            break
    return found


async def _answer(ctx: Context, patterns: Patterns) -> None:
    pairs = list(patterns.asked)
    rows = [{"pattern": pattern, "text": value} for pattern, value in pairs]
    answers = await ctx.evaluate(_TEST, rows)
    for pair, answer in zip(pairs, answers, strict=True):
        if answer is None:
            raise _wrong(f"{pair[0]!r} is no regular expression")
        patterns.known[pair] = answer is True
    patterns.asked.clear()


def _sorted_out(
    items: Sequence[Item], found: Sequence[list[dict[str, Any]]], name: str
) -> Mapping[str, Output]:
    fits = [i for i, errors in enumerate(found) if not errors]
    fails = [i for i, errors in enumerate(found) if errors]
    return {
        "valid": Output([items[i] for i in fits], fits),
        "invalid": Output(
            [Item({**items[i].json, name: found[i]}, items[i].binary) for i in fails], fails
        ),
    }
