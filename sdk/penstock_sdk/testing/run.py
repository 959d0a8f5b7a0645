"""Run one node, as the host would."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from typing import Any, TypeVar, cast

from penstock_sdk.item import Item, Output, Parent, Wait
from penstock_sdk.node import Node
from penstock_sdk.testing.context import TestContext

T = TypeVar("T")

#: Items, or only their `json`.
Given = Sequence[Item | Mapping[str, Any]]


def run_node(
    node: type[Node],
    config: Mapping[str, Any] | None = None,
    items: Given = ({},),
    **options: Any,
) -> dict[str, list[Item]]:
    """The items that a node puts out, by port; ports without items are left out.

    Args:
        node: Its class.
        config: Its parameters, as in a workflow.
        items: What comes in; one empty item by default.
        options: Of `TestContext`: `inputs`, `http`, `credentials`, `clock`, `evaluate`, …; or
            `context=`, a ready one.

    Raises:
        NodeFailed: As the node raised it.
    """
    return blocking(arun_node(node, config, items, **options), "arun_node")


async def arun_node(
    node: type[Node],
    config: Mapping[str, Any] | None = None,
    items: Given = ({},),
    *,
    context: TestContext | None = None,
    **options: Any,
) -> dict[str, list[Item]]:
    """`run_node` for tests that are async themselves."""
    inputs = options.pop("inputs", None)
    given = None if inputs is None else {name: items_of(one) for name, one in inputs.items()}
    ctx = context or TestContext(node, config, items_of(items), inputs=given, **options)
    outputs = await outputs_of(node, ctx)
    return {port: list(output.items) for port, output in outputs.items() if output.items}


async def outputs_of(node: type[Node], ctx: TestContext) -> dict[str, Output]:
    """What a node puts out, by port, with parents; a wait counts as over."""
    instance = node()
    ports = instance.ports(ctx.config)
    first = ports.outputs[0].name if ports.outputs else "main"
    if not node.per_item:
        return await _call(instance, ctx, ctx.items, first)
    gathered: dict[str, Output] = {}
    for index, item in enumerate(ctx.items):
        ctx.index = index
        for port, output in (await _call(instance, ctx, [item], first)).items():
            _append(gathered, port, output, index)
    ctx.index = 0
    return gathered


async def _call(
    node: Node, ctx: TestContext, items: Sequence[Item], first: str
) -> dict[str, Output]:
    result: Any = node.run(ctx, items)
    if inspect.isawaitable(result):
        result = await result
    if isinstance(result, AsyncIterator):
        streamed = cast("AsyncIterator[Item]", result)
        result = [item async for item in streamed]
    if isinstance(result, Wait):
        result = items if result.items is None else result.items
    if isinstance(result, Mapping):
        by_port = cast("Mapping[str, Any]", result)
        return {port: _output(node, port, given) for port, given in by_port.items()}
    return {first: _output(node, first, result)}


def _output(node: Node, port: str, given: Any) -> Output:
    output = given if isinstance(given, Output) else Output(list(given))
    for item in output.items:
        if not isinstance(item, Item):  # pyright: ignore[reportUnnecessaryIsInstance]
            message = f"{type(node).__name__} put out {item!r} on {port!r}, which is no Item."
            raise TypeError(message)
    if output.parents is not None and len(output.parents) != len(output.items):
        message = (
            f"{type(node).__name__} put out {len(output.items)} items on {port!r} and "
            f"{len(output.parents)} parents."
        )
        raise TypeError(message)
    return output


def _append(gathered: dict[str, Output], port: str, output: Output, index: int) -> None:
    before = gathered.get(port, Output([], []))
    # Parents of a call with one item count from that item.
    parents = [_shifted(one, index) for one in output.parents or [0] * len(output.items)]
    gathered[port] = Output([*before.items, *output.items], [*(before.parents or ()), *parents])


def _shifted(parent: Parent, by: int) -> Parent:
    if isinstance(parent, tuple):
        return tuple(one + by for one in parent)
    return parent if parent < 0 else parent + by


def items_of(given: Given) -> list[Item]:
    """Items, from items or from their `json` alone."""
    return [one if isinstance(one, Item) else Item(dict(one)) for one in given]


def blocking(work: Coroutine[Any, Any, T], instead: str) -> T:
    """Run to the end in a loop of its own."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    work.close()
    message = f"A loop is running already: await `{instead}` instead."
    raise TypeError(message)
