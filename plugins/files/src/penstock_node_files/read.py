"""The node that reads files from the folders that the operator allows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from penstock_node_files.media import kind_of, media_type_of
from penstock_sdk import (
    BinaryRef,
    Context,
    Item,
    Node,
    NodeFailed,
    Output,
    PartlyFailed,
    PenstockError,
    Port,
    boolean,
    integer,
    options,
    text,
)

_MAX_FILES = 100_000
_SAMPLE = {"fileName": "orders.csv", "mimeType": "text/csv", "path": "in/orders.csv"}


class Read(Node):
    """Reads files from disk."""

    id = "penstock/files.read"
    title = "Read files from disk"
    description = "Reads one file, or all that a pattern fits, as files of items."
    group = "files"
    icon = "folder-open"
    aliases = ("load", "open", "disk", "folder", "glob", "binary", "list files")
    docs = (
        "A path begins with the name of a folder that the operator opened to workflows with "
        "`PENSTOCK_FILE_ROOTS`: `in/orders.csv`. A pattern such as `in/**/*.csv` gives an item for "
        "each file, by name, and none where nothing fits. Files are passed on by handle, so large "
        "ones cost no memory."
    )
    outputs = (Port(name="main", title="Files", sample=_SAMPLE),)

    path: str = text(title="Path or pattern", placeholder="e.g. in/*.csv")
    into: str = text("data", title="Name of the file in the item")
    fields_: str = options(
        {"about": "Facts about the file", "kept": "Those of the item that came in"},
        default="about",
        title="Fields of the item",
        expression=False,
    )
    missing: str = options(
        {"fail": "Fail", "skip": "Leave the item out"},
        default="fail",
        title="Where a named file is missing",
        advanced=True,
        expression=False,
    )
    only_list: bool = boolean(False, title="List only, do not read", expression=False)
    file_name: str = text("", title="File name", hint="Empty: as on disk.", advanced=True)
    media_type: str = text("", title="Media type", hint="Empty: by the name.", advanced=True)
    max_files: int = integer(
        1_000, minimum=1, maximum=_MAX_FILES, title="Files at most", advanced=True
    )

    async def run(self, ctx: Context, items: Sequence[Item]) -> Output:
        """Read the files that each item names.

        Raises:
            PartlyFailed: Some could not be read.
        """
        made: list[Item] = []
        parents: list[int] = []
        failures: dict[int, PenstockError] = {}
        skips = ctx.param("missing") == "skip"
        for i, item in enumerate(items):
            try:
                found = await _files(ctx, item, i)
            except NodeFailed as error:
                if skips and isinstance(error.__cause__, FileNotFoundError):
                    continue
                error.item, error.field = i, error.field or "path"
                failures[i] = error
                continue
            made += found
            parents += [i] * len(found)
        if failures:
            raise PartlyFailed(failures, Output(made, parents))
        return Output(made, parents)


async def _files(ctx: Context, item: Item, i: int) -> list[Item]:
    path = str(ctx.param("path", i) or "").strip()
    if not path:
        raise NodeFailed("No path is given", hint="Write it like in/orders.csv.", field="path")
    found = await ctx.roots.find(path, most=int(ctx.param("max_files", i)))
    only_list = bool(ctx.param("only_list", i))
    return [await _item(ctx, item, file.path, file.size, i, only_list) for file in found]


async def _item(ctx: Context, item: Item, path: str, size: int, i: int, only_list: bool) -> Item:
    name = str(ctx.param("file_name", i) or "") or path.rpartition("/")[2]
    media = str(ctx.param("media_type", i) or "") or media_type_of(name)
    kept = ctx.param("fields", i) == "kept"
    fields = item.json if kept else _about(path, name, media, size)
    if only_list:
        return Item(fields)
    ref = await ctx.binary.write(ctx.roots.stream(path), media_type=media, file_name=name)
    into = str(ctx.param("into", i) or "data")
    before: dict[str, BinaryRef] = dict(item.binary or {}) if kept else {}
    return Item(fields, {**before, into: ref})


def _about(path: str, name: str, media: str, size: int) -> dict[str, Any]:
    found: dict[str, Any] = {"mimeType": media, "fileName": name, "fileSize": sized(size)}
    if kind_of(media):
        found["fileType"] = kind_of(media)
    if "." in name:
        found["fileExtension"] = name.rpartition(".")[2]
    return {**found, "bytes": size, "path": path, "directory": path.rpartition("/")[0]}


def sized(count: int) -> str:
    """A number of bytes as people read it."""
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= size:
            return f"{count / size:.3g} {unit}"
    return f"{count} B"
