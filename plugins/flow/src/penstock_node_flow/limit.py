"""The node that keeps the first or the last items."""

from __future__ import annotations

from collections.abc import Sequence

from penstock_sdk import Context, Item, Node, Output, Result, integer, options


class Limit(Node):
    """Keeps at most so many items."""

    id = "penstock/flow.limit"
    title = "Limit"
    description = "Keeps the first or the last items and drops the rest."
    group = "flow"
    icon = "list-end"
    aliases = ("top", "first", "last", "head", "tail", "slice", "truncate")
    docs = "Where there are fewer items than the limit, all of them pass."

    max_items: int = integer(1, title="Max items", minimum=0)
    keep: str = options(
        {"first": "First items", "last": "Last items"}, default="first", title="Keep"
    )

    def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        """Cut."""
        count = max(0, int(ctx.param("max_items") or 0)) if items else 0
        if count >= len(items):
            return items
        if ctx.param("keep") == "last":
            start = len(items) - count
            return Output(items[start:], range(start, len(items)))
        return items[:count]
