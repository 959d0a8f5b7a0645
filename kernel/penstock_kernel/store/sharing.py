"""What the processes of one database count and keep together, and its twin for one process."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from penstock_kernel.store.permits import MemoryPermits, Permits
from penstock_kernel.store.rates import MemoryRates, Rates
from penstock_kernel.store.results import MemoryResults, Results


class Shared(NamedTuple):
    """Counts and results."""

    rates: Rates
    permits: Permits
    results: Results


def shared_by_none(now_ms: Callable[[], int]) -> Shared:
    """For one process, as long as it lives."""
    return Shared(MemoryRates(now_ms), MemoryPermits(), MemoryResults(now_ms))
