"""The node that hands out items in batches, until all have been round.

The rules:

* Iteration k puts batch k of the items that entered out at `loop`.
* After the last batch has come back, all that came back leaves at `done`, in the order of return.
* Without items, or with nothing left, `done` is reached at once.
* With `reset`, what came back goes round again at once, in one batch.
* Parents count through the items that entered, then through all that came back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from penstock_sdk import Context, Item, Node, Output, Port, boolean, integer


class Loop(Node):
    """Hands out items in batches."""

    id = "penstock/flow.loop"
    title = "Loop over items"
    description = "Hands items out in batches and collects what comes back."
    group = "flow"
    icon = "repeat"
    aliases = ("split in batches", "batch", "for each", "iterate", "repeat", "chunk")
    docs = (
        "Connect `loop` to the first node of the body and the last node of the body back to this "
        "node. Each time round gets the next batch. When every batch has been round, all items "
        "that came back leave at `done`."
    )
    outputs = (Port(name="loop", title="Loop"), Port(name="done", title="Done"))
    loop = True

    batch_size: int = integer(1, minimum=1, title="Batch size")
    reset: bool = boolean(
        False,
        title="Reset",
        hint="Treat what comes back as new items, for example to follow pages.",
        advanced=True,
    )

    def run(self, ctx: Context, items: Sequence[Item]) -> Mapping[str, Output]:
        """The next batch, or everything that came back."""
        loop = ctx.loop
        entered = len(loop.items)
        if loop.iteration and ctx.param("reset"):
            latest = list(loop.returned[-1])
            start = entered + sum(len(part) for part in loop.returned[:-1])
            return {"loop": Output(latest, range(start, start + len(latest)))}
        size = max(1, int(ctx.param("batch_size") or 1))
        start = loop.iteration * size
        batch = loop.items[start : start + size]
        if batch:
            return {"loop": Output(batch, range(start, start + len(batch)))}
        returned = [item for part in loop.returned for item in part]
        return {"done": Output(returned, range(entered, entered + len(returned)))}
