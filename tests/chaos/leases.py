"""Leases of another length, so that a test need not wait as long as a server does.

What is set for a process is everything that goes with it: how often it says that it is there, and
for how long nobody looks after what he was rung for.
"""

from __future__ import annotations

import os

from penstock_kernel.store.sql import queue
from penstock_kernel.work import presence

#: As they are.
LEASE_S = queue.LEASE_MS / 1_000
#: As they are at the scale of `make test`.
SHORT_S = 5.0
_NAME = "PENSTOCK_CHAOS_LEASE_SHARE"
_SCALED = ((queue, "LEASE_MS"), (queue, "UNHEARD_MS"), (presence, "BEAT_S"))


def named(lease_s: float) -> dict[str, str]:
    """What is set for a process."""
    return {} if lease_s == LEASE_S else {_NAME: str(lease_s / LEASE_S)}


def shorten() -> None:
    """Do in this process what was set for it."""
    share = float(os.environ.pop(_NAME, "1"))
    for module, name in _SCALED:
        setattr(module, name, type(getattr(module, name))(getattr(module, name) * share))
