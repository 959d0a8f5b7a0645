"""The node that renames fields.

The rules:

* Fields are renamed by name one after the other; dots lead into objects on both sides.
* A field that is not there, or a row without one of its names, changes nothing.
* By pattern, every key down to the chosen depth is looked at, inside lists as well; what the
  pattern finds in it is replaced. Patterns are JavaScript's and run in the sandbox.
* An item is never changed: a new one is made, and objects on the way to a field are copied.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

from penstock_sdk import (
    Context,
    Item,
    Node,
    NodeFailed,
    PenstockError,
    Port,
    Result,
    boolean,
    integer,
    list_of,
    text,
)
from penstock_sdk.columns import value_at, varies
from penstock_sdk.loose import tables
from penstock_sdk.paths import MISSING, is_plain, read, remove, write

_EVERYWHERE = -1
_MAX_DEPTH = 100  # objects within objects
_MAX_KEYS = 100_000  # different ones
_REPLACE = "$json.key.replace(new RegExp($json.pattern, $json.flags), $json.by)"


class RenameFields(Node):
    """Renames fields of items."""

    id = "penstock/data.rename"
    title = "Rename fields"
    description = "Gives fields of items other names, one by one or by a pattern."
    group = "data"
    icon = "replace"
    aliases = ("rename keys", "keys", "columns", "map fields", "regex")
    docs = (
        "Name a field and its new name; dots lead into objects: `customer.mail` to `email`. With "
        "patterns, all keys in which a regular expression finds something are renamed: `^utm_` to "
        "nothing, say."
    )
    outputs = (Port(name="main", sample={"email": "ada@example.com"}),)

    fields_to_rename: list[Any] = list_of(
        {
            "name": text("", title="Field", placeholder="e.g. customer.mail"),
            "to": text("", title="New name", placeholder="e.g. email"),
        },
        title="Fields",
    )
    patterns: list[Any] = list_of(
        {
            "find": text("", title="Regular expression", placeholder="e.g. ^utm_(.*)$"),
            "replace_by": text("", title="Replace by", placeholder="e.g. $1"),
            "ignore_case": boolean(False, title="Ignore case"),
            "depth": integer(
                _EVERYWHERE,
                title="Depth",
                minimum=_EVERYWHERE,
                description="0 for the outermost fields, -1 for all.",
            ),
        },
        title="By pattern",
        advanced=True,
    )

    def run(self, ctx: Context, items: Sequence[Item]) -> Result | Awaitable[Result]:
        """Rename the fields."""
        if not items:
            return []
        if ctx.has_expression("patterns"):
            raise NodeFailed(
                "A pattern differs from item to item",
                hint="Write it without an expression.",
                field="patterns",
            )
        found = [item.json.copy() for item in items]
        _rename_named(ctx, found)
        patterns = tables(ctx.param("patterns"))
        if any(pattern.get("find") for pattern in patterns):
            return _by_patterns(ctx, items, found, patterns)
        return _items(found, items)


def _items(found: Sequence[dict[str, Any]], items: Sequence[Item]) -> list[Item]:
    return [Item(json, item.binary) for json, item in zip(found, items, strict=True)]


async def _by_patterns(
    ctx: Context,
    items: Sequence[Item],
    found: list[dict[str, Any]],
    patterns: Sequence[Mapping[str, Any]],
) -> Result:
    for index, pattern in enumerate(patterns):
        if pattern.get("find"):
            found = await _replaced(ctx, found, pattern, f"patterns[{index}]")
    return _items(found, items)


def _rename_named(ctx: Context, found: Sequence[dict[str, Any]]) -> None:
    tree = ctx.columns("fields_to_rename")
    if varies(tree):
        for i, json in enumerate(found):
            for name, to in _pairs(value_at(tree, i)):
                _rename(json, name, to)
        return
    for name, to in _pairs(tree):
        if is_plain(name) and is_plain(to):
            for json in found:
                if name in json:
                    json[to] = json.pop(name)
        else:
            for json in found:
                _rename(json, name, to)


def _pairs(rows: Any) -> Iterator[tuple[str, str]]:
    for row in tables(rows):
        name, to = str(row.get("name") or ""), str(row.get("to") or "")
        if name and to and name != to:
            yield name, to


def _rename(json: dict[str, Any], name: str, to: str) -> None:
    value = read(json, name)
    if value is not MISSING:
        remove(json, name)
        write(json, to, value)


async def _replaced(
    ctx: Context, found: list[dict[str, Any]], pattern: Mapping[str, Any], field: str
) -> list[dict[str, Any]]:
    depth = int(pattern.get("depth", _EVERYWHERE))
    depth = _MAX_DEPTH if depth < 0 else min(depth, _MAX_DEPTH)
    # Away from the loop, because there may be many.
    keys = await asyncio.to_thread(_keys, found, depth, field)
    names = await _new_names(ctx, keys, pattern, field)
    if not names:
        return found
    return await asyncio.to_thread(_all_with_names, found, depth, names)


def _keys(found: Sequence[dict[str, Any]], depth: int, field: str) -> list[str]:
    keys: set[str] = set()
    for json in found:
        _collect(json, depth, keys)
        if len(keys) > _MAX_KEYS:
            raise NodeFailed(
                f"The items have more than {_MAX_KEYS:,} different keys",
                hint="Give a smaller depth.",
                field=f"{field}.depth",
            )
    return sorted(keys)


def _collect(value: Any, depth: int, keys: set[str]) -> None:
    if isinstance(value, dict):
        members = cast("dict[str, Any]", value)
        keys.update(members)
        inner: Iterable[Any] = members.values()
    else:
        inner = cast("list[Any]", value)
    if depth:
        for member in inner:
            if isinstance(member, dict | list):
                _collect(member, depth - 1, keys)


async def _new_names(
    ctx: Context, keys: Sequence[str], pattern: Mapping[str, Any], field: str
) -> dict[str, str]:
    flags = "gi" if pattern.get("ignore_case") else "g"
    rest = {"pattern": str(pattern["find"]), "by": str(pattern.get("replace_by") or "")}
    rows = [{"key": key, "flags": flags, **rest} for key in keys]
    try:
        answers = await ctx.evaluate(_REPLACE, rows)
    except PenstockError as error:
        if error.code != "expression.failed":
            raise
        raise NodeFailed(
            f"The regular expression cannot be used: {error.message}",
            hint="Write a pattern as JavaScript has it, such as `^utm_`.",
            field=f"{field}.find",
        ) from error
    return {key: new for key, new in zip(keys, answers, strict=True) if key != new}


def _all_with_names(
    found: Sequence[dict[str, Any]], depth: int, names: Mapping[str, str]
) -> list[dict[str, Any]]:
    return [_with_names(json, depth, names) for json in found]


def _with_names(value: Any, depth: int, names: Mapping[str, str]) -> Any:
    """The value with other keys; itself where nothing in it is renamed."""
    if isinstance(value, list):
        members = cast("list[Any]", value)
        changed = [_inside(member, depth, names) for member in members]
        same = all(new is old for new, old in zip(changed, members, strict=True))
        return members if same else changed
    return _object_with_names(cast("dict[str, Any]", value), depth, names)


def _object_with_names(json: dict[str, Any], depth: int, names: Mapping[str, str]) -> Any:
    changed = json
    if depth:
        for key, member in json.items():
            new = _inside(member, depth, names)
            if new is not member:
                changed = json.copy() if changed is json else changed
                changed[key] = new
    if not names.keys().isdisjoint(json):
        changed = json.copy() if changed is json else changed
        for key in json:
            if key in names:
                changed[names[key]] = changed.pop(key)
    return changed


def _inside(member: Any, depth: int, names: Mapping[str, str]) -> Any:
    if depth and isinstance(member, dict | list):
        return _with_names(member, depth - 1, names)
    return member
