"""What takes several requests or a long time: cookies, digest, large files, events, TLS."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import re
import ssl
import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from penstock_sdk import Item

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def row(name: str, value: Any) -> dict[str, Any]:
    return {"name": name, "value": value}


@asynccontextmanager
async def serving(handle: Handler, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    server = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def request_of(reader: asyncio.StreamReader) -> bytes:
    return await reader.readuntil(b"\r\n\r\n")


# Cookies


async def test_a_cookie_set_before_a_redirect_comes_along(lab: Any) -> None:
    moved = {"location": "/home", "set-cookie": "session=abc; Path=/"}
    lab.api.on("/login", lab.Reply(status=302, headers=moved))

    await lab.json({"url": lab.api.url("/login"), "headers": [row("Cookie", "own=1")]})

    assert [seen.header("cookie") for seen in lab.api.seen] == ["own=1", "own=1; session=abc"]


async def test_pages_share_their_cookies_and_items_do_not(lab: Any) -> None:
    lab.api.on(
        "/first",
        lambda seen: lab.Reply.json(
            {"next": "/second"}, set_cookie=f"who={dict(seen.query)['n']}; Path=/"
        ),
    )
    lab.api.on("/second", lab.Reply.json({}))
    config = {
        "url": f"={lab.api.url('/first')}?n={{{{ $json.n }}}}",
        "pagination": {"mode": "next_url", "next_url": "={{ $response.body.next }}"},
    }

    await lab.json(config, [{"n": 1}, {"n": 2}])

    second = [seen.header("cookie") for seen in lab.api.seen if seen.path == "/second"]
    assert sorted(second) == ["who=1", "who=2"]


async def test_a_cookie_does_not_follow_to_another_host(lab: Any, other_api: Any) -> None:
    target = f"http://localhost:{other_api.port}/"
    headers = {"location": target, "set-cookie": "session=abc"}
    lab.api.on("/", lab.Reply(status=302, headers=headers))

    await lab.json({"headers": [row("Cookie", "own=1")]})

    assert [seen.header("cookie") for seen in other_api.seen] == [None]


# Digest


def digest_server(lab: Any, algorithm: str, name: str) -> Callable[[Any], Any]:
    """Answers only what RFC 7616 says for user `ada` with the password `secret`."""
    challenge = f'Digest realm="lab, 1", qop="auth", nonce="n1", opaque="o", algorithm={algorithm}'

    def digest(text: str) -> str:
        return hashlib.new(name, text.encode(), usedforsecurity=False).hexdigest()

    def answer(seen: Any) -> Any:
        given = dict(re.findall(r'(\w+)="?([^",]+)"?', seen.header("authorization") or ""))
        if not given:
            return lab.Reply(status=401, headers={"www-authenticate": challenge})
        first, second = digest("ada:lab, 1:secret"), digest(f"{seen.method}:{seen.target}")
        middle = f"n1:{given['nc']}:{given['cnonce']}:auth"
        good = given["response"] == digest(f"{first}:{middle}:{second}")
        return lab.Reply.json({"in": True}) if good else lab.Reply(status=403)

    return answer


@pytest.mark.parametrize(("algorithm", "name"), [("MD5", "md5"), ("SHA-256", "sha256")])
async def test_a_digest_challenge_is_answered(lab: Any, algorithm: str, name: str) -> None:
    lab.api.on("/a b", lab.Reply())
    lab.api.on("/in", digest_server(lab, algorithm, name))
    used = lab.keep("digest", {"user": "ada", "password": "secret"})

    config = {"url": lab.api.url("/in?x=a%20b"), "method": "POST", "body": "raw", "raw_body": "hi"}
    found = await lab.json(config, credentials={"authentication": used})

    assert found == [{"in": True}]
    assert [seen.body for seen in lab.api.seen] == [b"hi", b"hi"]


async def test_a_wrong_digest_password_fails_after_one_answer_and_is_in_no_error(lab: Any) -> None:
    lab.api.on("/", digest_server(lab, "MD5", "md5"))
    used = lab.keep("digest", {"user": "ada", "password": "canary-7"})

    execution = await lab.run({}, credentials={"authentication": used})

    assert execution.status == "error"
    assert len(lab.api.seen) == 2
    assert "canary-7" not in repr(execution.error)


# Large bodies

PART = b"0123456789abcdef" * 4096
COUNT = 1_920  # 120 MB
LIMIT = 40 << 20


async def test_a_file_of_120_megabytes_goes_to_the_blob_store_in_flat_memory(lab: Any) -> None:
    async def send(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/zip\r\n")
        writer.write(f"content-length: {COUNT * len(PART)}\r\n\r\n".encode())
        for _ in range(COUNT):
            writer.write(PART)
            await writer.drain()
        writer.close()

    async with serving(send) as port:
        config = {
            "url": f"http://127.0.0.1:{port}/big.zip",
            "response": "file",
            "max_bytes": 200_000_000,
        }
        tracemalloc.start()
        try:
            execution = await lab.run(config)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    ref = execution.items[0].binary["data"]
    assert (ref.size, ref.file_name) == (COUNT * len(PART), "big.zip")
    assert peak < LIMIT
    blobs = lab.kernel.host.blobs
    assert await blobs.read("default", ref, start=ref.size - 16) == PART[-16:]


async def test_a_file_beyond_the_limit_fails_and_leaves_no_blob(lab: Any, tmp_path: Path) -> None:
    lab.api.on("/", lab.Reply(b"x" * 5_000, headers={"content-type": "application/zip"}))

    execution = await lab.run({"response": "file", "max_bytes": 4_999})

    assert "larger than 4,999 bytes" in execution.error.message
    assert [path for path in (tmp_path / "blobs").rglob("*") if path.is_file()] == []


async def test_a_streamed_file_and_the_same_bytes_at_once_are_one_blob(lab: Any) -> None:
    lab.api.on("/", lab.Reply(b"same", headers={"content-type": "application/zip"}))

    (item,) = (await lab.run({"response": "file"})).items

    assert item.binary["data"].id == (await lab.kernel.host.blobs.write("default", b"same")).id


async def test_a_file_of_120_megabytes_is_uploaded_in_flat_memory(lab: Any) -> None:
    async def content() -> AsyncIterator[bytes]:
        for _ in range(COUNT):
            yield PART

    got: list[int] = []

    async def receive(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await request_of(reader)
        boundary = b"--" + head.partition(b"boundary=")[2].split(b"\r\n")[0] + b"--\r\n"
        size, tail = 0, b""
        while not tail.endswith(boundary):
            chunk = await reader.read(65_536)
            size, tail = size + len(chunk), (tail + chunk)[-100:]
        got.append(size)
        writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        writer.close()

    ref = await lab.kernel.host.blobs.write("default", content())
    async with serving(receive) as port:
        config = {
            "url": f"http://127.0.0.1:{port}/",
            "method": "PUT",
            "body": "multipart",
            "parts": [{"name": "f", "kind": "file", "value": "data"}],
        }
        tracemalloc.start()
        try:
            await lab.json(config, [Item({}, {"data": ref})])
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert got[0] > COUNT * len(PART)
    assert peak < LIMIT


@pytest.mark.parametrize("size", [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3 << 20])
async def test_a_file_of_any_size_is_uploaded_by_its_handle(lab: Any, size: int) -> None:
    content = bytes(index % 251 for index in range(size))
    ref = await lab.kernel.host.blobs.write("default", content, media_type="image/png")
    got: list[bytes] = []

    async def receive(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await request_of(reader)).lower()
        length = re.search(rb"content-length: (\d+)", head)
        body = (
            await reader.readexactly(int(length[1]))
            if length
            else await reader.readuntil(b"0\r\n\r\n")
        )
        got.extend([head, body])
        writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        writer.close()

    async with serving(receive) as port:
        config = {"url": f"http://127.0.0.1:{port}/", "method": "POST", "body": "binary"}
        await lab.json(config, [Item({}, {"data": ref})])

    assert b"content-type: image/png" in got[0]
    assert got[1] == (content or b"0\r\n\r\n")


async def test_a_multipart_upload_carries_files_and_texts(lab: Any) -> None:
    ref = await lab.kernel.host.blobs.write(
        "default", b"\x00\xff", media_type="image/png", file_name="a.png"
    )
    parts = [{"name": "t", "value": "ü"}, {"name": "f", "kind": "file", "value": "pic"}]

    seen = await lab.sent(
        {"method": "POST", "body": "multipart", "parts": parts}, [Item({}, {"pic": ref})]
    )

    boundary = seen.header("content-type").partition("boundary=")[2].encode()
    assert seen.body == (
        b"--" + boundary + b'\r\nContent-Disposition: form-data; name="t"\r\n\r\n\xc3\xbc\r\n'
        b"--" + boundary + b'\r\nContent-Disposition: form-data; name="f"; filename="a.png"\r\n'
        b"Content-Type: image/png\r\n\r\n\x00\xff\r\n--" + boundary + b"--\r\n"
    )


# Packed bodies


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
async def test_a_packed_body_is_unpacked(lab: Any, coding: str) -> None:
    import zlib  # noqa: PLC0415  # beside its only use

    body = gzip.compress(b'{"a":1}') if coding == "gzip" else zlib.compress(b'{"a":1}')
    head = {"content-type": "application/json", "content-encoding": coding}
    lab.api.on("/", lab.Reply(body, headers=head))

    assert await lab.json() == [{"a": 1}]


@pytest.mark.parametrize("coding", ["gzip, gzip", "gzip,gzip,gzip", "br", "zstd", "x-unknown"])
async def test_a_body_packed_twice_or_in_another_way_is_refused(lab: Any, coding: str) -> None:
    body = gzip.compress(gzip.compress(b"0" * 1_000_000))
    lab.api.on("/", lab.Reply(body, headers={"content-encoding": coding}))

    execution = await lab.run({})

    assert execution.error.code == "egress.failed"
    assert "packed" in execution.error.message


# Events

EVENTS = (
    b'\xef\xbb\xbf: a comment\n\nid: 1\nevent: price\ndata: {"eur": 3}\n\n'
    b"data: two\r\ndata: lines\r\n\r\nretry: 5\n\ndata: last\n\ndata: incomplete"
)


async def test_server_sent_events_become_items(lab: Any) -> None:
    lab.api.on("/", lab.Reply(EVENTS, headers={"content-type": "text/event-stream"}))

    assert await lab.json({"response": "events"}) == [
        {"id": "1", "event": "price", "data": {"eur": 3}},
        {"id": "1", "data": "two\nlines"},
        {"id": "1", "data": "last"},
    ]


async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await request_of(reader)
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n")
    writer.write(b"data: 1\n\ndata: 2\n\ndata: 3\n\n")
    await writer.drain()
    await reader.read()  # until the client goes
    writer.close()


@pytest.mark.parametrize(
    ("config", "count"), [({"max_events": 2}, 2), ({"listen_s": 0.3}, 3)], ids=["count", "time"]
)
async def test_an_endless_stream_ends_by_count_or_time(
    lab: Any, config: dict[str, Any], count: int
) -> None:
    async with serving(endless) as port:
        url = f"http://127.0.0.1:{port}/"
        found = await lab.json({"url": url, "response": "events", **config})

    assert [item["data"] for item in found] == [1, 2, 3][:count]


async def test_an_event_without_end_fails_before_it_fills_the_memory(lab: Any) -> None:
    lab.api.on("/", lab.Reply(b"data: " + b"x" * 3_000_000))

    execution = await lab.run({"response": "events"})

    assert "larger than 1,000,000 bytes" in execution.error.message


async def test_a_failing_status_is_a_failure_where_events_were_expected(lab: Any) -> None:
    lab.api.on("/", lab.Reply(b"no", status=404))

    execution = await lab.run({"response": "events"})

    assert "status 404" in execution.error.message


# Client certificates


async def who(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        await request_of(reader)
        (((_, name),),) = writer.get_extra_info("peercert")["subject"]
        body = f'{{"name": "{name}"}}'.encode()
        head = f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n".encode()
        writer.write(b"HTTP/1.1 200 OK\r\n" + head + body)
    except (ConnectionError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()


async def test_a_client_certificate_is_shown_and_the_server_is_still_checked(
    lab: Any, tmp_path: Path, papers_of: Any
) -> None:
    papers = papers_of()
    certificate, key = papers.of("ada")
    async with serving(who, papers.server(tmp_path, demanding=True)) as port:
        url = f"https://127.0.0.1:{port}"
        secrets = {"certificate": certificate, "key": key}
        used = lab.keep("certificate", {**secrets, "authority": papers.authority}, url)
        found = await lab.json({"url": url}, credentials={"certificate": used})

        assert found == [{"name": "ada"}]

        used = lab.keep("certificate", secrets, url)  # trusts only the system's authorities
        settings = {"retry": {"max_attempts": 1}}
        execution = await lab.run(
            {"url": url}, credentials={"certificate": used}, settings=settings
        )

        assert execution.status == "error"


async def test_a_certificate_of_nobody_is_refused_unless_it_is_ignored(
    lab: Any, tmp_path: Path, papers_of: Any
) -> None:
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi")
        writer.close()

    async with serving(greet, papers_of().server(tmp_path)) as port:
        url = f"https://127.0.0.1:{port}"
        strict = await lab.run({"url": url}, settings={"retry": {"max_attempts": 1}})

        assert strict.status == "error"
        assert await lab.json({"url": url, "ignore_tls": True}) == [{"data": "hi"}]


async def test_a_server_that_wants_a_certificate_refuses_without(
    lab: Any, tmp_path: Path, papers_of: Any
) -> None:
    async with serving(who, papers_of().server(tmp_path, demanding=True)) as port:
        execution = await lab.run({"url": f"https://127.0.0.1:{port}", "ignore_tls": True})

    assert execution.status == "error"


async def test_a_broken_certificate_is_refused_without_its_key_in_the_error(lab: Any) -> None:
    used = lab.keep(
        "certificate", {"certificate": "canary-1", "key": "canary-2"}, "https://127.0.0.1:1"
    )

    execution = await lab.run({"url": "https://127.0.0.1:1/"}, credentials={"certificate": used})

    assert execution.error.code == "egress.refused"
    assert "canary" not in repr(execution.error)
