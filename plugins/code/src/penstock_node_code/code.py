"""Nodes that run a person's code in the sandbox.

The code sees the items and nothing else of the machine. Without `http` it has no effects and may be
run again; with it nobody can know what it does outside, so it is `unsafe`. Code that keeps static
data is `idempotent`: it is not run again once it has ended, and counts again only after a crash.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from penstock_sdk import Context, Effects, Item, Node, Output, boolean, code, options

_MODES = {"all": "Once for all items", "each": "Once for each item"}
_SHAPES = {"items": "Items in, items out", "data": "One item's data as `item`, its data out"}
_SHAPE_HINT = "The second is how a node for single items worked in older workflows."
_HTTP_HINT = "Let the code send requests through the host, to addresses that are allowed."


class Code(Node):
    """What both languages share."""

    group = "code"
    icon = "code"
    language: ClassVar[str]

    mode: str = options(_MODES, default="all", title="Mode", expression=False)
    http: bool = boolean(False, title="May send requests", hint=_HTTP_HINT, expression=False)

    def effects_of(self, config: Mapping[str, Any]) -> Effects:
        """Unsafe with requests: what the code does outside is not known."""
        if config.get("http") is True:
            return "unsafe"
        return "idempotent" if "StaticData" in str(config.get("source", "")) else "none"

    async def run(self, ctx: Context, items: Sequence[Item]) -> Output:
        """Run the code."""
        return await ctx.run_code(
            self.language,
            self.source_of(ctx),
            items,
            each=self.is_for_each(ctx),
            http=ctx.param("http") is True,
        )

    def source_of(self, ctx: Context) -> str:
        """What runs."""
        return str(ctx.param("source"))

    def is_for_each(self, ctx: Context) -> bool:
        """Once for each item?"""
        return bool(ctx.param("mode") == "each")


class JavaScript(Code):
    """Runs JavaScript."""

    id = "penstock/code.javascript"
    title = "Code (JavaScript)"
    description = "Runs JavaScript on the items, in a sandbox."
    aliases = ("code", "function", "script", "js", "javascript", "custom", "transform")
    docs = (
        "For all items at once, `$input.all()` and `items` hold them and an array is returned. "
        "For each item, `$json` and `$input.item` hold it and one object is returned. `await` "
        "works at the top; `console.log` writes to the log of the step. With requests allowed, "
        "`$helpers.httpRequest({ url })` sends one."
    )
    language = "javascript"

    source: str = code("javascript", "return $input.all();", title="Code")
    shape: str = options(
        _SHAPES, default="items", title="Shape", hint=_SHAPE_HINT, expression=False, advanced=True
    )

    def source_of(self, ctx: Context) -> str:
        """With the data of one item as `item`, where that is the shape.

        On one line with the code, whose lines keep their numbers, and around a block, so that it
        may declare an `item` of its own.
        """
        source = super().source_of(ctx)
        if ctx.param("shape") != "data":
            return source
        kind = "async function" if "await" in source else "function"
        return f"return $functionItem(this, {kind} (item) {{{{ {source}\n}}}});"

    def is_for_each(self, ctx: Context) -> bool:
        """The data of one item is always of one."""
        return ctx.param("shape") == "data" or super().is_for_each(ctx)


class Python(Code):
    """Runs Python."""

    id = "penstock/code.python"
    title = "Code (Python)"
    description = "Runs Python on the items, in a sandbox."
    aliases = ("code", "function", "script", "py", "python", "custom", "transform")
    docs = (
        "For all items at once, `_input.all()` and `items` hold them and a list is returned. For "
        "each item, `_json` and `_input.item` hold it and one dict is returned. The modules of "
        "the standard library that compute are there; files and sockets are not. `print` writes "
        "to the log of the step."
    )
    language = "python"

    source: str = code("python", "return items", title="Code")
