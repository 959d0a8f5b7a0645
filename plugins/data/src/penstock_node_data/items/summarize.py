"""The node that counts, adds up and compares fields, for all items or group by group.

The rules:

* Items belong to one group where they have the same values in all fields to group by; a group
  stands where its first item stood, within the group of the field before it.
* A result is called after its aggregation and its field: `sum_amount`. Spaces and dots in it become
  underscores, quotes and brackets are left out.
* Groups as text stand in the order in which JavaScript has keys: whole numbers first, by size.
* As separate items each group is one, with the values that it was grouped by; as a single item
  the groups are nested objects, one level for each field to group by.
* A field that no item has counts as empty, unless `require_fields` is set.
* A new item descends from the items of its group.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from penstock_node_data.items.aggregations import PREFIXES, TITLES, aggregate
from penstock_node_data.items.identity import identities
from penstock_node_data.items.lookup import looked_up
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
    list_of,
    options,
    text,
)
from penstock_sdk.coerce import to_text
from penstock_sdk.loose import table, tables
from penstock_sdk.paths import MISSING

_MAX_DEPTH = 20  # fields to group by


class Summarize(Node):
    """Counts, adds up and compares fields of items."""

    id = "penstock/data.summarize"
    title = "Summarize"
    description = "Counts, adds up, averages and lists fields, for all items or by group."
    group = "data"
    icon = "sigma"
    aliases = ("pivot", "group by", "count", "sum", "average", "min", "max", "total", "statistics")
    docs = (
        "Each row makes one result, such as the sum of `amount`. With fields to group by there is "
        "one item for each group, or one item with nested objects, as in a pivot table."
    )
    outputs = (Port(name="main", sample={"country": "CH", "count_id": 3, "sum_amount": 120.5}),)

    fields_to_summarize: list[Any] = list_of(
        {
            "name": text(title="Field", placeholder="e.g. order.total"),
            "aggregation": options(TITLES, default="count", title="Aggregation"),
            "empty": boolean(False, title="Include empty values"),
            "separator": text(
                ",", title="Between the values", show_if={"aggregation": ["concatenate"]}
            ),
        },
        title="Results",
    )
    group_by: str = text(
        "", title="Group by", placeholder="e.g. country, city", description="Commas between."
    )
    shape: str = options(
        {"items": "One item for each group", "single": "A single item"},
        default="items",
        title="Give",
        expression=False,
    )
    more: dict[str, Any] = collection(
        {
            "dots": boolean(True, title="Dots lead into objects"),
            "skip_empty_groups": boolean(False, title="Leave out items without a group"),
            "text_groups": boolean(False, title="Groups as text"),
            "require_fields": boolean(False, title="Refuse a field that no item has"),
        },
        title="Options",
        advanced=True,
    )

    def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        """Make the summary."""
        if not items:
            return []
        more = table(ctx.param("more"))
        summary = _Summary(
            tuple(_measures(ctx, items, more)),
            _splits(ctx, items, more),
            bool(more.get("skip_empty_groups", False)),
            bool(more.get("text_groups", False)),
        )
        groups = list(_groups(summary, range(len(items)), 0, ()))
        if ctx.param("shape") == "single":
            return Output([Item(_nested(summary, groups))], [tuple(range(len(items)))])
        found = [Item(_flat(summary, group)) for group in groups]
        return Output(found, [tuple(group.members) for group in groups])


class _Measure(NamedTuple):
    """One result that is asked for."""

    title: str
    how: str
    values: list[Any]
    row: Mapping[str, Any]


class _Split(NamedTuple):
    """One field to group by."""

    title: str
    values: list[Any]
    identities: Sequence[Hashable]


class _Summary(NamedTuple):
    """Everything that a summary needs, field by field."""

    measures: Sequence[_Measure]
    splits: Sequence[_Split]
    skip_empty: bool
    text_groups: bool


class _Group(NamedTuple):
    """Items with the same values in all fields to group by."""

    keys: tuple[Any, ...]
    members: Sequence[int]


def _measures(ctx: Context, items: Sequence[Item], more: Mapping[str, Any]) -> Iterator[_Measure]:
    rows = tables(ctx.param("fields_to_summarize"))
    if not rows:
        raise NodeFailed(
            "There is nothing to summarize",
            hint="Add at least one result.",
            field="fields_to_summarize",
        )
    for index, row in enumerate(rows):
        name, how = str(row.get("name") or ""), str(row.get("aggregation") or "count")
        where = f"fields_to_summarize[{index}]"
        if not name or how not in TITLES:
            raise NodeFailed(
                f"Result {index + 1} has no field" if not name else f"{how!r} is no aggregation",
                hint="Name a field and choose an aggregation.",
                field=f"{where}.name" if not name else f"{where}.aggregation",
            )
        values = looked_up(items, name, dots=bool(more.get("dots", True)))
        if more.get("require_fields"):
            _require(values, name, f"{where}.name")
        yield _Measure(_tidy(f"{PREFIXES[how]}_{name}"), how, values, row)


def _splits(ctx: Context, items: Sequence[Item], more: Mapping[str, Any]) -> list[_Split]:
    names = names_in(ctx.param("group_by"), "group_by")
    if len(names) > _MAX_DEPTH:
        raise NodeFailed(
            f"There are {len(names)} fields to group by, and {_MAX_DEPTH} are the most",
            hint="Group by fewer fields.",
            field="group_by",
        )
    splits: list[_Split] = []
    for name in names:
        values = looked_up(items, name, dots=bool(more.get("dots", True)))
        if more.get("require_fields"):
            _require(values, name, "group_by")
        if more.get("text_groups"):
            values = [_key(value) for value in values]
        splits.append(_Split(_tidy(name), values, identities(values)))
    return splits


def _require(values: Sequence[Any], name: str, field: str) -> None:
    if all(value is MISSING for value in values):
        raise NodeFailed(
            f"No item has the field {name!r}",
            hint="Check its spelling; upper and lower case count.",
            field=field,
        )


_LEFT_OUT = re.compile(r"[\[\]\"]")
_JOINED = re.compile(r"[ .]")
_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")


def _tidy(name: str) -> str:
    return _JOINED.sub("_", _LEFT_OUT.sub("", name))


def _groups(
    summary: _Summary, members: Sequence[int], depth: int, keys: tuple[Any, ...]
) -> Iterator[_Group]:
    """The groups within a group, in the order of their first items."""
    if depth == len(summary.splits):
        yield _Group(keys, members)
        return
    split = summary.splits[depth]
    found: dict[Hashable, list[int]] = {}
    for i in members:
        if summary.skip_empty and _is_nothing(split.values[i]):
            continue
        found.setdefault(split.identities[i], []).append(i)
    for inner in _in_order(found) if summary.text_groups else found.values():
        yield from _groups(summary, inner, depth + 1, (*keys, split.values[inner[0]]))


def _in_order(groups: Mapping[Hashable, list[int]]) -> list[list[int]]:
    """Whole numbers first, by size."""
    numbers = {int(key): key for key in groups if isinstance(key, str) and _INDEX.fullmatch(key)}
    first = [groups[numbers[number]] for number in sorted(numbers)]
    taken = set(numbers.values())
    return [*first, *(members for key, members in groups.items() if key not in taken)]


def _is_nothing(value: Any) -> bool:
    return value is MISSING or value is None or value is False or value == ""


def _results(summary: _Summary, members: Sequence[int]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for index, (title, how, values, row) in enumerate(summary.measures):
        own = values if len(members) == len(values) else [values[i] for i in members]
        try:
            found[title] = aggregate(how, own, row)
        except NodeFailed as error:
            error.field = error.field or f"fields_to_summarize[{index}]"
            raise
    return found


def _flat(summary: _Summary, group: _Group) -> dict[str, Any]:
    found = _results(summary, group.members)
    for split, key in zip(summary.splits, group.keys, strict=True):
        if key is not MISSING:
            found[split.title] = key
    return found


def _nested(summary: _Summary, groups: Sequence[_Group]) -> dict[str, Any]:
    root: dict[str, Any] = {}
    for group in groups:
        results = _results(summary, group.members)
        if not group.keys:
            return results
        target = root
        for key in group.keys[:-1]:
            target = target.setdefault(_key(key), {})
        target[_key(group.keys[-1])] = results
    return root


def _key(value: Any) -> str:
    if value is MISSING:
        return "undefined"
    return "null" if value is None else str(to_text(value))
