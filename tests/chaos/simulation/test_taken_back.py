"""A worker that was asleep takes on again what it still drives: the new drive is the one that counts."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from penstock_kernel.kernel import Kernel
from penstock_kernel.packages.catalog import NativeNode
from penstock_kernel.settings import Settings
from penstock_kernel.store.journal import OwnershipLost
from penstock_kernel.store.memory_journal import MemoryJournal
from penstock_kernel.store.records import ExecutionId
from penstock_sdk import Context, Item, Node, Result
from tests.chaos.simulation.fate import Chance, Life
from tests.chaos.simulation.nodes import plugins

ONE = ExecutionId("one")
WORKFLOW = {
    "format": "penstock/1",
    "name": "held",
    "nodes": [
        {"id": "box", "name": "Box", "type": "test/story.box"},
        {"id": "in", "name": "In", "type": "test/story.held", "parent": "box"},
    ],
    "edges": [],
}


class Held(Node):
    """Ends when the test says so."""

    id = "test/story.held"
    begun: ClassVar[list[asyncio.Event]] = []
    may_end: ClassVar[list[asyncio.Event]] = []
    calls: ClassVar[Counter[str]] = Counter()

    async def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        number = self.calls["in"]
        self.calls["in"] += 1
        if number < len(self.begun):
            self.begun[number].set()
            await self.may_end[number].wait()
        return items


async def test_a_drive_that_lost_its_execution_leaves_the_next_one_of_its_process_alone(
    tmp_path: Path,
) -> None:
    Held.begun, Held.may_end = [[asyncio.Event() for _ in range(2)] for _ in range(2)]
    Held.calls = Counter()
    known, journal = plugins(Life("one", Chance(0)), Counter()), MemoryJournal()
    kind = NativeNode(Held, "test/story")
    known.nodes[kind.id, kind.version] = kind

    settings = Settings(data_dir=tmp_path)
    async with Kernel.open(settings, plugins=known, journal=journal) as kernel:
        await journal.accept(kernel.record(WORKFLOW, [Item({"n": 1})], execution_id=ONE))
        drives: list[asyncio.Task[str]] = []
        for number in range(2):
            drives.append(asyncio.create_task(drive(kernel, has_steps=number > 0)))
            await asyncio.wait_for(Held.begun[number].wait(), 10)
        for may_end, driven in zip(Held.may_end, drives, strict=True):
            may_end.set()
            await asyncio.wait([driven], timeout=10)

    assert isinstance(drives[0].exception(), OwnershipLost)
    assert drives[1].result() == "success"


async def drive(kernel: Kernel, *, has_steps: bool) -> str:
    """Become the owner, and drive."""
    record = await kernel.journal.claim(ONE, "worker")
    executions = kernel.executions
    driven = await executions.drive(record, has_steps=has_steps, longest_wait_s=2)
    return driven.status
