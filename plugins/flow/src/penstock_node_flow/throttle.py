"""The node that lets the nodes it holds work on so many items per interval."""

from __future__ import annotations

from collections.abc import Sequence

from penstock_sdk import (
    Context,
    Item,
    Node,
    NodeFailed,
    Output,
    Parent,
    Port,
    integer,
    number,
    options,
)

_UNITS = {"seconds": 1, "minutes": 60, "hours": 3600}
_LONGEST_S = 366 * 24 * 3600


class Throttle(Node):
    """Runs the nodes it holds for at most so many items per interval."""

    id = "penstock/flow.throttle"
    title = "Throttle"
    description = "Runs the nodes inside for at most so many items per interval."
    group = "flow"
    icon = "gauge"
    aliases = ("rate limit", "delay", "slow down", "per second", "per minute", "quota")
    docs = (
        "Put the nodes inside that must not be called too often. The items enter in groups; a "
        "group enters when the interval since the one before it is over and what that did has "
        "ended. The waits in between hold no worker and count for no time limit. It counts "
        "within one execution: two executions at once may each use the whole quota."
    )
    outputs = (Port(name="main", title="Done"),)
    effects = "keyed"
    container = True

    max_items: int = integer(10, minimum=1, title="Items per interval", expression=False)
    interval: float = number(1, minimum=0, title="Interval", expression=False)
    unit: str = options(
        {"seconds": "Seconds", "minutes": "Minutes", "hours": "Hours"},
        default="seconds",
        title="Unit",
        expression=False,
    )

    async def run(self, ctx: Context, items: Sequence[Item]) -> Output:
        """Run the body for one group after the other."""
        if not items:
            return Output([], [])
        size = max(1, int(ctx.param("max_items")))
        pause_s = _interval_s(ctx)
        found: list[Item] = []
        parents: list[Parent] = []
        for number_, start in enumerate(range(0, len(items), size)):
            group = items[start : start + size]
            batch = Output(group, range(start, start + len(group)))
            result = await ctx.run_body(batch, number=number_, pause_s=pause_s)
            found += result.items
            parents += result.parents or ()
            ctx.progress((start + len(group)) / len(items))
        return Output(found, parents)


def _interval_s(ctx: Context) -> float:
    interval_s = float(ctx.param("interval")) * _UNITS.get(str(ctx.param("unit")), 1)
    if not 0 <= interval_s <= _LONGEST_S:
        message = "The interval is longer than a year, or negative."
        raise NodeFailed(message, hint="Choose a shorter one.", field="interval")
    return interval_s
