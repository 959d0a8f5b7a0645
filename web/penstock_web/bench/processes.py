"""What a process and all its descendants use, read from the system."""

from __future__ import annotations

import os
import threading
from pathlib import Path

PROC = Path("/proc")


def tree(root: int | None = None) -> list[int]:
    """A process and its descendants."""
    children: dict[int, list[int]] = {}
    for entry in PROC.iterdir():
        if entry.name.isdigit() and (parent := _parent(entry)) is not None:
            children.setdefault(parent, []).append(int(entry.name))
    found: list[int] = []
    open_ends = [root or os.getpid()]
    while open_ends:
        pid = open_ends.pop()
        found.append(pid)
        open_ends.extend(children.get(pid, ()))
    return found


def _parent(entry: Path) -> int | None:
    try:
        stat = (entry / "stat").read_text()
    except OSError:  # it ended in between
        return None
    return int(stat.rpartition(")")[2].split()[1])


def cpu_ns(pids: list[int]) -> dict[int, int]:
    """Time on a core so far, for each thread of each process summed up."""
    return {pid: _cpu_ns(PROC / str(pid) / "task") for pid in pids}


def _cpu_ns(tasks: Path) -> int:
    total = 0
    try:
        for task in tasks.iterdir():
            total += int((task / "schedstat").read_text().split()[0])
    except (OSError, IndexError):
        return total
    return total


def pss_bytes(pids: list[int]) -> int:
    """Memory of the processes, shared pages counted once in all."""
    return sum(_pss(PROC / str(pid) / "smaps_rollup") for pid in pids)


def _pss(rollup: Path) -> int:
    try:
        lines = rollup.read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) << 10 for line in lines if line.startswith("Pss:")), 0)


class CpuClock:
    """CPU time of the tree between two moments; what ended in between is not counted."""

    def __init__(self) -> None:
        self._before = cpu_ns(tree())

    def ms(self) -> float:
        """Milliseconds since the clock was made."""
        after = cpu_ns(tree())
        spent = sum(now - self._before.get(pid, 0) for pid, now in after.items())
        return spent / 1e6


class PeakMemory:
    """The highest memory of the tree while the block runs, looked at twenty times a second."""

    INTERVAL_S = 0.05

    def __init__(self) -> None:
        self.bytes = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> PeakMemory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._look()

    def _watch(self) -> None:
        while not self._stop.wait(self.INTERVAL_S):
            self._look()

    def _look(self) -> None:
        self.bytes = max(self.bytes, pss_bytes(tree()))
