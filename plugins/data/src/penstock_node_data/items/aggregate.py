"""The node that makes one item of many.

The rules:

* Field by field, each becomes a list of the values that the items have there; what is missing or
  null is left out unless `keep_missing` is set, and then stands as null.
* Under the last part of its path, unless another name is given; dots in a new name lead into
  objects.
* Whole items become a list of objects; an item of which nothing is taken is left out.
* The new item descends from all items.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from penstock_node_data.items.lookup import looked_up
from penstock_node_data.items.names import names_in, required_names
from penstock_sdk import (
    BinaryRef,
    Context,
    Item,
    Node,
    NodeFailed,
    Output,
    Port,
    Result,
    boolean,
    collection,
    list_of,
    options,
    text,
)
from penstock_sdk.loose import table, tables
from penstock_sdk.paths import MISSING, write


class Aggregate(Node):
    """Makes one item of many."""

    id = "penstock/data.aggregate"
    title = "Aggregate"
    description = "Puts the items, or fields of them, together into lists in a single item."
    group = "data"
    icon = "combine"
    aliases = ("group", "combine", "collect", "concatenate", "merge items", "items to list")
    docs = (
        "Field by field, each field becomes a list of its values. Or all items become one list "
        "of objects, whole or with chosen fields. The counterpart of Split out."
    )
    outputs = (Port(name="main", sample={"email": ["ada@example.com", "bo@example.com"]}),)

    mode: str = options(
        {"fields": "Field by field", "items": "All items into one list"},
        default="fields",
        title="Mode",
        expression=False,
    )
    fields_to_aggregate: list[Any] = list_of(
        {
            "name": text(title="Field", placeholder="e.g. customer.email"),
            "as": text("", title="New name", placeholder="as before"),
        },
        title="Fields",
        show_if={"mode": ["fields"]},
    )
    into: str = text("data", title="Put the list into", show_if={"mode": ["items"]})
    include: str = options(
        {"all": "All fields", "selected": "Only these", "except": "All except these"},
        default="all",
        title="Take",
        show_if={"mode": ["items"]},
        expression=False,
    )
    names: str = text(
        "",
        title="Names of fields",
        placeholder="e.g. id, name",
        show_if={"mode": ["items"], "include": ["selected", "except"]},
    )
    more: dict[str, Any] = collection(
        {
            "dots": boolean(True, title="Dots lead into objects"),
            "merge_lists": boolean(False, title="Merge lists into one"),
            "keep_missing": boolean(False, title="Keep what is missing, as null"),
            "require_fields": boolean(False, title="Refuse a field that no item has"),
            "keep_binary": boolean(False, title="Keep files"),
            "unique_binary": boolean(False, title="Keep equal files once"),
        },
        title="Options",
        advanced=True,
    )

    def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        """Make the item."""
        if not items:
            return []
        more = table(ctx.param("more"))
        json = _fields(ctx, items, more) if ctx.param("mode") == "fields" else _whole(ctx, items)
        binary = _files(items, more) if more.get("keep_binary") else None
        return Output([Item(json, binary)], [tuple(range(len(items)))])


def _fields(ctx: Context, items: Sequence[Item], more: Mapping[str, Any]) -> dict[str, Any]:
    dots = bool(more.get("dots", True))
    rows = tables(ctx.param("fields_to_aggregate"))
    named = [(str(row.get("name") or ""), str(row.get("as") or "")) for row in rows]
    if not named or not all(name for name, _ in named):
        raise NodeFailed(
            "No field to aggregate is named",
            hint="Name at least one field, or put all items into one list.",
            field="fields_to_aggregate",
        )
    json: dict[str, Any] = {}
    targets: set[str] = set()
    for index, (name, new) in enumerate(named):
        target = new or (name.rpartition(".")[2] if dots else name)
        if target in targets:
            raise NodeFailed(
                f"Two of the fields would be called {target!r}",
                hint="Give one of them a new name.",
                field=f"fields_to_aggregate[{index}].as",
            )
        targets.add(target)
        write(json, target, _values(items, name, more, index), dots=dots)
    return json


def _values(items: Sequence[Item], name: str, more: Mapping[str, Any], index: int) -> list[Any]:
    values = looked_up(items, name, dots=bool(more.get("dots", True)))
    if more.get("require_fields") and all(value is MISSING for value in values):
        raise NodeFailed(
            f"No item has the field {name!r}",
            hint="Check its spelling; upper and lower case count.",
            field=f"fields_to_aggregate[{index}].name",
        )
    if more.get("keep_missing"):
        values = [None if value is MISSING else value for value in values]
    else:
        values = [_filled(value) for value in values if value is not MISSING and value is not None]
    return _merged(values) if more.get("merge_lists") else values


def _filled(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    return [member for member in cast("list[Any]", value) if member is not None]


def _merged(values: list[Any]) -> list[Any]:
    merged: list[Any] = []
    for value in values:
        if isinstance(value, list):
            merged += cast("list[Any]", value)
        else:
            merged.append(value)
    return merged


def _whole(ctx: Context, items: Sequence[Item]) -> dict[str, Any]:
    into = str(ctx.param("into") or "")
    if not into:
        raise NodeFailed("The list has no name", hint="Name the field for the list.", field="into")
    include = ctx.param("include")
    if include == "all":
        return {into: [item.json for item in items]}
    if include == "selected":
        names = required_names(ctx, "names", "to take")
        taken = [{name: item.json[name] for name in names if name in item.json} for item in items]
    else:
        dropped = frozenset(names_in(ctx.param("names"), "names"))
        taken = [
            {name: value for name, value in item.json.items() if name not in dropped}
            for item in items
        ]
    return {into: [json for json in taken if json]}


def _files(items: Sequence[Item], more: Mapping[str, Any]) -> dict[str, BinaryRef] | None:
    """All files, with a number behind a name that was taken."""
    unique = bool(more.get("unique_binary"))
    found: dict[str, BinaryRef] = {}
    seen: set[str] = set()
    counts: dict[str, int] = {}
    for item in items:
        for name, ref in (item.binary or {}).items():
            # The id is made of the content.
            if unique and ref.id in seen:
                continue
            seen.add(ref.id)
            found[_free(name, found, counts)] = ref
    return found or None


def _free(name: str, taken: Mapping[str, Any], counts: dict[str, int]) -> str:
    free = name
    while free in taken:
        counts[name] = counts.get(name, 0) + 1
        free = f"{name}_{counts[name]}"
    return free
