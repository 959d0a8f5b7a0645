"""A database of an earlier release goes on with this one: `schema_0001.sql` was written by it."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

from penstock_kernel.kernel import Kernel
from penstock_kernel.settings import Settings
from penstock_kernel.store.records import ExecutionRecord
from penstock_kernel.store.scope import Scope

DUMP = Path(__file__).with_name("schema_0001.sql")
PATIENCE_S = 30


async def all_ended(kernel: Kernel) -> list[ExecutionRecord]:
    async with asyncio.timeout(PATIENCE_S):
        while True:
            found = (await kernel.history.list(Scope())).executions
            if {one.status for one in found} == {"success"}:
                ids = [one.id for one in found]
                return [await kernel.journal.execution(one) for one in ids]  # type: ignore[arg-type]
            await asyncio.sleep(0.01)


async def test_what_waited_and_what_was_queued_goes_on_after_an_upgrade(tmp_path: Path) -> None:
    file = tmp_path / "p.db"
    with sqlite3.connect(file) as before:
        before.executescript(DUMP.read_text())
        old = dict(before.execute("SELECT id, status FROM workflow_executions"))
    before.close()
    settings = Settings(
        database=f"sqlite:///{file}", data_dir=tmp_path / "data", sandbox="inprocess"
    )

    async with Kernel.open(settings) as kernel, kernel.serve():
        records = await all_ended(kernel)
        items = [
            (await kernel.journal.steps(record.id))[-1].outputs["main"].items for record in records
        ]

    assert sorted(old.values()) == ["queued", "success", "waiting"]
    assert {record.id for record in records} == old.keys()
    assert sorted(found[0].json["b"] for found in items) == [7, 8, 9]
