"""Rates that all processes of a database share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from penstock_kernel.store.rates import LONGEST_S, Bucket, Rate, spend
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.tables import rate_limits

_R = rate_limits.c


class SqlRates:
    """Counts for all processes."""

    def __init__(self, db: Database) -> None:
        self._db = db
        dialect = sqlite if db.kind == "sqlite" else postgresql
        new = dialect.insert(rate_limits)
        changed = {"tokens": new.excluded.tokens, "at_ms": new.excluded.at_ms}
        self._keep: Any = new.on_conflict_do_update(index_elements=[_R.name], set_=changed)
        self._make: Any = new.on_conflict_do_nothing()

    async def take(self, rates: Sequence[Rate]) -> float:
        """Take a turn with each of these; see the contract."""
        return await self._db.change(self._take, rates)

    def _take(self, connection: Connection, asked: Sequence[Sequence[Rate]]) -> Sequence[float]:
        now_ms = self._db.now_ms(connection)
        buckets = self._locked(
            connection, {one.name: one for rates in asked for one in rates}, now_ms
        )
        waits: list[float] = []
        for rates in asked:
            found = {one.name: spend(buckets[one.name], one, now_ms) for one in rates}
            wait_s = max((wait for _, wait in found.values()), default=0.0)
            if wait_s <= LONGEST_S:
                buckets |= {name: bucket for name, (bucket, _) in found.items()}
            waits.append(wait_s)
        rows = [
            {"name": name, "tokens": one.tokens, "at_ms": one.at_ms}
            for name, one in sorted(buckets.items())
        ]
        connection.execute(self._keep, rows)
        return waits

    def _locked(
        self, connection: Connection, rates: dict[str, Rate], now_ms: int
    ) -> dict[str, Bucket]:
        """The buckets, which nobody else changes before the end of the transaction."""
        full = [
            {"name": name, "tokens": rates[name].burst, "at_ms": now_ms} for name in sorted(rates)
        ]
        connection.execute(self._make, full)
        wanted = select(_R.name, _R.tokens, _R.at_ms).where(_R.name.in_(sorted(rates)))
        rows = connection.execute(wanted.order_by(_R.name).with_for_update())
        return {row.name: Bucket(row.tokens, row.at_ms) for row in rows}
