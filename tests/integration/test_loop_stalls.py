"""While a large execution runs, nobody else on the event loop waits for long."""

from __future__ import annotations

import asyncio
import gc
import math
import time
from pathlib import Path
from typing import Any

import pytest
from tests.support.speed import slowness

from penstock_kernel.kernel import Kernel
from penstock_kernel.settings import Settings
from penstock_sdk import Item

ITEMS = 100_000
LONGEST_MS = 30.0
#: A shared machine takes the processor away now and then; what the product causes comes every time.
TRIES = 5

CONDITION = {
    "combinator": "and",
    "conditions": [
        {
            "left": "={{ $json.a }}",
            "operator": {"type": "number", "operation": "gt"},
            "right": -1,
        }
    ],
}
DOCUMENT: dict[str, Any] = {
    "format": "penstock/1",
    "name": "large",
    "nodes": [
        {
            "id": "set",
            "name": "Set",
            "type": "penstock/data.set",
            "config": {"assignments": [{"name": "c", "value": "={{ $json.a * 2 + 1 }}"}]},
        },
        {
            "id": "keep",
            "name": "Keep",
            "type": "penstock/flow.filter",
            "config": {"conditions": CONDITION},
        },
        {
            "id": "sort",
            "name": "Sort",
            "type": "penstock/data.sort",
            "config": {"fields_to_sort": [{"name": "b"}]},
        },
        {
            "id": "copy",
            "name": "Copy",
            "type": "penstock/data.set",
            "config": {"assignments": [{"name": "d", "value": "={{ $json.b }}"}]},
        },
    ],
    "edges": [
        {"from": ["set", "main"], "to": ["keep", "main"]},
        {"from": ["keep", "kept"], "to": ["sort", "main"]},
        {"from": ["sort", "main"], "to": ["copy", "main"]},
    ],
}


async def longest_wait_ms(kernel: Kernel, items: list[Item]) -> float:
    """How long the loop was held at the worst, while the execution ran."""
    running = asyncio.create_task(kernel.execute(DOCUMENT, items))
    longest, last = 0.0, time.perf_counter()
    while not running.done():
        await asyncio.sleep(0)
        now = time.perf_counter()
        longest, last = max(longest, now - last), now
    assert (await running).status == "success"
    return longest * 1e3


@pytest.mark.slow
async def test_a_large_execution_holds_the_event_loop_for_30_ms_at_most(tmp_path: Path) -> None:
    items = [Item({"a": i, "b": (i * 7919) % 10007}) for i in range(ITEMS)]
    settings = Settings(data_dir=tmp_path, tune_gc=True)

    async with Kernel.open(settings) as kernel:
        await kernel.execute(DOCUMENT, items[:100])
        waits = [await longest_wait_ms(kernel, items) / slowness() for _ in range(TRIES)]

    assert min(waits) <= LONGEST_MS, waits


async def test_garbage_that_outlived_two_collections_is_taken_away_within_a_million_objects(
    tmp_path: Path,
) -> None:
    # An execution leaves a hundred objects in circles: that is ten thousand of them.
    async with Kernel.open(Settings(data_dir=tmp_path, tune_gc=True)):
        thresholds = gc.get_threshold()

    assert math.prod(thresholds) <= 1_000_000, thresholds
