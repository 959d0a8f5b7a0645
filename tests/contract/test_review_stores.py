"""What a reviewer broke in the file-backed stores: each test failed before it was mended."""

from __future__ import annotations

import math
import os
from pathlib import Path

import pytest

from penstock_kernel.store.blobs import CHUNK, BlobDamaged, FileBlobs, root_key
from penstock_kernel.store.credentials import (
    Credential,
    CredentialNotFound,
    CredentialRefused,
    FileVault,
    Use,
)
from penstock_kernel.store.state import FileState, StateRefused

_KEY = bytes(32)
_SEALED = CHUNK + 28


def _credential(*hosts: str) -> Credential:
    return Credential(
        id="c1", type="api", scheme="bearer", hosts=hosts, secrets={"token": "s3cr3t"}
    )


def _only_file(folder: Path) -> Path:
    (path,) = [one for one in folder.rglob("*") if one.is_file()]
    return path


@pytest.mark.parametrize("kept", [0, 10, 28, _SEALED, 2 * _SEALED])
@pytest.mark.parametrize("start", [0, 3 * CHUNK], ids=["whole", "past-the-end"])
async def test_a_blob_cut_short_on_disk_is_damaged_and_never_a_shorter_blob(
    tmp_path: Path, kept: int, start: int
) -> None:
    blobs = FileBlobs(tmp_path, _KEY)
    ref = await blobs.write("w1", b"x" * (2 * CHUNK + 5))
    path = _only_file(tmp_path)
    os.truncate(path, kept)

    with pytest.raises(BlobDamaged):
        await blobs.read("w1", ref, start=start)
    with pytest.raises(BlobDamaged):
        _ = [part async for part in blobs.stream("w1", ref)]


@pytest.mark.parametrize("size", [0, 1, CHUNK, CHUNK + 1])
async def test_blobs_around_the_size_of_a_chunk_are_read_back(tmp_path: Path, size: int) -> None:
    blobs = FileBlobs(tmp_path, _KEY)
    content = os.urandom(size)
    ref = await blobs.write("w1", content)

    assert await blobs.read("w1", ref) == content
    assert await blobs.read("w1", ref, start=size + 1) == b""
    assert b"".join([part async for part in blobs.stream("w1", ref)]) == content


@pytest.mark.parametrize(
    "host", ["*", "https://*", "https://*:*", "http://*/", "*:*", "https://*.", "*.*", "https://"]
)
def test_a_credential_for_any_host_is_refused_however_that_is_written(
    tmp_path: Path, host: str
) -> None:
    vault = FileVault(tmp_path, _KEY)

    with pytest.raises(CredentialRefused):
        vault.put("w1", _credential("https://api.example.com", host))


def test_no_representation_of_a_credential_holds_its_secrets() -> None:
    credential = _credential("https://api.example.com")

    shown = [repr(credential), str(credential), repr(credential.__rich_repr__())]

    assert not [text for text in shown if "s3cr3t" in text]


async def test_a_credential_id_too_long_for_a_file_is_an_unknown_credential(tmp_path: Path) -> None:
    vault = FileVault(tmp_path, _KEY)
    vault.put("w1", _credential("https://api.example.com"))

    with pytest.raises(CredentialNotFound):
        await vault.view(Use("w1"), "x" * 300)


@pytest.mark.parametrize("ttl_s", [math.inf, math.nan])
async def test_a_lifetime_that_is_no_number_is_refused(tmp_path: Path, ttl_s: float) -> None:
    with pytest.raises(StateRefused):
        await FileState(tmp_path, lambda: 0).set("w1", "key", 1, ttl_s=ttl_s)


def test_the_key_is_made_without_touching_a_file_left_by_a_process_of_the_same_number(
    tmp_path: Path,
) -> None:
    other = tmp_path / f".new-{os.getpid()}"
    other.write_bytes(b"half of a key")

    key = root_key(tmp_path)

    assert (tmp_path / "secret.key").read_bytes() == key
    assert other.read_bytes() == b"half of a key"
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600
