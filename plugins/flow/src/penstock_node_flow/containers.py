"""Nodes that hold other nodes: for each chunk of items, and while a condition holds.

The rules:

* The body gets the items of one chunk, or of one round; what it puts out is joined in the order
  of the chunks, however many run at once.
* A body that fails stops the node, or, with `on_error` set to continue, its items leave at `error`
  with the error, and the others go on.
* The condition of while is asked of each item that leaves the body.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from itertools import compress
from typing import Any

from penstock_sdk import (
    Context,
    Item,
    Node,
    NodeFailed,
    Output,
    Parent,
    Port,
    boolean,
    code,
    integer,
    options,
)

MAX_PARALLEL = 100
MAX_ROUNDS = 10_000


class ForEach(Node):
    """Runs the nodes it holds for each chunk of items."""

    id = "penstock/flow.for_each"
    title = "For each"
    description = "Runs the nodes inside once for each chunk of items, several at once if wanted."
    group = "flow"
    icon = "iteration-cw"
    aliases = ("loop", "map", "batch", "parallel", "container", "iterate", "chunk", "fan out")
    docs = (
        "Put nodes inside: items enter at those without a predecessor and leave at those without "
        "a successor. Inside, `$('For each').item` is the item that entered, and nodes outside can "
        "be named as well. Results keep the order of the items. An error inside stops the node; "
        "with 'Go on with the others' the items of that chunk leave at `error`."
    )
    outputs = (Port(name="main", title="Done"), Port(name="error", title="Failed"))
    effects = "keyed"
    container = True

    size: int = integer(1, minimum=1, title="Items per chunk", expression=False)
    parallel: int = integer(
        1,
        minimum=1,
        maximum=MAX_PARALLEL,
        title="Chunks at once",
        hint="How many run side by side.",
        expression=False,
    )
    on_failure: str = options(
        {"stop": "Stop", "continue": "Go on with the others"},
        default="stop",
        title="When a chunk fails",
        expression=False,
    )

    async def run(self, ctx: Context, items: Sequence[Item]) -> Mapping[str, Output]:
        """Run the body for each chunk."""
        chunks = _Chunks(ctx, items, int(ctx.param("size")) if items else 1)
        await chunks.run(min(int(ctx.param("parallel")), MAX_PARALLEL) if items else 1)
        return chunks.outputs()


class _Chunks:
    """The chunks of one step, and what came of each."""

    def __init__(self, ctx: Context, items: Sequence[Item], size: int) -> None:
        self._ctx = ctx
        self._items = items
        self._size = max(1, size)
        self._count = -(-len(items) // self._size)
        self._done: dict[int, Output] = {}
        self._failed: dict[int, NodeFailed] = {}
        self._goes_on = bool(items) and ctx.param("on_failure") == "continue"

    async def run(self, at_once: int) -> None:
        """Run the body for all of them, so many at once.

        Raises:
            NodeFailed: One failed, and the node is to stop then.
        """
        todo = iter(range(self._count))
        workers = [asyncio.create_task(self._work(todo)) for _ in range(min(at_once, self._count))]
        try:
            # The first failure ends the wait; what still runs is canceled below.
            await asyncio.gather(*workers)
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)

    async def _work(self, todo: Iterator[int]) -> None:
        for number in todo:
            start = number * self._size
            chunk = self._items[start : start + self._size]
            batch = Output(chunk, range(start, start + len(chunk)))
            try:
                self._done[number] = await self._ctx.run_body(batch, number=number)
            except NodeFailed as error:
                if not self._goes_on:
                    error.item = start if error.item is None else error.item
                    raise
                self._failed[number] = error
            self._ctx.progress((len(self._done) + len(self._failed)) / self._count)

    def outputs(self) -> Mapping[str, Output]:
        """What came out, in the order of the items."""
        items: list[Item] = []
        parents: list[Parent] = []
        for number in sorted(self._done):
            items += self._done[number].items
            parents += self._done[number].parents or ()
        return {"main": Output(items, parents), "error": self._errors()}

    def _errors(self) -> Output:
        places = [
            (number, i)
            for number in sorted(self._failed)
            for i in range(number * self._size, min((number + 1) * self._size, len(self._items)))
        ]
        items = [_with_error(self._items[i], self._failed[number]) for number, i in places]
        return Output(items, [i for _, i in places])


def _with_error(item: Item, error: NodeFailed) -> Item:
    told: dict[str, Any] = {"message": error.message, "code": error.data.get("code", error.code)}
    if error.data.get("node"):
        told["node"] = error.data["node"]
    return Item({**item.json, "error": told}, item.binary)


class While(Node):
    """Runs the nodes it holds again and again, while a condition holds."""

    id = "penstock/flow.while"
    title = "While"
    description = "Runs the nodes inside again and again, while a condition on their output holds."
    group = "flow"
    icon = "refresh-cw"
    aliases = ("loop", "until", "repeat", "do while", "poll", "container", "paginate")
    docs = (
        "The condition is a JavaScript expression on each item that leaves the body, such as "
        "`$json.next !== null`. All items go round again while it holds for one of them; or each "
        "alone, and an item for which it does not hold any more is done. `max_iterations` ends "
        "what would not end."
    )
    outputs = (Port(name="main", title="Done"),)
    effects = "keyed"
    container = True

    condition: str = code(language="javascript", title="Repeat while", hint="e.g. $json.page < 3")
    repeat: str = options(
        {"all": "All items, while it holds for any", "each": "Each item, while it holds for it"},
        default="all",
        title="What goes round again",
        expression=False,
    )
    check_first: bool = boolean(
        False,
        title="Ask before the first round",
        hint="Items for which it does not hold from the start never enter the body.",
        expression=False,
        advanced=True,
    )
    max_iterations: int = integer(
        100, minimum=1, maximum=MAX_ROUNDS, title="Most rounds", expression=False
    )

    async def run(self, ctx: Context, items: Sequence[Item]) -> Output:
        """Go round."""
        if not items:
            return Output([], [])
        rounds = _Rounds(ctx)
        batch = Output(items, range(len(items)))
        if ctx.param("check_first"):
            batch = await rounds.going_on(batch)
        most = int(ctx.param("max_iterations"))
        for number in range(most):
            if not batch.items:
                break
            ctx.progress(0.0, f"round {number + 1}")
            batch = await rounds.going_on(await ctx.run_body(batch, number=number))
        if batch.items:
            message = f"The condition still held after {most:,} rounds."
            hint = "Check the condition, or raise the most rounds."
            raise NodeFailed(message, hint=hint, field="condition")
        return rounds.done()


class _Rounds:
    """Tells what goes round again from what is done."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._all = ctx.param("repeat") != "each"
        self._items: list[Item] = []
        self._parents: list[Parent] = []

    async def going_on(self, batch: Output) -> Output:
        """What goes round again; the rest is done."""
        rows = [item.json for item in batch.items]
        source = str(self._ctx.param("condition"))
        held = [bool(value) for value in await self._ctx.evaluate(source, rows)] if rows else []
        if self._all:
            held = [any(held)] * len(held)
        parents = batch.parents or [-1] * len(held)
        ended = [not one for one in held]
        self._items += compress(batch.items, ended)
        self._parents += compress(parents, ended)
        return Output(list(compress(batch.items, held)), list(compress(parents, held)))

    def done(self) -> Output:
        """What is done, in the order in which it was."""
        return Output(self._items, self._parents)
