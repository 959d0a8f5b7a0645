"""How blobs lie in files: packed where that helps, as before where they were written before."""

from __future__ import annotations

import asyncio
import hmac
import os
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from penstock_kernel.store.blobs import CHUNK, BlobDamaged, FileBlobs, derived
from penstock_sdk import BinaryRef

KEY = bytes(range(32))
DAY_MS = 86_400_000


def only_file(folder: Path) -> Path:
    (path,) = [path for path in folder.rglob("*") if path.is_file()]
    return path


def newest(folder: Path) -> Path:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return max(files, key=lambda path: path.stat().st_mtime_ns)


def write_as_before(folder: Path, workspace: str, content: bytes) -> BinaryRef:
    """A file of chunks and nothing else, each bound to whether it is the last."""
    key = derived(KEY, f"blob:{workspace}")
    identity = hmac.digest(key, content, "sha256").hex()
    path = folder / sha256(workspace.encode()).hexdigest()[:16] / identity[:2] / identity
    path.parent.mkdir(parents=True)
    parts = [content[n : n + CHUNK] for n in range(0, max(1, len(content)), CHUNK)]
    with path.open("wb") as file:
        for number, part in enumerate(parts):
            last = "last" if number == len(parts) - 1 else "more"
            nonce = os.urandom(12)
            bound = f"{identity}:{number}:{last}".encode()
            file.write(nonce + AESGCM(key).encrypt(nonce, part, bound))
    return BinaryRef(id=identity, size=len(content))


@pytest.mark.parametrize("size", [0, 1, 100, CHUNK, 2 * CHUNK + 7])
async def test_what_was_written_before_is_read_as_it_was(tmp_path: Path, size: int) -> None:
    data = os.urandom(size)
    ref = write_as_before(tmp_path, "w", data)
    blobs = FileBlobs(tmp_path, KEY)

    again = await blobs.write("w", data)

    assert await blobs.read("w", ref) == data
    assert await blobs.read("w", ref, start=size // 2, size=40) == data[size // 2 :][:40]
    assert b"".join([part async for part in blobs.stream("w", ref)]) == data
    assert again.id == ref.id
    assert [names async for names in blobs.older(1 << 62)] == [
        {str(only_file(tmp_path).relative_to(tmp_path)): [ref.id, f"{ref.id}.{size}"]}
    ]


@pytest.mark.parametrize("streamed", [False, True])
async def test_what_gets_smaller_is_packed(tmp_path: Path, *, streamed: bool) -> None:
    data = b"the same again and again, " * 100_000

    async def parts() -> AsyncIterator[bytes]:
        yield data

    ref = await FileBlobs(tmp_path, KEY).write("w", parts() if streamed else data)

    assert only_file(tmp_path).stat().st_size < len(data) / 50
    assert (
        await FileBlobs(tmp_path, KEY).read("w", ref, start=CHUNK - 5, size=10)
        == (data[CHUNK - 5 : CHUNK + 5])
    )


async def test_what_does_not_get_smaller_is_kept_as_it_is(tmp_path: Path) -> None:
    data = os.urandom(2 * CHUNK)

    await FileBlobs(tmp_path, KEY).write("w", data)

    assert len(data) < only_file(tmp_path).stat().st_size < len(data) + 200


@pytest.mark.parametrize("place", [8, 15, 16, 19, 40, -1], ids=lambda place: f"byte-{place}")
async def test_a_changed_byte_anywhere_is_noticed(tmp_path: Path, place: int) -> None:
    blobs = FileBlobs(tmp_path, KEY)
    ref = await blobs.write("w", b"data" * 400_000)
    data = bytearray(only_file(tmp_path).read_bytes())
    data[place] ^= 1
    only_file(tmp_path).write_bytes(data)

    with pytest.raises(BlobDamaged):
        await blobs.read("w", ref)


@pytest.mark.parametrize("kept", [0, 5, 14, 17, 25, 1_000])
async def test_a_file_that_was_cut_off_is_noticed(tmp_path: Path, kept: int) -> None:
    blobs = FileBlobs(tmp_path, KEY)
    ref = await blobs.write("w", os.urandom(CHUNK + 5))
    only_file(tmp_path).write_bytes(only_file(tmp_path).read_bytes()[:kept])

    with pytest.raises(BlobDamaged):
        await blobs.read("w", ref)


@pytest.mark.parametrize("streamed", [False, True])
async def test_others_go_on_while_much_is_written_and_read(
    tmp_path: Path, *, streamed: bool
) -> None:
    blobs, data = FileBlobs(tmp_path, KEY), os.urandom(24 * CHUNK)
    turns = 0

    async def parts() -> AsyncIterator[bytes]:
        yield data

    async def takes_turns() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    others = asyncio.create_task(takes_turns())
    ref = await blobs.write("w", parts() if streamed else data)
    while_writing, turns = turns, 0
    read = await blobs.read("w", ref)
    while_reading = turns
    others.cancel()
    await asyncio.gather(others, return_exceptions=True)

    assert read == data
    assert while_writing > 100
    assert while_reading > 100


async def test_of_old_blobs_those_that_are_written_again_stay(tmp_path: Path) -> None:
    blobs = FileBlobs(tmp_path, KEY)
    for data in (b"one", b"two"):
        await blobs.write("w", data)
        os.utime(newest(tmp_path), (1, 1))
    found = [blob async for some in blobs.older(DAY_MS) for blob in some]

    two = await blobs.write("w", b"two")
    removed = await blobs.remove_older(found, DAY_MS)

    assert (len(found), removed[0]) == (2, 1)
    assert only_file(tmp_path).name == two.id
