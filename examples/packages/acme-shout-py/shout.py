"""Say it louder: a node that runs in the sandbox, written with the same SDK as a native one."""

from __future__ import annotations

from collections.abc import Sequence

from penstock_sdk import Context, Item, Node, NodeFailed, Result, integer, text


class Shout(Node):
    """Turn a text to upper case and put exclamation marks behind it."""

    id = "acme/shout.shout"
    version = 1
    title = "Shout"

    text: str = text()
    marks: int = integer(default=1, minimum=0, maximum=10)

    def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        """One shout for each item."""
        return [Item({**item.json, "text": _shout(ctx, i)}) for i, item in enumerate(items)]


def _shout(ctx: Context, i: int) -> str:
    said = ctx.param("text", i)
    if not isinstance(said, str):
        raise NodeFailed(f"Expected a text, got {said!r}.", item=i, field="text")
    marks: int = ctx.param("marks", i)
    return said.upper() + "!" * marks
