"""The node that finds out how two sets of items differ.

The rules:

* Items are the same one where the fields to match are equal; then all their other fields are
  compared. What only one side has leaves alone.
* Of several items that match, the first counts, or all.
* An item that is the same on both sides leaves as input A has it, unless B is preferred.
* What differs leaves as A's version, as B's, as a mix of both, or as an object that shows the keys,
  what is the same, and both versions of what is not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from penstock_node_flow.combine import Row
from penstock_node_flow.join import Matching, comparable, match
from penstock_sdk import (
    Context,
    Item,
    Node,
    NodeFailed,
    Output,
    Parent,
    Port,
    boolean,
    list_of,
    options,
    text,
)
from penstock_sdk.paths import MISSING, read, remove, write

_SIDES = ("a", "b")

Made = tuple[Item, Parent]


class _How(NamedTuple):
    resolve: str
    prefer: str
    mixed: Sequence[str]
    skipped: Sequence[str]
    matching: Matching
    names: tuple[str, str]


class Compare(Node):
    """Finds out how two sets of items differ."""

    id = "penstock/flow.compare"
    title = "Compare datasets"
    description = (
        "Matches the items of two inputs and separates what is the same from what differs."
    )
    group = "flow"
    icon = "diff"
    aliases = ("difference", "sync", "join", "match", "changes", "duplicates")
    docs = (
        "Items of A and B belong together where the fields to match are equal. Four outputs: only "
        "in A, the same in both, different, only in B. It runs when both inputs have brought what "
        "they will, and an input that brings nothing counts as empty."
    )
    inputs = (Port(name="a", title="Input A"), Port(name="b", title="Input B"))
    outputs = (
        Port(name="only_a", title="In A only", sample={"id": 1, "stock": 5}),
        Port(name="same", title="Same", sample={"id": 2, "stock": 7}),
        Port(
            name="different",
            title="Different",
            sample={
                "keys": {"id": 3},
                "same": {"id": 3},
                "different": {"stock": {"inputA": 9, "inputB": 8}},
            },
        ),
        Port(name="only_b", title="In B only", sample={"id": 4, "stock": 1}),
    )

    fields_to_match: list[Any] = list_of(
        {
            "left": text(title="Field of A", placeholder="e.g. id"),
            "right": text("", title="Field of B", hint="The same where it is empty."),
        },
        title="Fields to match",
    )
    resolve: str = options(
        {
            "both": "Show both versions",
            "a": "Input A's version",
            "b": "Input B's version",
            "mix": "A mix of both",
        },
        default="both",
        title="For items that differ give",
        expression=False,
    )
    prefer: str = options(
        {"a": "Input A", "b": "Input B"},
        default="a",
        title="Prefer",
        show_if={"resolve": ["mix"]},
    )
    except_fields: str = text(
        "",
        title="Except for these fields",
        placeholder="e.g. stock, price",
        show_if={"resolve": ["mix"]},
    )
    skip_fields: str = text(
        "", title="Fields to leave out of the comparison", placeholder="e.g. updated_at"
    )
    fuzzy: bool = boolean(False, title="Values that are alike are equal", hint='3 and "3", say.')
    multiple: str = options(
        {"first": "Only the first match", "all": "All matches"},
        default="first",
        title="Where several match",
        advanced=True,
    )
    dots: bool = boolean(True, title="Dots lead into objects", advanced=True)
    version_names: str = text(
        "inputA, inputB", title="Names of the two versions", advanced=True, expression=False
    )

    def run(self, ctx: Context, items: Sequence[Item]) -> Mapping[str, Output]:
        """Compare what came."""
        left, right = (_rows(ctx, side, number) for number, side in enumerate(_SIDES, 1))
        how = _how(ctx)
        found = match(left, right, how.matching)
        same: list[Made] = []
        different: list[Made] = []
        for pair in found.pairs:
            parents = (pair[0].parent, pair[1].parent)
            differing = _differing(pair, how)
            if differing:
                different.append((Item(_resolved(pair, differing, how)), parents))
            else:
                same.append((pair[how.resolve == "b"].item, parents))
        return {
            "only_a": _output([(row.item, row.parent) for row in found.left]),
            "same": _output(same),
            "different": _output(different),
            "only_b": _output([(row.item, row.parent) for row in found.right]),
        }


def _rows(ctx: Context, side: str, number: int) -> list[Row]:
    offset = ctx.offsets.get(side, 0)
    return [Row(item, offset + at, number) for at, item in enumerate(ctx.inputs.get(side) or ())]


def _output(made: Sequence[Made]) -> Output:
    return Output([item for item, _ in made], [parent for _, parent in made])


def _how(ctx: Context) -> _How:
    rows: list[Mapping[str, Any]] = ctx.param("fields_to_match") or []
    if not rows or not all(row.get("left") for row in rows):
        raise NodeFailed(
            "No fields to match are named",
            hint="Name at least one field that both inputs have.",
            field="fields_to_match",
        )
    names = _names(ctx.param("version_names"))
    return _How(
        resolve=str(ctx.param("resolve")),
        prefer=str(ctx.param("prefer")),
        mixed=_names(ctx.param("except_fields")),
        skipped=_names(ctx.param("skip_fields")),
        matching=Matching(
            left=[str(row["left"]) for row in rows],
            right=[str(row.get("right") or row["left"]) for row in rows],
            fuzzy=ctx.param("fuzzy") is True,
            first_only=ctx.param("multiple") != "all",
            dots=ctx.param("dots") is not False,
        ),
        names=(names[0], names[1]) if len(names) == 2 else ("inputA", "inputB"),
    )


def _names(value: Any) -> list[str]:
    return [part.strip() for part in str(value or "").split(",") if part.strip()]


def _differing(pair: tuple[Row, Row], how: _How) -> list[str]:
    left, right = (_compared(row.item.json, how) for row in pair)
    fuzzy = how.matching.fuzzy
    return [
        name
        for name in dict.fromkeys((*left, *right))
        if comparable(left.get(name), fuzzy=fuzzy) != comparable(right.get(name), fuzzy=fuzzy)
    ]


def _compared(json: dict[str, Any], how: _How) -> dict[str, Any]:
    if not how.skipped:
        return json
    kept = dict(json)
    for name in how.skipped:
        remove(kept, name, dots=how.matching.dots)
    return kept


def _resolved(pair: tuple[Row, Row], differing: Sequence[str], how: _How) -> dict[str, Any]:
    left, right = pair[0].item.json, pair[1].item.json
    if how.resolve == "both":
        return _both(left, right, differing, how)
    if how.resolve != "mix":
        return dict(right if how.resolve == "b" else left)
    chosen, other = (right, left) if how.prefer == "b" else (left, right)
    mixed = dict(chosen)
    for name in how.mixed:
        value = read(other, name, dots=how.matching.dots)
        if value is not MISSING:
            write(mixed, name, value, dots=how.matching.dots)
    return mixed


def _both(
    left: dict[str, Any], right: dict[str, Any], differing: Sequence[str], how: _How
) -> dict[str, Any]:
    first, second = how.names
    keys = {name: read(left, name, dots=how.matching.dots) for name in how.matching.left}
    same = {
        name: value
        for name, value in left.items()
        if name not in differing and name not in how.skipped and name in right
    }
    different = {name: {first: left.get(name), second: right.get(name)} for name in differing}
    return {"keys": keys, "same": same, "different": different}
