"""What the processes of one database count and keep together."""

from __future__ import annotations

from penstock_kernel.store.sharing import Shared
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.permits import SqlPermits
from penstock_kernel.store.sql.rates import SqlRates
from penstock_kernel.store.sql.step_cache import SqlResults


def shared_by(db: Database, worker: str) -> Shared:
    """For one of these processes."""
    return Shared(SqlRates(db), SqlPermits(db, worker), SqlResults(db))
