"""What every blob store promises."""

from __future__ import annotations

import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from obstore.store import LocalStore, MemoryStore

from penstock_kernel.store.blobs import (
    CHUNK,
    BlobDamaged,
    BlobNotFound,
    BlobStore,
    BlobTooLarge,
    FileBlobs,
    root_key,
)
from penstock_kernel.store.object_blobs import BlobsUnavailable, ObjectBlobs, open_blobs
from penstock_sdk import BinaryRef

KEY = bytes(range(32))


def file_blobs(folder: Path) -> BlobStore:
    return FileBlobs(folder, KEY, max_bytes=4 * CHUNK)


def object_blobs(folder: Path) -> BlobStore:
    files = FileBlobs(folder / "here", KEY, max_bytes=4 * CHUNK)
    return ObjectBlobs(files, folder / "here", MemoryStore())


@pytest.fixture(
    params=[pytest.param(file_blobs, id="files"), pytest.param(object_blobs, id="objects")]
)
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    made: BlobStore = request.param(tmp_path)
    return made


SIZES = [
    pytest.param(0, id="nothing"),
    pytest.param(1, id="one-byte"),
    pytest.param(CHUNK, id="a-chunk"),
    pytest.param(2 * CHUNK + 7, id="some-chunks"),
]


@pytest.mark.parametrize("size", SIZES)
async def test_bytes_are_read_back_as_they_were_written(blobs: BlobStore, size: int) -> None:
    data = bytes(i % 251 for i in range(size))

    ref = await blobs.write("w", data, media_type="text/plain", file_name="a.txt")
    streamed = [part async for part in blobs.stream("w", ref)]

    assert (ref.size, ref.media_type, ref.file_name) == (size, "text/plain", "a.txt")
    assert await blobs.read("w", ref) == data
    assert b"".join(streamed) == data


@pytest.mark.parametrize(
    ("start", "size"),
    [
        pytest.param(0, 5, id="beginning"),
        pytest.param(CHUNK - 2, 4, id="across-chunks"),
        pytest.param(CHUNK + 3, None, id="to-the-end"),
        pytest.param(3 * CHUNK, 5, id="beyond-the-end"),
    ],
)
async def test_a_part_is_read_as_a_slice(blobs: BlobStore, start: int, size: int | None) -> None:
    data = bytes(i % 251 for i in range(2 * CHUNK))
    ref = await blobs.write("w", data)

    part = await blobs.read("w", ref, start=start, size=size)

    assert part == data[start : None if size is None else start + size]


async def test_a_stream_can_be_written(blobs: BlobStore) -> None:
    async def parts() -> AsyncIterator[bytes]:
        for part in (b"one ", b"two"):
            yield part

    ref = await blobs.write("w", parts())

    assert await blobs.read("w", ref) == b"one two"


async def test_the_same_bytes_have_the_same_handle_in_one_workspace_only(blobs: BlobStore) -> None:
    refs = [await blobs.write(w, b"same") for w in ("one", "one", "two")]

    assert refs[0].id == refs[1].id
    assert refs[0].id != refs[2].id


async def test_a_workspace_cannot_read_what_another_wrote(blobs: BlobStore) -> None:
    ref = await blobs.write("one", b"secret")

    with pytest.raises(BlobNotFound):
        await blobs.read("two", ref)


@pytest.mark.parametrize(
    "identity",
    [
        pytest.param("../../etc/passwd", id="path"),
        pytest.param("", id="empty"),
        pytest.param("0" * 64, id="unknown"),
        pytest.param("/" * 64, id="slashes"),
    ],
)
async def test_a_handle_that_names_nothing_is_not_found(blobs: BlobStore, identity: str) -> None:
    with pytest.raises(BlobNotFound):
        await blobs.read("w", BinaryRef(id=identity, size=10))


async def test_the_size_in_a_handle_is_not_believed(blobs: BlobStore) -> None:
    ref = await blobs.write("w", b"twelve bytes")

    assert await blobs.read("w", BinaryRef(id=ref.id, size=1_000_000)) == b"twelve bytes"
    assert await blobs.read("w", BinaryRef(id=ref.id)) == b"twelve bytes"


async def test_a_deleted_blob_is_gone(blobs: BlobStore) -> None:
    ref = await blobs.write("w", b"data")
    await blobs.delete("w", ref)

    with pytest.raises(BlobNotFound):
        await blobs.read("w", ref)


async def test_a_blob_has_a_limit(blobs: BlobStore) -> None:
    with pytest.raises(BlobTooLarge):
        await blobs.write("w", bytes(4 * CHUNK + 1))


def stored(folder: Path) -> Path:
    (path,) = [path for path in folder.rglob("*") if path.is_file()]
    return path


async def test_nothing_of_the_content_is_on_the_disk(tmp_path: Path) -> None:
    await FileBlobs(tmp_path, KEY).write("w", b"the quick brown fox")

    assert b"quick" not in stored(tmp_path).read_bytes()


async def test_a_changed_byte_is_noticed(tmp_path: Path) -> None:
    blobs = FileBlobs(tmp_path, KEY)
    ref = await blobs.write("w", b"data")
    data = bytearray(stored(tmp_path).read_bytes())
    data[-1] ^= 1
    stored(tmp_path).write_bytes(data)

    with pytest.raises(BlobDamaged):
        await blobs.read("w", ref)


async def test_chunks_cannot_change_places(tmp_path: Path) -> None:
    blobs = FileBlobs(tmp_path, KEY)
    ref = await blobs.write("w", bytes(CHUNK) + b"x" * CHUNK)
    data = stored(tmp_path).read_bytes()
    half = len(data) // 2
    stored(tmp_path).write_bytes(data[half:] + data[:half])

    with pytest.raises(BlobDamaged):
        await blobs.read("w", ref)


async def test_another_key_reads_nothing(tmp_path: Path) -> None:
    ref = await FileBlobs(tmp_path, KEY).write("w", b"data")
    path = stored(tmp_path)

    with pytest.raises(BlobDamaged):
        await FileBlobs(tmp_path, KEY[::-1]).read("w", ref)

    assert path.exists()


def test_the_root_key_is_made_once_and_is_private(tmp_path: Path) -> None:
    first, second = root_key(tmp_path / "data"), root_key(tmp_path / "data")

    assert first == second
    assert len(first) == 32
    assert stat.S_IMODE((tmp_path / "data" / "secret.key").stat().st_mode) == 0o600


def test_a_key_file_of_the_wrong_length_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_bytes(b"short")

    with pytest.raises(BlobDamaged, match="32 bytes"):
        root_key(tmp_path)


@pytest.mark.parametrize("kept", [0, 40, None])
async def test_writing_the_same_bytes_again_mends_what_was_damaged(
    tmp_path: Path, kept: int | None
) -> None:
    blobs = FileBlobs(tmp_path / "blobs", KEY)
    ref = await blobs.write("w", b"content" * 100)
    (file,) = [path for path in (tmp_path / "blobs").rglob("*") if path.is_file()]
    whole = file.read_bytes()
    file.write_bytes(b"\0" * len(whole) if kept is None else whole[:kept])

    again = await blobs.write("w", b"content" * 100)

    assert again == ref
    assert await blobs.read("w", ref) == b"content" * 100


def test_all_folders_above_the_key_are_private(tmp_path: Path) -> None:
    root_key(tmp_path / "a" / "b")

    for folder in ("a", "a/b"):
        assert stat.S_IMODE((tmp_path / folder).stat().st_mode) == 0o700


def machine(folder: Path, name: str) -> ObjectBlobs:
    """One of several that share an object store."""
    (folder / "shared").mkdir(exist_ok=True)
    files = FileBlobs(folder / name, KEY)
    return ObjectBlobs(files, folder / name, LocalStore(folder / "shared"))


async def test_machines_that_share_an_object_store_read_what_others_wrote(tmp_path: Path) -> None:
    data = bytes(range(256)) * 10_000
    one, other = machine(tmp_path, "one"), machine(tmp_path, "other")

    ref = await one.write("w", data)

    assert await other.read("w", ref) == data
    assert b"".join([part async for part in other.stream("w", ref)]) == data
    shared = [path for path in (tmp_path / "shared").rglob("*") if path.is_file()]
    assert len(shared) == 1
    assert data[:64] not in shared[0].read_bytes()
    await one.delete("w", ref)
    with pytest.raises(BlobNotFound):
        await machine(tmp_path, "third").read("w", ref)


async def test_an_object_store_that_is_away_is_told_and_no_handle_is_given(tmp_path: Path) -> None:
    blobs = machine(tmp_path, "one")
    (tmp_path / "shared").rmdir()
    (tmp_path / "shared").touch()

    with pytest.raises(BlobsUnavailable, match="object store"):
        await blobs.write("w", b"x")
    with pytest.raises(BlobsUnavailable):
        open_blobs(tmp_path, KEY, "nonsense://x")
