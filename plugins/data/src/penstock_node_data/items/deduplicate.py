"""The node that removes duplicates, within the items or across executions.

The rules:

* Of items with the same values the first one stays, at its place; the others leave at `discarded`.
* 1 and "1" are not the same; objects are, whatever the order of their keys.
* Across executions, a value counts as seen from the execution on that brought it first; a run that
  is repeated after a crash gives the same items again.
* The history holds fingerprints, the newest ones up to its size. Or it holds only the highest
  number or the latest date, and what is not beyond it leaves at `discarded`.
* The history belongs to the node, or is shared by all nodes of the workflow.
"""

from __future__ import annotations

from collections.abc import Awaitable, Hashable, Mapping, Sequence
from typing import Any

from penstock_node_data.items import history
from penstock_node_data.items.identity import identities, text_of
from penstock_node_data.items.lookup import looked_up
from penstock_node_data.items.names import required_names
from penstock_sdk import (
    Context,
    Effects,
    Item,
    Node,
    NodeFailed,
    Output,
    Port,
    Result,
    boolean,
    collection,
    integer,
    options,
    text,
)
from penstock_sdk import json as json_field
from penstock_sdk.coerce import kind_of
from penstock_sdk.columns import as_list
from penstock_sdk.loose import table
from penstock_sdk.paths import MISSING, read, remove, write

_ACROSS = ("new", "higher", "later")


class RemoveDuplicates(Node):
    """Removes duplicates."""

    id = "penstock/data.deduplicate"
    title = "Remove duplicates"
    description = "Keeps the first of equal items, or what earlier executions have not seen."
    group = "data"
    icon = "copy-minus"
    aliases = ("dedupe", "deduplicate", "unique", "distinct", "seen before", "new items only")
    docs = (
        "Within the items, all fields are compared, some, or all except some. Across executions, "
        "one value per item decides: whether it is new, higher than every number before, or later "
        "than every date before."
    )
    outputs = (
        Port(name="main", title="Kept", sample={"id": 1}),
        Port(name="discarded", title="Discarded"),
    )

    mode: str = options(
        {
            "input": "Within the items",
            "new": "Across executions: new values",
            "higher": "Across executions: higher numbers",
            "later": "Across executions: later dates",
            "clear": "Forget the history",
        },
        default="input",
        title="Mode",
        expression=False,
    )
    compare: str = options(
        {"all": "All fields", "selected": "Only these", "except": "All except these"},
        default="all",
        title="Compare",
        show_if={"mode": ["input"]},
        expression=False,
    )
    names: str = text(
        "",
        title="Names of fields",
        placeholder="e.g. id, customer.email",
        show_if={"mode": ["input"], "compare": ["selected", "except"]},
    )
    value: Any = json_field(
        None,
        title="Value",
        placeholder="={{ $json.id }}",
        show_if={"mode": list(_ACROSS)},
    )
    scope: str = options(
        {"node": "This node", "workflow": "All nodes of the workflow"},
        default="node",
        title="The history belongs to",
        show_if={"mode": [*_ACROSS, "clear"]},
        expression=False,
        advanced=True,
    )
    history_size: int = integer(
        10_000,
        title="Size of the history",
        minimum=1,
        maximum=history.MAX_SIZE,
        show_if={"mode": ["new"]},
        advanced=True,
    )
    more: dict[str, Any] = collection(
        {
            "dots": boolean(True, title="Dots lead into objects"),
            "only_compared": boolean(False, title="Keep only the compared fields"),
            "require_fields": boolean(False, title="Refuse items without a compared field"),
            "require_types": boolean(False, title="Refuse a field of several types"),
        },
        title="Options",
        advanced=True,
        show_if={"mode": ["input"]},
    )

    def effects_of(self, config: Mapping[str, Any]) -> Effects:
        """What an interrupted run has remembered does not change what the next one gives."""
        return "none" if config.get("mode", "input") == "input" else "idempotent"

    def run(self, ctx: Context, items: Sequence[Item]) -> Result | Awaitable[Result]:
        """Remove the duplicates."""
        mode = ctx.param("mode")
        if mode == "input":
            return _within(ctx, items) if items else []
        if mode == "clear":
            return _cleared(ctx, items)
        if not items:
            return []
        values = as_list(ctx.columns("value"), len(items))
        # Looked at here, where many items do not hold up the loop.
        if mode == "new":
            return _new(ctx, items, history.fingerprints(values))
        return _beyond(ctx, items, history.measures(ctx, values, dates=mode == "later"), mode)


def _within(ctx: Context, items: Sequence[Item]) -> Result:
    more = table(ctx.param("more"))
    dots = bool(more.get("dots", True))
    compare = ctx.param("compare")
    names = [] if compare == "all" else required_names(ctx, "names", "to compare")
    if compare == "selected":
        keys = _selected(items, names, more)
    else:
        keys = [text_of(_without(item.json, names, dots=dots)) for item in items]
    kept, discarded = _firsts(keys)
    if not more.get("only_compared"):
        return _outputs(items, kept, discarded)
    new = [_only(items[i].json, names, compare, dots=dots) for i in kept]
    found = [Item(json, items[i].binary) for json, i in zip(new, kept, strict=True)]
    return {
        "main": Output(found, kept),
        "discarded": Output([items[i] for i in discarded], discarded),
    }


def _selected(
    items: Sequence[Item], names: Sequence[str], more: Mapping[str, Any]
) -> Sequence[Hashable]:
    dots = bool(more.get("dots", True))
    columns: list[Sequence[Hashable]] = []
    for name in names:
        values = looked_up(items, name, dots=dots)
        if more.get("require_fields"):
            _require_all(values, name)
        if more.get("require_types"):
            _require_one_type(values, name)
        columns.append(identities(values))
    return columns[0] if len(columns) == 1 else list(zip(*columns, strict=True))


def _require_all(values: Sequence[Any], name: str) -> None:
    for i, value in enumerate(values):
        if value is MISSING:
            raise NodeFailed(
                f"'{name}' field is missing from some input items",
                hint="Compare other fields, or allow items without it.",
                field="names",
                item=i,
            )


def _require_one_type(values: Sequence[Any], name: str) -> None:
    kinds: dict[str, int] = {}
    for i, value in enumerate(values):
        if value is not MISSING and value is not None:
            kinds.setdefault(kind_of(value), i)
    if len(kinds) > 1:
        (first, _), (second, at) = list(kinds.items())[:2]
        raise NodeFailed(
            f"'{name}' isn't always the same type: it is a {first}, and a {second} in item {at}",
            hint="Convert the field before, or allow several types.",
            field="names",
            item=at,
        )


def _without(json: dict[str, Any], names: Sequence[str], *, dots: bool) -> dict[str, Any]:
    if not names:
        return json
    rest = json.copy()
    for name in names:
        remove(rest, name, dots=dots)
    return rest


def _only(
    json: dict[str, Any], names: Sequence[str], compare: str, *, dots: bool
) -> dict[str, Any]:
    if compare != "selected":
        return _without(json, names, dots=dots)
    found: dict[str, Any] = {}
    for name in names:
        value = read(json, name, dots=dots)
        if value is not MISSING:
            write(found, name, value, dots=dots and name not in json)
    return found


def _firsts(keys: Sequence[Hashable]) -> tuple[list[int], list[int]]:
    seen: set[Hashable] = set()
    kept: list[int] = []
    discarded: list[int] = []
    for i, key in enumerate(keys):
        if key in seen:
            discarded.append(i)
        else:
            seen.add(key)
            kept.append(i)
    return kept, discarded


def _outputs(items: Sequence[Item], kept: Sequence[int], discarded: Sequence[int]) -> Result:
    return {
        "main": Output([items[i] for i in kept], kept),
        "discarded": Output([items[i] for i in discarded], discarded),
    }


async def _cleared(ctx: Context, items: Sequence[Item]) -> Result:
    await history.forget(ctx, str(ctx.param("scope")))
    return items


async def _new(ctx: Context, items: Sequence[Item], prints: Sequence[str]) -> Result:
    scope, size = str(ctx.param("scope")), ctx.param("history_size")
    if not isinstance(size, int | float) or not size >= 1:
        raise NodeFailed(
            f"The size of the history is {size!r}, and not a number above 0",
            hint=f"Give a number up to {history.MAX_SIZE:,}.",
            field="history_size",
        )
    size = int(min(size, history.MAX_SIZE))
    return _split(items, await history.keep_new(ctx, prints, scope=scope, size=size))


async def _beyond(
    ctx: Context, items: Sequence[Item], measures: Sequence[float], mode: str
) -> Result:
    scope = str(ctx.param("scope"))
    kept = await history.keep_beyond(ctx, measures, scope=scope, dates=mode == "later")
    return _split(items, kept)


def _split(items: Sequence[Item], kept: Sequence[int]) -> Result:
    chosen = set(kept)
    return _outputs(items, kept, [i for i in range(len(items)) if i not in chosen])
