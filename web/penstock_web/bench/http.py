"""`penstock bench http`: requests to a server of its own, from the connection to the answer.

The rules:

* The server is `penstock serve` on SQLite, a process of its own with its broker; what sends the
  requests is another one.
* Every request is an execution that is kept: those that were answered are counted in the database
  afterwards, and have ended.
* CPU is that of the server and all that it started.
* Reading and saving a workflow is what the editor does: with a token, and all that it is told.
"""

from __future__ import annotations

import asyncio
import os
import socket
import statistics
import sys
import tempfile
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, func, select

from penstock_kernel.kernel import Kernel
from penstock_kernel.settings import Settings, load_settings
from penstock_kernel.store.scope import WORKSPACE, Scope
from penstock_kernel.store.sql import members_places, tokens
from penstock_kernel.store.sql.opening import open_database
from penstock_kernel.store.sql.tables import workflow_executions
from penstock_kernel.store.sql.tokens import NewToken
from penstock_web.bench.load import Asked, Load, Told
from penstock_web.bench.measure import Row, calibration_ms
from penstock_web.bench.processes import cpu_ns, pss_bytes, tree
from penstock_web.identity import token_text

REPEATS = 3
MANY, COUNT, SINGLE, SAVED = 64, 5_000, 300, 300
ACCEPTED_A_SECOND, ACCEPTED = 300, 3_000
_Chain = list[tuple[str, Mapping[str, Any]]]
_BODY = b'{"a": 1}'
#: How long a server may take to begin.
_PATIENCE_S = 60.0
#: Tenths of a second that executions may take to end.
_LOOKS = 200
_SET = {"assignments": [{"name": "a", "value": "={{ $json.body.a }}"}]}
_IF = {
    "conditions": {
        "combinator": "and",
        "conditions": [
            {
                "left": "={{ $json.a }}",
                "operator": {"type": "number", "operation": "gt"},
                "right": 0,
            }
        ],
    }
}
_SYNCHRONOUS: _Chain = [
    ("penstock/flow.webhook", {"path": "sync", "method": "POST", "reply": "respond"}),
    ("penstock/data.set", _SET),
    ("penstock/flow.if", _IF),
    ("penstock/flow.respond", {"reply": "first"}),
]
_SYNC = Asked("POST", "/hook/default/sync", _BODY)
_ASYNC = Asked("POST", "/hook/default/async", _BODY)
_ASYNCHRONOUS: _Chain = [
    ("penstock/flow.webhook", {"path": "async", "method": "POST"}),
    *[("penstock/data.set", _SET)] * 4,
]


def measure_http() -> list[Row]:
    """All rows."""
    with tempfile.TemporaryDirectory(prefix="penstock-bench-") as folder:
        return asyncio.run(_measure(Path(folder)))


async def _measure(folder: Path) -> list[Row]:
    settings: Settings = msgspec.structs.replace(
        load_settings().settings, database=f"sqlite:///{folder / 'bench.db'}", data_dir=folder
    )
    async with Kernel.open(settings) as kernel:
        for name, chain in (("sync", _SYNCHRONOUS), ("async", _ASYNCHRONOUS)):
            stored = await kernel.workflows.add(Scope(), _document(name, chain))
            await kernel.workflows.publish(Scope(), stored.id)
            await kernel.workflows.activate(Scope(), stored.id)
        edited = await kernel.workflows.add(Scope(), _document("edited", _SYNCHRONOUS))
    token = await _token(settings)
    async with _server(settings) as (port, pid):
        bench = _Bench(port, pid)
        rows = [*await bench.many(), *await bench.single(), await bench.accepting()]
        editor = _Editor(bench, edited.id, token)
        rows += [await editor.reading(), await editor.saving()]
        memory = pss_bytes(tree(pid)) / 1e6
        await _check(settings, bench.answered)
    rows.append(Row(name="memory of all processes after it", value=memory, unit="MB"))
    return rows


class _Bench:
    def __init__(self, port: int, pid: int) -> None:
        self._port = port
        self._pid = pid
        #: Events that were answered well.
        self.answered = 0

    async def many(self) -> list[Row]:
        title = f"webhook, set, if, respond: {MANY} connections"
        return await self._rows(title, MANY, COUNT, p50=120.0, a_second=500.0, cpu=1.8)

    async def single(self) -> list[Row]:
        title = "webhook, set, if, respond: 1 connection"
        return await self._rows(title, 1, SINGLE, p50=15.0)

    async def accepting(self) -> Row:
        await self._events(_ASYNC, MANY, ACCEPTED // 10, per_s=ACCEPTED_A_SECOND)
        before = calibration_ms()
        told, cpu_ms = await self._events(_ASYNC, MANY, ACCEPTED, per_s=ACCEPTED_A_SECOND)
        name = f"webhook answered at once, and four nodes: {ACCEPTED_A_SECOND} a second, p99"
        calibration = (before + calibration_ms()) / 2
        return Row(
            name=name, value=told.at(99), cpu_ms=cpu_ms, limit=50.0, calibration_ms=calibration
        )

    async def _rows(
        self,
        title: str,
        connections: int,
        count: int,
        *,
        p50: float,
        a_second: float | None = None,
        cpu: float | None = None,
    ) -> list[Row]:
        await self._events(_SYNC, connections, count // 10)
        before = calibration_ms()
        runs = [await self._events(_SYNC, connections, count) for _ in range(REPEATS)]
        calibration = (before + calibration_ms()) / 2

        def row(name: str, values: Sequence[float], **more: Any) -> Row:
            return Row(
                name=f"{title}, {name}",
                value=statistics.median(values),
                minimum=min(values),
                maximum=max(values),
                calibration_ms=calibration,
                **more,
            )

        rates = [len(told.times_ms) / told.seconds for told, _ in runs]
        cpus = [used for _, used in runs]
        return [
            row("requests", rates, unit="/s", floor=a_second, cpu_ms=statistics.median(cpus)),
            row("p50", [told.at(50) for told, _ in runs], limit=p50),
            row("p99", [told.at(99) for told, _ in runs]),
            row("CPU of the server for each", cpus, limit=cpu),
        ]

    async def _events(
        self, event: Asked, connections: int, count: int, *, per_s: float = 0.0
    ) -> tuple[Told, float]:
        found = await self.timed(lambda _: event, connections, count, per_s=per_s)
        self.answered += count
        return found

    async def timed(
        self, asked: Callable[[int], Asked], connections: int, count: int, *, per_s: float = 0.0
    ) -> tuple[Told, float]:
        """What came of it, and the CPU time of each request in milliseconds."""
        pids = tree(self._pid)
        before = cpu_ns(pids)
        told = await Load(self._port, asked).run(connections, count, per_s=per_s)
        after = cpu_ns(pids)
        if told.statuses != {200: count}:
            message = f"Of {count} requests not all were answered well: {dict(told.statuses)}"
            raise RuntimeError(f"{message}, {told.failed} not at all.")
        return told, sum(after[pid] - before[pid] for pid in pids) / count / 1e6


class _Editor:
    """Reads one workflow and saves it, as the editor does."""

    def __init__(self, bench: _Bench, workflow: str, token: str) -> None:
        self._bench = bench
        self._path = f"/api/v1/workflows/{workflow}"
        self._headers = {"Authorization": f"Bearer {token}"}

    async def reading(self) -> Row:
        asked = Asked("GET", self._path, headers=self._headers)
        await self._bench.timed(lambda _: asked, MANY, COUNT // 10)
        before = calibration_ms()
        runs = [await self._bench.timed(lambda _: asked, MANY, COUNT) for _ in range(REPEATS)]
        rates = [COUNT / told.seconds for told, _ in runs]
        return Row(
            name=f"reading a workflow: {MANY} connections, requests",
            value=statistics.median(rates),
            minimum=min(rates),
            maximum=max(rates),
            unit="/s",
            floor=1_000.0,
            cpu_ms=statistics.median(used for _, used in runs),
            calibration_ms=(before + calibration_ms()) / 2,
        )

    async def saving(self) -> Row:
        before = calibration_ms()
        told, cpu_ms = await self._bench.timed(self._save, 1, SAVED)
        return Row(
            name="saving a workflow, p99",
            value=told.at(99),
            cpu_ms=cpu_ms,
            limit=100.0,
            calibration_ms=(before + calibration_ms()) / 2,
        )

    def _save(self, number: int) -> Asked:
        document = _document(f"edited {number}", _SYNCHRONOUS)
        headers = {**self._headers, "If-Match": f'"{number + 1}"'}
        body = msgspec.json.encode({"document": document})
        return Asked("PUT", self._path, body, headers)


async def _token(settings: Settings) -> str:
    """A token that may read and write the workflows of the workspace that everybody starts with."""
    token = token_text.new_token()
    new = NewToken(
        name="bench",
        hashed=token_text.hashed(token),
        ending=token[-4:],
        kind="service",
        scopes=frozenset({"workflow:read", "workflow:write"}),
    )
    db = await open_database(settings.database)

    def change(connection: Connection) -> None:
        now_ms = db.now_ms(connection)
        members_places.system_found(connection, "bench", now_ms, workspace=WORKSPACE)
        tokens.add(connection, Scope(), new, now_ms)

    try:
        await db.transact(change)
    finally:
        await db.close()
    return token


async def _check(settings: Settings, answered: int) -> None:
    """Count what was kept: one execution for each answer, and each has ended well."""

    def query(connection: Connection) -> dict[str, int]:
        column = workflow_executions.c.status
        found = connection.execute(select(column, func.count()).group_by(column))
        return {row[0]: row[1] for row in found}

    db = await open_database(settings.database)
    try:
        kept = await db.read(query)
        # What was answered at once may be under way.
        for _ in range(_LOOKS):
            if kept == {"success": answered}:
                return
            await asyncio.sleep(0.1)
            kept = await db.read(query)
    finally:
        await db.close()
    raise RuntimeError(f"{answered} requests were answered, and these were kept: {kept}.")


@asynccontextmanager
async def _server(settings: Settings) -> AsyncGenerator[tuple[int, int]]:
    """The port and the process of a server on a database, until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "PENSTOCK_DATABASE": settings.database,
        "PENSTOCK_DATA_DIR": str(settings.data_dir),
    }
    program = str(Path(sys.executable).parent / "penstock")
    quiet = asyncio.subprocess.DEVNULL
    child = await asyncio.create_subprocess_exec(
        program, "serve", "--port", str(port), env=environment, stdout=quiet, stderr=quiet
    )
    try:
        async with asyncio.timeout(_PATIENCE_S):
            await _ready(port)
        yield port, child.pid
    finally:
        if child.returncode is None:
            child.terminate()
        await child.wait()


async def _ready(port: int) -> None:
    while True:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
            continue
        writer.write(b"GET /healthz/ready HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        head = await reader.read(12)
        writer.close()
        if head.endswith(b" 200"):
            return
        await asyncio.sleep(0.05)


def _document(name: str, chain: _Chain) -> dict[str, Any]:
    return {
        "format": "penstock/1",
        "name": name,
        "nodes": [
            {"id": f"n{number}", "name": f"N{number}", "type": kind, "config": dict(config)}
            for number, (kind, config) in enumerate(chain)
        ],
        "edges": [
            {"from": [f"n{number}", _port(kind)], "to": [f"n{number + 1}", "main"]}
            for number, (kind, _) in enumerate(chain[:-1])
        ],
    }


def _port(kind: str) -> str:
    return "true" if kind.endswith(".if") else "main"
