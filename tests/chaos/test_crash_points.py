"""The process dies at every change that the journal makes for an execution, before it and after it."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text, update

from penstock_kernel.store.sql.opening import open_database
from penstock_kernel.store.sql.tables import workers

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
MOST = 40


@asynccontextmanager
async def ledger() -> AsyncIterator[tuple[int, Counter[str]]]:
    """A server that writes down how often it was called."""
    calls: Counter[str] = Counter()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        calls[head.split("\r\n", 1)[0].split(" ")[1]] += 1
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], calls


def workflow(port: int) -> dict[str, Any]:
    """Steps of each kind: one that computes, one that waits, one that cannot be repeated."""
    nodes = [
        ("penstock/data.set", {"assignments": [{"name": "b", "value": "={{ $json.a }}"}]}),
        ("penstock/flow.wait", {"resume": "interval", "amount": 0.05, "unit": "seconds"}),
        ("penstock/http.request", {"method": "POST", "url": f"http://127.0.0.1:{port}/paid"}),
        ("penstock/data.set", {"assignments": [{"name": "c", "value": 1}]}),
    ]
    return {
        "format": "penstock/1",
        "name": "crash",
        "nodes": [
            {"id": f"n{number}", "name": f"N{number}", "type": kind, "config": config}
            for number, (kind, config) in enumerate(nodes)
        ],
        "edges": [
            {"from": [f"n{number}", "main"], "to": [f"n{number + 1}", "main"]}
            for number in range(len(nodes) - 1)
        ],
    }


async def life(url: str, folder: Path, document: Path, at: int, when: str) -> int:
    """One process, to its end."""
    words = ["-m", "tests.chaos.crashing", url, str(folder), str(document), str(at), when]
    child = await asyncio.create_subprocess_exec(sys.executable, *words)
    return await asyncio.wait_for(child.wait(), 60)


async def declare_dead(url: str) -> None:
    """Have the lease of the process that died run out at once."""
    db = await open_database(url)
    await db.transact(lambda connection: connection.execute(update(workers).values(heartbeat_ms=0)))
    await db.close()


async def left(url: str) -> tuple[str, str | None, int]:
    """Status, what it waits for, and how many steps ended well."""
    db = await open_database(url)
    found = "SELECT status, waiting_for FROM workflow_executions WHERE id = 'one'"
    steps = "SELECT count(*) FROM execution_steps WHERE execution_id = 'one' AND status = 'ok'"
    try:
        row = await db.read(lambda connection: connection.execute(text(found)).one())
        count = await db.read(lambda connection: connection.execute(text(steps)).scalar_one())
    finally:
        await db.close()
    return row[0], row[1], count


@pytest.mark.parametrize("when", ["before", "after"])
async def test_an_execution_survives_a_death_at_every_change(when: str, tmp_path: Path) -> None:
    ends: list[tuple[str, str | None]] = []
    for at in range(1, MOST):
        folder = tmp_path / str(at)
        url = f"sqlite:///{folder / 'p.db'}"
        async with ledger() as (port, calls):
            document = tmp_path / "workflow.json"
            document.write_text(json.dumps(workflow(port)))
            died = await life(url, folder, document, at, when) == -signal.SIGKILL
            if died:
                await declare_dead(url)
                assert await life(url, folder, document, 0, when) == 0
            status, waiting_for, steps = await left(url)
        ends.append((status, waiting_for))
        assert calls["/paid"] <= 1, (at, calls)
        if status == "success":
            assert (steps, calls["/paid"]) == (4, 1), at
        else:
            assert (status, waiting_for) == ("waiting", "in_doubt"), at
        if not died:
            break

    assert len(ends) >= 5
    assert ends[-1] == ("success", None)
    assert ("waiting", "in_doubt") in ends
