"""Rates: a steady number, shared by all that count with it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from tests.support.databases import opened

from penstock_kernel.execution.policy import SystemClock
from penstock_kernel.execution.rate_limits import RateLimited, RateLimits
from penstock_kernel.store.rates import LONGEST_S, Bucket, MemoryRates, Rate, Rates, spend
from penstock_kernel.store.sql.rates import SqlRates
from penstock_kernel.store.sql.tables import rate_limits

KINDS = ("process", "memory", "sqlite", "postgresql")


@asynccontextmanager
async def rates_of(kind: str, folder: Path) -> AsyncIterator[list[Rates]]:
    """Two that count together."""
    if kind == "process":
        one = MemoryRates(SystemClock().now_ms)
        yield [one, one]
        return
    async with opened(kind, folder) as db:
        yield [SqlRates(db), SqlRates(db)]


@pytest.mark.parametrize("kind", KINDS)
async def test_those_that_ask_together_take_turns(kind: str, tmp_path: Path) -> None:
    rate = Rate("host:a", per_s=10, burst=1)
    async with rates_of(kind, tmp_path) as (one, other):
        waits = await asyncio.gather(*(who.take([rate]) for who in (one, other) for _ in range(5)))

    assert sorted(waits) == pytest.approx([n / 10 for n in range(10)], abs=0.08)


@pytest.mark.parametrize("kind", KINDS)
async def test_two_that_share_a_rate_keep_it_within_five_in_a_hundred(
    kind: str, tmp_path: Path
) -> None:
    limit_s, per_s = 2.0, 100
    sent = 0

    async def sender(limits: RateLimits, end: float) -> None:
        nonlocal sent
        while True:
            await limits.wait("w", "http://api.test/x", None)
            if time.monotonic() > end:
                return
            sent += 1

    async with rates_of(kind, tmp_path) as shared:
        rules = [f"host:api.test={per_s}/s"]
        limits = [RateLimits(rules, rates, SystemClock()) for rates in shared]
        await limits[0].wait("w", "http://api.test/x", None)
        # What may come at once is used up first.
        await asyncio.gather(
            *(limits[n % 2].wait("w", "http://api.test/x", None) for n in range(per_s))
        )
        end = time.monotonic() + limit_s
        await asyncio.gather(*(sender(limits[n % 2], end) for n in range(8)))

    assert sent == pytest.approx(limit_s * per_s, rel=0.05)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_turn_too_far_away_is_not_taken(kind: str, tmp_path: Path) -> None:
    async with rates_of(kind, tmp_path) as (rates, _):
        limits = RateLimits(["workspace:*=30/h"], rates, SystemClock())
        await limits.wait("w", "http://a.test", None)
        with pytest.raises(RateLimited) as first:
            await limits.wait("w", "http://b.test", None)
        with pytest.raises(RateLimited) as second:
            await limits.wait("w", "http://b.test", None)
        await limits.wait("other", "http://b.test", None)

    assert first.value.delay_s > LONGEST_S
    assert second.value.delay_s == pytest.approx(first.value.delay_s, abs=2)


@pytest.mark.parametrize("kind", KINDS[1:])
async def test_nothing_is_kept_of_what_is_refused_by_another_rate(
    kind: str, tmp_path: Path
) -> None:
    address = Rate("address", 0.001, 1)
    async with opened(kind, tmp_path) as db:
        rates = SqlRates(db)
        await rates.take([Rate("ada", 1, 5), address])
        waits = [await rates.take([Rate(name, 1, 5), address]) for name in ("bob", "cy", "ada")]
        asked = select(rate_limits.c.name, rate_limits.c.tokens).order_by(rate_limits.c.name)
        kept = await db.read(lambda one: one.execute(asked).all())

    assert min(waits) > LONGEST_S
    assert [tuple(row) for row in kept] == [("ada", 4), ("address", 0)]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_rule_counts_for_what_it_names(kind: str, tmp_path: Path) -> None:
    rules = ["host:a.test=1/h", "credential:c1=1/h"]
    async with rates_of(kind, tmp_path) as (rates, _):
        limits = RateLimits(rules, rates, SystemClock())
        for _ in range(3):
            await limits.wait("w", "https://b.test/", None)
            await limits.wait("w", "https://b.test/", "c2")
        await limits.wait("w", "https://A.test:8443/x", None)
        await limits.wait("w", "https://b.test/", "c1")
        with pytest.raises(RateLimited):
            await limits.wait("w", "https://a.test/", None)
        with pytest.raises(RateLimited):
            await limits.wait("w", "https://b.test/", "c1")


@given(st.lists(st.integers(0, 5_000), min_size=1, max_size=60), st.integers(1, 50))
def test_no_second_has_more_turns_than_its_burst_and_its_rate(gaps: list[int], per_s: int) -> None:
    rate, bucket, now_ms = Rate("r", per_s, per_s), None, 0
    turns: list[float] = []
    for gap in gaps:
        now_ms += gap
        bucket, wait_s = spend(bucket, rate, now_ms)
        turns.append(now_ms / 1_000 + wait_s)

    assert isinstance(bucket, Bucket)
    assert turns == sorted(turns)
    for begin in turns:
        assert sum(begin <= turn < begin + 1 for turn in turns) <= 2 * per_s + 1
