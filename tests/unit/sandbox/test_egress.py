"""The door, against a real server on loopback; public names are resolved by a table."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from penstock_sandbox.egress.addresses import Allowed
from penstock_sandbox.egress.egress import Egress
from penstock_sandbox.egress.exchange import Outgoing, Signable
from penstock_sandbox.egress.grants import HttpGrant
from penstock_sandbox.errors import EgressFailed, EgressRefused

Answer = Callable[[str, str, dict[str, str], bytes], tuple[int, dict[str, str], bytes]]


class Server:
    """A small HTTP server that records what it was asked."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.seen: list[tuple[str, str, dict[str, str], bytes]] = []
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                method, path, _ = line.decode().split()
                headers: dict[str, str] = {}
                while (row := (await reader.readline()).decode().strip()) != "":
                    name, _, value = row.partition(":")
                    headers[name.lower()] = value.strip()
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                self.seen.append((method, path, headers, body))
                status, extra, content = self.answer(method, path, headers, body)
                rows = {"content-length": str(len(content)), **extra}
                head = "".join(f"{name}: {value}\r\n" for name, value in rows.items())
                writer.write(f"HTTP/1.1 {status} X\r\n{head}\r\n".encode() + content)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


Start = Callable[[Answer], Awaitable[Server]]


@pytest.fixture
async def start() -> AsyncIterator[Start]:
    running: list[asyncio.Server] = []

    async def begin(answer: Answer) -> Server:
        server = Server(answer)
        listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
        server.port = listening.sockets[0].getsockname()[1]
        running.append(listening)
        return server

    yield begin
    for listening in running:
        listening.close()


@pytest.fixture
async def door() -> AsyncIterator[Egress]:
    egress = Egress(Allowed.parse(["127.0.0.1"]))
    yield egress
    await egress.close()


async def test_a_request_arrives_as_it_was_asked_for(start: Start, door: Egress) -> None:
    server = await start(lambda *_: (200, {"content-type": "application/json"}, b'{"a": 1}'))

    got = await door.request(
        Outgoing(
            method="POST",
            url=f"http://127.0.0.1:{server.port}/x?b=2",
            query=[("c", "3 4")],
            headers=[("X-Own", "yes")],
            body=b"hello",
        )
    )

    method, path, headers, body = server.seen[0]
    assert (method, path, headers["x-own"], body) == ("POST", "/x?b=2&c=3+4", "yes", b"hello")
    assert (got.status, got.json()) == (200, {"a": 1})


async def test_a_host_whose_name_leads_to_a_private_address_is_refused(start: Start) -> None:
    server = await start(lambda *_: (200, {}, b""))

    async def resolve(host: str, port: int) -> list[str]:
        return ["93.184.216.34", "127.0.0.1"]

    with pytest.raises(EgressRefused, match="loopback"):
        await Egress(resolve=resolve).request(
            Outgoing(method="GET", url=f"http://mixed.example:{server.port}/")
        )
    assert server.seen == []


async def test_a_name_is_resolved_once_so_that_a_second_answer_changes_nothing() -> None:
    asked: list[str] = []

    async def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["10.0.0.1"] if len(asked) > 1 else ["169.254.169.254"]

    with pytest.raises(EgressRefused):
        await Egress(resolve=rebinding).request(Outgoing(method="GET", url="http://x.example/"))
    assert asked == ["x.example"]


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://localhost/", "http://2130706433/", "http://0x7f000001/",
        "http://0177.0.0.1/", "http://127.1/", "http://0/", "http://[::1]/",
        "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/", "http://[64:ff9b::7f00:1]/",
        "http://169.254.169.254/latest/meta-data/", "http://[fd00:ec2::254]/", "http://10.0.0.1/",
        "http://localhost./", "HTTP://LOCALHOST/", "http://127.0.0.1:80/", "http://①②⑦.0.0.1/",
    ],
)  # fmt: skip
async def test_no_spelling_of_an_inner_address_gets_through(url: str) -> None:
    with pytest.raises((EgressRefused, EgressFailed)) as caught:
        await Egress().request(Outgoing(method="GET", url=url, timeout_s=5))
    assert "not found" in str(caught.value) or isinstance(caught.value, EgressRefused)


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "gopher://x/", "ftp://x/", "http://", "//x", "x", "", "http://a b/",
     "http://user:secret@example.com/", "http://exa\nmple.com/", "javascript:alert(1)"],
)  # fmt: skip
async def test_what_is_no_plain_http_url_is_refused_before_anything_is_resolved(url: str) -> None:
    async def never(host: str, port: int) -> list[str]:
        pytest.fail(f"{host} was resolved")

    with pytest.raises(EgressRefused):
        await Egress(resolve=never).request(Outgoing(method="GET", url=url))


async def test_a_redirect_to_an_inner_address_is_not_followed(start: Start) -> None:
    server = await start(lambda *_: (302, {"location": "http://169.254.169.254/"}, b""))
    door = Egress(Allowed.parse(["127.0.0.1"]))

    with pytest.raises(EgressRefused, match="link-local"):
        await door.request(Outgoing(method="GET", url=f"http://127.0.0.1:{server.port}/"))
    await door.close()


async def test_a_redirect_is_checked_against_the_grant_again(start: Start, door: Egress) -> None:
    other = await start(lambda *_: (200, {}, b"reached"))
    first = await start(lambda *_: (302, {"location": f"http://127.0.0.1:{other.port}/"}, b""))
    grant = [HttpGrant(hosts=(f"http://127.0.0.1:{first.port}",))]

    with pytest.raises(EgressRefused, match="not granted"):
        await door.request(
            Outgoing(method="GET", url=f"http://127.0.0.1:{first.port}/"), grants=grant
        )
    assert other.seen == []


async def test_a_secret_does_not_follow_a_redirect_to_another_origin(
    start: Start, door: Egress
) -> None:
    other = await start(lambda *_: (200, {}, b"ok"))
    first = await start(lambda *_: (307, {"location": f"http://127.0.0.1:{other.port}/"}, b""))

    async def sign(credential: str, request: Signable) -> None:
        request.headers.append(("authorization", f"Bearer {credential}"))

    await door.request(
        Outgoing(method="GET", url=f"http://127.0.0.1:{first.port}/", credential="token"), sign=sign
    )

    assert first.seen[0][2]["authorization"] == "Bearer token"
    assert "authorization" not in other.seen[0][2]


async def test_a_redirect_after_a_post_becomes_a_get_and_307_stays(
    start: Start, door: Egress
) -> None:
    def answer(method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:  # fmt: skip
        places = {
            "/302": (302, {"location": "/end"}, b""),
            "/307": (307, {"location": "/end"}, b""),
        }
        return places.get(path, (200, {}, b""))

    server = await start(answer)
    for path in ("/302", "/307"):
        await door.request(
            Outgoing(method="POST", url=f"http://127.0.0.1:{server.port}{path}", body=b"x")
        )

    ends = [(method, body) for method, path, _, body in server.seen if path == "/end"]
    assert ends == [("GET", b""), ("POST", b"x")]


async def test_redirects_without_end_stop(start: Start, door: Egress) -> None:
    server = await start(lambda *_: (302, {"location": "/again"}, b""))

    with pytest.raises(EgressFailed, match="more than 5 times"):
        await door.request(Outgoing(method="GET", url=f"http://127.0.0.1:{server.port}/"))
    assert len(server.seen) == 6


async def test_a_body_that_unpacks_to_more_than_the_limit_is_stopped(
    start: Start, door: Egress
) -> None:
    bomb = gzip.compress(b"0" * 20_000_000)
    server = await start(lambda *_: (200, {"content-encoding": "gzip"}, bomb))

    with pytest.raises(EgressFailed, match="larger than 1,000,000 bytes"):
        await door.request(
            Outgoing(method="GET", url=f"http://127.0.0.1:{server.port}/", max_bytes=1_000_000)
        )


async def test_a_target_that_does_not_answer_ends_at_the_timeout(door: Egress) -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]

    with pytest.raises(EgressFailed, match=r"did not answer within 0\.1 s"):
        await door.request(Outgoing(method="GET", url=f"http://127.0.0.1:{port}/", timeout_s=0.1))
    server.close()


async def test_a_target_that_refuses_is_named_without_its_path(door: Egress) -> None:
    with pytest.raises(EgressFailed) as caught:
        await door.request(Outgoing(method="GET", url="http://127.0.0.1:9/?token=secret"))
    assert "http://127.0.0.1:9 cannot be reached" in str(caught.value)
    assert "secret" not in str(caught.value)


async def test_proxies_of_the_environment_are_ignored(
    start: Start, door: Egress, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = await start(lambda *_: (200, {}, b"direct"))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")

    got = await door.request(Outgoing(method="GET", url=f"http://127.0.0.1:{server.port}/"))

    assert got.content == b"direct"


async def test_a_tcp_connection_goes_to_checked_addresses_only(start: Start, door: Egress) -> None:
    server = await start(lambda *_: (200, {}, b"hi"))

    stream = await door.connect("127.0.0.1", server.port)
    await stream.write(b"GET / HTTP/1.1\r\n\r\n")
    answer = await stream.read(100)
    await stream.aclose()

    assert answer.startswith(b"HTTP/1.1 200")
    with pytest.raises(EgressRefused):
        await Egress().connect("127.0.0.1", server.port)


async def test_text_is_decoded_in_the_charset_of_the_response(start: Start, door: Egress) -> None:
    server = await start(
        lambda *_: (200, {"content-type": "text/plain; charset=iso-8859-1"}, "é".encode("latin-1"))
    )

    got = await door.request(Outgoing(method="GET", url=f"http://127.0.0.1:{server.port}/"))

    assert got.text() == "é"


async def test_a_response_that_is_not_json_says_whose_it_was(start: Start, door: Egress) -> None:
    server = await start(lambda *_: (200, {}, b"<html>"))
    got = await door.request(Outgoing(method="GET", url=f"http://127.0.0.1:{server.port}/"))

    with pytest.raises(EgressFailed, match="is not JSON"):
        got.json()


@pytest.mark.parametrize("status", [403, 407, 502])
async def test_a_proxy_that_does_not_lead_on_is_a_failure_as_any_other(
    start: Start, status: int
) -> None:
    proxy = await start(lambda *_: (status, {}, b""))
    door = Egress(proxy=f"http://127.0.0.1:{proxy.port}")

    with pytest.raises(EgressFailed) as caught:
        await door.request(Outgoing(method="GET", url="https://93.184.216.34/?token=secret"))
    await door.close()

    assert proxy.seen[0][0] == "CONNECT"
    assert str(status) in str(caught.value)
    assert "secret" not in str(caught.value)
