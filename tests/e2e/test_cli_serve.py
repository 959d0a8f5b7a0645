"""`penstock serve` and `penstock worker` as processes."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest

pytestmark = pytest.mark.slow


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def started(folder: Path, *words: str, **more: str) -> Generator[subprocess.Popen[bytes]]:
    environment = {**os.environ, "PENSTOCK_DATA_DIR": str(folder / "data"), **more}
    log = (folder / f"{words[0]}.log").open("ab")
    command = [str(Path(sys.executable).parent / "penstock"), *words]
    process = subprocess.Popen(  # noqa: S603 - our own command line
        command, env=environment, stdout=log, stderr=log, cwd=folder
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        log.close()


def health(port: int, path: str) -> tuple[int, dict[str, str]]:
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz/{path}", timeout=5) as answer:
            return answer.status, json.loads(answer.read())
    except HTTPError as error:
        with error:
            return error.code, json.loads(error.read())
    except (URLError, OSError):
        return 0, {}


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def ready(port: int) -> Callable[[], bool]:
    return lambda: health(port, "ready")[0] == 200


def children(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(one) for one in text.split()]


def test_a_server_says_how_it_is_and_ends_in_order(tmp_path: Path) -> None:
    port = free_port()
    with started(tmp_path, "serve", "--port", str(port)) as server:
        until(ready(port))

        assert health(port, "live")[0] == health(port, "startup")[0] == 200
        assert health(port, "nothing")[0] == 404
        assert health(port, "ready")[1]["role"] == "all"
        server.send_signal(signal.SIGTERM)

        assert server.wait(30) == 0
    assert not (tmp_path / "data" / "nats.json").exists()


def test_what_a_server_keeps_is_for_its_owner_only(tmp_path: Path) -> None:
    port = free_port()
    with started(tmp_path, "serve", "--port", str(port)):
        until(ready(port))
        data = tmp_path / "data"
        modes = {
            one.name: stat.S_IMODE(one.stat().st_mode)
            for one in (data, data / "penstock.db", data / "nats.json", data / "nats")
        }

    assert [name for name, mode in modes.items() if mode & 0o077] == []


def test_the_broker_does_not_outlive_a_server_that_is_killed(tmp_path: Path) -> None:
    port = free_port()
    with started(tmp_path, "serve", "--port", str(port)) as server:
        until(ready(port))
        brokers = children(server.pid)

        server.kill()
        server.wait()

        assert brokers
        until(lambda: not any(Path(f"/proc/{one}/exe").exists() for one in brokers))


def test_a_worker_finds_the_broker_of_the_server_on_its_machine(tmp_path: Path) -> None:
    port, other = free_port(), free_port()
    with started(tmp_path, "serve", "--port", str(port)):
        until(ready(port))
        with started(tmp_path, "worker", "--health-port", str(other)) as worker:
            until(ready(other))
            worker.send_signal(signal.SIGTERM)

            assert worker.wait(30) == 0
    assert "no_broker" not in (tmp_path / "worker.log").read_text()


def test_a_worker_works_without_a_broker_and_says_so(tmp_path: Path) -> None:
    port = free_port()
    with started(tmp_path, "worker", "--health-port", str(port)):
        until(ready(port))

    assert "no_broker" in (tmp_path / "worker.log").read_text()


def test_without_a_bus_nothing_of_it_is_started(tmp_path: Path) -> None:
    port = free_port()
    with started(tmp_path, "serve", "--port", str(port), PENSTOCK_DISPATCH="db") as server:
        until(ready(port))

        assert children(server.pid) == []


def test_a_role_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with started(tmp_path, "serve", "--role", "king") as server:
        assert server.wait(30) == 2

    assert "There is no role" in (tmp_path / "serve.log").read_text()


def test_a_port_that_is_taken_is_told_in_a_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with started(tmp_path, "serve", "--port", str(port)) as server:
            assert server.wait(30) == 2

    told = (tmp_path / "serve.log").read_text()
    assert f"The port {port} of 127.0.0.1 cannot be used" in told
    assert "Traceback" not in told


def test_a_second_server_of_the_same_data_uses_the_broker_of_the_first(tmp_path: Path) -> None:
    port, other = free_port(), free_port()
    with started(tmp_path, "serve", "--port", str(port)) as first:
        until(ready(port))
        with started(tmp_path, "serve", "--port", str(other)) as second:
            until(ready(other))

            assert children(first.pid)
            assert children(second.pid) == []
            second.send_signal(signal.SIGTERM)
            assert second.wait(30) == 0
        assert (tmp_path / "data" / "nats.json").exists()
    assert "no_broker" not in (tmp_path / "serve.log").read_text()


def test_any_port_that_is_free_is_taken_and_told(tmp_path: Path) -> None:
    def port() -> int:
        found = re.search(r"127\.0\.0\.1:(\d+)/", (tmp_path / "serve.log").read_text())
        return int(found[1]) if found else 0

    with started(tmp_path, "serve", "--port", "0", PENSTOCK_DISPATCH="db"):
        until(lambda: bool(port()))
        until(ready(port()))


def test_a_worker_finds_the_broker_of_a_server_that_was_started_again(tmp_path: Path) -> None:
    port, other = free_port(), free_port()

    def connections() -> int:
        return (tmp_path / "worker.log").read_text().count("bus_connected")

    with started(tmp_path, "serve", "--port", str(port)) as first:
        until(ready(port))
        with started(tmp_path, "worker", "--health-port", str(other)):
            until(ready(other))
            before = connections()
            first.kill()
            first.wait()
            with started(tmp_path, "serve", "--port", str(port)):
                until(ready(port))

                until(lambda: connections() == 2 * before)
    assert before > 0
