"""Files: uploaded, downloaded whole or in part, linked to, deleted, and kept while they are named."""

from __future__ import annotations

import hashlib
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import Connection
from tests.support.databases import KINDS, opened
from tests.support.server import Client, served

from penstock_kernel.store.scope import AccessDenied, Scope
from penstock_kernel.store.sql import files, retention
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.files import FileMissing
from penstock_sdk import BinaryRef
from penstock_web.api.files import MOST_FILE_BYTES

SCOPE = Scope("w1", "ada")
REF = BinaryRef(id="b" * 64, media_type="text/plain", file_name="a.txt", size=3)


async def upload(
    client: Client, content: Any, name: str = "a.bin", media_type: str = "image/png", **more: Any
) -> httpx2.Response:
    return await client.http.post(
        "/api/v1/files",
        content=content,
        params={"name": name},
        headers={"content-type": media_type, **more},
    )


async def uploaded(client: Client, content: bytes, **more: Any) -> str:
    answer = await upload(client, content, **more)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def test_what_was_uploaded_is_downloaded(tmp_path: Path) -> None:
    content = os.urandom(3_000_000)

    async def parts() -> AsyncIterator[bytes]:
        for start in range(0, len(content), 70_000):
            yield content[start : start + 70_000]

    async with served(tmp_path) as client:
        made = (await upload(client, parts(), name="Bericht ü.png")).json()
        whole = await client.ask("GET", f"/files/{made['id']}/content")
        shown = await client.json("GET", f"/files/{made['id']}")

    assert hashlib.sha256(whole.content).digest() == hashlib.sha256(content).digest()
    assert shown == made
    assert (made["size"], made["media_type"]) == (len(content), "image/png")
    headers = whole.headers
    assert headers["content-type"] == "image/png"
    assert headers["content-length"] == str(len(content))
    assert headers["content-disposition"] == "attachment; filename*=UTF-8''Bericht%20%C3%BC.png"
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("wanted", "status", "expected"),
    [
        ("bytes=0-3", 206, slice(0, 4)),
        ("bytes=1048570-1048590", 206, slice(1_048_570, 1_048_591)),
        ("bytes=1999990-", 206, slice(1_999_990, 2_000_000)),
        ("bytes=1999990-9999999", 206, slice(1_999_990, 2_000_000)),
        ("bytes=-5", 206, slice(1_999_995, 2_000_000)),
        ("bytes=-9999999", 206, slice(0, 2_000_000)),
        ("bytes=0-1,5-6", 200, slice(0, 2_000_000)),
        ("lines=1-2", 200, slice(0, 2_000_000)),
        ("bytes=2000000-", 416, slice(0, 0)),
        ("bytes=5-3", 416, slice(0, 0)),
        ("bytes=-0", 416, slice(0, 0)),
    ],
)
async def test_a_part_is_answered_as_it_is_asked_for(
    wanted: str, status: int, expected: slice, tmp_path: Path
) -> None:
    content = os.urandom(2_000_000)
    async with served(tmp_path) as client:
        place = f"/files/{await uploaded(client, content)}/content"
        answer = await client.ask("GET", place, headers={"range": wanted}, expect=status)

    assert answer.content == content[expected]
    if status == 206:
        first, last = expected.start, expected.stop - 1
        assert answer.headers["content-range"] == f"bytes {first}-{last}/2000000"


async def test_an_empty_file_is_a_file(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        file = await uploaded(client, b"")
        answer = await client.ask("GET", f"/files/{file}/content")

    assert (answer.content, answer.headers["content-length"]) == (b"", "0")


async def test_only_pictures_are_shown_by_a_browser(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        for media_type, how in (
            ("image/png", "inline"),
            ("image/svg+xml", "attachment"),
            ("text/html", "attachment"),
        ):
            file = await uploaded(client, b"x", media_type=media_type)
            answer = await client.ask("GET", f"/files/{file}/content", inline=True)
            assert answer.headers["content-disposition"].startswith(how), media_type
            assert "default-src 'none'" in answer.headers["content-security-policy"]


async def test_a_link_is_followed_by_whoever_has_it_until_the_file_is_gone(tmp_path: Path) -> None:
    nobody = {"test-grants": ""}
    async with served(tmp_path) as client:
        file = await uploaded(client, b"content")
        made = await client.json("POST", f"/files/{file}/links", {"valid_s": 60}, expect=201)
        path = made["path"].removeprefix("/api/v1")
        followed = await client.ask("GET", path, headers=nobody)
        part = await client.ask("GET", path, headers={**nobody, "range": "bytes=0-2"}, expect=206)
        forged = await client.ask("GET", f"{path[:-4]}AAAA", headers=nobody, expect=404)
        await client.ask("DELETE", f"/files/{file}", expect=204)
        gone = await client.ask("GET", path, headers=nobody, expect=404)
        await client.ask("POST", f"/files/{file}/links", {}, expect=404)

    assert (followed.content, part.content) == (b"content", b"con")
    assert made["url"] == f"http://127.0.0.1{made['path']}"
    assert forged.json()["code"] == "link.invalid"
    assert gone.json()["code"] == "blob.not_found"


async def test_more_than_a_file_may_have_is_refused_before_it_was_sent(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        declared = {"content-length": str(MOST_FILE_BYTES + 1)}
        refused = await upload(client, b"x", **declared)
        listed = await client.json("GET", "/files")

    assert refused.status_code == 413
    assert refused.json()["code"] == "request.too_large"
    assert listed["items"] == []


@pytest.mark.parametrize("name", ["", "a/b", "..\\a", "a\nb", "a" * 256])
async def test_a_name_that_is_a_path_is_refused(name: str, tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        refused = await upload(client, b"x", name=name)

    assert refused.status_code == 400
    assert refused.json()["field"] == "query.name"


async def test_files_are_listed_searched_and_deleted_many_at_once(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        ids = [await uploaded(client, b"x", name=f"f{n}.txt") for n in range(5)]
        first = await client.json("GET", "/files", limit=3)
        rest = await client.json("GET", "/files", limit=3, cursor=first["next_cursor"])
        found = await client.json("GET", "/files", search="F3")
        gone = await client.json("POST", "/files/delete", {"ids": [*ids[:2], "fi_no"]})
        left = await client.json("GET", "/files")
        many = await client.ask("POST", "/files/delete", {"ids": ["x"] * 101}, expect=400)

    listed = [one["id"] for one in [*first["items"], *rest["items"]]]
    assert sorted(listed) == sorted(ids)
    assert [one["name"] for one in found["items"]] == ["f3.txt"]
    assert gone["removed"] == sorted(ids[:2])
    assert sorted(one["id"] for one in left["items"]) == sorted(ids[2:])
    assert many.json()["field"] == "body.ids"


async def test_binary_data_of_executions_is_read_by_its_handle(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        blobs = client.server.kernel.host.blobs
        ref = await blobs.write("default", b"picture", media_type="image/png")
        place = f"/blobs/{ref.id}"
        answer = await client.ask("GET", place, size=7, media_type="image/png", inline=True)
        wrong = await client.ask("GET", place, size=8, expect=404)
        elsewhere = {"penstock-workspace": "other"}
        hidden = await client.ask("GET", place, size=7, headers=elsewhere, expect=404)
        denied = {"test-grants": "file:read"}
        await client.ask("GET", place, size=7, headers=denied, expect=403)
        # Nothing names it: who had the link would read what is about to be removed.
        made = await client.json("POST", f"{place}/links", {}, size=7)
        await client.ask("GET", made["path"].removeprefix("/api/v1"), expect=404)

    assert (answer.content, answer.headers["content-type"]) == (b"picture", "image/png")
    assert {wrong.json()["code"], hidden.json()["code"]} == {"blob.not_found"}


async def removed(db: Database, file: str) -> None:
    await db.transact(lambda one: files.remove(one, SCOPE, [file], 5))


@pytest.mark.parametrize("kind", KINDS)
async def test_bytes_are_not_swept_while_a_file_names_them(kind: str, tmp_path: Path) -> None:
    def unnamed(connection: Connection) -> list[str]:
        return retention.unnamed_blobs(connection, {"place": [REF.id]})

    async with opened(kind, tmp_path) as db:
        one = await db.transact(lambda c: files.add(c, SCOPE, "a", REF, 1))
        two = await db.transact(lambda c: files.add(c, SCOPE, "b", REF, 2))
        named = [await db.read(unnamed)]
        for file in (one, two):
            await removed(db, file.id)
            named.append(await db.read(unnamed))

    assert named == [[], [], ["place"]]


@pytest.mark.parametrize("kind", KINDS)
async def test_the_store_of_files_asks_for_grants_and_workspaces(kind: str, tmp_path: Path) -> None:
    reader = Scope("w1", "bob", frozenset({"file:read"}))
    async with opened(kind, tmp_path) as db:
        made = await db.transact(lambda one: files.add(one, SCOPE, "a", REF, 1))
        with pytest.raises(AccessDenied):
            await db.transact(lambda one: files.add(one, reader, "b", REF, 1))
        with pytest.raises(AccessDenied):
            await db.transact(lambda one: files.remove(one, reader, [made.id], 5))
        with pytest.raises(FileMissing):
            await db.read(lambda one: files.get(one, Scope("w2"), made.id))
        assert await db.transact(lambda one: files.remove(one, Scope("w2"), [made.id], 5)) == []
        assert (await db.read(lambda one: files.get(one, reader, made.id))).ref == BinaryRef(
            id=REF.id, media_type="text/plain", file_name="a", size=3
        )
