"""Rates that all processes of a database share.

The rules:

* Of what takes no turn nothing is kept: there is a row for each name that was not refused.
* A bucket that nobody has used for a day is full, and is forgotten.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from penstock_kernel.store.rates import LONGEST_S, Bucket, Rate, spend
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.tables import rate_limits

_R = rate_limits.c
#: The slowest rate is a few an hour.
KEPT_MS = 86_400_000


class SqlRates:
    """Counts for all processes."""

    def __init__(self, db: Database) -> None:
        self._db = db
        dialect = sqlite if db.kind == "sqlite" else postgresql
        new = dialect.insert(rate_limits)
        changed = {"tokens": new.excluded.tokens, "at_ms": new.excluded.at_ms}
        self._keep: Any = new.on_conflict_do_update(index_elements=[_R.name], set_=changed)
        self._make: Any = new.on_conflict_do_nothing().returning(_R.name)

    async def take(self, rates: Sequence[Rate]) -> float:
        """Take a turn with each of these; see the contract."""
        return await self._db.change(self._take, rates)

    def _take(self, connection: Connection, asked: Sequence[Sequence[Rate]]) -> Sequence[float]:
        now_ms = self._db.now_ms(connection)
        buckets, made = self._locked(
            connection, {one.name: one for rates in asked for one in rates}, now_ms
        )
        used: set[str] = set()
        waits: list[float] = []
        for rates in asked:
            found = {one.name: spend(buckets[one.name], one, now_ms) for one in rates}
            wait_s = max((wait for _, wait in found.values()), default=0.0)
            if wait_s <= LONGEST_S:
                buckets |= {name: bucket for name, (bucket, _) in found.items()}
                used |= found.keys()
            waits.append(wait_s)
        rows = [
            {"name": name, "tokens": one.tokens, "at_ms": one.at_ms}
            for name, one in sorted(buckets.items())
            if name in used
        ]
        if rows:
            connection.execute(self._keep, rows)
        if idle := made - used:
            connection.execute(delete(rate_limits).where(_R.name.in_(sorted(idle))))
        return waits

    def _locked(
        self, connection: Connection, rates: dict[str, Rate], now_ms: int
    ) -> tuple[dict[str, Bucket], set[str]]:
        """The buckets, which nobody else changes before the end, and which of them are new."""
        full = [
            {"name": name, "tokens": rates[name].burst, "at_ms": now_ms} for name in sorted(rates)
        ]
        made = set(connection.execute(self._make, full).scalars())
        wanted = select(_R.name, _R.tokens, _R.at_ms).where(_R.name.in_(sorted(rates)))
        rows = connection.execute(wanted.order_by(_R.name).with_for_update())
        found = {row.name: Bucket(row.tokens, row.at_ms) for row in rows}
        # One that was forgotten between the two is as full as one that is new.
        return {name: Bucket(one.burst, now_ms) for name, one in rates.items()} | found, made


def system_forget_old(connection: Connection, now_ms: int) -> None:
    """Forget what nobody has used for so long that it counts for nothing."""
    connection.execute(delete(rate_limits).where(_R.at_ms < now_ms - KEPT_MS))
