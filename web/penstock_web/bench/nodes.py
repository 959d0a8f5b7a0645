"""`penstock bench nodes`: how many items a second each data node takes.

Each node is measured in the workflow that its package brings as an example, with the input of the
example's test repeated to 10,000 items. What is slower than promised has its reason beside it, and
the reason is measured too: most of the time went into the sandbox, or the node waits for something
outside this process.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

import msgspec

from penstock_kernel.execution.result import Execution
from penstock_kernel.kernel import Kernel
from penstock_kernel.workflow.document import Document, parse
from penstock_sdk import Item
from penstock_web.bench.executions import bench_kernel
from penstock_web.bench.measure import Row, calibration_ms

_ITEMS = 10_000
_REPEATS = 3
_PER_SECOND = 50_000
_PACKAGE = "penstock/data."
#: Pure Python that reads a document for each item: what is promised of them, and why.
_SLOWER = {
    "penstock/data.html": (10_000, "reads a document for each item"),
    "penstock/data.markdown": (3_000, "reads a document for each item, in pure Python"),
    "penstock/data.validate": (25_000, "checks each item in pure Python"),
}


def measure_nodes() -> list[Row]:
    """One row for each data node that brings an example."""
    return asyncio.run(_measured())


async def _measured() -> list[Row]:
    async with bench_kernel() as kernel:
        types = sorted(name for name in kernel.plugins.types() if name.startswith(_PACKAGE))
        return [row for name in types if (row := await _row(kernel, name)) is not None]


async def _row(kernel: Kernel, name: str) -> Row | None:
    node = kernel.plugins.latest(name)
    example = node.example() if node is not None else None
    document = None if example is None else parse(example)
    if document is None or not document.tests:
        return None
    items = _repeated(document.tests[0].input)
    await _run(kernel, document, items)
    before = calibration_ms()
    runs = sorted([await _timed(kernel, document, items) for _ in range(_REPEATS)])
    seconds, crossed, cpu, failed = runs[_REPEATS // 2]
    speed = len(items) / seconds
    floor, known = _SLOWER.get(name, (_PER_SECOND, ""))
    reason = failed or ("" if known else _reason(speed, seconds, crossed, cpu))
    return Row(
        name=name,
        value=speed,
        unit="items/s",
        cpu_ms=cpu * 1e3,
        floor=None if reason else floor,
        calibration_ms=(before + calibration_ms()) / 2,
        note=reason or known,
    )


def _repeated(given: Sequence[Item]) -> list[Item]:
    """The items of the example again and again: no two are the same object."""
    items = given or [Item({})]
    copies = -(-_ITEMS // len(items))
    whole = msgspec.json.decode(msgspec.json.encode([*items] * copies), type=list[Item])
    return whole[:_ITEMS]


async def _run(kernel: Kernel, document: Document, items: Sequence[Item]) -> Execution:
    return await kernel.execute(document, items, mode="test", mocks=document.tests[0].mocks)


async def _timed(
    kernel: Kernel, document: Document, items: Sequence[Item]
) -> tuple[float, float, float, str]:
    """Seconds in all, in the sandbox, of processor time here, and why it failed."""
    started, cpu = time.perf_counter(), time.process_time()
    execution = await _run(kernel, document, items)
    wall, used = time.perf_counter() - started, time.process_time() - cpu
    failed = execution.error.message if execution.error else ""
    return wall, execution.costs.cross / 1e9, used, failed


def _reason(speed: float, seconds: float, crossed: float, cpu: float) -> str:
    if speed >= _PER_SECOND:
        return ""
    if crossed > seconds / 2:
        return f"crosses into the sandbox: {crossed / seconds:.0%} of the time"
    if cpu < seconds / 2:
        return f"waits for another process or a disk: {1 - cpu / seconds:.0%} of the time"
    return ""
