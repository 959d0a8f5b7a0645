"""The node that makes an item of each entry of a list.

The rules:

* Of an object the values are taken; anything else than a list or an object counts as one entry.
* An item without the field gives nothing; with `lists_only` it is an error.
* With several fields, entry by entry: the longest list decides, shorter ones leave gaps.
* An object that is the only thing taken becomes the item itself; everything else stands under the
  name of its field, or under the name chosen for it.
* Each new item descends from the item that it was in.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, cast

from penstock_node_data.items.names import names_in
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
    options,
    text,
)
from penstock_sdk.coerce import kind_of
from penstock_sdk.columns import varies
from penstock_sdk.loose import table
from penstock_sdk.paths import MISSING, read, remove

#: In the list of fields: the files of an item.
FILES = "$binary"
_MAX_ITEMS = 5_000_000


class SplitOut(Node):
    """Makes an item of each entry of a list."""

    id = "penstock/data.split"
    title = "Split out"
    description = "Turns a list inside an item into separate items."
    group = "data"
    icon = "split"
    aliases = ("explode", "flatten", "expand", "unwind", "list to items", "item lists", "nested")
    docs = (
        "Each entry of the list in the field becomes an item. Several fields, with commas between "
        "them, are split side by side. Objects are split into their values. Write `$binary` to "
        "make an item of each file."
    )
    outputs = (Port(name="main", sample={"sku": "A-1", "quantity": 2}),)

    fields_to_split: str = text(
        title="Fields to split out", placeholder="e.g. order.lines", description="Commas between."
    )
    include: str = options(
        {
            "none": "No other fields",
            "all": "All other fields",
            "selected": "Only these",
        },
        default="none",
        title="Keep",
        expression=False,
    )
    fields_to_keep: str = text(
        "",
        title="Fields to keep",
        placeholder="e.g. id, customer.name",
        show_if={"include": ["selected"]},
    )
    more: dict[str, Any] = collection(
        {
            "names": text(
                "", title="New names", placeholder="e.g. line", description="One for each field."
            ),
            "dots": boolean(True, title="Dots lead into objects"),
            "keep_binary": boolean(False, title="Keep files"),
            "lists_only": boolean(False, title="Refuse what is no list"),
        },
        title="Options",
        advanced=True,
    )

    def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        """Split the items."""
        found: list[Item] = []
        parents: list[int] = []
        differ = any(
            varies(ctx.columns(name)) for name in ("fields_to_split", "fields_to_keep", "more")
        )
        plan: _Plan | None = None
        for i, item in enumerate(items):
            if plan is None or differ:
                plan = _plan(ctx, i)
            new = _split(plan, item, i)
            found += new
            parents += [i] * len(new)
            _require_few(len(found), i)
        return Output(found, parents)


class _Plan(NamedTuple):
    """What is done with an item."""

    fields: Sequence[str]
    #: Under which each entry stands.
    names: Sequence[str]
    #: An object becomes the item itself.
    spreads: bool
    include: str
    keep: Sequence[str]
    dots: bool
    keep_binary: bool
    lists_only: bool


def _plan(ctx: Context, i: int) -> _Plan:
    more = table(ctx.param("more", i))
    fields = names_in(ctx.param("fields_to_split", i), "fields_to_split")
    if not fields:
        raise NodeFailed(
            "No field to split out is named",
            hint="Name the field that holds the list.",
            field="fields_to_split",
            item=i,
        )
    names = names_in(more.get("names"), "more.names")
    if names and len(names) != len(fields):
        raise NodeFailed(
            f"There are {len(fields)} fields to split out and {len(names)} new names",
            hint="Give one name for each field, or none.",
            field="more.names",
            item=i,
        )
    include = str(ctx.param("include", i))
    return _Plan(
        fields=fields,
        names=names or fields,
        spreads=include == "none" and not names and len(fields) == 1,
        include=include,
        keep=names_in(ctx.param("fields_to_keep", i), "fields_to_keep"),
        dots=bool(more.get("dots", True)),
        keep_binary=bool(more.get("keep_binary", False)),
        lists_only=bool(more.get("lists_only", False)),
    )


def _split(plan: _Plan, item: Item, i: int) -> list[Item]:
    columns = [_entries(plan, item, field, i) for field in plan.fields]
    binary = item.binary if plan.keep_binary else None
    if len(columns) == 1 and plan.fields[0] != FILES:
        json = _one_field(plan, columns[0])
    else:
        json, files = _several_fields(plan, columns)
        if files:
            return [
                Item(one, file) for one, file in zip(_kept(plan, item, json), files, strict=True)
            ]
    return [Item(one, binary) for one in _kept(plan, item, json)]


def _entries(plan: _Plan, item: Item, field: str, i: int) -> Sequence[Any]:
    if field == FILES:
        return list((item.binary or {}).items())
    value = read(item.json, field, dots=plan.dots)
    if isinstance(value, list):
        return cast("list[Any]", value)
    if plan.lists_only:
        raise NodeFailed(
            f"There is no field {field!r}"
            if value is MISSING
            else f"The field {field!r} is no list, but of the type {kind_of(value)}",
            hint="Name a field that holds a list in every item.",
            field="fields_to_split",
            item=i,
        )
    if value is MISSING:
        return ()
    return list(cast("dict[str, Any]", value).values()) if isinstance(value, dict) else (value,)


def _one_field(plan: _Plan, entries: Sequence[Any]) -> list[dict[str, Any]]:
    name = plan.names[0]
    if not plan.spreads:
        return [{name: entry} for entry in entries]
    return [_spread(entry, name) for entry in entries]


def _spread(entry: Any, name: str) -> dict[str, Any]:
    if isinstance(entry, dict):
        return cast("dict[str, Any]", entry).copy()
    if isinstance(entry, list):
        return {str(index): inner for index, inner in enumerate(cast("list[Any]", entry))}
    return {name: entry}


def _several_fields(
    plan: _Plan, columns: Sequence[Sequence[Any]]
) -> tuple[list[dict[str, Any]], list[dict[str, BinaryRef] | None]]:
    """The new objects, and the file of each where files are split out."""
    count = max(map(len, columns))
    json: list[dict[str, Any]] = [{} for _ in range(count)]
    files: list[dict[str, BinaryRef] | None] = []
    for field, name, entries in zip(plan.fields, plan.names, columns, strict=True):
        if field == FILES:
            files = [{key: ref} for key, ref in entries]
            files += [None] * (count - len(files))
            continue
        for one, entry in zip(json, entries, strict=False):
            one[name] = entry
    return json, files


def _kept(plan: _Plan, item: Item, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The new objects with what they keep of the item that they come from."""
    if plan.include == "all":
        rest = item.json.copy()
        for field in plan.fields:
            remove(rest, field, dots=plan.dots)
        return [{**rest, **one} for one in found]
    if plan.include == "selected" and plan.keep:
        read_all = [(name, read(item.json, name, dots=plan.dots)) for name in plan.keep]
        kept = {name: value for name, value in read_all if value is not MISSING}
        return [{**one, **kept} for one in found]
    return found


def _require_few(count: int, i: int) -> None:
    if count > _MAX_ITEMS:
        raise NodeFailed(
            f"There would be more than {_MAX_ITEMS:,} items",
            hint="Split a part of the items at a time.",
            field="fields_to_split",
            item=i,
        )
