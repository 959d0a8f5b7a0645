"""The door to the sandboxes: which one, and how it is started."""

from __future__ import annotations

from typing import Literal

from penstock_sandbox.contract import Sandbox
from penstock_sandbox.runners.pool import RunnerPool

Mode = Literal["runners", "inprocess"]


async def open_sandbox(
    mode: Mode = "runners",
    *,
    required_walls: frozenset[str] = frozenset(),
    slots: int | None = None,
    memory_bytes: int = 1 << 30,
    warm: bool = False,
) -> Sandbox:
    """Open a sandbox; `close` ends what it started.

    Args:
        mode: `runners`: processes behind every wall this system has; `inprocess`: threads.
        required_walls: Names of walls without which packages are refused; see `docs/walls.md`.
        slots: How many guests of a class compute at once; by default one per processor.
        memory_bytes: What one runner may allocate.
        warm: Start in the background now, not at the first call.
    """
    if mode == "inprocess":
        # The engine is loaded here only where guests run here: it takes a tenth of a second.
        from penstock_sandbox.runners.inprocess import InProcessSandbox  # noqa: PLC0415

        return InProcessSandbox(required_walls=required_walls, threads=slots)
    pool = RunnerPool(required_walls=required_walls, slots=slots, memory_bytes=memory_bytes)
    if warm:
        pool.warm()
    return pool
