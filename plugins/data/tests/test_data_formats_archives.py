"""Compression."""

from __future__ import annotations

import gzip
import io
import zipfile
from typing import Any

import pytest

from penstock_node_data.formats.archives import file_name
from penstock_node_data.formats.compression import Compression
from penstock_sdk import Item, NodeFailed
from penstock_sdk.testing import TestContext, arun_node, outputs_of

Named = dict[str, tuple[str, bytes]]


async def run(config: dict[str, Any], files: Named) -> Named:
    """Name and content of each file that the item has afterwards."""
    context = TestContext(Compression, config, [Item({}, {})])
    refs = {key: context.binary.put(data, file_name=name) for key, (name, data) in files.items()}
    context.items[0].binary = refs
    [item] = (await outputs_of(Compression, context))["main"].items
    found = item.binary or {}
    return {key: (ref.file_name or "", context.binary.blobs[ref.id]) for key, ref in found.items()}


def zip_of(*entries: tuple[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return buffer.getvalue()


async def test_files_come_out_of_a_zip_as_they_went_in() -> None:
    files = {"a": ("one.txt", b"1"), "b": ("one.txt", b"2" * 100_000)}
    config = {"files": "a, b", "output_file": "z", "file_name": "all.zip"}

    packed = (await run(config, files))["z"]
    out = await run({"operation": "decompress", "files": "z"}, {"z": packed})

    assert packed[0] == "all.zip"
    assert out["file_0"] == ("one.txt", b"1")
    assert out["file_1"] == ("one 2.txt", b"2" * 100_000)


async def test_a_file_comes_out_of_gzip_as_it_went_in() -> None:
    data = b"hello " * 200_000
    packed = (await run({"format": "gzip"}, {"data": ("a.csv", data)}))["data"]

    out = await run({"operation": "decompress"}, {"data": packed})

    assert packed[0] == "a.csv.gz"
    assert gzip.decompress(packed[1]) == data
    assert out["file_0"] == ("a.csv", data)


async def test_a_gzip_of_several_parts_is_read_to_its_end() -> None:
    data = gzip.compress(b"one ") + gzip.compress(b"two")

    out = await run({"operation": "decompress"}, {"data": ("x.gz", data)})

    assert out["file_0"] == ("x", b"one two")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"no archive", "not a ZIP file"),
        (b"", "not a ZIP file"),
        (gzip.compress(b"x" * 1000)[:-12], "ends too early"),
        (b"\x1f\x8bnonsense", "not a gzip file"),
        (gzip.compress(b"\0" * 30_000_000), "more comes out"),
        (zip_of(("bomb", b"\0" * 30_000_000)), "more comes out"),
        (zip_of(*((f"{n}", b"") for n in range(1_001))), "more than 1,000 files"),
        (zip_of(("a", b"hello" * 50))[:40], "not a ZIP file"),
    ],
    ids=["text", "nothing", "cut", "noise", "gzip-bomb", "zip-bomb", "many", "cut-zip"],
)
async def test_archives_that_are_broken_or_hostile_are_refused(data: bytes, message: str) -> None:
    with pytest.raises(NodeFailed, match=message):
        await run({"operation": "decompress"}, {"data": ("x", data)})


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\a.txt", "a.txt"),
        ("/", "file"),
        ("..", "file"),
        ("a\x00b\n.txt", "ab.txt"),
        ("x" * 500, "x" * 200),
    ],
)
def test_a_name_in_an_archive_is_never_a_path(name: str, expected: str) -> None:
    assert file_name(name) == expected


async def test_a_file_that_is_not_there_is_told() -> None:
    with pytest.raises(NodeFailed, match="no file 'data'"):
        await run({}, {})
    with pytest.raises(NodeFailed, match="gzip holds one file"):
        await run({"format": "gzip", "files": "a,b"}, {"a": ("a", b""), "b": ("b", b"")})


async def test_no_items_give_no_items() -> None:
    assert not (await arun_node(Compression, {}, [])).get("main")
