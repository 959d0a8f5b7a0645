"""What an execution costs, per phase; always counted."""

from __future__ import annotations

import msgspec


class Costs(msgspec.Struct):
    """Nanoseconds per phase: `cross` is waiting for guests, the rest is computing."""

    accept: int = 0
    plan: int = 0
    step: int = 0
    cross: int = 0
    commit: int = 0
