"""Clients that mean ill: others go on being served, and the memory of the server stays."""

from __future__ import annotations

import gzip
import socket
import time
from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.support.process import ServerProcess, server_process

pytestmark = pytest.mark.slow
SLOW_CLIENTS = 300
MOST_GROWTH_MB = 200


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Generator[ServerProcess]:
    with server_process(tmp_path_factory.mktemp("hostile")) as found:
        config = {"path": "in", "method": "POST", "reply": "at_once"}
        nodes = [{"id": "h", "name": "H", "type": "penstock/flow.webhook", "config": config}]
        document = {"format": "penstock/1", "name": "In", "nodes": nodes, "edges": []}
        made = found.ask("POST", "/workflows", {"document": document})
        found.ask("POST", f"/workflows/{made['id']}/versions", {"activate": True})
        yield found


def others_p99_s(server: ServerProcess, count: int = 60) -> float:
    """How long others wait meanwhile."""
    took: list[float] = []
    with httpx2.Client(base_url=server.url, timeout=30) as client:
        headers = {"authorization": f"Bearer {server.token}"}
        for _ in range(count):
            started = time.perf_counter()
            assert client.get("/api/v1/workflows", headers=headers).is_success
            took.append(time.perf_counter() - started)
    return sorted(took)[int(len(took) * 0.99) - 1]


def connected(server: ServerProcess) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=30)


def post(server: ServerProcess, path: str, **more: Any) -> httpx2.Response:
    headers = {"authorization": f"Bearer {server.token}", **more.pop("headers", {})}
    return httpx2.post(f"{server.url}{path}", headers=headers, timeout=60, **more)


def test_hundreds_that_send_a_byte_now_and_then_hold_nobody_up(server: ServerProcess) -> None:
    before = server.rss_mb()
    with ExitStack() as stack:
        slow = [stack.enter_context(connected(server)) for _ in range(SLOW_CLIENTS)]
        for i, one in enumerate(slow):
            path = b"/hook/default/in" if i % 2 else b"/api/v1/workflows"
            one.sendall(b"POST " + path + b" HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n")
        waits_s = others_p99_s(server, 20)
        for one in slow:
            one.sendall(b"X-A: b\r\n")
        waits_s = max(waits_s, others_p99_s(server, 20))

    assert waits_s < 1.0
    assert server.rss_mb() - before < MOST_GROWTH_MB


@pytest.mark.parametrize("path", ["/api/v1/workflows", "/hook/default/in"])
def test_a_body_of_a_gigabyte_is_refused_before_it_is_read(
    path: str, server: ServerProcess
) -> None:
    with connected(server) as one:
        head = f"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {server.token}\r\n"
        one.sendall(f"{head}Content-Type: application/json\r\n".encode())
        one.sendall(b"Content-Length: 1073741824\r\n\r\n{")
        answer = one.recv(4_096)

    assert b" 413 " in answer.split(b"\r\n")[0]


@pytest.mark.parametrize("path", ["/api/v1/workflows", "/hook/default/in"])
def test_a_body_without_an_end_is_cut_off(path: str, server: ServerProcess) -> None:
    before, chunk = server.rss_mb(), b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    sent = 0
    with connected(server) as one:
        head = f"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {server.token}\r\n"
        kind = "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        one.sendall((head + kind).encode())
        try:
            for _ in range(4_096):
                one.sendall(chunk)
                sent += len(chunk)
        except OSError:
            pass

    assert sent < 200 << 20
    assert server.rss_mb() - before < MOST_GROWTH_MB
    assert others_p99_s(server, 20) < 1.0


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"[" * 1_000_000, id="a-million-brackets"),
        pytest.param(b'{"a":' * 200_000, id="objects-in-objects"),
        pytest.param(b'{"document":' + b"[" * 900_000 + b"]" * 900_000 + b"}", id="closed"),
        pytest.param(b'"' + b"\\u0000" * 500_000, id="escapes"),
        pytest.param(b"1" * 5_000_000, id="a-number-of-five-million-digits"),
    ],
)
@pytest.mark.parametrize("path", ["/api/v1/workflows", "/hook/default/in"])
def test_json_that_is_nested_or_long_is_no_problem_of_the_server(
    body: bytes, path: str, server: ServerProcess
) -> None:
    started = time.perf_counter()
    answer = post(server, path, content=body, headers={"content-type": "application/json"})

    assert answer.status_code < 500, answer.text
    assert time.perf_counter() - started < 5.0


def test_what_is_packed_is_not_unpacked(server: ServerProcess) -> None:
    before, bomb = server.rss_mb(), gzip.compress(b" " * (200 << 20))
    headers = {"content-type": "application/json", "content-encoding": "gzip"}
    for path in ("/api/v1/workflows", "/hook/default/in"):
        assert post(server, path, content=bomb, headers=headers).status_code < 500

    assert server.rss_mb() - before < MOST_GROWTH_MB


@pytest.mark.parametrize("count", [10_000, 200_000])
def test_a_form_of_many_parts_is_refused_or_read_in_time(count: int, server: ServerProcess) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n'
    headers = {"content-type": "multipart/form-data; boundary=x"}
    started = time.perf_counter()
    body = part * count + b"--x--\r\n"
    answer = post(server, "/hook/default/in", content=body, headers=headers)

    assert answer.status_code < 500
    assert time.perf_counter() - started < 10.0
    assert others_p99_s(server, 20) < 1.0


def test_hundreds_of_websockets_leave_others_alone(server: ServerProcess) -> None:
    before = server.rss_mb()
    ask = (
        f"GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {server.token}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    ).encode()
    with ExitStack() as stack:
        sockets = [stack.enter_context(connected(server)) for _ in range(SLOW_CLIENTS)]
        for one in sockets:
            one.sendall(ask)
        answered = [one.recv(64) for one in sockets]
        waits_s = others_p99_s(server)

    assert all(b"HTTP/1.1 101 " in answer for answer in answered)
    assert waits_s < 1.0
    assert server.rss_mb() - before < MOST_GROWTH_MB


def test_a_header_of_a_megabyte_is_refused(server: ServerProcess) -> None:
    with connected(server) as one:
        try:
            one.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-A: " + b"a" * (1 << 20) + b"\r\n\r\n")
            answer = one.recv(4_096)
        except OSError:
            answer = b""

    assert b" 200 " not in answer.split(b"\r\n")[0]
    assert Path(f"/proc/{server.process.pid}").exists()
