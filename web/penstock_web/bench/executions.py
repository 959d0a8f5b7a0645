"""`penstock bench steps`: whole workflows in memory, with guests in runner processes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager

import msgspec

from penstock_kernel.kernel import Kernel
from penstock_kernel.settings import Settings, load_settings
from penstock_kernel.workflow.document import Document
from penstock_sdk import Item
from penstock_web.bench import documents
from penstock_web.bench.measure import Row, calibration_ms, timed

TEN_THOUSAND = 10_000
PHASES = ("accept", "plan", "step", "cross", "commit")


class BenchFailed(RuntimeError):
    """A workflow that is measured did not succeed, so its time means nothing."""


def bench_kernel() -> AbstractAsyncContextManager[Kernel]:
    """A kernel as `penstock run` has it, with the garbage collector tuned as a server's."""
    settings: Settings = msgspec.structs.replace(load_settings().settings, tune_gc=True)
    return Kernel.open(settings)


async def measure_executions() -> tuple[list[Row], list[Row]]:
    """The rows of the table, and the CPU budget of an execution by phase."""
    async with bench_kernel() as kernel:
        rows = [
            *await _chains(kernel),
            *await _single_nodes(kernel),
            *await _code_nodes(kernel),
            await _parallel(kernel),
        ]
        return rows, await _costs(kernel)


def runs(
    kernel: Kernel, document: Document, items: Sequence[Item]
) -> Callable[[], Awaitable[object]]:
    """One execution, which has to succeed."""

    async def run() -> None:
        execution = await kernel.execute(document, items)
        if execution.status != "success":
            why = execution.error.message if execution.error else execution.status
            message = f"{document.name}: {why}"
            raise BenchFailed(message)

    return run


async def _chains(kernel: Kernel) -> list[Row]:
    one = [Item({"a": 1})]
    items = documents.peer_items(TEN_THOUSAND)
    return [
        await timed(
            "50 set nodes, one item, plain paths",
            runs(kernel, documents.set50(plain=True), one),
            limit=7,
            warm=5,
        ),
        await timed(
            "50 set nodes, one item, JavaScript in each",
            runs(kernel, documents.set50(plain=False), one),
            limit=15,
            warm=5,
        ),
        await timed(
            "10 set, filter, sort nodes, 10,000 items",
            runs(kernel, documents.chain10(), items),
            limit=400,
        ),
    ]


async def _single_nodes(kernel: Kernel) -> list[Row]:
    rows: list[Row] = []
    for size, limits in ((100, (150.0, 40.0)), (1_000, (None, None))):
        items = documents.sized_items(TEN_THOUSAND, size)
        name = f"10,000 items of {size:,} B, one set node"
        expressions = runs(kernel, documents.two_expressions(), items)
        paths = runs(kernel, documents.two_paths(), items)
        rows.append(
            await timed(f"{name}, two JavaScript expressions", expressions, limit=limits[0])
        )
        rows.append(await timed(f"{name}, two plain paths", paths, limit=limits[1]))
    return rows


async def _code_nodes(kernel: Kernel) -> list[Row]:
    items = documents.peer_items(TEN_THOUSAND)
    everything = "for (const it of $input.all()) it.json.z = it.json.a + 1; return $input.all();"
    each = "$input.item.json.z = $json.a + 1; return $input.item;"
    source = "return [{'json': {**item['json'], 'z': item['json']['a'] + 1}} for item in items]"
    python = documents.chain("python", [documents.code(source, language="python")])
    one = [Item({"a": 1})]
    return [
        await timed(
            "JavaScript code, 10,000 items at once",
            runs(kernel, documents.chain("all", [documents.code(everything)]), items),
            limit=300,
        ),
        await timed(
            "JavaScript code, once for each of 10,000 items",
            runs(kernel, documents.chain("each", [documents.code(each, mode="each")]), items),
            limit=400,
        ),
        await timed(
            "Python code, one item, new interpreter",
            runs(kernel, python, one),
            limit=6,
            warm=5,
        ),
        await timed(
            "Python code, 10,000 items at once",
            runs(
                kernel,
                python,
                items,
            ),
        ),
    ]


async def _parallel(kernel: Kernel) -> Row:
    """Two guests that compute side by side, as a multiple of one."""
    one = await timed("one", runs(kernel, documents.two_burners(1), [Item({})]), warm=2)
    two = await timed("two", runs(kernel, documents.two_burners(2), [Item({})]), warm=2)
    return Row(
        name="two computing guests side by side, against one",
        value=two.value / one.value,
        unit="x",
        limit=1.3,
        cpu_ms=two.cpu_ms,
        calibration_ms=two.calibration_ms,
        note=f"{one.value:.0f} ms and {two.value:.0f} ms; needs both cores free",
    )


async def _costs(kernel: Kernel) -> list[Row]:
    """Where the CPU of an execution goes: 50 set nodes that cross into JavaScript."""
    document, count = documents.set50(plain=False), 20
    totals = dict.fromkeys(PHASES, 0)
    started, cpu = time.perf_counter(), time.process_time()
    for _ in range(count):
        execution = await kernel.execute(document, [Item({"a": 1})])
        for phase in PHASES:
            totals[phase] += getattr(execution.costs, phase)
    wall = (time.perf_counter() - started) * 1e3 / count
    used = (time.process_time() - cpu) * 1e3 / count
    rows = [Row(name=phase, value=total / 1e6 / count) for phase, total in totals.items()]
    rows.append(Row(name="all, wall", value=wall, cpu_ms=used, note="CPU of the main process"))
    for row in rows:
        row.calibration_ms = calibration_ms()
    return rows


def run_executions() -> tuple[list[Row], list[Row]]:
    """Measure, from a program without a loop."""
    return asyncio.run(measure_executions())
