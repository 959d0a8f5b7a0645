"""Reading and writing in the folders that the operator allows, and nowhere else."""

from __future__ import annotations

import os
import tracemalloc
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from penstock_node_files.read import Read
from penstock_node_files.write import Write
from penstock_sdk import Item, NodeFailed, PartlyFailed
from penstock_sdk.rooted import Root, RootedFiles, parse_roots
from penstock_sdk.testing import TestContext, arun_node


@pytest.fixture
def roots(tmp_path: Path) -> list[Root]:
    for name in ("in", "out", "secret"):
        (tmp_path / name).mkdir()
    (tmp_path / "in/orders").mkdir()
    (tmp_path / "in/orders/b.csv").write_text("b")
    (tmp_path / "in/orders/a.csv").write_text("aa")
    (tmp_path / "in/orders/.hidden.csv").write_text("h")
    (tmp_path / "secret/key").write_text("key")
    inside = Root(name="in", folder=tmp_path / "in", writable=False)
    return [inside, Root(name="out", folder=tmp_path / "out")]


async def read(roots: list[Root], path: str, **config: Any) -> list[Item]:
    outputs = await arun_node(Read, {"path": path, **config}, [{}], roots=roots)
    return outputs.get("main", [])


async def why_not(roots: list[Root], path: str) -> str:
    with pytest.raises(PartlyFailed) as caught:
        await read(roots, path)
    failure = caught.value.failures[0]
    assert failure.hint
    return failure.message


async def text(*parts: str) -> AsyncIterator[bytes]:
    for part in parts:
        yield part.encode()


async def test_a_pattern_gives_its_files_by_name(roots: list[Root]) -> None:
    for pattern in ("in/orders/*.csv", "in/**/*.csv", "in/orders/[ab].csv", "in/orders/{b,a}.csv"):
        found = await read(roots, pattern)
        assert [item.json["fileName"] for item in found] == ["a.csv", "b.csv"]


async def test_a_file_is_read_by_name_of_root_or_by_its_whole_path(
    roots: list[Root], tmp_path: Path
) -> None:
    for path in ("in/orders/a.csv", str(tmp_path / "in/orders/a.csv")):
        (item,) = await read(roots, path)
        about = {"fileName": "a.csv", "mimeType": "text/csv", "fileSize": "2 B", "path": path}
        assert item.json.items() >= about.items()
        assert (item.binary or {})["data"].size == 2


async def test_a_pattern_without_files_gives_nothing_and_a_name_fails(roots: list[Root]) -> None:
    assert await read(roots, "in/none/*.csv") == []
    assert "does not exist" in await why_not(roots, "in/none.csv")
    assert await read(roots, "in/none.csv", missing="skip") == []
    with pytest.raises(PartlyFailed):
        await read(roots, "secret/none.csv", missing="skip")


async def test_a_list_has_no_files(roots: list[Root]) -> None:
    assert [item.binary for item in await read(roots, "in/orders/*", only_list=True)] == [None] * 2


@pytest.mark.parametrize(
    "path", ["in/../secret/key", "/etc/passwd", "secret/key", "../key", "in", "", "in/\0", "~/x"]
)
async def test_no_path_leads_out(roots: list[Root], path: str) -> None:
    assert await why_not(roots, path)


async def test_no_link_leads_out(roots: list[Root], tmp_path: Path) -> None:
    (tmp_path / "in/link").symlink_to(tmp_path / "secret/key")
    (tmp_path / "in/folder").symlink_to(tmp_path / "secret")

    assert await why_not(roots, "in/link")
    assert await why_not(roots, "in/folder/key")
    assert await read(roots, "in/**/key") == []
    assert await read(roots, "in/li*") == []


async def test_pipes_and_folders_are_no_files(roots: list[Root], tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "in/pipe")

    assert "no regular file" in await why_not(roots, "in/pipe")
    assert "no regular file" in await why_not(roots, "in/orders")


async def test_without_roots_the_line_to_set_is_told(roots: list[Root]) -> None:
    del roots
    with pytest.raises(PartlyFailed) as caught:
        await arun_node(Read, {"path": "in/a"}, [{}])
    assert "PENSTOCK_FILE_ROOTS=in=/srv/in:ro" in caught.value.failures[0].hint


async def test_hidden_folders_are_refused_by_any_name(tmp_path: Path) -> None:
    (tmp_path / "data/blobs").mkdir(parents=True)
    (tmp_path / "data/secret.key").write_text("key")
    files = RootedFiles([Root(name="all", folder=tmp_path)], [tmp_path / "data"])

    for path in ("all/data/secret.key", "all/data/blobs/x"):
        with pytest.raises(NodeFailed, match="not for workflows"):
            await files.find(path)
    assert await files.find("all/**/*") == []
    with pytest.raises(NodeFailed, match="not for workflows"):
        await files.write("all/data/secret.key", text("mine"))


async def written(roots: list[Root], path: str, data: bytes, **config: Any) -> list[Item]:
    config = {"path": path, **config}
    context = TestContext(Write, config, [], roots=roots)
    item = Item({"a": 1}, {"data": context.binary.put(data)})
    context = TestContext(Write, config, [item], roots=roots)
    context.binary.put(data)
    return (await arun_node(Write, config, context=context))["main"]


async def test_a_file_is_written_replaced_and_appended_to(
    roots: list[Root], tmp_path: Path
) -> None:
    path = "out/new/folder/a.txt"
    (item,) = await written(roots, path, b"one")
    assert item.json == {"a": 1, "fileName": path}
    assert item.binary is not None

    await written(roots, path, b"two")
    await written(roots, path, b"!", append=True)

    assert (tmp_path / path).read_bytes() == b"two!"
    assert [one.name for one in (tmp_path / "out/new/folder").iterdir()] == ["a.txt"]


async def test_nothing_is_written_through_links_or_where_only_reading_is_allowed(
    roots: list[Root], tmp_path: Path
) -> None:
    (tmp_path / "out/link").symlink_to(tmp_path / "secret/key")
    (tmp_path / "out/folder").symlink_to(tmp_path / "secret")

    for path in ("in/orders/a.csv", "out/folder/key", "out"):
        with pytest.raises(PartlyFailed):
            await written(roots, path, b"x")
    with pytest.raises(PartlyFailed):
        await written(roots, "out/link", b"x", append=True)
    await written(roots, "out/link", b"x")  # takes the place of the link
    assert (tmp_path / "secret/key").read_text() == "key"


async def test_a_write_that_breaks_off_leaves_what_was_there(
    roots: list[Root], tmp_path: Path
) -> None:
    (tmp_path / "out/a").write_text("before")

    async def broken() -> AsyncIterator[bytes]:
        yield b"half"
        raise NodeFailed("It broke off.", hint="Try again.")

    with pytest.raises(NodeFailed, match="broke off"):
        await RootedFiles(roots).write("out/a", broken())
    assert (tmp_path / "out/a").read_text() == "before"
    assert [one.name for one in (tmp_path / "out").iterdir()] == ["a"]


async def test_a_hundred_megabytes_are_copied_in_little_memory(
    roots: list[Root], tmp_path: Path
) -> None:
    size = 100_000_000
    with (tmp_path / "in/large").open("wb") as large:
        large.truncate(size)
    files = RootedFiles(roots)

    tracemalloc.start()
    try:
        assert await files.write("out/large", files.stream("in/large")) == size
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert (tmp_path / "out/large").stat().st_size == size
    assert most < 10_000_000


async def test_a_pattern_that_fits_too_much_is_refused(roots: list[Root]) -> None:
    with pytest.raises(PartlyFailed) as caught:
        await read(roots, "in/orders/*", max_files=1)
    assert "more than 1 files" in caught.value.failures[0].message
    assert "more than 100" in await why_not(roots, "in/" + "{a,b}" * 20)


async def test_nothing_reads_and_writes_nothing(roots: list[Root]) -> None:
    assert await arun_node(Read, {"path": "in/orders/*"}, [], roots=roots) == {}
    assert await arun_node(Write, {"path": "out/a"}, [], roots=roots) == {}
    with pytest.raises(PartlyFailed) as caught:
        await arun_node(Write, {"path": "out/a"}, [{}], roots=roots)
    assert "binary file 'data'" in caught.value.failures[0].message


def test_appending_is_not_safe_to_repeat() -> None:
    assert Write().effects_of({}) == "idempotent"
    assert Write().effects_of({"append": True}) == "unsafe"


def test_a_root_has_a_name_and_a_whole_path() -> None:
    first, second = parse_roots(["in=/srv/in:ro", "out=/srv/out"])
    assert (first.writable, second.writable) == (False, True)
    for line in ("/srv/in", "in=srv", "a b=/srv"):
        with pytest.raises(ValueError, match="is no root"):
            parse_roots([line])
    with pytest.raises(ValueError, match="twice"):
        parse_roots(["a=/x", "a=/y"])
