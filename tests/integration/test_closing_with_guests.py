"""A kernel that is closed while guests run leaves nothing behind."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from penstock_kernel import Document, Kernel, Settings, parse
from penstock_kernel.store.records import ExecutionId


def endless(expression: str = "") -> Document:
    """A code node that never ends, behind an expression that crosses."""
    value = [{"name": "a", "value": expression or "={{ [1, 2].map(x => x + 1) }}"}]
    nodes: list[Any] = [
        {"id": "s", "name": "S", "type": "penstock/flow.manual"},
        {"id": "e", "name": "E", "type": "penstock/data.set", "config": {"assignments": value}},
        {
            "id": "c",
            "name": "C",
            "type": "penstock/code.javascript",
            "config": {"source": "for (;;) {}"},
        },
    ]
    edges = [
        {"from": ["s", "main"], "to": ["e", "main"]},
        {"from": ["e", "main"], "to": ["c", "main"]},
    ]
    return parse({"format": "penstock/1", "name": "endless", "nodes": nodes, "edges": edges})


def descendants(root: int) -> set[int]:
    parents: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if fields[0] != "Z":
                parents[int(folder.name)] = int(fields[1])
    found = {root}
    while new := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= new
    return found - {root}


def is_alive(pid: int) -> bool:
    try:
        return (Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]) != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("sandbox", ["runners", "inprocess"])
async def test_closing_ends_running_guests_and_leaves_nothing(tmp_path: Path, sandbox: Any) -> None:
    me = os.getpid()
    tasks, threads, before = asyncio.all_tasks(), threading.active_count(), descendants(me)

    async with Kernel.open(Settings(data_dir=tmp_path, sandbox=sandbox)) as kernel:
        journal = kernel.journal
        ids = [kernel.new_id() for _ in range(2)]
        calls = [asyncio.create_task(kernel.execute(endless(), execution_id=one)) for one in ids]
        events = await kernel.bus.subscribe("execution.>")
        begun: set[str] = set()
        async for message in events:
            if b'"step.started"' in message.data and b'"node_id":"c"' in message.data:
                begun.add(message.subject)
            if len(begun) == len(ids):
                break
        await asyncio.sleep(0.3)  # until the guests are in their loops; nothing tells that
        running = descendants(me) - before
        started = time.perf_counter()
    seconds = time.perf_counter() - started
    outcomes = await asyncio.gather(*calls, return_exceptions=True)

    assert seconds < 2
    assert [getattr(one, "status", one) for one in outcomes] == ["canceled", "canceled"]
    assert {(await journal.execution(ExecutionId(one))).status for one in ids} == {"canceled"}
    assert asyncio.all_tasks() == tasks
    assert [pid for pid in running if is_alive(pid)] == []
    assert bool(running) == (sandbox == "runners")
    assert threading.active_count() <= threads + 1  # the loop's own pool may keep one
