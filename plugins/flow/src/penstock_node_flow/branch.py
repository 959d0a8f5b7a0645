"""Nodes that send items one way or another, by conditions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import compress
from typing import Any

from penstock_sdk import Context, Item, Node, Output, Port, conditions
from penstock_sdk.predicates import evaluate


async def _split(ctx: Context, items: Sequence[Item], yes: str, no: str) -> Mapping[str, Output]:
    mask = await evaluate(ctx, ctx.columns("conditions"), len(items)) if items else []
    rows = range(len(items))
    unmet = [not value for value in mask]
    return {
        yes: Output(list(compress(items, mask)), list(compress(rows, mask))),
        no: Output(list(compress(items, unmet)), list(compress(rows, unmet))),
    }


class If(Node):
    """Sends items one way where conditions are met, and another where they are not."""

    id = "penstock/flow.if"
    title = "If"
    description = "Sends each item to `true` or `false`, by conditions on its values."
    group = "flow"
    icon = "split"
    aliases = ("condition", "branch", "true", "false", "router", "decision", "compare")
    docs = (
        "Every item is looked at alone. The conditions are combined with and or or. Without "
        "conversion a value of another type than the condition expects is an error that names "
        "the item; with conversion texts such as '5' count as numbers."
    )
    outputs = (Port(name="true", title="True"), Port(name="false", title="False"))

    conditions: Any = conditions(title="Conditions", hint="What has to hold for `true`.")

    async def run(self, ctx: Context, items: Sequence[Item]) -> Mapping[str, Output]:
        """Split the items."""
        return await _split(ctx, items, "true", "false")


class Filter(Node):
    """Keeps the items that meet conditions."""

    id = "penstock/flow.filter"
    title = "Filter"
    description = "Keeps the items that meet the conditions; the others leave at `discarded`."
    group = "flow"
    icon = "filter"
    aliases = ("where", "keep", "remove", "select", "condition")
    docs = (
        "Like If, for when only one side goes on. What does not meet the conditions leaves at "
        "`discarded`, where it may be connected or not."
    )
    outputs = (Port(name="kept", title="Kept"), Port(name="discarded", title="Discarded"))

    conditions: Any = conditions(title="Conditions", hint="What has to hold for a kept item.")

    async def run(self, ctx: Context, items: Sequence[Item]) -> Mapping[str, Output]:
        """Split the items."""
        return await _split(ctx, items, "kept", "discarded")
