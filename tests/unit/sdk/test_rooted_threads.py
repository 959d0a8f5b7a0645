"""Files in roots: what is canceled leaves no thread behind that uses what was closed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from penstock_sdk import NodeFailed
from penstock_sdk.rooted import Root, RootedFiles


def files_in(folder: Path) -> RootedFiles:
    return RootedFiles([Root(name="in", folder=folder)])


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def open_handles() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


async def test_a_canceled_reader_closes_its_file_and_no_other(tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(b"x" * (64 << 20))
    before = open_handles()

    async def read() -> None:
        async for _ in files_in(tmp_path).stream("in/a.bin"):
            pass

    for _ in range(20):
        task = asyncio.create_task(read())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    assert open_handles() == before


async def bytes_of(data: bytes) -> AsyncIterator[bytes]:
    yield data


async def test_a_name_may_be_as_long_as_the_system_allows(tmp_path: Path) -> None:
    name = "ä" * 127

    assert await files_in(tmp_path).write(f"in/{name}", bytes_of(b"abc")) == 3
    assert names_in(tmp_path) == [name]


async def test_a_path_that_is_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NodeFailed, match="does not lie"):
        await files_in(tmp_path).find("in/\ud800")
