"""A server as a process of its own, owned by somebody with a token."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2

PASSWORD = "correct horse battery"


class ServerProcess:
    """Started, ready, and called with the token of its owner."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.token = ""
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "PENSTOCK_DATA_DIR": str(self.folder / "data")}
        command = [str(Path(sys.executable).parent / "penstock"), "serve", "--port", str(self.port)]
        with (self.folder / "serve.log").open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - our own command line
                command, env=environment, stdout=log, stderr=log, cwd=self.folder
            )

    def wait_until_ready(self) -> None:
        """Until it answers that it is."""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                if httpx2.get(f"{self.url}/healthz/ready", timeout=5).status_code == 200:
                    return
            except httpx2.HTTPError:
                pass
            time.sleep(0.1)
        raise AssertionError((self.folder / "serve.log").read_text())

    def own(self) -> None:
        """Follow the link that it printed, and make a token."""
        end = time.monotonic() + 30
        log = self.folder / "serve.log"
        while (found := re.search(r"\?setup=(\S+)", log.read_text())) is None:
            assert time.monotonic() < end, log.read_text()
            time.sleep(0.1)
        with httpx2.Client(base_url=f"{self.url}/api/v1", timeout=30) as client:
            me = {"token": found.group(1), "email": "ada@example.com", "password": PASSWORD}
            made = client.post("/set-up", json={**me, "name": "Ada"})
            assert made.is_success, made.text
            headers = {"x-csrf-token": made.json()["csrf_token"], "origin": self.url}
            granted = client.get("/me").json()["grants"]
            body = {"name": "tests", "scopes": [one for one in granted if "account" not in one]}
            token = client.post("/tokens", json=body, headers=headers)
            assert token.is_success, token.text
            self.token = next(
                str(value) for value in token.json().values() if str(value).startswith("pst_")
            )

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The value of the answer to a call of the API."""
        signed = {"authorization": f"Bearer {self.token}", **headers}
        answer = httpx2.request(
            method, f"{self.url}/api/v1{path}", json=body, headers=signed, timeout=60
        )
        assert answer.is_success, (answer.status_code, answer.text)
        return answer.json() if answer.content else None

    def rss_mb(self) -> float:
        """The memory that the process holds."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1_024

    def kill(self) -> None:
        """End it as a crash would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def start_again(self) -> None:
        """Start it on the same data."""
        self.process = self._start()
        self.wait_until_ready()


@contextmanager
def server_process(folder: Path) -> Generator[ServerProcess]:
    """A server until the block ends."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = int(found.getsockname()[1])
    server = ServerProcess(folder, port)
    try:
        server.wait_until_ready()
        server.own()
        yield server
    finally:
        server.process.terminate()
        try:
            server.process.wait(30)
        except subprocess.TimeoutExpired:
            server.kill()
