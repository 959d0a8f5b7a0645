"""Nodes of each kind, and workflows made of them."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

from penstock_kernel.packages.catalog import NativeNode
from penstock_kernel.packages.loader import Plugins
from penstock_sdk import Context, Item, Node, Output, Result, Wait
from tests.chaos.simulation.fate import Life


class Mark(Node):
    """Computes, for a moment or for some seconds."""

    id = "test/story.mark"
    life: ClassVar[Life]

    async def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        chance = self.life.chance.random
        await asyncio.sleep(chance.choice((0.01, 1.0, 3.0)))
        return items


class Sleep(Node):
    """Waits for so long that its worker puts it down."""

    id = "test/story.sleep"

    def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        return Wait(until_ms=ctx.now_ms() + 5_000)


class Box(Node):
    """Runs its body for each item, one after the other."""

    id = "test/story.box"
    effects = "keyed"
    container = True

    async def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        found: list[Item] = []
        for number in range(2):
            body = await ctx.run_body(Output(items, range(len(items))), number=number)
            found = list(body.items)
        return found


class Pay(Node):
    """Does something that cannot be taken back, and writes down how often."""

    id = "test/story.pay"
    effects = "unsafe"
    life: ClassVar[Life]
    ledger: ClassVar[Counter[int]]

    async def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        await self.life.awake()
        self.ledger[items[0].json["n"]] += 1
        await asyncio.sleep(0.05)
        return items


def plugins(life: Life, ledger: Counter[int]) -> Plugins:
    """The nodes of one process."""
    own = {"life": life, "ledger": ledger, "__module__": __name__}
    found = Plugins()
    for node in (Sleep, Box, *(type(one.__name__, (one,), own) for one in (Mark, Pay))):
        kind = NativeNode(node, "test/story")
        found.nodes[kind.id, kind.version] = kind
    return found


def _chain(*kinds: str, inside: str = "") -> dict[str, Any]:
    """Nodes one after the other; and what is in the box, the second of them."""
    nodes = [_node(f"n{number}", kind) for number, kind in enumerate(kinds)]
    if inside:
        nodes.append({**_node("in", inside), "parent": "n1"})
    return {
        "format": "penstock/1",
        "name": "-".join(kinds),
        "nodes": nodes,
        "edges": [
            {"from": [f"n{number}", "main"], "to": [f"n{number + 1}", "main"]}
            for number in range(len(kinds) - 1)
        ],
    }


def _node(name: str, kind: str) -> dict[str, Any]:
    return {"id": name, "name": name.title(), "type": f"test/story.{kind}"}


class Workflow(NamedTuple):
    """What an event runs."""

    document: Mapping[str, Any]
    #: How many steps it has, those of bodies included.
    steps: int
    #: So many of its executions run at once.
    limit: int | None = None
    #: Its executions run on one worker, as long as that is there.
    is_sticky: bool = False


#: One that is put down while a part of it waits.
WAITS_INSIDE = Workflow(_chain("mark", "box", "mark", inside="sleep"), 5)
WORKFLOWS = (
    WAITS_INSIDE,
    Workflow(_chain("mark", "mark", "mark"), 3),
    Workflow(_chain("mark", "pay", "mark"), 3),
    Workflow(_chain("mark", "sleep", "mark"), 3, is_sticky=True),
    Workflow(_chain("mark", "box", "pay", inside="mark"), 5),
    Workflow(_chain("mark", "mark"), 2, limit=1),
    Workflow(_chain("mark", "mark"), 2, limit=1),
)
