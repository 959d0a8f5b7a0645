"""A service manager is told that the process is ready, that it turns, and that it ends."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

from penstock_web.operations.notifying import notifying


async def test_a_service_manager_is_told_of_the_begin_the_turning_and_the_end(
    tmp_path: Path,
) -> None:
    path = str(tmp_path / "notify")
    loop = asyncio.get_running_loop()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(path)
        manager.setblocking(False)
        told: list[bytes] = []
        async with notifying({"NOTIFY_SOCKET": path, "WATCHDOG_USEC": "30000"}):
            while told.count(b"WATCHDOG=1") < 2:
                told.append(await asyncio.wait_for(loop.sock_recv(manager, 100), 10))
        rest: list[bytes] = []
        while b"STOPPING=1" not in rest:
            rest.append(await asyncio.wait_for(loop.sock_recv(manager, 100), 10))

    assert told[0] == b"READY=1"


async def test_work_goes_on_where_nobody_listens(tmp_path: Path) -> None:
    reached = 0
    for environment in ({}, {"NOTIFY_SOCKET": str(tmp_path / "none"), "WATCHDOG_USEC": "1000"}):
        async with notifying(environment):
            await asyncio.sleep(0)
            reached += 1

    assert reached == 2
