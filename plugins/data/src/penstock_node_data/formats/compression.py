"""The node that packs and unpacks files."""

from __future__ import annotations

import asyncio
import mimetypes
from collections.abc import AsyncIterator, Iterator, Sequence

from penstock_node_data.formats.archives import (
    MAX_ARCHIVE,
    BadArchive,
    file_name,
    gunzipped,
    gzipped,
    unzipped,
    zipped,
)
from penstock_sdk import (
    BinaryRef,
    Context,
    Item,
    Node,
    NodeFailed,
    Port,
    Result,
    options,
    text,
)

_GZIP_START = b"\x1f\x8b"
_ZIP, _GZIP = "application/zip", "application/gzip"


class Compression(Node):
    """Packs and unpacks files."""

    id = "penstock/data.compression"
    title = "Compression"
    description = "Packs files of items as ZIP or gzip, or unpacks them."
    group = "data"
    icon = "file-archive"
    aliases = ("zip", "unzip", "gzip", "archive", "decompress", "extract", "compress")
    docs = (
        "Packing puts the named files of an item into one ZIP, or one file into gzip. Unpacking "
        "finds out which of both a file is and adds each file in it. Archives that unfold to far "
        "more than their size are refused."
    )
    outputs = (Port(name="main", sample={"name": "report"}),)

    operation: str = options(
        {"compress": "Pack", "decompress": "Unpack"},
        default="compress",
        title="Operation",
        expression=False,
    )
    files: str = text("data", title="Files", hint="Several are separated by commas.")
    format: str = options(
        {"zip": "ZIP", "gzip": "gzip"},
        default="zip",
        title="Format",
        show_if={"operation": ["compress"]},
    )
    file_name: str = text("", title="Name of the new file", show_if={"operation": ["compress"]})
    output_file: str = text(
        "data", title="Put the result in file", show_if={"operation": ["compress"]}
    )
    prefix: str = text(
        "file_",
        title="Prefix of the files",
        hint="The first one is file_0.",
        show_if={"operation": ["decompress"]},
    )

    async def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        """Pack or unpack the files of each item."""
        pack = ctx.param("operation") == "compress"
        found = list[Item]()
        for i, item in enumerate(items):
            try:
                files = await (_packed(ctx, item, i) if pack else _unpacked(ctx, item, i))
            except BadArchive as error:
                raise NodeFailed(
                    f"The archive cannot be unpacked: {error}",
                    hint="Check where the file comes from.",
                    field="files",
                    item=i,
                ) from None
            found.append(Item(item.json, {**(item.binary or {}), **files}))
        return found


def _chosen(ctx: Context, item: Item, i: int) -> list[tuple[str, BinaryRef]]:
    names = [name.strip() for name in str(ctx.param("files", i)).split(",") if name.strip()]
    present = item.binary or {}
    for name in names or [""]:
        if name not in present:
            raise NodeFailed(
                f"The item has no file {name!r}",
                hint="Name files of the item.",
                field="files",
                item=i,
            )
    return [(name, present[name]) for name in names]


async def _packed(ctx: Context, item: Item, i: int) -> dict[str, BinaryRef]:
    chosen = _chosen(ctx, item, i)
    target, name = str(ctx.param("output_file", i)), str(ctx.param("file_name", i) or "")
    if ctx.param("format", i) == "gzip":
        if len(chosen) > 1:
            raise NodeFailed(
                "gzip holds one file", hint="Name one file, or take ZIP.", field="files", item=i
            )
        key, ref = chosen[0]
        name = name or f"{ref.file_name or key}.gz"
        chunks = gzipped(ctx.binary.stream(ref))
        return {target: await ctx.binary.write(chunks, media_type=_GZIP, file_name=name)}
    if sum(ref.size for _, ref in chosen) > MAX_ARCHIVE:
        raise NodeFailed(
            f"The files are larger than {MAX_ARCHIVE:,} bytes together", field="files", item=i
        )
    files = [(ref.file_name or key, await ctx.binary.read(ref)) for key, ref in chosen]
    data = await asyncio.to_thread(zipped, files)
    ref = await ctx.binary.write(data, media_type=_ZIP, file_name=name or "archive.zip")
    return {target: ref}


async def _unpacked(ctx: Context, item: Item, i: int) -> dict[str, BinaryRef]:
    prefix = str(ctx.param("prefix", i))
    found: dict[str, BinaryRef] = {}
    for key, ref in _chosen(ctx, item, i):
        if await ctx.binary.read(ref, size=2) == _GZIP_START:
            name = file_name(ref.file_name or key).removesuffix(".gz")
            chunks = gunzipped(ctx.binary.stream(ref), ref.size)
            found[f"{prefix}{len(found)}"] = await _written(ctx, name, chunks)
            continue
        data = await ctx.binary.read(ref, size=MAX_ARCHIVE + 1)
        if len(data) > MAX_ARCHIVE:
            raise BadArchive(f"it is larger than {MAX_ARCHIVE:,} bytes")
        for name, pieces in unzipped(data):
            found[f"{prefix}{len(found)}"] = await _written(ctx, name, _streamed(pieces))
    return found


async def _streamed(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece
        await asyncio.sleep(0)


async def _written(ctx: Context, name: str, chunks: AsyncIterator[bytes]) -> BinaryRef:
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return await ctx.binary.write(chunks, media_type=media_type, file_name=name)
