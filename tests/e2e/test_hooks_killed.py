"""A server that is killed again and again loses no delivery and takes none twice."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import socket
import sys
from asyncio.subprocess import DEVNULL, Process
from collections import Counter
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import Connection, select
from tests.support.hooks import ADD, RESPOND, activated, workflow

from penstock_kernel.kernel import Kernel
from penstock_kernel.settings import Settings
from penstock_kernel.store.sql.opening import open_database
from penstock_kernel.store.sql.tables import webhook_deliveries, workflow_executions

pytestmark = pytest.mark.slow
DELIVERIES = 120
SENDERS = 6
KILLS = 4
PATIENCE_S = 120.0
PROGRAM = str(Path(sys.executable).parent / "penstock")


class Server:
    """`penstock serve` on one port, which can be killed and comes back."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.url = f"sqlite:///{folder / 'p.db'}"
        self._environment = {
            **os.environ,
            "PENSTOCK_DATABASE": self.url,
            "PENSTOCK_DATA_DIR": str(folder),
            "PENSTOCK_SANDBOX": "inprocess",
        }
        self._process: Process | None = None

    async def start(self) -> None:
        """Begin, and wait until it answers."""
        words = ("serve", "--port", str(self.port))
        self._process = await asyncio.create_subprocess_exec(
            PROGRAM, *words, env=self._environment, stdout=DEVNULL, stderr=DEVNULL
        )
        async with httpx2.AsyncClient() as http:
            while True:
                try:
                    ready = await http.get(f"http://127.0.0.1:{self.port}/healthz/ready")
                except httpx2.HTTPError:
                    ready = None
                if ready is not None and ready.status_code == 200:
                    return
                await asyncio.sleep(0.05)

    async def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it, in order or not."""
        assert self._process is not None
        self._process.send_signal(how)
        await self._process.wait()


async def send(server: Server, numbers: list[int], told: dict[int, set[str]]) -> None:
    """Send deliveries, each until it is answered well and then, now and then, once more."""
    where = f"http://127.0.0.1:{server.port}/hook/default/orders"
    async with httpx2.AsyncClient(timeout=30.0) as http:
        while numbers:
            number = numbers.pop()
            times = random.choice((1, 1, 2))  # noqa: S311 - no secret
            while times:
                headers = {"webhook-id": f"msg_{number}"}
                try:
                    answer = await http.post(where, json={"a": number}, headers=headers)
                except httpx2.HTTPError:
                    await asyncio.sleep(0.05)
                    continue
                if answer.status_code != 200:
                    await asyncio.sleep(0.05)
                    continue
                assert answer.json()["sum"] == number
                told.setdefault(number, set()).add(answer.headers["penstock-execution"])
                times -= 1


async def test_each_delivery_is_one_execution_though_the_server_is_killed(tmp_path: Path) -> None:
    server, told = Server(tmp_path), dict[int, set[str]]()
    settings = Settings(database=server.url, data_dir=tmp_path, sandbox="inprocess")
    async with Kernel.open(settings) as kernel:
        await activated(kernel, workflow(ADD, RESPOND, reply="respond"))
    numbers = list(range(DELIVERIES))

    async with asyncio.timeout(PATIENCE_S):
        await server.start()
        senders = [asyncio.create_task(send(server, numbers, told)) for _ in range(SENDERS)]
        for kill in range(KILLS):
            await reached(told, DELIVERIES * (kill + 1) // (KILLS + 2))
            await server.end(signal.SIGKILL)
            await server.start()
        await asyncio.gather(*senders)
        rows = await ended(server)
        await server.end()

    assert Counter(len(executions) for executions in told.values()) == {1: DELIVERIES}
    by_delivery = {name: execution for name, execution, _ in rows}
    assert by_delivery == {f"msg_{n}": one for n, (one,) in told.items()}
    assert {status for _, _, status in rows} == {"success"}
    assert len(rows) == DELIVERIES


async def reached(told: dict[int, set[str]], count: int) -> None:
    """Until so many deliveries were answered."""
    while True:
        if len(told) >= count:
            return
        await asyncio.sleep(0.01)


async def ended(server: Server) -> list[tuple[str, str, str]]:
    """Each delivery with its execution and what became of that, when all have ended."""

    def query(connection: Connection) -> list[tuple[str, str, str]]:
        of, by = workflow_executions.c, webhook_deliveries.c
        found = select(by.delivery_id, of.id, of.status).join_from(
            workflow_executions, webhook_deliveries, by.execution_id == of.id, isouter=True
        )
        return [(row[0], row[1], row[2]) for row in connection.execute(found)]

    db = await open_database(server.url)
    try:
        while True:
            rows = await db.read(query)
            if all(status not in ("queued", "running", "waiting") for _, _, status in rows):
                return rows
            await asyncio.sleep(0.1)
    finally:
        await db.close()
