"""`penstock bench guests`: what runners and crossings cost on this machine."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from penstock_sandbox.contract import Budget, Call, Guest
from penstock_sandbox.runners.pool import RunnerPool
from penstock_web.bench.measure import Row, calibration_ms
from penstock_web.bench.processes import CpuClock, pss_bytes, tree

CONTEXT = {"now": 1_700_000_000_000, "zone": "UTC", "seed": 1, "node": {"id": "n", "name": "N"}}
ROWS = 10_000
TIMES = 200


def expression(source: str, rows: list[dict[str, Any]], vm: str = "bench") -> Call:
    """One crossing with one expression."""
    header = {"exprs": [source], "typed": False, "ctx": CONTEXT}
    chunks = [
        {"at": at, "n": len(part), "json": part}
        for at in range(0, max(len(rows), 1), 1_000)
        if (part := rows[at : at + 1_000]) or not rows
    ]
    return _call("expression", header, chunks, vm)


def code(
    guest: Guest, source: str, items: list[dict[str, Any]], budget: Budget | None = None
) -> Call:
    """One call of a code node."""
    header = {"kind": "code", "mode": "all", "source": source, "http": False, "ctx": CONTEXT}
    chunks = [items[at : at + 1_000] for at in range(0, max(len(items), 1), 1_000)]
    return _call(guest, header, chunks, "", budget)


def _call(
    guest: Guest, header: Any, chunks: list[Any], vm: str, budget: Budget | None = None
) -> Call:
    return Call(
        guest=guest,
        workspace="bench",
        header=msgspec.json.encode(header),
        chunks=[msgspec.json.encode(chunk) for chunk in chunks],
        budget=budget or Budget(),
        vm=vm,
    )


async def measure_guests() -> list[Row]:
    """One row per figure; each is the median of many calls."""
    pool = RunnerPool()
    try:
        rows = [await _first_result()]
        await pool.start()
        one = [{"a": 1}]
        many = [{"a": number} for number in range(ROWS)]
        python = "return [{'json': {'b': item['json']['a'] + 1}} for item in items]"
        javascript = "return items.map(item => ({json: {b: item.json.a + 1}}))"
        small = expression("$json.a + 1", one)
        large = expression("$json.a + 1", many)
        rows += [
            await _median(
                "expression, one item, one crossing", lambda: pool.call(small), limit=0.3
            ),
            await _median("expression, new VM each time", _fresh_vm(pool)),
            await _median(f"expression, {ROWS:,} items", lambda: pool.call(large), times=20),
            await _median(
                "JavaScript code, one item, new VM", _code(pool, "javascript", javascript)
            ),
            await _median("Python code, one item, new VM", _code(pool, "python", python), limit=6),
            await _median(
                "another workspace: kill, fork, first Python answer", _moving(pool, python)
            ),
            await _kill(pool),
        ]
        rows.append(await _growth(pool, python))
        rows.append(_memory())
        return rows
    finally:
        await pool.close()


async def _first_result() -> Row:
    """From nothing (no zygote) to the first answer of a Python guest."""
    pool = RunnerPool()
    started = time.perf_counter()
    try:
        await pool.call(code("python", "return []", []))
        return _row(
            "cold start: zygote, fork, first Python answer", [time.perf_counter() - started]
        )
    finally:
        await pool.close()


def _fresh_vm(pool: RunnerPool) -> Callable[[], Awaitable[object]]:
    count = 0

    async def call() -> None:
        nonlocal count
        count += 1
        await pool.call(expression("$json.a + 1", [{"a": 1}], vm=f"vm{count}"))
        await pool.release(f"vm{count}")

    return call


def _code(pool: RunnerPool, guest: Guest, source: str) -> Callable[[], Awaitable[object]]:
    call = code(guest, source, [{"json": {"a": 1}}])
    return lambda: pool.call(call)


def _moving(pool: RunnerPool, source: str) -> Callable[[], Awaitable[object]]:
    """Calls from one workspace after another; a runner serves one until it is killed."""
    count = 0

    async def call() -> None:
        nonlocal count
        count += 1
        moved = code("python", source, [{"json": {"a": 1}}])
        moved.workspace = f"workspace {count % 50}"
        await pool.call(moved)

    return call


async def _median(
    name: str,
    run: Callable[[], Awaitable[object]],
    *,
    times: int = TIMES,
    limit: float | None = None,
) -> Row:
    for _ in range(3):
        await run()
    clock = CpuClock()
    seconds: list[float] = []
    for _ in range(times):
        started = time.perf_counter()
        await run()
        seconds.append(time.perf_counter() - started)
    row = _row(name, seconds, limit=limit)
    row.cpu_ms = clock.ms() / times
    return row


def _row(name: str, seconds: list[float], *, limit: float | None = None, note: str = "") -> Row:
    return Row(
        name=name,
        value=statistics.median(seconds) * 1e3,
        minimum=min(seconds) * 1e3,
        maximum=max(seconds) * 1e3,
        limit=limit,
        calibration_ms=calibration_ms(),
        note=note,
    )


async def _kill(pool: RunnerPool) -> Row:
    """From canceling a guest that never ends to the next answer of its replacement."""
    seconds: list[float] = []
    for _ in range(10):
        endless = asyncio.ensure_future(pool.call(code("javascript", "while (true) {}", [])))
        await asyncio.sleep(0.05)
        started = time.perf_counter()
        endless.cancel()
        await asyncio.gather(endless, return_exceptions=True)
        await pool.call(code("javascript", "return []", []))
        seconds.append(time.perf_counter() - started)
    return _row("kill a guest, replace its runner, answer again", seconds, limit=100)


async def _growth(pool: RunnerPool, source: str) -> Row:
    """Memory of the whole tree between the 200th and the 1,000th Python call."""
    call = code("python", source, [{"json": {"a": 1}}])
    after_200 = 0
    for number in range(1_000):
        if number == 200:
            after_200 = pss_bytes(tree())
        await pool.call(call)
    grown = (pss_bytes(tree()) - after_200) / 1e6
    return Row(
        name="growth from the 200th to the 1,000th Python call",
        value=max(grown, 0.0),
        unit="MB",
        limit=5,
        calibration_ms=calibration_ms(),
    )


def _memory() -> Row:
    """Memory of the runners beside this process."""
    others = tree()[1:]
    each = [pss_bytes([pid]) / 1e6 for pid in others]
    return Row(
        name="memory of a runner or the zygote (PSS)",
        value=statistics.median(each) if each else 0.0,
        unit="MB",
        minimum=min(each, default=0.0),
        maximum=max(each, default=0.0),
        calibration_ms=calibration_ms(),
        note=f"{len(others)} processes",
    )
