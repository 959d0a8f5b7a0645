"""A kernel with a handful of small nodes, virtual time, and a short way to write a workflow."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, ClassVar

import pytest

from penstock_kernel import Document, Kernel, Settings, parse
from penstock_kernel.packages.catalog import NativeNode
from penstock_kernel.packages.loader import Plugins
from penstock_sdk import Context, Item, Node, NodeFailed, Output, Port, Result, RetryLater, Wait


class VirtualClock:
    """Time that passes when somebody sleeps."""

    def __init__(self) -> None:
        self.ms = 1_000_000
        self.slept: list[float] = []

    def now_ms(self) -> int:
        return self.ms

    async def sleep(self, delay_s: float) -> None:
        await asyncio.sleep(0)
        self.slept.append(delay_s)
        self.ms += round(delay_s * 1000)


class Start(Node):
    id = "test/lab.start"
    inputs = ()

    def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        return items


class Add(Node):
    """Adds a number to `n`."""

    id = "test/lab.add"

    value: int = 1

    def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        return [
            Item({**item.json, "n": item.json.get("n", 0) + ctx.param("value", i)})
            for i, item in enumerate(items)
        ]


class Call(Node):
    """Does what the test says: `lab.behave[name](ctx, items)`."""

    id = "test/lab.call"
    behaviours: ClassVar[Mapping[str, Callable[[Context, Sequence[Item]], Any]]] = {}

    does: str = "nothing"

    async def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        result = self.behaviours[ctx.param("does")](ctx, items)
        return await result if hasattr(result, "__await__") else result  # type: ignore[no-any-return]


class Send(Call):
    id = "test/lab.send"
    effects = "unsafe"


class Keyed(Call):
    id = "test/lab.keyed"
    effects = "keyed"


class Each(Call):
    id = "test/lab.each"
    per_item = True


class Split(Node):
    id = "test/lab.split"
    outputs = (Port(name="even"), Port(name="odd"))

    def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        return {
            "even": [item for item in items if item.json["n"] % 2 == 0],
            "odd": [item for item in items if item.json["n"] % 2],
        }


class Append(Node):
    id = "test/lab.append"
    inputs = (Port(name="left"), Port(name="right"))

    def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        return [item for several in ctx.inputs.values() for item in several]


class Reverse(Node):
    id = "test/lab.reverse"

    def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        return Output(items[::-1], range(len(items))[::-1])


class Loop(Node):
    id = "test/lab.loop"
    outputs = (Port(name="loop"), Port(name="done"))
    loop = True

    def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        at = ctx.loop.iteration
        if at < len(ctx.loop.items):
            return {"loop": [ctx.loop.items[at]]}
        return {"done": [item for back in ctx.loop.returned for item in back]}


class Sleep(Node):
    id = "test/lab.sleep"

    def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        return Wait(until_ms=ctx.now_ms() + 60_000)


class Box(Node):
    """Runs its body for each chunk, all at once."""

    id = "test/lab.box"
    effects = "keyed"
    container = True

    size: int = 1

    async def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        size: int = ctx.param("size")
        starts = range(0, len(items), size)
        batches = [Output(items[at : at + size], range(at, len(items))[:size]) for at in starts]
        results = await asyncio.gather(
            *(ctx.run_body(batch, number=number) for number, batch in enumerate(batches))
        )
        return Output(
            [item for one in results for item in one.items],
            [parent for one in results for parent in one.parents or ()],
        )


NODES = (Start, Add, Call, Send, Keyed, Each, Split, Append, Reverse, Loop, Sleep, Box)


class Lab:
    """What the tests of the engine use."""

    Item = Item
    NodeFailed = NodeFailed
    RetryLater = RetryLater

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = VirtualClock()
        self.behave: dict[str, Callable[[Context, Sequence[Item]], Any]] = {
            "nothing": lambda _ctx, items: items
        }
        self.plugins = Plugins()
        for node in NODES:
            kind = NativeNode(node, "test/lab")
            self.plugins.nodes[kind.id, kind.version] = kind
            if isinstance(kind.implementation, Call):
                type(kind.implementation).behaviours = self.behave

    def workflow(
        self, nodes: Mapping[str, Any], edges: str, *, settings: Any = None, **more: Any
    ) -> Document:
        """Nodes as `{"id": "type"}` or `{"id": {"type", "config", "settings"}}`, edges as `a>b.left c>d`."""
        return parse(
            {
                "format": "penstock/1",
                "name": "lab",
                "nodes": [_node(id_, value) for id_, value in nodes.items()],
                "edges": [_edge(*edge.split(">")) for edge in edges.split()],
                "settings": settings or {},
                **more,
            }
        )

    def kernel(self, **options: Any) -> AbstractAsyncContextManager[Kernel]:
        options.setdefault("clock", self.clock)
        return Kernel.open(Settings(data_dir=self.folder / "data"), plugins=self.plugins, **options)


def _node(id_: str, value: Any) -> dict[str, Any]:
    more = {"type": value} if isinstance(value, str) else dict(value)
    more["type"] = f"test/lab.{more['type']}"
    return {"id": id_, "name": id_.title(), **more}


def _edge(source: str, target: str) -> dict[str, Any]:
    ends = [[*end.split(".")] if "." in end else [end, "main"] for end in (source, target)]
    return {"from": ends[0], "to": ends[1]}


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path)


@pytest.fixture
async def kernel(lab: Lab) -> AsyncIterator[Kernel]:
    async with lab.kernel() as opened:
        yield opened
