"""The node that sets fields of items.

The rules:

* What an item keeps of its old fields is decided first, then the new values are written.
* A value is converted to the type that was chosen for it; null stays null.
* With `ignore_errors` a value that cannot be converted is written as it is.
* Dots in a name lead into objects, unless that is turned off.
* Names and types may differ from item to item, which takes longer.
* An item is never changed: a new one is made, and objects on the way to a value are copied.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from json import JSONDecodeError, loads
from typing import Any, NamedTuple

from penstock_node_data.items.names import names_in
from penstock_sdk import (
    Context,
    Item,
    Node,
    NodeFailed,
    Output,
    Port,
    Result,
    boolean,
    collection,
    integer,
    list_of,
    options,
    text,
)
from penstock_sdk import json as json_field
from penstock_sdk.coerce import COERCIONS, kind_of, to_object, unchanged
from penstock_sdk.columns import as_list, value_at, varies
from penstock_sdk.context import Column
from penstock_sdk.loose import rows, table, tables
from penstock_sdk.paths import MISSING, is_plain, read, remove, write

_TYPES = {
    "any": "As it is",
    "string": "Text",
    "number": "Number",
    "boolean": "Yes or no",
    "array": "Array",
    "object": "Object",
}
#: Values of these types need no conversion.
_EXACT: Mapping[str, frozenset[type]] = {
    "string": frozenset({str, type(None)}),
    "number": frozenset({int, float, type(None)}),
    "boolean": frozenset({bool, type(None)}),
    "array": frozenset({list, type(None)}),
    "object": frozenset({dict, type(None)}),
}


class _Assignment(NamedTuple):
    """One field to set: its name, or one per item, and one value per item."""

    name: str | Column
    values: list[Any]


_MAX_COPIES = 10_000
#: Modes of an execution that a person has started.
_BY_HAND = frozenset({"manual", "cli", "test"})


class SetFields(Node):
    """Sets fields of items."""

    id = "penstock/data.set"
    title = "Set fields"
    description = "Adds, changes and removes fields of items."
    group = "data"
    icon = "pencil"
    aliases = ("edit fields", "assign", "map", "transform", "rename", "json", "add field")
    docs = (
        "Fields are set one by one, or all at once as JSON. The other fields of an item stay, "
        "unless you choose which of them do. Dots lead into objects: `address.city`. Files stay "
        "with the item unless you turn that off."
    )
    outputs = (Port(name="main", sample={"name": "Ada", "total": 12.5}),)

    mode: str = options(
        {"fields": "Field by field", "json": "JSON"},
        default="fields",
        title="Mode",
        expression=False,
    )
    assignments: list[Any] = list_of(
        {
            "name": text(title="Name", placeholder="e.g. customer.name"),
            "type": options(_TYPES, default="any", title="Type"),
            "value": json_field(None, title="Value"),
        },
        title="Fields to set",
        show_if={"mode": ["fields"]},
    )
    json: Any = json_field(
        {},
        title="JSON",
        placeholder='={{ { "name": $json.first + " " + $json.last } }}',
        show_if={"mode": ["json"]},
    )
    include: str = options(
        {
            "all": "All other fields",
            "none": "No other fields",
            "selected": "Only these",
            "except": "All except these",
        },
        default="all",
        title="Keep",
    )
    fields_to_keep: str = text(
        "",
        title="Fields to keep",
        placeholder="e.g. id, address.city",
        show_if={"include": ["selected"]},
    )
    fields_to_drop: str = text(
        "",
        title="Fields to drop",
        placeholder="e.g. password, address.street",
        show_if={"include": ["except"]},
    )
    more: dict[str, Any] = collection(
        {
            "dots": boolean(True, title="Dots lead into objects"),
            "ignore_errors": boolean(False, title="Keep values that cannot be converted"),
            "keep_binary": boolean(True, title="Keep files"),
            "test_copies": integer(
                1,
                title="Copies when run by hand",
                minimum=1,
                maximum=_MAX_COPIES,
                description="Each item this many times, to try out what follows.",
            ),
        },
        title="Options",
        advanced=True,
    )

    def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        """Make the new items."""
        if not items:
            return []
        kept = _kept(ctx, items)
        more = _more(ctx)
        dots = bool(more.get("dots", True))
        if ctx.param("mode") == "json":
            _add_objects(ctx, kept)
        else:
            assignments = _assignments(ctx, len(items), bool(more.get("ignore_errors", False)))
            _assign(kept, assignments, dots=dots)
        if more.get("keep_binary", True):
            found = [Item(json, item.binary) for json, item in zip(kept, items, strict=True)]
        else:
            found = [Item(json) for json in kept]
        copies = more.get("test_copies")
        if isinstance(copies, int) and copies > 1 and ctx.mode in _BY_HAND:
            return _copied(found, min(copies, _MAX_COPIES))
        return found


def _copied(items: Sequence[Item], copies: int) -> Output:
    found = [item for item in items for _ in range(copies)]
    return Output(found, [i for i in range(len(items)) for _ in range(copies)])


def _more(ctx: Context) -> Mapping[str, Any]:
    return table(ctx.param("more"))


def _kept(ctx: Context, items: Sequence[Item]) -> list[dict[str, Any]]:
    """What each item keeps, as an object that may be written to."""
    include = ctx.columns("include")
    if include == "all":
        return [item.json.copy() for item in items]
    if include == "none":
        return [{} for _ in items]
    dots = bool(_more(ctx).get("dots", True))
    return [_selected(ctx, item, i, dots=dots) for i, item in enumerate(items)]


def _selected(ctx: Context, item: Item, i: int, *, dots: bool) -> dict[str, Any]:
    include = ctx.param("include", i)
    if include == "none":
        return {}
    if include == "selected":
        kept: dict[str, Any] = {}
        for name in names_in(ctx.param("fields_to_keep", i), "fields_to_keep"):
            value = read(item.json, name, dots=dots)
            if value is not MISSING:
                write(kept, name, value, dots=dots and name not in item.json)
        return kept
    kept = item.json.copy()
    if include == "except":
        for name in names_in(ctx.param("fields_to_drop", i), "fields_to_drop"):
            remove(kept, name, dots=dots)
    return kept


def _assignments(ctx: Context, count: int, ignore_errors: bool) -> list[_Assignment]:
    listed = ctx.columns("assignments")
    given = rows(listed)
    if isinstance(listed, Column) or not all(isinstance(row, Mapping) for row in given):
        raise NodeFailed(
            "The list of fields to set differs from item to item",
            hint="Use the mode JSON, where an expression may give any object.",
            field="assignments",
        )
    found: list[_Assignment] = []
    for index, settings in enumerate(tables(given)):
        name = _name_of(settings.get("name"), count)
        if name:
            values = _converted(settings, count, index, ignore_errors)
            found.append(_Assignment(name, values))
    return found


def _name_of(tree: Any, count: int) -> str | Column:
    if varies(tree):
        return Column([str(name or "") for name in as_list(tree, count)])
    return "" if tree is None else str(tree)


def _converted(row: Mapping[str, Any], count: int, index: int, ignore_errors: bool) -> list[Any]:
    values = as_list(row.get("value"), count)
    if not varies(row.get("type")):
        wanted = str(row.get("type") or "any")
        exact = _EXACT.get(wanted)
        if exact is None or set(map(type, values)) <= exact:
            return values
        kinds = [wanted] * count
    else:
        kinds = [str(kind or "any") for kind in as_list(row.get("type"), count)]
    converted: list[Any] = []
    for i, (value, wanted) in enumerate(zip(values, kinds, strict=True)):
        try:
            converted.append(COERCIONS.get(wanted, unchanged)(value))
        except ValueError as error:
            if not ignore_errors:
                raise _not_convertible(row, error, index, i) from error
            converted.append(value)
    return converted


def _not_convertible(row: Mapping[str, Any], error: ValueError, index: int, i: int) -> NodeFailed:
    return NodeFailed(
        f"The field {value_at(row['name'], i)!r} cannot be set: {error}",
        hint="Change the type, change the value, or keep values that cannot be converted.",
        item=i,
        field=f"assignments[{index}].value",
    )


def _assign(kept: list[dict[str, Any]], assignments: Sequence[_Assignment], *, dots: bool) -> None:
    for name, values in assignments:
        if isinstance(name, Column):
            for json, own, value in zip(kept, name, values, strict=True):
                if own:
                    write(json, own, value, dots=dots)
        elif not dots or is_plain(name):
            for json, value in zip(kept, values, strict=True):
                json[name] = value
        else:
            for json, value in zip(kept, values, strict=True):
                write(json, name, value)


def _add_objects(ctx: Context, kept: list[dict[str, Any]]) -> None:
    tree = ctx.columns("json")
    for i, json in enumerate(kept):
        json.update(_object(value_at(tree, i), i))


def _object(value: Any, i: int) -> dict[str, Any]:
    try:
        return to_object(value) or {}
    except ValueError as error:
        hint = 'Give an object, such as { "name": "Ada" }.'
        raise NodeFailed(_why_not(value), hint=hint, item=i, field="json") from error


def _why_not(value: Any) -> str:
    if isinstance(value, str):
        try:
            loads(value)
        except JSONDecodeError as error:
            return f"The JSON of this item cannot be read: {error}"
        except RecursionError:
            return "The JSON of this item is nested too deeply"
    return f"The JSON of this item is of the type {kind_of(value)}, not an object"
