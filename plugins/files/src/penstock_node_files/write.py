"""The node that writes files into the folders that the operator allows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from penstock_node_files.attached import file_of
from penstock_sdk import (
    Context,
    Effects,
    Item,
    Node,
    NodeFailed,
    Output,
    PartlyFailed,
    PenstockError,
    Port,
    boolean,
    text,
)

_SAMPLE = {"fileName": "out/orders.csv"}


class Write(Node):
    """Writes a file to disk."""

    id = "penstock/files.write"
    title = "Write file to disk"
    description = "Writes the file of each item into a folder, or appends it to one."
    group = "files"
    icon = "save"
    aliases = ("save", "store", "append", "disk", "folder", "binary")
    docs = (
        "A path begins with the name of a folder that the operator opened to workflows with "
        "`PENSTOCK_FILE_ROOTS`: `out/orders.csv`. Folders below it are made. A file appears as a "
        "whole or not at all; what was there before is replaced. The file is sent from where it is "
        "kept, so large ones cost no memory."
    )
    outputs = (Port(name="main", title="Items", sample=_SAMPLE),)
    effects = "idempotent"

    path: str = text(title="Path", placeholder="e.g. out/orders.csv")
    file: str = text("data", title="Name of the file in the item")
    append: bool = boolean(False, title="Append to what is there")

    def effects_of(self, config: Mapping[str, Any]) -> Effects:
        """Appending twice is not appending once."""
        return "idempotent" if config.get("append", False) is False else "unsafe"

    async def run(self, ctx: Context, items: Sequence[Item]) -> Output:
        """Write the file of each item.

        Raises:
            PartlyFailed: Some could not be written.
        """
        made: list[Item] = []
        parents: list[int] = []
        failures: dict[int, PenstockError] = {}
        for i, item in enumerate(items):
            try:
                made.append(await _written(ctx, item, i))
                parents.append(i)
            except NodeFailed as error:
                error.item, error.field = i, error.field or "path"
                failures[i] = error
        if failures:
            raise PartlyFailed(failures, Output(made, parents))
        return Output(made, parents)


async def _written(ctx: Context, item: Item, i: int) -> Item:
    path = str(ctx.param("path", i) or "").strip()
    if not path:
        raise NodeFailed("No path is given", hint="Write it like out/orders.csv.", field="path")
    ref = file_of(item, str(ctx.param("file", i) or "data"), i)
    append = ctx.param("append", i) is True
    await ctx.roots.write(path, ctx.binary.stream(ref), append=append)
    return Item({**item.json, "fileName": path}, item.binary)
