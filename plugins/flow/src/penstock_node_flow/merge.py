"""The node that brings several inputs together.

The rules:

* It runs once all connected inputs have delivered or can no longer do so; an input that brought
  nothing counts as empty.
* `append` gives all items, input by input.
* `position` makes one item of the first items of all inputs, one of the second ones, and so on.
* `fields` joins two inputs where fields have the same values.
* `all` makes one item of every combination; the input whose values are preferred varies fastest.
* `choose` passes one input on, or one empty item.
* `sql` asks the inputs in SQL, where they are tables called `input1`, `input2` and so on.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from penstock_node_flow.combine import Clash, Row
from penstock_node_flow.join import Matched, Matching, match
from penstock_sdk import (
    Context,
    Item,
    Node,
    NodeFailed,
    Output,
    Parent,
    Port,
    Ports,
    boolean,
    code,
    collection,
    integer,
    list_of,
    options,
    text,
)
from penstock_sdk.paths import remove
from penstock_sdk.sql import ask

_MAX_INPUTS = 10
_MAX_COMBINATIONS = 1_000_000

Made = tuple[Item, Parent]


class Merge(Node):
    """Brings several inputs together."""

    id = "penstock/flow.merge"
    title = "Merge"
    description = "Joins items of two to ten inputs: one after the other, by position or by fields."
    group = "flow"
    icon = "merge"
    aliases = ("join", "combine", "append", "union", "concat", "zip", "lookup", "wait")
    docs = (
        "Waits for all its inputs. Append puts the items of one input after those of the other. By "
        "position, by fields and all combinations make one item out of several; the options say "
        "which value counts where both have the same key."
    )

    mode: str = options(
        {
            "append": "Append",
            "position": "Combine by position",
            "fields": "Combine by matching fields",
            "all": "All combinations",
            "choose": "Choose a branch",
            "sql": "SQL query",
        },
        default="append",
        title="Mode",
        expression=False,
    )
    inputs_count: int = integer(
        2,
        minimum=2,
        maximum=_MAX_INPUTS,
        title="Number of inputs",
        expression=False,
        show_if={"mode": ["append", "position", "all", "choose", "sql"]},
    )
    fields_to_match: list[Any] = list_of(
        {
            "left": text(title="Field of input 1", placeholder="e.g. id"),
            "right": text("", title="Field of input 2", hint="The same where it is empty."),
        },
        title="Fields to match",
        show_if={"mode": ["fields"]},
    )
    join: str = options(
        {
            "matches": "Keep matches",
            "non_matches": "Keep non-matches",
            "everything": "Keep everything",
            "enrich_1": "Enrich input 1",
            "enrich_2": "Enrich input 2",
        },
        default="matches",
        title="Output",
        show_if={"mode": ["fields"]},
    )
    data_from: str = options(
        {"both": "Both inputs", "1": "Input 1", "2": "Input 2"},
        default="both",
        title="Data from",
        show_if={"mode": ["fields"], "join": ["matches", "non_matches"]},
    )
    chosen: int = integer(
        1,
        minimum=0,
        maximum=_MAX_INPUTS,
        title="Input to pass on",
        hint="0 gives one empty item.",
        show_if={"mode": ["choose"]},
    )
    query: str = code(
        "sql",
        "SELECT * FROM input1 LEFT JOIN input2 ON input1.id = input2.id",
        title="Query",
        show_if={"mode": ["sql"]},
    )
    more: dict[str, Any] = collection(
        {
            "prefer": text(
                "last",
                title="On equal keys",
                hint="`last`, the number of an input, or `suffix` to keep all with a number.",
            ),
            "deep": boolean(True, title="Merge objects within objects"),
            "keep_filled": boolean(False, title="Empty values replace nothing"),
            "include_unpaired": boolean(False, title="Include unpaired items (by position)"),
            "include_first": boolean(False, title="Include all of input 1 (by position)"),
            "drop_right": boolean(False, title="Leave out matched fields of input 2 (by fields)"),
            "fuzzy": boolean(False, title="Compare texts of values (by fields)"),
            "first_only": boolean(False, title="Only the first match (by fields)"),
            "dots": boolean(True, title="Dots lead into objects (by fields)"),
        },
        title="Options",
        advanced=True,
    )

    def ports(self, config: Mapping[str, Any]) -> Ports:
        """As many inputs as were asked for; a join by fields has two."""
        count = 2 if config.get("mode") == "fields" else config.get("inputs_count", 2)
        count = min(max(count, 2), _MAX_INPUTS) if isinstance(count, int) else 2
        inputs = [Port(name=f"input{n}", title=f"Input {n}") for n in range(1, count + 1)]
        return Ports(inputs=tuple(inputs), outputs=self.outputs)

    async def run(self, ctx: Context, items: Sequence[Item]) -> Output:
        """Join what came."""
        if ctx.param("mode") == "sql":
            return await self._ask(ctx)
        inputs = _inputs(ctx, [port.name for port in self.ports(ctx.config).inputs])
        made = _MODES[ctx.param("mode")](ctx, inputs)
        return Output([item for item, _ in made], [parent for _, parent in made])

    async def _ask(self, ctx: Context) -> Output:
        names = [port.name for port in self.ports(ctx.config).inputs]
        tables = {name: [item.json for item in ctx.inputs.get(name) or ()] for name in names}
        rows = await ask(str(ctx.param("query")), tables, last_wins=True)
        # A row may come from many items of many inputs, and nobody can know from which.
        return Output([Item(row) for row in rows], [-1] * len(rows))


def _inputs(ctx: Context, names: Sequence[str]) -> list[list[Row]]:
    return [
        [
            Row(item, ctx.offsets[name] + at, number)
            for at, item in enumerate(ctx.inputs.get(name) or ())
        ]
        for number, name in enumerate(names, 1)
    ]


def _clash(ctx: Context) -> Clash:
    chosen = _options(ctx)
    return Clash(
        prefer=str(chosen.get("prefer", "last")),
        deep=bool(chosen.get("deep", True)),
        keep_filled=bool(chosen.get("keep_filled", False)),
    )


def _options(ctx: Context) -> Mapping[str, Any]:
    return ctx.param("more") or {}


def _plain(rows: Iterable[Row]) -> list[Made]:
    return [(row.item, row.parent) for row in rows]


def _append(ctx: Context, inputs: Sequence[Sequence[Row]]) -> list[Made]:
    return _plain(row for rows in inputs for row in rows)


def _by_position(ctx: Context, inputs: Sequence[Sequence[Row]]) -> list[Made]:
    clash = _clash(ctx)
    lengths = [len(rows) for rows in inputs]
    chosen = _options(ctx)
    count = max(lengths) if chosen.get("include_unpaired") else min(lengths)
    if chosen.get("include_first"):
        count = max(count, lengths[0])
    return [clash.combine([rows[at] for rows in inputs if at < len(rows)]) for at in range(count)]


def _combinations(ctx: Context, inputs: Sequence[Sequence[Row]]) -> list[Made]:
    count = math.prod(len(rows) for rows in inputs)
    if count > _MAX_COMBINATIONS:
        raise NodeFailed(
            f"These inputs have {count:,} combinations; {_MAX_COMBINATIONS:,} are allowed",
            hint="Filter the items before, or combine by matching fields.",
        )
    clash = _clash(ctx)
    order = sorted(inputs, key=lambda rows: clash.rank(rows[0])) if count else []
    return (
        [
            clash.combine(sorted(rows, key=lambda row: row.input))
            for rows in itertools.product(*order)
        ]
        if count
        else []
    )


def _choose(ctx: Context, inputs: Sequence[Sequence[Row]]) -> list[Made]:
    chosen = int(ctx.param("chosen"))
    if chosen == 0:
        # It descends from the first item of every input, so that expressions can name them all.
        firsts = tuple(rows[0].parent for rows in inputs if rows)
        return [(Item({}), firsts or -1)]
    if chosen > len(inputs):
        raise NodeFailed(
            f"There is no input {chosen}",
            hint=f"Choose one from 1 to {len(inputs)}.",
            field="chosen",
        )
    return _plain(inputs[chosen - 1])


def _by_fields(ctx: Context, inputs: Sequence[Sequence[Row]]) -> list[Made]:
    found = match(inputs[0], inputs[1], _matching(ctx))
    join = ctx.param("join")
    if join == "non_matches":
        return _non_matches(found, str(ctx.param("data_from")))
    clash = _clash(ctx)
    pairs = found.pairs
    if _options(ctx).get("drop_right"):
        pairs = [(left, _without_keys(ctx, right)) for left, right in pairs]
    both = [clash.combine(pair) for pair in pairs]
    if join == "matches":
        side = str(ctx.param("data_from"))
        return both if side == "both" else _plain(found.matched(int(side) - 1))
    left = _plain(found.left) if join in {"everything", "enrich_1"} else []
    right = _plain(found.right) if join in {"everything", "enrich_2"} else []
    return [*both, *left, *right]


def _without_keys(ctx: Context, row: Row) -> Row:
    """The row of input 2 without the fields that matched under another name."""
    how = _matching(ctx)
    json = dict(row.item.json)
    for left, right in zip(how.left, how.right, strict=True):
        if left != right:
            remove(json, right, dots=how.dots)
    return Row(Item(json, row.item.binary), row.parent, row.input)


def _non_matches(found: Matched, side: str) -> list[Made]:
    left = found.left if side in {"both", "1"} else []
    right = found.right if side in {"both", "2"} else []
    return _plain([*left, *right])


def _matching(ctx: Context) -> Matching:
    rows: list[Mapping[str, Any]] = ctx.param("fields_to_match") or []
    if not rows or not all(row.get("left") for row in rows):
        raise NodeFailed(
            "No fields to match are named",
            hint="Name at least one field that both inputs have.",
            field="fields_to_match",
        )
    chosen = _options(ctx)
    return Matching(
        left=[str(row["left"]) for row in rows],
        right=[str(row.get("right") or row["left"]) for row in rows],
        fuzzy=bool(chosen.get("fuzzy", False)),
        first_only=bool(chosen.get("first_only", False)),
        dots=bool(chosen.get("dots", True)),
    )


_MODES: Mapping[str, Callable[[Context, Sequence[Sequence[Row]]], list[Made]]] = {
    "append": _append,
    "position": _by_position,
    "fields": _by_fields,
    "all": _combinations,
    "choose": _choose,
}
